import type { ColumnType } from '../../catalogue/column.ts'
import { approximationError } from '../../catalogue/metric.ts'
import type { AggregateExpression, ColumnReference, Predicate, ValueAtEnd } from '../select.ts'
import { printOperand, printPredicate } from './print-predicate.ts'
import type { Printing } from './printing.ts'

export function printAggregate(aggregate: AggregateExpression, printing: Printing): string {
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
    case 'count_distinct_approximate':
      return call('uniqCombined64', column, '(17)')
    case 'quantile': {
      const argument = of.column.type.kind === 'decimal' ? `toFloat64(${column})` : column
      return call('quantileExactInclusiveOrNull', argument, `(${printLevel(level)})`)
    }
    case 'quantile_approximate':
      return call('quantileDDOrNull', `toFloat64(${column})`, `(${approximationError}, ${printLevel(level)})`)
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

/** Rows without a value have no say, and of two values of one instant the order is that of the values. */
export function printValueAtEnd({ end, of, by, where }: ValueAtEnd, printing: Printing): string {
  const value = printOperand(of)
  const name = end === 'first' ? 'argMinOrNull' : 'argMaxOrNull'
  const conditions = [
    ...(printing.nullable(of) ? [`isNotNull(${value})`] : []),
    ...(printing.nullable(by) ? [`isNotNull(${printOperand(by)})`] : []),
    ...(where.kind === 'constant' && where.value ? [] : [printPredicate(where, printing)]),
  ]
  const place = `(${printOperand(by)}, ${value})`
  return conditions.length === 0
    ? `${name}(${value}, ${place})`
    : `${name}If(${value}, ${place}, ${conditions.join(' AND ')})`
}
