import type { Dataset } from '../catalogue/catalogue.ts'
import type { AggregateMetric, Formula, Metric, RowMetric } from '../catalogue/metric.ts'
import { TesseraError } from '../errors.ts'
import {
  allOf,
  always,
  type ColumnReference,
  type Expression,
  negate,
  type Predicate,
} from '../warehouse/select.ts'
import { findDimension, parseFilters } from './filter.ts'

/**
 * The expression of a metric's figure over a group of rows, or over those of them within a window. Its own filters may
 * name what the guest may not.
 */
export function measureOf(dataset: Dataset, metric: RowMetric, within: Predicate = always): Expression {
  switch (metric.kind) {
    case 'aggregate':
      return aggregateOf(dataset, metric, within)
    case 'ratio':
      return {
        kind: 'ratio',
        numerator: aggregateOf(dataset, metric.numerator, within),
        denominator: aggregateOf(dataset, metric.denominator, within),
      }
    case 'derived':
      return measureOfFormula(dataset, metric.formula, within)
  }
}

/**
 * Outside of a series there is no order that a figure could go along.
 * @throws NOT_SUPPORTED
 */
export function requireRowMetric(metric: Metric, argument: string): RowMetric {
  if (metric.kind !== 'window') return metric
  throw new TesseraError('NOT_SUPPORTED', {
    argument,
    expected: `a time series for ${metric.name}, whose figure goes from bucket to bucket, or ${metric.of.name} in its place`,
  })
}

/** The rows that a metric's figure is made from; of a ratio, those of its denominator, of arithmetic, all. */
export function countedRows(dataset: Dataset, metric: Metric): Predicate {
  switch (metric.kind) {
    case 'aggregate': {
      const of = columnOfMetric(dataset, metric)
      const hasValue = of === null || !of.column.nullable ? always : negate({ kind: 'is_null', of })
      return allOf([rowsOfMetric(dataset, metric), hasValue])
    }
    case 'ratio':
      return countedRows(dataset, metric.denominator)
    case 'derived':
      return always
    case 'window':
      return countedRows(dataset, metric.of)
  }
}

function aggregateOf(dataset: Dataset, metric: AggregateMetric, within: Predicate): Expression {
  const where = allOf([within, rowsOfMetric(dataset, metric)])
  const of = columnOfMetric(dataset, metric)
  const { aggregate, level, approximate, time } = metric
  if (aggregate === 'first' || aggregate === 'last') {
    if (of === null || time === null) throw new Error(`${metric.name} lacks its column or its time.`)
    const by: ColumnReference = { kind: 'column', alias: dataset.name, column: time }
    return { kind: 'value_at_end', end: aggregate, of, by, where }
  }
  if (!approximate) return { kind: 'aggregate', function: aggregate, of, level, where }
  const name = aggregate === 'quantile' ? 'quantile_approximate' : 'count_distinct_approximate'
  return { kind: 'aggregate', function: name, of, level, where }
}

function columnOfMetric(dataset: Dataset, { column }: AggregateMetric): ColumnReference | null {
  return column === null ? null : { kind: 'column', alias: dataset.name, column }
}

function rowsOfMetric(dataset: Dataset, metric: AggregateMetric): Predicate {
  return parseFilters(
    dataset,
    metric.filters,
    (name, argument) => findDimension(dataset, name, argument),
    `metrics.${metric.name}.filters`,
  )
}

function measureOfFormula(dataset: Dataset, formula: Formula, within: Predicate): Expression {
  switch (formula.kind) {
    case 'number':
      return formula
    case 'metric':
      return measureOf(dataset, formula.metric, within)
    case 'negative': {
      const right = measureOfFormula(dataset, formula.of, within)
      return { kind: 'arithmetic', operator: '-', left: { kind: 'number', value: 0 }, right }
    }
    case 'operation':
      return {
        kind: 'arithmetic',
        operator: formula.operator,
        left: measureOfFormula(dataset, formula.left, within),
        right: measureOfFormula(dataset, formula.right, within),
      }
  }
}
