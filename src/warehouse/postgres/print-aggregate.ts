import type { Aggregated, AggregateExpression, ColumnReference, Predicate, ValueAtEnd } from '../select.ts'
import { kindOfType } from './kinds.ts'
import { printPredicate } from './print-predicate.ts'
import { printSeconds } from './print-time.ts'
import { printValue } from './print-value.ts'
import type { Printing } from './printing.ts'

export function printAggregate(aggregate: Aggregated, printing: Printing): string {
  if (aggregate.kind === 'value_at_end') return `(${printEnd(aggregate, printing)})[${valuePlace(aggregate)}]`
  const { of, level, where } = aggregate
  if (aggregate.function === 'count' && of === null) return `count(*)${printFilter([where], printing)}`
  const { value, isFloat } = argumentOf(aggregate, printing)
  const filter = printFilter([where], printing)
  switch (aggregate.function) {
    case 'count':
      return `count(${value})${filter}`
    case 'sum':
      return isFloat ? printSumOfDoubles(value, [where], printing) : `coalesce(sum(${value})${filter}, 0)`
    case 'avg': {
      const sum = isFloat ? printSumOfDoubles(value, [where], printing) : `sum(${value})${filter}`
      return printMean(sum, `count(${value})${filter}`)
    }
    case 'min':
    case 'max':
      return `${aggregate.function}(${value})${filter}`
    case 'count_distinct':
    case 'count_distinct_approximate':
      return `count(DISTINCT ${value})${filter}`
    case 'quantile':
    case 'quantile_approximate':
      return printQuantile(aggregate, `${value}::float8`, printLevel(level), filter)
  }
}

/** @throws where it has none */
export function argumentOf(
  { function: name, of }: AggregateExpression,
  printing: Printing,
): { readonly value: string; readonly isFloat: boolean } {
  if (of === null) throw new Error(`${name} needs a column.`)
  return { value: printValue(of, printing), isFloat: kindOfType(of.column.type) === 'float' }
}

export function printFilter(conditions: readonly (Predicate | string)[], printing: Printing): string {
  const texts = conditions
    .map((condition) => (typeof condition === 'string' ? condition : printPredicate(condition, printing)))
    .filter((text) => text !== 'true')
  return texts.length === 0 ? '' : ` FILTER (WHERE ${texts.join(' AND ')})`
}

/** Beyond it, less than 10^18 doubles could add up to more than there are doubles for. */
const large = '1e280'

/**
 * 0 of none. A sum that leaves the doubles on its way would fail: what is large is added up by itself, in units of 10^18,
 * and what is too large for a double in the end is null.
 */
export function printSumOfDoubles(
  value: string,
  conditions: readonly (Predicate | string)[],
  printing: Printing,
): string {
  const few = printFilter([...conditions, `abs(${value}) < ${large}`], printing)
  const many = printFilter([...conditions, `abs(${value}) >= ${large}`], printing)
  const small = `coalesce(sum(${value}::float8)${few}, 0)`
  const units = `sum(${value}::float8 / 1e18)${many}`
  return `CASE WHEN ${units} IS NULL THEN ${small} WHEN abs(${units}) < 1.79e290 THEN ${small} + ${units} * 1e18 END`
}

export function printMean(sum: string, count: string): string {
  return `(${sum})::float8 / NULLIF(${count}, 0)::float8`
}

/** Exact is a value between the two of the rank, approximate the value of the first row that reaches it. */
export function printQuantile(
  { function: name }: AggregateExpression,
  value: string,
  level: string,
  filter: string,
): string {
  const [percentile] = name === 'quantile' ? ['percentile_cont'] : ['percentile_disc']
  const quantile = `${percentile}(${level}) WITHIN GROUP (ORDER BY ${value})${filter}`
  return `NULLIF(NULLIF(${quantile}, 'Infinity'), '-Infinity')`
}

export function printLevel(level: number | null): string {
  if (level === null || !(level >= 0 && level <= 1)) throw new Error('A quantile needs a level from 0 to 1.')
  return String(level)
}

/**
 * The least or greatest of arrays, which are compared part by part: the time in one number, or of doubles in two that
 * are exact, and then the value.
 */
export function printEnd(aggregate: ValueAtEnd, printing: Printing): string {
  const { end, of, by, where } = aggregate
  const [time, value] = [printValue(by, printing), printValue(of, printing)]
  const seconds = printSeconds(by, printing)
  const parts = isDouble(of)
    ? [`floor(${seconds})::float8`, `(${seconds} - floor(${seconds}))::float8`, `${value}::float8`]
    : [`${seconds}::numeric`, `${value}::numeric`]
  const known = [of, by].filter((column) => printing.nullable(column))
  const filter = printFilter(
    [...known.map((column) => `${column === of ? value : time} IS NOT NULL`), where],
    printing,
  )
  return `${end === 'first' ? 'min' : 'max'}(ARRAY[${parts.join(', ')}])${filter}`
}

export function valuePlace({ of }: ValueAtEnd): number {
  return isDouble(of) ? 3 : 2
}

function isDouble(of: ColumnReference): boolean {
  return kindOfType(of.column.type) === 'float'
}
