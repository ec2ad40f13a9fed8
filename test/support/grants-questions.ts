/** The questions of a guest's own, each with all that a test looks at. */
export const questions = {
  counter: 'query ($input: CounterInput!) { counter(input: $input) { value } }',
  timeSeries: `query ($input: TimeSeriesInput!) {
    timeSeries(input: $input) { granularity labels range { start stop } series { group { value } values } }
  }`,
  leaderboard: `query ($input: LeaderboardInput!) {
    leaderboard(input: $input) { total rows { keys { value } value } }
  }`,
  table: 'query ($input: TableInput!) { table(input: $input) { rows rowCount } }',
  histogram: 'query ($input: HistogramInput!) { histogram(input: $input) { bins { from to count } } }',
  funnel: 'query ($input: FunnelInput!) { funnel(input: $input) { steps { name count } } }',
  retention: `query ($input: RetentionInput!) {
    retention(input: $input) { granularity range { start stop } cohorts { start size returned } }
  }`,
  topValues: 'query ($input: TopValuesInput!) { topValues(input: $input) { values { value count } } }',
  records: `query ($input: RecordsInput!, $after: String) {
    records(input: $input, after: $after) { edges { node cursor } }
  }`,
} as const

export type Kind = keyof typeof questions

/** A question of each kind that whoever may see orders can ask. */
export const samples: Readonly<Record<Kind, object>> = {
  counter: { metric: 'order_count' },
  timeSeries: { metrics: ['order_count'], granularity: 'MONTH' },
  leaderboard: { metric: 'order_count', dimensions: ['region'] },
  table: { metrics: ['order_count'], dimensions: ['region'] },
  histogram: { dataset: 'orders', dimension: 'amount' },
  funnel: {
    dataset: 'orders',
    entity: 'customer',
    steps: [
      { name: 'once', filters: [] },
      { name: 'again', filters: [] },
    ],
    within: 'P90D',
  },
  retention: { dataset: 'orders', entity: 'customer', granularity: 'MONTH' },
  topValues: { dataset: 'orders', dimension: 'region' },
  records: { dataset: 'orders', columns: ['region'] },
}

export const kinds: readonly Kind[] = [
  'counter',
  'timeSeries',
  'leaderboard',
  'table',
  'histogram',
  'funnel',
  'retention',
  'topValues',
  'records',
]

/** Of a dashboard, everything that grants may take away. */
export const dashboardQuery = `query ($name: String!) {
  dashboard(name: $name) { filters { name locked } layout widgets { name } }
}`

/** What a stored widget answers under its viewer's controls. */
export const widgetQuery = `query ($dashboard: String!, $name: String!, $filters: [FilterInput!], $timeRange: TimeRangeInput, $granularity: Granularity) {
  dashboard(name: $dashboard) {
    widget(name: $name) {
      data(filters: $filters, timeRange: $timeRange, granularity: $granularity) {
        ... on Counter { value }
        ... on TimeSeries { labels series { values } }
        ... on Leaderboard { total rows { keys { value } value } }
        ... on Table { cells: rows }
        ... on Histogram { bins { from to count } }
        ... on Funnel { steps { name count } }
        ... on Retention { cohorts { start size returned } }
      }
    }
  }
}`

/** The names that a token finds in the catalogue. */
export const cataloguesQuery = `{
  datasets { name dimensions { name } metrics { name } }
  metrics { name }
  dashboards { edges { node { name filters { name } widgets { name } } } }
}`

export const permissionsQuery = `{
  viewer {
    role
    permissions {
      adHoc drillDown export earliest lockedDimensions maxDateRangeDays minGranularity
      dashboards { all names } datasets { all names } dimensions { all names } metrics { all names } periods { all names }
    }
  }
}`

/** What `permissionsQuery` says where nothing narrows. */
export const unrestrictedPermissions = {
  adHoc: true,
  drillDown: true,
  export: true,
  earliest: null,
  lockedDimensions: [],
  maxDateRangeDays: null,
  minGranularity: null,
  dashboards: { all: true, names: [] },
  datasets: { all: true, names: [] },
  dimensions: { all: true, names: [] },
  metrics: { all: true, names: [] },
  periods: { all: true, names: [] },
}

/** The rows behind a stored widget, or one figure of it. */
export const drillDownQuery = `query ($dashboard: String!, $name: String!, $at: PointInput, $columns: [String!], $orderBy: [OrderInput!]) {
  dashboard(name: $dashboard) {
    widget(name: $name) {
      drillDown(at: $at, columns: $columns, orderBy: $orderBy) { columns { name } edges { node } }
    }
  }
}`

/** A stored widget, again and again. */
export const widgetWatch = `subscription ($id: ID!, $filters: [FilterInput!]) {
  widgetData(id: $id, filters: $filters) { ... on Counter { value } }
}`

export const dashboardWatch = `subscription ($widgets: [LiveWidgetInput!]!) {
  dashboardData(widgets: $widgets) { data { ... on Counter { value } } }
}`
