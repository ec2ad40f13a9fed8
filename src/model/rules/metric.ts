import type { DatasetDefinition, MetricDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { checkFilters } from './filter.ts'
import { dimensionNames, type Rules } from './lookup.ts'

/** Names of metrics are known in the whole environment; a metric and a dimension of one table are both its columns. */
export function checkMetricNames(rules: Rules): void {
  const owners = new Map<string, string>()
  for (const [place, dataset] of rules.document.datasets.entries()) {
    for (const [index, { name }] of (dataset.metrics ?? []).entries()) {
      const path = ['datasets', place, 'metrics', index, 'name']
      const owner = owners.get(name)
      if (owner !== undefined) rules.report(path, `a name that no other metric has; ${owner} has a ${name}`)
      else if (dimensionNames(dataset).includes(name)) {
        rules.report(path, `a name that no dimension of ${dataset.name} has`)
      }
      owners.set(name, dataset.name)
    }
  }
}

export function checkMetric(
  rules: Rules,
  dataset: DatasetDefinition,
  metric: MetricDefinition,
  path: Path,
): void {
  if ((metric.aggregate === undefined) === (metric.ratio === undefined)) {
    rules.report(path, 'either an aggregate or a ratio')
  }
  if (metric.ratio !== undefined) checkRatio(rules, dataset, metric, path)
  if (metric.aggregate !== undefined) checkAggregate(rules, metric, path)
  checkFilters(rules, dataset, metric.filters, [...path, 'filters'])
}

function checkAggregate(rules: Rules, { aggregate, column, level }: MetricDefinition, path: Path): void {
  if (aggregate !== 'count' && column === undefined) rules.report(path, `a column for ${aggregate}`)
  if (aggregate === 'quantile' && level === undefined) rules.report(path, 'a level from 0 to 1 for quantile')
  if (aggregate !== 'quantile' && level !== undefined) {
    rules.report([...path, 'level'], `a level with quantile alone, not with ${aggregate}`)
  }
}

function checkRatio(rules: Rules, dataset: DatasetDefinition, metric: MetricDefinition, path: Path): void {
  for (const member of ['column', 'level', 'filters'] as const) {
    if (metric[member] !== undefined) {
      rules.report([...path, member], `no ${member} with a ratio; its two metrics have their own`)
    }
  }
  const metrics = dataset.metrics ?? []
  const aggregates = metrics.filter(({ ratio }) => ratio === undefined).map(({ name }) => name)
  for (const [index, name] of (metric.ratio ?? []).entries()) {
    const at = [...path, 'ratio', index]
    if (metrics.find((other) => other.name === name)?.ratio !== undefined) {
      rules.report(at, `a metric that is no ratio itself, unlike ${name}`)
    } else {
      rules.known(`a metric of the dataset ${dataset.name}`, name, aggregates, at)
    }
  }
}
