import { TesseraError } from '../errors.ts'
import type { Dialect, Feature } from './dialect.ts'
import type { Expression, Predicate, Select } from './select.ts'

/**
 * A question of a guest's own may need what no model asks for.
 * @throws NOT_SUPPORTED with the reason
 */
export function requireForms(dialect: Dialect, select: Select): void {
  for (const feature of featuresOf(select)) {
    const reason = dialect.lacks(feature)
    if (reason !== null) throw new TesseraError('NOT_SUPPORTED', { expected: `another question; ${reason}` })
  }
}

function* featuresOf({ from, outputs, where, having }: Select): Generator<Feature> {
  for (const { expression } of outputs) yield* featuresOfExpression(expression)
  for (const predicate of [where, having]) yield* featuresOfPredicate(predicate)
  if ('select' in from) yield* featuresOf(from.select)
}

function* featuresOfExpression(expression: Expression): Generator<Feature> {
  switch (expression.kind) {
    case 'aggregate': {
      const { function: name } = expression
      if (name === 'quantile' || name === 'quantile_approximate' || name === 'count_distinct_approximate')
        yield name
      return
    }
    case 'state':
    case 'merged':
      yield* featuresOfExpression(expression.of)
      return
    case 'ratio':
      yield* featuresOfExpression(expression.numerator)
      yield* featuresOfExpression(expression.denominator)
      return
    case 'arithmetic':
      yield* featuresOfExpression(expression.left)
      yield* featuresOfExpression(expression.right)
      return
    case 'funnel_level':
      yield 'funnel'
      return
    case 'first_bucket':
    case 'buckets_since':
    case 'period':
      yield 'retention'
      return
    case 'among':
      yield* featuresOf(expression.select)
      return
    case 'test':
      yield* featuresOfPredicate(expression.of)
      return
    default:
      return
  }
}

function* featuresOfPredicate(predicate: Predicate): Generator<Feature> {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const part of predicate.of) yield* featuresOfPredicate(part)
      return
    case 'not':
      yield* featuresOfPredicate(predicate.of)
      return
    case 'among':
      yield* featuresOf(predicate.select)
      return
    default:
      return
  }
}
