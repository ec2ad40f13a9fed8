import { findDimension, parseFilters } from '../analytics/filter.ts'
import { answeredMetrics, namedDataset } from '../analytics/widget-question.ts'
import type { Dataset, WidgetQuestion } from '../catalogue/catalogue.ts'
import type { FilterInput } from '../catalogue/inputs.ts'
import { TesseraError } from '../errors.ts'
import { buildDataset, type ModelColumns } from './catalogue.ts'
import { layerFindings, rowRuleFindings } from './check-permissions.ts'
import type { DatasetDefinition, ModelDocument } from './document.ts'
import { argumentSteps, type Finding, type Path } from './problem.ts'
import { questionOf } from './question.ts'

/** That stored filters and grains fit the types of the columns: the same check that a guest's own ones get. */
export function checkStoredFilters(
  document: ModelDocument,
  sound: readonly DatasetDefinition[],
  columns: ModelColumns,
): readonly Finding[] {
  const names = new Set(sound.map(({ name }) => name))
  const whole = sound.filter(({ joins = [] }) => joins.every(({ to }) => names.has(to)))
  const datasets = new Map(whole.map((found) => [found.name, buildDataset(document, found, columns)]))
  return [
    ...metricFindings(document, datasets),
    ...widgetFindings(document, datasets),
    ...rowRuleFindings(document, datasets),
    ...layerFindings(document, datasets),
  ]
}

function metricFindings(document: ModelDocument, datasets: ReadonlyMap<string, Dataset>): readonly Finding[] {
  return document.datasets.flatMap(({ name, metrics = [] }, place) =>
    metrics.flatMap(({ filters }, index) =>
      filterFindings(datasets.get(name), filters, ['datasets', place, 'metrics', index, 'filters']),
    ),
  )
}

function widgetFindings(
  { dashboards = [] }: ModelDocument,
  datasets: ReadonlyMap<string, Dataset>,
): readonly Finding[] {
  const owners = new Map(
    [...datasets.values()].flatMap((dataset) => dataset.metrics.map(({ name }) => [name, dataset] as const)),
  )
  return dashboards.flatMap(({ widgets }, place) =>
    widgets.flatMap((widget, index) => {
      const question = questionOf(widget)
      if (question === null) return []
      const dataset =
        datasets.get(namedDataset(question) ?? '') ?? owners.get(answeredMetrics(question)[0] ?? '')
      const path = ['dashboards', place, 'widgets', index, question.kind]
      return [
        ...filterFindings(dataset, question.input.filters, [...path, 'filters']),
        ...conditionFindings(dataset, question, path),
        ...numberFindings(dataset, question, path),
        ...grainFindings(dataset, question, path),
      ]
    }),
  )
}

function conditionFindings(
  dataset: Dataset | undefined,
  { kind, input }: WidgetQuestion,
  path: Path,
): readonly Finding[] {
  if (kind === 'funnel') {
    return input.steps.flatMap(({ filters }, index) =>
      filterFindings(dataset, filters, [...path, 'steps', index, 'filters']),
    )
  }
  if (kind !== 'retention') return []
  return [
    ...filterFindings(dataset, input.start, [...path, 'start']),
    ...filterFindings(dataset, input.return, [...path, 'return']),
  ]
}

function numberFindings(
  dataset: Dataset | undefined,
  { kind, input }: WidgetQuestion,
  path: Path,
): readonly Finding[] {
  if (kind !== 'histogram') return []
  const found = dataset?.dimensions.get(input.dimension)
  if (found === undefined || found.type === 'NUMBER') return []
  return [{ path: [...path, 'dimension'], expected: `a dimension of numbers, unlike ${found.name}` }]
}

function filterFindings(
  dataset: Dataset | undefined,
  filters: readonly FilterInput[] | null | undefined,
  path: Path,
): readonly Finding[] {
  if (dataset === undefined) return []
  const find = (name: string, argument: string) => findDimension(dataset, name, argument)
  return (filters ?? []).flatMap((filter, index) => {
    try {
      parseFilters(dataset, [filter], find, 'filters')
      return []
    } catch (error) {
      if (!(error instanceof TesseraError)) throw error
      const { argument = 'filters.0', expected = error.message } = error.details
      // `filters.0.and.1.values` of the one filter that was passed
      return [{ path: [...path, index, ...argumentSteps(argument).slice(2)], expected }]
    }
  })
}

const finerThanDay: readonly unknown[] = ['MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'HOUR']

function grainFindings(
  dataset: Dataset | undefined,
  { kind, input }: WidgetQuestion,
  path: Path,
): readonly Finding[] {
  const time = dataset?.dimensions.get(dataset.timeDimension ?? '')
  const hasGrain = kind === 'timeSeries' || kind === 'table' || kind === 'retention'
  const granularity = hasGrain ? input.granularity : null
  if (time?.column.type.kind !== 'date' || !finerThanDay.includes(granularity)) return []
  return [{ path: [...path, 'granularity'], expected: `DAY or coarser, because ${time.name} is a date` }]
}
