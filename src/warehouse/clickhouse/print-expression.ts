import type { ColumnType } from '../../catalogue/column.ts'
import type { AggregateExpression, BucketIndex, ColumnReference, Expression, Predicate } from '../select.ts'
import { printOperand, printPredicate } from './print-predicate.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

export function printExpression(expression: Expression, printing: Printing): string {
  switch (expression.kind) {
    case 'column':
      return printColumn(expression)
    case 'raw':
      return printOperand(expression.of)
    case 'column_if':
      return `if(${quoteIdentifier(expression.flag)}, ${printColumn(expression.of)}, NULL)`
    case 'aggregate':
      return printAggregate(expression, printing)
    case 'ratio': {
      const numerator = printExpression(expression.numerator, printing)
      const denominator = printExpression(expression.denominator, printing)
      // Doubles: a quotient of decimals would be cut to the numerator's scale.
      return `toFloat64(${numerator}) / nullIf(toFloat64(${denominator}), 0)`
    }
    case 'bucket':
      return printBucket(expression.time, expression.buckets, printing)
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

/** Instants travel as text in UTC, whatever the column's own zone is. */
function printColumn(reference: ColumnReference): string {
  const column = printOperand(reference)
  return reference.column.type.kind === 'instant' ? `toString(toTimeZone(${column}, 'UTC'))` : column
}

function printAggregate(aggregate: AggregateExpression, printing: Printing): string {
  const { of, level, where } = aggregate
  const unconditional = where.kind === 'constant' && where.value
  if (aggregate.function === 'count') return printCount(of, where, printing)
  if (of === null) throw new Error(`${aggregate.function} needs a column.`)
  const call = (name: string, argument: string, parameter = '') =>
    unconditional
      ? `${name}${parameter}(${argument})`
      : `${name}If${parameter}(${argument}, ${printPredicate(where, printing)})`
  const column = printOperand(of)
  switch (aggregate.function) {
    case 'sum': {
      const sum = call('sum', printWidened(of.column.type, column))
      return printing.nullable(of) ? `ifNull(${sum}, 0)` : sum
    }
    case 'avg':
      return call(
        'avgOrNull',
        printWidened(of.column.type, column) === column ? column : `toFloat64(${column})`,
      )
    case 'min':
    case 'max':
      return call(`${aggregate.function}OrNull`, column)
    case 'count_distinct':
      return call('uniqExact', column)
    case 'quantile': {
      const argument = of.column.type.kind === 'decimal' ? `toFloat64(${column})` : column
      return call('quantileExactInclusiveOrNull', argument, `(${printLevel(level)})`)
    }
  }
}

function printCount(of: ColumnReference | null, where: Predicate, printing: Printing): string {
  const unconditional = where.kind === 'constant' && where.value
  const condition = printPredicate(where, printing)
  if (of === null) return unconditional ? 'count()' : `countIf(${condition})`
  const column = printOperand(of)
  return unconditional ? `count(${column})` : `countIf(${column}, isNotNull(${column}) AND ${condition})`
}

/** Sums wrap in silence in their own type, so that what is wide is summed in a wider one. */
function printWidened(type: ColumnType, column: string): string {
  if (type.kind === 'decimal') return `toDecimal256(${column}, ${type.scale})`
  if (type.kind !== 'integer' || type.bits < 64) return column
  return type.bits === 64 ? `toInt128(${column})` : `toInt256(${column})`
}

function printLevel(level: number | null): string {
  if (level === null || !(level >= 0 && level <= 1)) throw new Error('A quantile needs a level from 0 to 1.')
  return String(level)
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
