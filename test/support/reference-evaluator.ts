import type {
  CounterInput,
  FilterInput,
  LeaderboardInput,
  RecordsInput,
  TableInput,
  TimeSeriesInput,
  TopValuesInput,
} from '../../src/catalogue/inputs.ts'
import type { DatasetDefinition, MetricDefinition, ModelDocument } from '../../src/model/document.ts'
import { isUnfilled, namesIn, passes } from './reference-filters.ts'
import {
  datasetNamed,
  type Layers,
  layersOf,
  mayNameDimension,
  mayNameMetric,
  seesDataset,
  type Viewing,
} from './reference-layers.ts'
import { typesOf, visibleRows } from './reference-rows.ts'
import type { Span } from './reference-time.ts'
import { timeReasons } from './reference-time-grants.ts'
import type { Row } from './reference-world.ts'

/**
 * Who may see what, once more and as simply as it can be said: the model document, the claims and the question as they
 * were written, rows filtered one by one, joins looked up. Nothing here is imported from the product but types.
 */
export type Question =
  | { readonly kind: 'counter'; readonly input: CounterInput }
  | { readonly kind: 'leaderboard'; readonly input: LeaderboardInput }
  | { readonly kind: 'table'; readonly input: TableInput }
  | { readonly kind: 'timeSeries'; readonly input: TimeSeriesInput }
  | { readonly kind: 'topValues'; readonly input: TopValuesInput }
  | { readonly kind: 'records'; readonly input: RecordsInput }

export interface Verdict {
  readonly dataset: DatasetDefinition
  /** The codes that it may be refused with. Where there is one, an answer is wrong. */
  readonly reasons: ReadonlySet<string>
  /** The rows that the answer is made from; none where it is refused. */
  readonly rows: readonly Row[]
  readonly range: Span | null
}

export function verdictOn(viewing: Viewing, question: Question): Verdict {
  const { document } = viewing
  const dataset = datasetOf(document, question)
  const layers = layersOf(viewing)
  const { reasons: timeCodes, range } = timeReasons(layers, dataset, question)
  const reasons = new Set([
    ...useReasons(layers, question),
    ...nameReasons(viewing, layers, dataset, question),
    ...attributeReasons(viewing, dataset, question),
    ...timeCodes,
  ])
  if (reasons.size > 0) return { dataset, reasons, rows: [], range }
  const typeOf = typesOf(document, dataset)
  const rows = visibleRows(viewing, dataset).filter(
    (row) =>
      isWithin(range, dataset, row) &&
      (question.input.filters ?? []).every((filter) => passes(filter, row, typeOf)),
  )
  return { dataset, reasons, rows, range }
}

function isWithin(range: Span | null, { timeDimension = '' }: DatasetDefinition, row: Row): boolean {
  if (range === null) return true
  const second = Number(row[timeDimension])
  return range.start <= second && second < range.stop
}

function datasetOf(document: ModelDocument, question: Question): DatasetDefinition {
  if ('dataset' in question.input) return datasetNamed(document, question.input.dataset)
  const [first = ''] = metricsOf(question)
  const found = document.datasets.find(({ metrics = [] }) => metrics.some(({ name }) => name === first))
  if (found === undefined) throw new Error(`No dataset of the case has the metric ${first}.`)
  return found
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────

export function metricsOf({ kind, input }: Question): readonly string[] {
  switch (kind) {
    case 'counter':
      return [input.metric]
    case 'leaderboard':
      return [input.metric, ...(input.having ?? []).map(({ metric }) => metric)]
    case 'table':
      return [...input.metrics, ...(input.having ?? []).map(({ metric }) => metric)]
    case 'timeSeries':
      return input.metrics
    default:
      return []
  }
}

function dimensionsOf({ kind, input }: Question): readonly string[] {
  const filtered = (input.filters ?? []).flatMap(namesIn)
  switch (kind) {
    case 'leaderboard':
    case 'table':
      return [...input.dimensions, ...filtered]
    case 'topValues':
      return [input.dimension, ...filtered]
    case 'records':
      return [...input.columns, ...filtered]
    default:
      return filtered
  }
}

function nameReasons(
  { document }: Viewing,
  layers: Layers,
  dataset: DatasetDefinition,
  question: Question,
): readonly string[] {
  const metrics = metricsOf(question)
  const isMetricLacking = metrics.some((name) => !mayNameMetric(layers, dataset, name))
  const isDimensionLacking = dimensionsOf(question).some(
    (name) => !mayNameDimension(document, layers, dataset, name),
  )
  return [
    ...(isMetricLacking ? ['METRIC_NOT_ALLOWED'] : []),
    ...(isDimensionLacking ? ['DIMENSION_NOT_ALLOWED'] : []),
    ...(metrics.length === 0 && !seesDataset(layers, dataset) ? ['NOT_FOUND'] : []),
  ]
}

function useReasons({ all }: Layers, { kind }: Question): readonly string[] {
  const isRefused = all.some(
    ({ allowAdHoc, allowDrillDown }) =>
      allowAdHoc === false || (kind === 'records' && allowDrillDown === false),
  )
  return isRefused ? ['FORBIDDEN'] : []
}

// ── Attributes ───────────────────────────────────────────────────────────────────────────────────

/** Of the dataset's own rules, and of those of each dataset whose columns the question reads. */
function attributeReasons(
  { document, claims }: Viewing,
  dataset: DatasetDefinition,
  question: Question,
): readonly string[] {
  const read = [dataset, ...joinedBy(document, dataset, question)]
  const isMissing = read.some((one) =>
    (one.rowRules ?? []).some((rule) => isUnfilled(rule, claims.attributes ?? {}, typesOf(document, one))),
  )
  return isMissing ? ['ATTRIBUTE_MISSING'] : []
}

function joinedBy(
  document: ModelDocument,
  dataset: DatasetDefinition,
  question: Question,
): readonly DatasetDefinition[] {
  const defined = metricsOf(question).flatMap((name) => metricFilters(dataset, name))
  const names = [...dimensionsOf(question), ...defined.flatMap(namesIn)]
  const joined = names.flatMap((name) => {
    const from = dataset.dimensions?.find((one) => one.name === name)?.from
    return from === undefined ? [] : [from.split('.')[0] ?? '']
  })
  return [...new Set(joined)].map((name) => datasetNamed(document, name))
}

/** Of a ratio, those of its two parts. */
function metricFilters(dataset: DatasetDefinition, name: string): readonly FilterInput[] {
  const { filters = [], ratio = [] } = metricNamed(dataset, name)
  return [...filters, ...ratio.flatMap((part) => metricFilters(dataset, part))]
}

export function metricNamed({ metrics = [], name: of }: DatasetDefinition, name: string): MetricDefinition {
  const found = metrics.find((metric) => metric.name === name)
  if (found === undefined) throw new Error(`${of} has no metric ${name}.`)
  return found
}
