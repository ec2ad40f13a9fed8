import type { AggregateMetric, Dataset, Metric } from '../catalogue/catalogue.ts'
import {
  type AggregateExpression,
  allOf,
  always,
  type Expression,
  type Predicate,
} from '../warehouse/select.ts'
import { findDimension, parseFilters } from './filter.ts'

/**
 * The expression of a metric's figure over a group of rows, or over those of them within a window. Its own filters may
 * name what the guest may not.
 */
export function measureOf(dataset: Dataset, metric: Metric, within: Predicate = always): Expression {
  if (metric.kind === 'aggregate') return aggregateOf(dataset, metric, within)
  return {
    kind: 'ratio',
    numerator: aggregateOf(dataset, metric.numerator, within),
    denominator: aggregateOf(dataset, metric.denominator, within),
  }
}

/** The rows that a metric's figure is made from; of a ratio, those of its denominator. */
export function countedRows(dataset: Dataset, metric: Metric): Predicate {
  return aggregateOf(dataset, metric.kind === 'aggregate' ? metric : metric.denominator, always).where
}

function aggregateOf(dataset: Dataset, metric: AggregateMetric, within: Predicate): AggregateExpression {
  const own = parseFilters(
    dataset,
    metric.filters,
    (name, argument) => findDimension(dataset, name, argument),
    `metrics.${metric.name}.filters`,
  )
  return {
    kind: 'aggregate',
    function: metric.aggregate,
    of: metric.column === null ? null : { kind: 'column', alias: dataset.name, column: metric.column },
    level: metric.level,
    where: allOf([within, own]),
  }
}
