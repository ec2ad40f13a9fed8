import { granularities } from '../access/grants.ts'
import { permits, permitsIn } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import type { Benchmark } from '../catalogue/benchmark.ts'
import {
  type Catalogue,
  type Dashboard,
  type Dataset,
  type Dimension,
  type Widget,
  widgetKey,
} from '../catalogue/catalogue.ts'
import type { Metric } from '../catalogue/metric.ts'
import { TesseraError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { isWithinReach } from './reach.ts'
import { datasetsOf, questionDimensions, questionMetrics } from './widget-question.ts'

/** The part of a catalogue that a scope may see. What it may not see is answered exactly like what is not there. */
export interface VisibleCatalogue {
  datasets(): readonly Dataset[]
  dataset(name: string): Dataset | null
  dimensions(dataset: Dataset): readonly Dimension[]
  dimension(dataset: Dataset, name: string): Dimension | null
  metrics(): readonly Metric[]
  metricsOf(dataset: Dataset): readonly Metric[]
  metric(name: string): Metric | null
  benchmarks(): readonly Benchmark[]
  benchmark(name: string): Benchmark | null
  dashboards(): readonly Dashboard[]
  dashboard(name: string): Dashboard | null
  widget(dashboard: string, name: string): Widget | null
  /** By `widgetKey(dashboard, widget)`. */
  widgetByKey(key: string): Widget | null
  widgets(dashboard: Dashboard): readonly Widget[]
  /** Whether the token fixes what a dimension of a dataset may be. */
  isLocked(dataset: string, dimension: string): boolean
}

export function visibleCatalogue(scope: Scope, catalogue: Catalogue): VisibleCatalogue {
  const dataset = (name: string): Dataset | null => {
    const found = catalogue.datasets.get(name)
    return found !== undefined && mayUseDataset(scope, catalogue, found) ? found : null
  }
  const dimension = (of: Dataset, name: string): Dimension | null => {
    const found = of.dimensions.get(name)
    return found !== undefined && mayUseDimension(scope, of, found) ? found : null
  }
  const mayUseMetric = (found: Metric) =>
    dataset(found.dataset) !== null && mayUseMember(scope, 'metrics', found.dataset, found)
  const metric = (name: string): Metric | null => {
    const found = catalogue.metrics.get(name)
    return found !== undefined && mayUseMetric(found) ? found : null
  }
  const mayUseBenchmark = (found: Benchmark) => metric(found.metric) !== null && holds(scope, found.requires)
  const benchmark = (name: string): Benchmark | null => {
    const found = catalogue.benchmarks.get(name)
    return found !== undefined && mayUseBenchmark(found) ? found : null
  }
  const mayUseWidget = (widget: Widget) =>
    isGranted(scope, widget) && canBeAsked(widget, { catalogue, dataset, dimension, metric })
  const dashboard = (name: string): Dashboard | null => {
    const found = catalogue.dashboards.get(name)
    return found !== undefined && mayUseDashboard(scope, found) ? found : null
  }
  const widget = (dashboardName: string, name: string): Widget | null =>
    dashboard(dashboardName)?.widgets.find((found) => found.name === name && mayUseWidget(found)) ?? null
  return Object.freeze({
    datasets: () =>
      [...catalogue.datasets.values()].filter((found) => mayUseDataset(scope, catalogue, found)),
    dataset,
    dimensions: (of: Dataset) =>
      [...of.dimensions.values()].filter((found) => mayUseDimension(scope, of, found)),
    dimension,
    metrics: () => [...catalogue.metrics.values()].filter(mayUseMetric),
    metricsOf: (of: Dataset) => of.metrics.filter(mayUseMetric),
    metric,
    benchmarks: () => [...catalogue.benchmarks.values()].filter(mayUseBenchmark),
    benchmark,
    dashboards: () => [...catalogue.dashboards.values()].filter((found) => mayUseDashboard(scope, found)),
    dashboard,
    widgets: (of: Dashboard) => of.widgets.filter(mayUseWidget),
    widget,
    widgetByKey: (key: string) => {
      const found = catalogue.widgets.get(key)
      return found === undefined ? null : widget(found.dashboard, found.name)
    },
    isLocked: (of: string, name: string) =>
      scope.permissions.lockedFilters.some(
        (locked) => locked.dimension === name && (locked.dataset ?? of) === of,
      ),
  })
}

/** A locked filter that names no dataset must hold everywhere, so a dataset that lacks its dimension stays closed. */
function mayUseDataset(scope: Scope, catalogue: Catalogue, dataset: Dataset): boolean {
  const { permissions } = scope
  if (!permits(permissions.datasets, dataset.name) || !isWithinReach(dataset, scope, catalogue)) return false
  return permissions.lockedFilters.every(
    (locked) =>
      (locked.dataset !== undefined && locked.dataset !== dataset.name) ||
      dataset.dimensions.has(locked.dimension),
  )
}

/** A time that is finer than the finest grain would tell what the grain keeps back. */
function mayUseDimension(scope: Scope, dataset: Dataset, dimension: Dimension): boolean {
  return mayUseMember(scope, 'dimensions', dataset.name, dimension) && !isTooFine(scope, dimension)
}

/** An instant is finer than any grain; a date is as fine as a day. */
function isTooFine({ permissions: { minGranularity } }: Scope, { type, column }: Dimension): boolean {
  if (type !== 'TIME' || minGranularity === null) return false
  return column.type.kind !== 'date' || granularities.indexOf(minGranularity) > granularities.indexOf('DAY')
}

function holds({ permissions }: Scope, requires: readonly string[]): boolean {
  return requires.every((permission) => permits(permissions.permissions, permission))
}

function mayUseMember(
  scope: Scope,
  kind: 'dimensions' | 'metrics',
  dataset: string,
  { name, requires }: { readonly name: string; readonly requires: readonly string[] },
): boolean {
  return permitsIn(scope.permissions[kind], name, () => `${dataset}.${name}`) && holds(scope, requires)
}

function mayUseDashboard({ permissions, tenantId }: Scope, dashboard: Dashboard): boolean {
  return permits(permissions.dashboards, dashboard.name) && (dashboard.tenantId ?? tenantId) === tenantId
}

function isGranted({ permissions }: Scope, { dashboard, name }: Widget): boolean {
  const key = widgetKey(dashboard, name)
  if (!permitsIn(permissions.widgets, name, () => key)) return false
  return !permissions.hiddenWidgets.some((hidden) => hidden.has(name) || hidden.has(key))
}

/** Whether each member that the stored question names may be named by its viewer; a text names none. */
function canBeAsked(
  { question }: Widget,
  {
    catalogue,
    ...visible
  }: Pick<VisibleCatalogue, 'dataset' | 'dimension' | 'metric'> & { catalogue: Catalogue },
): boolean {
  if (question === null) return true
  const datasets = datasetsOf(question, catalogue)
  return (
    datasets.length > 0 &&
    datasets.every((of) => visible.dataset(of.name) !== null) &&
    questionMetrics(question).every((name) => visible.metric(name) !== null) &&
    datasets.every((of) =>
      questionDimensions(question, of).every((name) => visible.dimension(of, name) !== null),
    )
  )
}

/** @throws NOT_FOUND */
export function requireDataset(visible: VisibleCatalogue, name: string, argument: string): Dataset {
  const dataset = visible.dataset(name)
  if (dataset === null)
    throw new TesseraError('NOT_FOUND', { argument, allowed: nearest(name, visible.datasets().map(nameOf)) })
  return dataset
}

/** @throws NOT_FOUND */
export function requireBenchmark(visible: VisibleCatalogue, name: string, argument: string): Benchmark {
  const benchmark = visible.benchmark(name)
  if (benchmark === null)
    throw new TesseraError('NOT_FOUND', {
      argument,
      allowed: nearest(name, visible.benchmarks().map(nameOf)),
    })
  return benchmark
}

/** @throws METRIC_NOT_ALLOWED */
export function requireMetric(visible: VisibleCatalogue, name: string, argument: string): Metric {
  const metric = visible.metric(name)
  if (metric === null)
    throw new TesseraError('METRIC_NOT_ALLOWED', {
      argument,
      allowed: nearest(name, visible.metrics().map(nameOf)),
    })
  return metric
}

/**
 * The one check of a dimension that a guest names, wherever it stands.
 * @throws DIMENSION_NOT_ALLOWED
 */
export function requireDimension(
  visible: VisibleCatalogue,
  dataset: Dataset,
  name: string,
  argument: string,
): Dimension {
  const dimension = visible.dimension(dataset, name)
  if (dimension === null) {
    throw new TesseraError('DIMENSION_NOT_ALLOWED', {
      argument,
      allowed: nearest(name, visible.dimensions(dataset).map(nameOf)),
    })
  }
  return dimension
}

function nameOf(named: { readonly name: string }): string {
  return named.name
}
