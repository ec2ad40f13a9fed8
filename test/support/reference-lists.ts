import type { WidgetDefinition } from '../../src/model/document.ts'
import { namesIn } from './reference-filters.ts'
import {
  type Layers,
  layersOf,
  mayNameDimension,
  mayNameMetric,
  seesDataset,
  type Viewing,
} from './reference-layers.ts'

/** What can be found by looking, without a question: `dataset events`, `dimension events.region`, `widget sales/total` … */
export function listsOf(viewing: Viewing): ReadonlySet<string> {
  const { document, tenant } = viewing
  const layers = layersOf(viewing)
  const datasets = document.datasets.filter((dataset) => seesDataset(layers, dataset))
  const dashboards = (document.dashboards ?? []).filter(
    ({ name, tenant: owner = tenant }) =>
      owner === tenant && layers.all.every((layer) => layer.dashboards?.includes(name) ?? true),
  )
  return new Set([
    ...datasets.map(({ name }) => `dataset ${name}`),
    ...datasets.flatMap((dataset) => [
      ...(dataset.dimensions ?? [])
        .filter(({ name }) => mayNameDimension(document, layers, dataset, name))
        .map(({ name }) => `dimension ${dataset.name}.${name}`),
      ...(dataset.metrics ?? [])
        .filter(({ name }) => mayNameMetric(layers, dataset, name))
        .map(({ name }) => `metric ${name}`),
    ]),
    ...dashboards.map(({ name }) => `dashboard ${name}`),
    ...dashboards.flatMap(({ name, widgets }) =>
      widgets
        .filter((widget) => isWidgetGranted(layers, `${name}/${widget.name}`, widget.name))
        .filter((widget) => canBeAsked(viewing, layers, widget))
        .map((widget) => `widget ${name}/${widget.name}`),
    ),
  ])
}

function isWidgetGranted({ all }: Layers, key: string, name: string): boolean {
  const holds = (list: readonly string[]) => list.includes(key) || list.includes(name)
  return all.every(
    ({ widgets, hiddenWidgets = [] }) => (widgets === undefined || holds(widgets)) && !holds(hiddenWidgets),
  )
}

/** Every member that a stored question names is one that its viewer may name. */
function canBeAsked(
  { document }: Viewing,
  layers: Layers,
  { counter, leaderboard, table, timeSeries }: WidgetDefinition,
): boolean {
  const metrics = [
    ...(counter === undefined ? [] : [counter.metric]),
    ...(leaderboard === undefined ? [] : [leaderboard.metric]),
    ...(table?.metrics ?? []),
    ...(timeSeries?.metrics ?? []),
  ]
  const filters = [counter, leaderboard, table, timeSeries].flatMap((question) => question?.filters ?? [])
  const dimensions = [
    ...(leaderboard?.dimensions ?? []),
    ...(table?.dimensions ?? []),
    ...filters.flatMap(namesIn),
  ]
  const dataset = document.datasets.find((one) => one.metrics?.some(({ name }) => name === metrics[0]))
  return (
    dataset !== undefined &&
    metrics.every((name) => mayNameMetric(layers, dataset, name)) &&
    dimensions.every((name) => mayNameDimension(document, layers, dataset, name))
  )
}
