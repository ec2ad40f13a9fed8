import type { ColumnType } from '../../catalogue/column.ts'
import { rankError } from '../../catalogue/metric.ts'
import type { Aggregated, ColumnReference, MergedState, Predicate, ValueAtEnd } from '../select.ts'
import { printOperand, printPredicate } from './print-predicate.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/** The parts of a call, of which ClickHouse also makes one that leaves its state and one that merges states. */
interface Call {
  readonly name: string
  readonly parameter?: string
  /** Printed only where they stand, since printing binds parameters. */
  readonly print: () => string
  /** What it is over no rows, where the engine says null. */
  readonly otherwise?: string
}

export function printAggregate(aggregate: Aggregated, printing: Printing): string {
  const { name, parameter = '', print, otherwise } = callOf(aggregate, printing)
  return orElse(`${name}${parameter}(${print()})`, otherwise)
}

export function printState(aggregate: Aggregated, printing: Printing): string {
  const { name, parameter = '', print } = callOf(aggregate, printing)
  return `${name}State${parameter}(${print()})`
}

export function printMerged({ of, state, over }: MergedState, printing: Printing): string {
  const { name, parameter = '', otherwise } = callOf(of, printing)
  const column = quoteIdentifier(state)
  const figure = over === 'row' ? `finalizeAggregation(${column})` : `${name}Merge${parameter}(${column})`
  return orElse(figure, otherwise)
}

function orElse(figure: string, otherwise: string | undefined): string {
  return otherwise === undefined ? figure : `ifNull(${figure}, ${otherwise})`
}

function callOf(aggregate: Aggregated, printing: Printing): Call {
  if (aggregate.kind === 'value_at_end') return valueAtEndCall(aggregate, printing)
  const { of, level, where } = aggregate
  if (aggregate.function === 'count') return countCall(of, where, printing)
  if (of === null) throw new Error(`${aggregate.function} needs a column.`)
  const call = (name: string, argument: string, parameter = ''): Call =>
    isUnconditional(where)
      ? { name, parameter, print: () => argument }
      : {
          name: `${name}If`,
          parameter,
          print: () => `${argument}, ${printPredicate(where, printing)}`,
        }
  const column = printOperand(of)
  switch (aggregate.function) {
    case 'sum': {
      const sum = call('sum', printWidened(of.column.type, column))
      return printing.nullable(of) ? { ...sum, otherwise: '0' } : sum
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
      // Of so many summaries of equal weight: the rank is off by one of them at the most.
      return call('quantileGKOrNull', `toFloat64(${column})`, `(${1 / rankError}, ${printLevel(level)})`)
  }
}

function isUnconditional(where: Predicate): boolean {
  return where.kind === 'constant' && where.value
}

function countCall(of: ColumnReference | null, where: Predicate, printing: Printing): Call {
  if (of === null) {
    return isUnconditional(where)
      ? { name: 'count', print: () => '' }
      : { name: 'countIf', print: () => printPredicate(where, printing) }
  }
  const column = printOperand(of)
  if (isUnconditional(where)) return { name: 'count', print: () => column }
  return {
    name: 'countIf',
    print: () => `${column}, isNotNull(${column}) AND ${printPredicate(where, printing)}`,
  }
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
function valueAtEndCall({ end, of, by, where }: ValueAtEnd, printing: Printing): Call {
  const value = printOperand(of)
  const name = end === 'first' ? 'argMinOrNull' : 'argMaxOrNull'
  const known = [of, by]
    .filter((column) => printing.nullable(column))
    .map((column) => `isNotNull(${printOperand(column)})`)
  const isPlain = known.length === 0 && isUnconditional(where)
  const place = `(${printOperand(by)}, ${value})`
  return isPlain
    ? { name, print: () => `${value}, ${place}` }
    : {
        name: `${name}If`,
        print: () => {
          const conditions = isUnconditional(where) ? known : [...known, printPredicate(where, printing)]
          return `${value}, ${place}, ${conditions.join(' AND ')}`
        },
      }
}
