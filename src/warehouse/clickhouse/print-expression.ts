import type { BucketIndex, ColumnReference, Expression, PlaceExpression } from '../select.ts'
import { printAggregate, printMerged, printState } from './print-aggregate.ts'
import { printArithmetic, printNumber, printQuotient } from './print-arithmetic.ts'
import { printBucketsSince, printFirstBucket, printFunnelLevel, printPeriod } from './print-behaviour.ts'
import { printBin } from './print-bin.ts'
import { printOperand, printPredicate } from './print-predicate.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

export function printExpression(expression: Expression, printing: Printing): string {
  const print = (part: Expression) => printExpression(part, printing)
  switch (expression.kind) {
    case 'column':
      return printColumn(expression)
    case 'raw':
      return printOperand(expression.of)
    case 'column_if':
      return `if(${quoteIdentifier(expression.flag)}, ${printColumn(expression.of)}, NULL)`
    case 'aggregate':
    case 'value_at_end':
      return printAggregate(expression, printing)
    case 'state':
      return printState(expression.of, printing)
    case 'merged':
      return printMerged(expression, printing)
    case 'any_of':
      return `any(${printOperand(expression.of)})`
    case 'place':
      return printPlace(expression, printing)
    case 'ratio':
      return printQuotient(expression.numerator, expression.denominator, print)
    case 'number':
      return printNumber(expression.value, printing)
    case 'arithmetic':
      return printArithmetic(expression, print)
    case 'bucket':
      return printBucket(expression.time, expression.buckets, printing)
    case 'test':
      return `(${printPredicate(expression.of, printing, true)})`
    case 'bin':
      return printBin(expression, printing)
    case 'funnel_level':
      return printFunnelLevel(expression, ticksOf(expression.time), printing)
    case 'first_bucket':
      return printFirstBucket(
        expression,
        printBucket(expression.time, expression.buckets, printing),
        printing,
      )
    case 'buckets_since':
      return printBucketsSince(expression, {
        bucket: printBucket(expression.time, expression.buckets, printing),
        ticks: ticksOf(expression.time).ticks,
        printing,
      })
    case 'period':
      return printPeriod(expression, printing)
    case 'output':
      return printOperand(expression)
    case 'among':
      return printPredicate(expression, printing)
    case 'time_end': {
      const { scale, ticks } = ticksOf(expression.of)
      const end = `${expression.function}OrNull(${ticks})`
      // intDiv alone would round what is before 1970 up.
      return scale === 1n ? end : `intDiv(${end} - positiveModulo(${end}, ${scale}), ${scale})`
    }
    case 'is_subtotal':
      return `grouping(${quoteIdentifier(expression.key)}) = 1`
    case 'row_count':
      return 'count() OVER ()'
  }
}

/** Its number among those that pass, in their order; one number for all that come after or do not pass. */
function printPlace({ passes, orderBy, limit }: PlaceExpression, printing: Printing): string {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new Error('Not a count of places.')
  const test = printPredicate(passes, printing, true)
  const order = orderBy.map(printing.order).join(', ')
  const number = `row_number() OVER (ORDER BY ${test === 'true' ? '' : `(${test}) DESC, `}${order})`
  const place = `least(${number}, ${limit + 1})`
  return test === 'true' ? place : `if(${test}, ${place}, ${limit + 1})`
}

/** Instants travel as text in UTC, whatever the column's own zone is. */
function printColumn(reference: ColumnReference): string {
  const column = printOperand(reference)
  return reference.column.type.kind === 'instant' ? `toString(toTimeZone(${column}, 'UTC'))` : column
}

/** Whole seconds where the column has no finer ones, else microseconds, as integers of 64 bits. */
function printBucket(time: ColumnReference, buckets: BucketIndex, { bind }: Printing): string {
  const { scale, ticks } = ticksOf(time)
  const number = (seconds: number) => bind('Int64', String(BigInt(seconds) * scale))
  const start = buckets.kind === 'edges' ? printEdges(buckets.edges) : printRuns(buckets.runs)
  return scale === 1n ? start : `intDiv(${start}, ${scale})`

  function printEdges(edges: readonly number[]): string {
    const list = edges.map((edge) => BigInt(edge) * scale).join(',')
    return `roundDown(${ticks}, ${bind('Array(Int64)', `[${list}]`)})`
  }

  function printRuns(runs: readonly { start: number; width: number }[]): string {
    const parts = runs.map((run, index) => {
      const next = runs[index + 1]
      const limit = next === undefined ? [] : [`${ticks} < ${number(next.start)}`]
      const from = number(run.start)
      const width = number(run.width)
      return [...limit, `${from} + intDiv(${ticks} - ${from}, ${width}) * ${width}`]
    })
    return parts.length === 1 ? (parts[0]?.[0] ?? '') : `multiIf(${parts.flat().join(', ')})`
  }
}

function ticksOf(time: ColumnReference): { scale: bigint; ticks: string } {
  const column = printOperand(time)
  const { type } = time.column
  if (type.kind === 'date') return { scale: 1n, ticks: `toInt64(toInt32(toDate32(${column}))) * 86400` }
  if (type.kind !== 'instant') throw new Error('A bucket needs a time.')
  if (type.fraction === 0) return { scale: 1n, ticks: `toInt64(toUnixTimestamp(${column}))` }
  return { scale: 1_000_000n, ticks: `toUnixTimestamp64Micro(toDateTime64(${column}, 6))` }
}
