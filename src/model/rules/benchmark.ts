import { dimensionsOf } from '../../analytics/widget-question.ts'
import type { BenchmarkDefinition, DatasetDefinition, MetricDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { checkOnce, type Rules } from './lookup.ts'

/**
 * That each benchmark is of a figure that can be held against others': of whole tenants, over time, and made of many rows.
 * A metric has one benchmark: two of them, in zones of their own, would tell by their difference what a few hours held.
 */
export function checkBenchmarks(rules: Rules, benchmarks: readonly BenchmarkDefinition[]): void {
  for (const [index, benchmark] of benchmarks.entries()) {
    const path = ['benchmarks', index]
    checkOnce(rules, benchmark.periods, [...path, 'periods'])
    checkMetric(rules, benchmark, [...path, 'metric'])
    const first = benchmarks.find(({ metric }) => metric === benchmark.metric)
    if (first !== undefined && first !== benchmark) {
      rules.report([...path, 'metric'], `a metric without a benchmark; ${first.name} is about it`)
    }
  }
}

function checkMetric(rules: Rules, { metric: name }: BenchmarkDefinition, path: Path): void {
  if (!rules.known('the name of a metric', name, rules.metrics.keys(), path)) return
  const place = rules.metrics.get(name)
  if (place === undefined) return
  checkDataset(rules, place.dataset, path)
  const parts = partsOf(place.dataset, place.definition)
  for (const part of parts) checkPart(rules, place.dataset, part, path)
}

function checkDataset(
  rules: Rules,
  { name, dataSource, tenantColumn, timeDimension, rowRules = [] }: DatasetDefinition,
  path: Path,
): void {
  if (tenantColumn === undefined) {
    rules.report(path, `a metric of a dataset with a tenantColumn, which ${name} lacks`)
  }
  // Other tenants may be in other places, and what one place holds of them would pass for all.
  if (dataSource === undefined) {
    rules.report(path, `a metric of a dataset with a dataSource, which ${name} lacks`)
  }
  if (timeDimension === undefined) {
    rules.report(path, `a metric of a dataset with a timeDimension, which ${name} lacks`)
  }
  // Nobody's own figure would be of all of a tenant's rows, as those that it is held against are.
  if (rowRules.length > 0) rules.report(path, `a metric of a dataset without rowRules, unlike ${name}`)
}

/** Of a ratio, its two metrics; else the metric itself. */
function partsOf({ metrics = [] }: DatasetDefinition, metric: MetricDefinition): readonly MetricDefinition[] {
  if (metric.ratio === undefined) return [metric]
  return metric.ratio.flatMap((name) => metrics.filter((other) => other.name === name))
}

const aggregates: ReadonlySet<unknown> = new Set(['count', 'sum', 'avg'])

function checkPart(rules: Rules, dataset: DatasetDefinition, part: MetricDefinition, path: Path): void {
  // The least, the largest or the middle one of a tenant's rows is a row of it.
  if (!aggregates.has(part.aggregate)) {
    rules.report(path, `a count, sum or avg, or a ratio of such; ${part.name} is no such metric`)
  }
  const own = new Set(
    (dataset.dimensions ?? []).filter(({ from }) => from === undefined).map(({ name }) => name),
  )
  const joined = (dataset.dimensions ?? []).filter(({ from }) => from !== undefined).map(({ name }) => name)
  const [foreign] = dimensionsOf(part.filters).filter((name) => !own.has(name) && joined.includes(name))
  if (foreign !== undefined) {
    const expected = `a metric whose filters are about columns of ${dataset.name} itself; ${foreign} of ${part.name} is joined`
    rules.report(path, expected)
  }
}
