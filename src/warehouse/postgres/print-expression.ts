import type { Expression, OutputReference, PlaceExpression } from '../select.ts'
import { printAggregate } from './print-aggregate.ts'
import { printArithmetic, printNumber, printQuotient } from './print-arithmetic.ts'
import { printBucketsSince, printFirstBucket, printFunnelLevel, printPeriod } from './print-behaviour.ts'
import { printBin } from './print-bin.ts'
import { printOrder } from './print-order.ts'
import { printPredicate } from './print-predicate.ts'
import { printMerged, printState } from './print-state.ts'
import { printBucket, printTimeEnd } from './print-time.ts'
import { printOperand, printValue } from './print-value.ts'
import type { Printing } from './printing.ts'

/** @param place of the output among those of its select */
export function printExpression(expression: Expression, place: number, printing: Printing): string {
  const print = (part: Expression) => printExpression(part, place, printing)
  switch (expression.kind) {
    case 'column':
      return printValue(expression, printing)
    case 'raw':
      return printValue(expression.of, printing)
    case 'column_if':
      return `CASE WHEN ${printing.output(expression.flag)} THEN ${printValue(expression.of, printing)} END`
    case 'aggregate':
    case 'value_at_end':
      return printAggregate(expression, printing)
    case 'state':
      return printState(expression.of, printing)
    case 'merged':
      return printMerged(expression, printing)
    case 'any_of':
      return printAny(expression.of, printing)
    case 'place':
      return printPlace(expression, printing)
    case 'ratio':
      return printQuotient(expression.numerator, expression.denominator, print, printing)
    case 'number':
      return printNumber(expression.value, printing)
    case 'arithmetic':
      return printArithmetic(expression, print, printing)
    case 'bucket':
      return printBucket(expression.time, expression.buckets, printing)
    case 'test':
      return `(${printPredicate(expression.of, printing, true)})`
    case 'bin':
      return printBin(expression, printing)
    case 'funnel_level':
      return printFunnelLevel(expression, place)
    case 'first_bucket':
      return printFirstBucket(expression, printing)
    case 'buckets_since':
      return printBucketsSince(expression, place, printing)
    case 'period':
      return printPeriod(expression, printing)
    case 'output':
      return printOperand(expression, printing)
    case 'among':
      return printPredicate(expression, printing)
    case 'time_end':
      return printTimeEnd(expression, printing)
    case 'is_subtotal':
      return `grouping(${printing.output(expression.key)}) = 1`
    case 'row_count':
      return 'count(*) OVER ()'
  }
}

/** The least of them; what has no order here is compared as text. */
function printAny(of: OutputReference, printing: Printing): string {
  const value = printing.output(of.name)
  switch (printing.kindOf(of)) {
    case 'boolean':
      return `bool_and(${value})`
    case 'uuid':
      return `min(${value}::text)::uuid`
    default:
      return `min(${value})`
  }
}

/** Its number among those that pass, in their order; one number for all that come after or do not pass. */
function printPlace({ passes, orderBy, limit }: PlaceExpression, printing: Printing): string {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new Error('Not a count of places.')
  const test = printPredicate(passes, printing, true)
  const order = orderBy.map((each) => printOrder(each, printing.output)).join(', ')
  const number = `row_number() OVER (ORDER BY ${test === 'true' ? '' : `(${test}) DESC, `}${order})`
  const place = `LEAST(${number}, ${limit + 1})`
  return test === 'true' ? place : `CASE WHEN ${test} THEN ${place} ELSE ${limit + 1} END`
}
