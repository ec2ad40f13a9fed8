import { permits } from '../access/grants.ts'
import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dashboard, Dataset, Dimension, Metric, Widget } from '../catalogue/catalogue.ts'
import { TesseraError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { questionMetrics } from './widget-question.ts'

/** The part of a catalogue that a scope may see. What it may not see is answered exactly like what is not there. */
export interface VisibleCatalogue {
  datasets(): readonly Dataset[]
  dataset(name: string): Dataset | null
  metrics(): readonly Metric[]
  metric(name: string): Metric | null
  dashboards(): readonly Dashboard[]
  dashboard(name: string): Dashboard | null
  widget(dashboard: string, name: string): Widget | null
  widgets(dashboard: Dashboard): readonly Widget[]
}

export function visibleCatalogue(scope: Scope, catalogue: Catalogue): VisibleCatalogue {
  const dataset = (name: string): Dataset | null => {
    const found = catalogue.datasets.get(name)
    return found !== undefined && mayUseDataset(scope, found) ? found : null
  }
  const metric = (name: string): Metric | null => {
    const found = catalogue.metrics.get(name)
    return found !== undefined && dataset(found.dataset) !== null ? found : null
  }
  const mayUseWidget = (widget: Widget) =>
    questionMetrics(widget.question).every((name) => metric(name) !== null)
  const dashboard = (name: string): Dashboard | null => {
    const found = catalogue.dashboards.get(name)
    return found !== undefined && mayUseDashboard(scope, found) ? found : null
  }
  return Object.freeze({
    datasets: () => [...catalogue.datasets.values()].filter((found) => mayUseDataset(scope, found)),
    dataset,
    metrics: () => [...catalogue.metrics.values()].filter((found) => dataset(found.dataset) !== null),
    metric,
    dashboards: () => [...catalogue.dashboards.values()].filter((found) => mayUseDashboard(scope, found)),
    dashboard,
    widgets: (of: Dashboard) => of.widgets.filter(mayUseWidget),
    widget: (dashboardName: string, name: string) =>
      dashboard(dashboardName)?.widgets.find((found) => found.name === name && mayUseWidget(found)) ?? null,
  })
}

/** A locked filter that names no dataset must hold everywhere, so a dataset that lacks its dimension stays closed. */
function mayUseDataset({ grants }: Scope, dataset: Dataset): boolean {
  if (!permits(grants.datasets, dataset.name)) return false
  return grants.lockedFilters.every(
    (locked) =>
      (locked.dataset !== undefined && locked.dataset !== dataset.name) ||
      dataset.dimensions.has(locked.dimension),
  )
}

function mayUseDashboard({ grants, tenantId }: Scope, dashboard: Dashboard): boolean {
  return permits(grants.dashboards, dashboard.name) && (dashboard.tenantId ?? tenantId) === tenantId
}

/** @throws NOT_FOUND */
export function requireDataset(visible: VisibleCatalogue, name: string, argument: string): Dataset {
  const dataset = visible.dataset(name)
  if (dataset === null)
    throw new TesseraError('NOT_FOUND', { argument, allowed: nearest(name, visible.datasets().map(nameOf)) })
  return dataset
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

/** @throws DIMENSION_NOT_ALLOWED */
export function requireDimension(dataset: Dataset, name: string, argument: string): Dimension {
  const dimension = dataset.dimensions.get(name)
  if (dimension === undefined) {
    throw new TesseraError('DIMENSION_NOT_ALLOWED', {
      argument,
      allowed: nearest(name, dataset.dimensions.keys()),
    })
  }
  return dimension
}

function nameOf(named: { readonly name: string }): string {
  return named.name
}
