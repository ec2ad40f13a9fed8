import type { Aggregated, AggregateExpression, ColumnReference, MergedState } from '../select.ts'
import { type Kind, kindOfType } from './kinds.ts'
import {
  argumentOf,
  printAggregate,
  printEnd,
  printFilter,
  printLevel,
  printMean,
  printQuantile,
  printSumOfDoubles,
  valuePlace,
} from './print-aggregate.ts'
import type { Printing } from './printing.ts'

/** What the rows of a group leave for a select above: a figure that adds up, its parts, or the values themselves. */
export function printState(aggregate: Aggregated, printing: Printing): string {
  if (aggregate.kind === 'value_at_end') return printEnd(aggregate, printing)
  const { where } = aggregate
  switch (aggregate.function) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return printAggregate(aggregate, printing)
    case 'avg': {
      const { value, isFloat } = argumentOf(aggregate, printing)
      const filter = printFilter([where], printing)
      return isFloat
        ? `ARRAY[${printSumOfDoubles(value, [where], printing)}, count(${value})${filter}::float8]`
        : `ARRAY[sum(${value})${filter}::numeric, count(${value})${filter}::numeric]`
    }
    case 'count_distinct':
    case 'count_distinct_approximate':
    case 'quantile':
    case 'quantile_approximate': {
      const { value } = argumentOf(aggregate, printing)
      const filter = printFilter([`${value} IS NOT NULL`, where], printing)
      const isDistinct = aggregate.function.startsWith('count')
      return `array_agg(${isDistinct ? 'DISTINCT ' : ''}${value}::${elementOf(aggregate)})${filter}`
    }
  }
}

export function printMerged({ of, state, over }: MergedState, printing: Printing): string {
  const name = printing.output(state)
  return over === 'row' ? printOfRow(of, name) : printOfGroup(of, name, printing)
}

function printOfRow(of: Aggregated, state: string): string {
  if (of.kind === 'value_at_end') return `${state}[${valuePlace(of)}]`
  switch (of.function) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return state
    case 'avg':
      return printMean(`${state}[1]`, `${state}[2]`)
    case 'count_distinct':
    case 'count_distinct_approximate':
      return `coalesce(cardinality(${state}), 0)`
    case 'quantile':
    case 'quantile_approximate':
      return `(SELECT ${printQuantile(of, 'e', printLevel(of.level), '')} FROM unnest(${state}) AS e)`
  }
}

function printOfGroup(of: Aggregated, state: string, printing: Printing): string {
  if (of.kind === 'value_at_end') {
    return `(${of.end === 'first' ? 'min' : 'max'}(${state}))[${valuePlace(of)}]`
  }
  switch (of.function) {
    case 'count':
      return `coalesce(sum(${state}), 0)::bigint`
    case 'sum':
      return isDouble(of) ? printSumOfDoubles(state, [], printing) : `coalesce(sum(${state}), 0)`
    case 'min':
    case 'max':
      return `${of.function}(${state})`
    case 'avg':
      return isDouble(of)
        ? printMean(printSumOfDoubles(`${state}[1]`, [], printing), `sum(${state}[2])`)
        : printMean(`sum(${state}[1])`, `sum(${state}[2])`)
    case 'count_distinct':
    case 'count_distinct_approximate':
      return printOfValues('count(DISTINCT e)', of, state)
    case 'quantile':
    case 'quantile_approximate':
      return printOfValues(printQuantile(of, 'e', printLevel(of.level), ''), of, state)
  }
}

/** Of all values of all groups. Arrays of several lengths can be collected as rows alone. */
function printOfValues(figure: string, of: AggregateExpression, state: string): string {
  const lists = `array_agg(ROW(${state})) FILTER (WHERE ${state} IS NOT NULL)`
  return `(SELECT ${figure} FROM unnest(${lists}) AS l(v ${elementOf(of)}[]), unnest(l.v) AS e)`
}

/** The type in which values are collected. */
function elementOf({ function: name, of }: AggregateExpression): string {
  return name.startsWith('quantile') ? 'float8' : elements[kindOfColumn(of)]
}

const elements: Readonly<Record<Kind, string>> = {
  text: 'text',
  uuid: 'uuid',
  boolean: 'boolean',
  integer: 'bigint',
  numeric: 'numeric',
  float: 'float8',
  date: 'date',
  instant: 'timestamptz',
  internal: 'text',
}

function isDouble({ of }: AggregateExpression): boolean {
  return kindOfColumn(of) === 'float'
}

function kindOfColumn(of: ColumnReference | null): Kind {
  if (of === null) return 'internal'
  return of.asTruth === true ? 'boolean' : kindOfType(of.column.type)
}
