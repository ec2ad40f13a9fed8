import type { FilterValue } from '../access/grants.ts'
import type { Dataset } from '../catalogue/catalogue.ts'
import type { MetricFilterInput } from '../catalogue/inputs.ts'
import type { RowMetric } from '../catalogue/metric.ts'
import { badInput, TesseraError } from '../errors.ts'
import {
  allOf,
  always,
  anyOf,
  type Literal,
  negate,
  type Operand,
  type Output,
  type Predicate,
} from '../warehouse/select.ts'
import type { Figure } from './answers.ts'
import type { Asking } from './asking.ts'
import { figureOf } from './decode.ts'
import { compareExact } from './exact.ts'
import { measureOf, requireRowMetric } from './measure.ts'
import { requireMetric } from './visible.ts'

const maxTests = 20

/** Tests of figures after grouping: what has to be computed for them, and the condition over it. */
export interface Having {
  readonly outputs: readonly Output[]
  readonly condition: Predicate
}

export const noHaving: Having = Object.freeze({ outputs: [], condition: always })

/** @throws BAD_USER_INPUT, METRIC_NOT_ALLOWED, NOT_SUPPORTED, QUERY_TOO_LARGE */
export function parseHaving(
  asking: Asking,
  dataset: Dataset,
  tests: readonly MetricFilterInput[] | null | undefined,
  argument: string,
  within: Predicate = always,
): Having {
  checkTests(tests, argument)
  if (tests == null || tests.length === 0) return noHaving
  const parsed = tests.map((test, index) => {
    const metric = havingMetric(asking, dataset, test, `${argument}.${index}.metric`)
    const output: Output = { name: `h${index}`, expression: measureOf(dataset, metric, within) }
    return {
      output,
      condition: conditionOf(test, { kind: 'output', name: output.name }, `${argument}.${index}`),
    }
  })
  return {
    outputs: parsed.map(({ output }) => output),
    condition: allOf(parsed.map(({ condition }) => condition)),
  }
}

/** All that can be known of tests before their figures are. */
export function checkTests(tests: readonly MetricFilterInput[] | null | undefined, argument: string): void {
  if ((tests?.length ?? 0) > maxTests) {
    throw new TesseraError('QUERY_TOO_LARGE', { argument, expected: `at most ${maxTests} tests` })
  }
  for (const [index, test] of (tests ?? []).entries()) {
    conditionOf(test, { kind: 'output', name: 'figure' }, `${argument}.${index}`)
  }
}

function havingMetric(
  asking: Asking,
  dataset: Dataset,
  test: MetricFilterInput,
  argument: string,
): RowMetric {
  const metric = requireRowMetric(requireMetric(asking.visible, test.metric, argument), argument)
  if (metric.dataset === dataset.name) return metric
  throw new TesseraError('NOT_SUPPORTED', { argument, expected: `a metric of ${dataset.name}` })
}

function conditionOf({ operator, values }: MetricFilterInput, of: Operand, argument: string): Predicate {
  const count = operator === 'BETWEEN' ? 2 : operator === 'IS_NULL' || operator === 'IS_NOT_NULL' ? 0 : null
  if (count !== null && values.length !== count)
    throw badInput(`${argument}.values`, `${count} values with ${operator}`)
  const literals = values.map((value, index) => numberLiteral(value, `${argument}.values.${index}`))
  const compare = (comparison: '=' | '<' | '<=' | '>' | '>=', index = 0): Predicate => {
    const value = literals[index]
    if (value === undefined) throw badInput(`${argument}.values`, `a value with ${operator}`)
    return { kind: 'compare', operator: comparison, of, value }
  }
  const single = (comparison: '<' | '<=' | '>' | '>='): Predicate => {
    if (literals.length !== 1) throw badInput(`${argument}.values`, `one value with ${operator}`)
    return compare(comparison)
  }
  switch (operator) {
    case 'EQUALS':
      return anyOf(literals.map((_, index) => compare('=', index)))
    case 'NOT_EQUALS':
      return negate(anyOf(literals.map((_, index) => compare('=', index))))
    case 'GREATER_THAN':
      return single('>')
    case 'GREATER_THAN_OR_EQUALS':
      return single('>=')
    case 'LESS_THAN':
      return single('<')
    case 'LESS_THAN_OR_EQUALS':
      return single('<=')
    case 'BETWEEN':
      return allOf([compare('>='), compare('<=', 1)])
    case 'IS_NULL':
      return { kind: 'is_null', of }
    case 'IS_NOT_NULL':
      return negate({ kind: 'is_null', of })
    default:
      throw badInput(`${argument}.operator`, `an operator for numbers, not ${operator}`)
  }
}

/** A test of a figure that is known already; of no figure, like the engine's. */
export function passes(test: MetricFilterInput, figure: Figure, argument: string): boolean {
  const { operator, values } = test
  if (operator === 'IS_NULL') return figure.value === null
  const isAny = (holds: (order: number) => boolean) =>
    figure.value !== null && values.some((value) => holds(compareExact(figure, figureOf(value ?? null))))
  switch (operator) {
    case 'IS_NOT_NULL':
      return figure.value !== null
    case 'EQUALS':
      return isAny((order) => order === 0)
    case 'NOT_EQUALS':
      return !isAny((order) => order === 0)
    case 'GREATER_THAN':
      return isAny((order) => order > 0)
    case 'GREATER_THAN_OR_EQUALS':
      return isAny((order) => order >= 0)
    case 'LESS_THAN':
      return isAny((order) => order < 0)
    case 'LESS_THAN_OR_EQUALS':
      return isAny((order) => order <= 0)
    case 'BETWEEN': {
      const [least = null, most = null] = values.map((value) => figureOf(value))
      if (figure.value === null || least === null || most === null) return false
      return compareExact(figure, least) >= 0 && compareExact(figure, most) <= 0
    }
    default:
      throw badInput(`${argument}.operator`, `an operator for numbers, not ${operator}`)
  }
}

function numberLiteral(value: FilterValue, argument: string): Literal {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw badInput(argument, 'a finite number')
  return Number.isSafeInteger(value)
    ? { type: 'Int64', text: String(value) }
    : { type: 'Float64', text: String(value) }
}
