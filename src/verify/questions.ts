import type { Catalogue, CatalogueDataset } from './catalogue.ts'
import { questionsOfDashboard } from './dashboard-questions.ts'
import {
  counterFields,
  funnelFields,
  histogramFields,
  leaderboardFields,
  recordsFields,
  retentionFields,
  seriesFields,
  stats,
} from './fields.ts'
import type { Model } from './model.ts'
import type { Question } from './question.ts'

const inputs = {
  counter: ['CounterInput', counterFields],
  timeSeries: ['TimeSeriesInput', seriesFields],
  leaderboard: ['LeaderboardInput', leaderboardFields],
  table: ['TableInput', `columns { name kind pivot { value } } rows totals rowCount ${stats}`],
  histogram: ['HistogramInput', histogramFields],
  funnel: ['FunnelInput', funnelFields],
  retention: ['RetentionInput', retentionFields],
  topValues: ['TopValuesInput', `values { value count } ${stats}`],
} as const

interface Named {
  readonly dimensions?: readonly string[]
  readonly metrics?: readonly string[]
}

export function adHoc(
  kind: keyof typeof inputs,
  dataset: string,
  input: Readonly<Record<string, unknown>>,
  { dimensions = [], metrics = [] }: Named,
): Question {
  const [type, fields] = inputs[kind]
  const range = 'timeRange' in input ? ' within a range' : ''
  const grouped = dimensions.length > 0 ? ` by ${dimensions.join(', ')}` : ''
  const subject = metrics.length > 0 ? metrics.join(', ') : dataset
  return {
    what: `${kind} of ${subject}${grouped}${range}`,
    kind,
    dataset,
    dimensions,
    metrics,
    dashboard: null,
    parameters: `($input: ${type}!)`,
    field: `${kind}(input: $input) { ${fields} }`,
    variables: { input },
  }
}

export function recordsOf(dataset: string, columns: readonly string[], first = 25): Question {
  return {
    what: `records of ${dataset} with ${columns.join(', ')}`,
    kind: 'records',
    dataset,
    dimensions: columns,
    metrics: [],
    dashboard: null,
    parameters: '($input: RecordsInput!, $first: Int, $after: String)',
    field: `records(input: $input, first: $first, after: $after) { ${recordsFields} }`,
    variables: { input: { dataset, columns }, first },
  }
}

/** Everything that the model offers, asked once: the number grows with the number of its members, not with their pairs. */
export function questionsOf(catalogue: Catalogue, model: Model): readonly Question[] {
  return [
    ...catalogue.datasets.flatMap(questionsOfDataset),
    ...catalogue.dashboards.flatMap((dashboard) => questionsOfDashboard(dashboard, model)),
  ]
}

function questionsOfDataset(dataset: CatalogueDataset): readonly Question[] {
  const { name } = dataset
  const all = dataset.dimensions.map((dimension) => dimension.name)
  const top = all.map((dimension) =>
    adHoc('topValues', name, { dataset: name, dimension, limit: 200 }, { dimensions: [dimension] }),
  )
  if (all.length === 0) return [...questionsOfMetrics(dataset)]
  const records = [all.slice(0, 50), ...all.slice(0, 50).map((column) => [column])].map((columns) =>
    recordsOf(name, columns),
  )
  return [...top, ...records, ...questionsOfRows(dataset), ...questionsOfMetrics(dataset)]
}

/** Of how rows are spread, and of who comes again. */
function questionsOfRows({ name, timeDimension, dimensions }: CatalogueDataset): readonly Question[] {
  const histograms = dimensions
    .filter(({ type }) => type === 'NUMBER')
    .map((dimension) => {
      const named = { dimensions: [dimension.name] }
      return adHoc('histogram', name, { dataset: name, dimension: dimension.name }, named)
    })
  const entity = dimensions.find(({ type }) => type === 'STRING')?.name
  if (timeDimension === null || entity === undefined) return histograms
  const steps = ['once', 'again'].map((step) => ({ name: step, filters: [] }))
  const behaviour = { dataset: name, entity }
  return [
    ...histograms,
    adHoc('funnel', name, { ...behaviour, steps, within: 'P30D' }, { dimensions: [entity] }),
    adHoc('retention', name, { ...behaviour, granularity: 'YEAR' }, { dimensions: [entity] }),
  ]
}

function questionsOfMetrics(dataset: CatalogueDataset): readonly Question[] {
  const metrics = dataset.metrics.map((metric) => metric.name)
  const groups = dataset.dimensions.filter(({ type }) => type !== 'TIME').map((dimension) => dimension.name)
  const ofEachMetric = metrics.flatMap((metric, index) => [
    ...ofOneMetric(dataset, metric),
    ...ofOneGroup(dataset, metric, groups[index % Math.max(1, groups.length)]),
  ])
  const [first] = metrics
  if (first === undefined) return []
  const ofEachGroup = groups.flatMap((group) => [
    ...ofOneGroup(dataset, first, group),
    ...tableOf(dataset, metrics.slice(0, 20), group),
  ])
  return [...ofEachMetric, ...ofEachGroup, ...ofSeriesMetrics(dataset)].filter(
    ({ what }, index, questions) => questions.findIndex((question) => question.what === what) === index,
  )
}

function ofSeriesMetrics({ name, seriesMetrics }: CatalogueDataset): readonly Question[] {
  return seriesMetrics.map((metric) =>
    adHoc('timeSeries', name, { metrics: [metric.name] }, { metrics: [metric.name] }),
  )
}

function ofOneMetric({ name, timeDimension }: CatalogueDataset, metric: string): readonly Question[] {
  const counter = adHoc('counter', name, { metric }, { metrics: [metric] })
  if (timeDimension === null) return [counter]
  return [counter, adHoc('timeSeries', name, { metrics: [metric] }, { metrics: [metric] })]
}

function ofOneGroup(
  { name, timeDimension }: CatalogueDataset,
  metric: string,
  group: string | undefined,
): readonly Question[] {
  if (group === undefined) return []
  const named = { dimensions: [group], metrics: [metric] }
  const ranked = { metric, dimensions: [group], limit: 50, others: true }
  const leaderboard = adHoc('leaderboard', name, ranked, named)
  if (timeDimension === null) return [leaderboard]
  return [leaderboard, adHoc('timeSeries', name, { metrics: [metric], groupBy: [group] }, named)]
}

function tableOf({ name }: CatalogueDataset, metrics: readonly string[], group: string): readonly Question[] {
  const input = {
    metrics,
    dimensions: [group],
    orderBy: [{ by: group, order: 'ASC' }],
    limit: 100,
    totals: true,
  }
  return [adHoc('table', name, input, { dimensions: [group], metrics })]
}

/** Questions of a part of the time, with the window before it; of the first metric alone. */
export function comparedQuestions(
  { name, metrics, dimensions }: CatalogueDataset,
  between: { readonly start: string; readonly stop: string },
): readonly Question[] {
  const metric = metrics[0]?.name
  if (metric === undefined) return []
  const within = { timeRange: { between }, compareTo: 'PREVIOUS_PERIOD' }
  const group = dimensions.find(({ type }) => type === 'STRING')?.name
  const named = { metrics: [metric] }
  return [
    adHoc('counter', name, { metric, ...within }, named),
    adHoc('timeSeries', name, { metrics: [metric], ...within }, named),
    ...(group === undefined
      ? []
      : [
          adHoc(
            'leaderboard',
            name,
            { metric, dimensions: [group], ...within },
            { ...named, dimensions: [group] },
          ),
        ]),
  ]
}
