import type { Asked } from './attempt.ts'
import type { Catalogue, CatalogueDashboard, CatalogueDataset } from './catalogue.ts'
import { datasetOfWidget, type Model } from './model.ts'

export type QuestionKind =
  | 'counter'
  | 'timeSeries'
  | 'leaderboard'
  | 'table'
  | 'records'
  | 'topValues'
  | 'widget'
  | 'drillDown'
  | 'dashboardFilters'

export type Filter = Readonly<Record<string, unknown>>

/** One field of the schema with its arguments, which any token can be asked. */
export interface Question {
  readonly what: string
  readonly kind: QuestionKind
  /** Whose dimensions it shows; null where a dashboard's filters may be of several. */
  readonly dataset: string | null
  /** What it names itself; what a stored widget names is its own affair. */
  readonly dimensions: readonly string[]
  readonly metrics: readonly string[]
  readonly dashboard: string | null
  /** `($input: CounterInput!)` */
  readonly parameters: string
  readonly field: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** The same bytes for everyone who asks, unless the operation is given a name of its own. */
export function asked({ kind, parameters, field, variables }: Question, name: string = kind): Asked {
  return { query: `query ${name}${parameters} { ${field} }`, variables }
}

/** The same field twice in one request. */
export function askedTwice({ kind, parameters, field, variables }: Question): Asked {
  const aliases = ['first', 'second'].map((alias) => `${alias}: ${field}`)
  return { query: `query ${kind}${parameters} { ${aliases.join(' ')} }`, variables }
}

/** The same question of fewer rows; null where it takes no filters. */
export function withFilters(question: Question, filters: readonly Filter[]): Question | null {
  const { kind, variables } = question
  if (kind === 'dashboardFilters') return null
  if (kind === 'widget' || kind === 'drillDown') {
    return { ...question, variables: { ...variables, filters } }
  }
  return { ...question, variables: { ...variables, input: { ...Object(variables.input), filters } } }
}

const stats = 'stats { cache }'
const counterFields = `value exactValue formatted comparison { value change changeRatio } ${stats}`
const seriesFields = `granularity labels series { metric { name } group { dimension value } isOthers values exactValues comparisonValues total } ${stats}`
const leaderboardFields = `rows { rank keys { dimension value } value exactValue share isOthers comparisonValue } total ${stats}`
const recordsFields = `columns { name kind } edges { cursor node } pageInfo { hasNextPage endCursor } ${stats}`
const widgetFields = `__typename
  ... on Counter { ${counterFields} }
  ... on TimeSeries { ${seriesFields} }
  ... on Leaderboard { ${leaderboardFields} }
  ... on Table { columns { name kind } cells: rows rowCount ${stats} }`

const inputs = {
  counter: ['CounterInput', counterFields],
  timeSeries: ['TimeSeriesInput', seriesFields],
  leaderboard: ['LeaderboardInput', leaderboardFields],
  table: ['TableInput', `columns { name kind } rows rowCount ${stats}`],
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
  return [...top, ...records, ...questionsOfMetrics(dataset)]
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
  return [...ofEachMetric, ...ofEachGroup].filter(
    ({ what }, index, questions) => questions.findIndex((question) => question.what === what) === index,
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
  const input = { metrics, dimensions: [group], orderBy: [{ by: group, order: 'ASC' }], limit: 100 }
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

export function questionsOfDashboard(dashboard: CatalogueDashboard, model: Model): readonly Question[] {
  const shared = { dimensions: [], metrics: [], dashboard: dashboard.name }
  const ofWidgets = dashboard.widgets.flatMap(({ id, name }): Question[] => {
    const path = `${dashboard.name}/${name}`
    const ofWidget = { ...shared, dataset: datasetOfWidget(model, dashboard.name, name), variables: { id } }
    return [
      {
        ...ofWidget,
        what: `widget ${path}`,
        kind: 'widget',
        parameters: '($id: ID!, $filters: [FilterInput!])',
        field: `widget(id: $id) { data(filters: $filters) { ${widgetFields} } }`,
      },
      {
        ...ofWidget,
        what: `drill-down of widget ${path}`,
        kind: 'drillDown',
        parameters: '($id: ID!, $filters: [FilterInput!], $after: String)',
        field: `widget(id: $id) { drillDown(filters: $filters, first: 25, after: $after) { ${recordsFields} } }`,
      },
    ]
  })
  if (dashboard.filters.length === 0) return ofWidgets
  const ofFilters: Question = {
    ...shared,
    dataset: null,
    what: `filters of dashboard ${dashboard.name}`,
    kind: 'dashboardFilters',
    parameters: '($name: String!)',
    field: `dashboard(name: $name) { filters { name dimension locked values(limit: 100) { values { value count } ${stats} } } }`,
    variables: { name: dashboard.name },
  }
  return [...ofWidgets, ofFilters]
}
