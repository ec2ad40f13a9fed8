import type { Place } from '../access/places/place.ts'
import { namedDataset } from '../analytics/widget-question.ts'
import type { Dialect, Feature } from '../warehouse/dialect.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import type { DatasetDefinition, ModelDocument } from './document.ts'
import type { Finding, Path } from './problem.ts'
import { questionOf } from './question.ts'
import { lookedAt } from './routing.ts'

/** That no model asks an engine for what has no sound form there: it is refused now, and not when a guest asks. */
export function checkFeatures(
  document: ModelDocument,
  { warehouses, sample }: { readonly warehouses: Warehouses; readonly sample: Place | null },
): readonly Finding[] {
  const dialects = new Map(
    document.datasets.map((dataset) => {
      const looked = lookedAt(document, dataset, sample)
      return [dataset.name, looked === null ? undefined : warehouses.find(looked.at)?.dialect] as const
    }),
  )
  return usesOf(document).flatMap(({ feature, dataset, path }) =>
    lackOf(dialects.get(dataset), feature, path),
  )
}

interface FeatureUse {
  readonly feature: Feature
  readonly dataset: string
  readonly path: Path
}

function usesOf(document: ModelDocument): readonly FeatureUse[] {
  return [...document.datasets.flatMap(metricUses), ...benchmarkUses(document), ...widgetUses(document)]
}

function metricUses(
  { name: dataset, metrics = [] }: DatasetDefinition,
  place: number,
): readonly FeatureUse[] {
  return metrics.flatMap(({ aggregate, approximate = false }, index): readonly FeatureUse[] => {
    const path = ['datasets', place, 'metrics', index, 'aggregate']
    if (aggregate === 'quantile') {
      return [{ feature: approximate ? 'quantile_approximate' : 'quantile', dataset, path }]
    }
    return aggregate === 'count_distinct' && approximate
      ? [{ feature: 'count_distinct_approximate', dataset, path }]
      : []
  })
}

function benchmarkUses({ benchmarks = [], datasets }: ModelDocument): readonly FeatureUse[] {
  return benchmarks.flatMap(({ metric }, index): readonly FeatureUse[] => {
    const owner = datasets.find(({ metrics = [] }) => metrics.some(({ name }) => name === metric))
    return owner === undefined
      ? []
      : [{ feature: 'benchmark', dataset: owner.name, path: ['benchmarks', index] }]
  })
}

function widgetUses({ dashboards = [] }: ModelDocument): readonly FeatureUse[] {
  return dashboards.flatMap(({ widgets }, place) =>
    widgets.flatMap((widget, index): readonly FeatureUse[] => {
      const question = questionOf(widget)
      if (question?.kind !== 'funnel' && question?.kind !== 'retention') return []
      const dataset = namedDataset(question) ?? ''
      const path = ['dashboards', place, 'widgets', index, question.kind]
      return [{ feature: question.kind, dataset, path }]
    }),
  )
}

function lackOf(dialect: Dialect | undefined, feature: Feature, path: Path): readonly Finding[] {
  const reason = dialect?.lacks(feature) ?? null
  if (dialect === undefined || reason === null) return []
  const expected = `a data source that has a ${names[feature]}; ${dialect.name} has none: ${reason}`
  return [{ path, expected, isLack: true }]
}

const names: Readonly<Record<Feature, string>> = {
  benchmark: 'benchmark',
  count_distinct_approximate: 'distinct count that is approximate',
  funnel: 'funnel',
  quantile: 'quantile',
  quantile_approximate: 'quantile that is approximate',
  retention: 'retention',
}
