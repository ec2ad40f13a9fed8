import {
  dashboardWatch,
  drillDownQuery,
  questions,
  samples,
  widgetQuery,
  widgetWatch,
} from './grants-questions.ts'

/** One place of a request where a member's name can stand, and the path that a refusal names. */
export interface Place {
  readonly query: string
  readonly variables: object
  readonly argument: string
}

const metric = 'order_count'
/** Of what everyone in these tests may name. */
const funnel = { ...samples.funnel, entity: 'region' }
const retention = { ...samples.retention, entity: 'region' }

/** Every place where a dimension of orders can stand. */
export function dimensionPlaces(name: string): readonly Place[] {
  return [
    asked('records', { dataset: 'orders', columns: [name] }, 'input.columns.0'),
    asked('records', { dataset: 'orders', columns: ['region', name] }, 'input.columns.1'),
    asked('table', { metrics: [metric], dimensions: ['region', name] }, 'input.dimensions.1'),
    asked('leaderboard', { metric, dimensions: [name] }, 'input.dimensions.0'),
    asked('table', { metrics: [metric], dimensions: ['region'], pivot: [name] }, 'input.pivot.0'),
    asked('table', { metrics: [metric], dimensions: [], pivot: ['region', name] }, 'input.pivot.1'),
    exported({ records: { dataset: 'orders', columns: ['region', name] } }, 'input.records.columns.1'),
    exported({ table: { metrics: [metric], dimensions: [name] } }, 'input.table.dimensions.0'),
    exported({ drillDown: { id: regions, columns: [name] } }, 'input.drillDown.columns.0'),
    drilled({ columns: [name] }, 'columns.0'),
    drilled({ columns: ['region', name] }, 'columns.1'),
    asked('timeSeries', { metrics: [metric], groupBy: [name] }, 'input.groupBy.0'),
    asked('timeSeries', { metrics: [metric], groupBy: ['region', name], timeRange }, 'input.groupBy.1'),
    asked('topValues', { dataset: 'orders', dimension: name }, 'input.dimension'),
    asked('topValues', { dataset: 'orders', dimension: name, search: 'a' }, 'input.dimension'),
    asked('histogram', { dataset: 'orders', dimension: name }, 'input.dimension'),
    asked('funnel', { ...funnel, entity: name }, 'input.entity'),
    asked('retention', { ...retention, entity: name }, 'input.entity'),
    ...filterForms(name).flatMap(({ filter, path }) => [
      ...conditionsWith(filter, path),
      ...questionsWith(filter, `input.filters.0.${path}`),
      ...widgetsWith(filter, `filters.0.${path}`),
      ...watchedWith(filter, `filters.0.${path}`),
      exported({ widget: { id: regions, filters: [filter] } }, `input.widget.filters.0.${path}`),
    ]),
  ]
}

/** Every place where a metric of orders can stand. */
export function metricPlaces(name: string): readonly Place[] {
  const having = [{ metric: name, operator: 'GREATER_THAN', values: [0] }]
  const table = { metrics: [metric], dimensions: ['region'] }
  return [
    asked('counter', { metric: name }, 'input.metric'),
    exported({ table: { ...table, metrics: [metric, name] } }, 'input.table.metrics.1'),
    asked('leaderboard', { metric: name, dimensions: ['region'] }, 'input.metric'),
    asked('leaderboard', { metric, dimensions: ['region'], having }, 'input.having.0.metric'),
    asked('timeSeries', { metrics: [name] }, 'input.metrics.0'),
    asked('timeSeries', { metrics: [metric, name], timeRange }, 'input.metrics.1'),
    asked('table', { ...table, metrics: [name] }, 'input.metrics.0'),
    asked('table', { ...table, metrics: [metric, name] }, 'input.metrics.1'),
    asked('table', { ...table, having }, 'input.having.0.metric'),
  ]
}

/** Orders by a column that is none of the answer: whatever it is, the columns are what is allowed. */
export function orderPlaces(name: string): readonly Place[] {
  const orderBy = [{ by: name }]
  return [
    asked('records', { dataset: 'orders', columns: ['region'], orderBy }, 'input.orderBy.0.by'),
    asked('table', { metrics: [metric], dimensions: ['region'], orderBy }, 'input.orderBy.0.by'),
  ]
}

const timeRange = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' } }

function filterForms(name: string) {
  const test = { dimension: name, operator: 'IS_NOT_NULL' }
  const other = { dimension: 'region', values: ['north'] }
  return [
    { filter: test, path: 'dimension' },
    { filter: { and: [other, test] }, path: 'and.1.dimension' },
    { filter: { or: [test, other] }, path: 'or.0.dimension' },
    { filter: { not: test }, path: 'not.dimension' },
    { filter: { not: { or: [other, { and: [test] }] } }, path: 'not.or.1.and.0.dimension' },
  ]
}

/** Filters that say which rows are a step, a start or a return. */
function conditionsWith(filter: object, path: string): readonly Place[] {
  const steps = [
    { name: 'once', filters: [] },
    { name: 'again', filters: [filter] },
  ]
  return [
    asked('funnel', { ...funnel, steps }, `input.steps.1.filters.0.${path}`),
    asked('retention', { ...retention, start: [filter] }, `input.start.0.${path}`),
    asked('retention', { ...retention, return: [filter] }, `input.return.0.${path}`),
  ]
}

function questionsWith(filter: object, argument: string): readonly Place[] {
  const filters = [filter]
  return [
    asked('counter', { metric, filters }, argument),
    asked('timeSeries', { metrics: [metric], filters }, argument),
    asked('leaderboard', { metric, dimensions: ['region'], filters }, argument),
    asked('table', { metrics: [metric], dimensions: ['region'], filters }, argument),
    asked('histogram', { dataset: 'orders', dimension: 'region', filters }, argument),
    asked('funnel', { ...funnel, filters }, argument),
    asked('retention', { ...retention, filters }, argument),
    asked('topValues', { dataset: 'orders', dimension: 'region', filters }, argument),
    asked('records', { dataset: 'orders', columns: ['region'], filters }, argument),
  ]
}

function widgetsWith(filter: object, argument: string): readonly Place[] {
  return ['total', 'monthly', 'regions'].map((name) => ({
    query: widgetQuery,
    variables: { dashboard: 'sales', name, filters: [filter] },
    argument,
  }))
}

function watchedWith(filter: object, argument: string): readonly Place[] {
  const widget = { id: Buffer.from('Widget:sales/total').toString('base64url'), filters: [filter] }
  return [
    { query: widgetWatch, variables: widget, argument },
    { query: dashboardWatch, variables: { widgets: [widget] }, argument: `widgets.0.${argument}` },
  ]
}

const regions = Buffer.from('Widget:sales/regions').toString('base64url')

function exported(input: object, argument: string): Place {
  const query = 'mutation ($input: ExportInput!) { createExport(input: $input) { fileName } }'
  return { query, variables: { input: { format: 'CSV', ...input } }, argument }
}

function drilled(controls: object, argument: string): Place {
  return { query: drillDownQuery, variables: { dashboard: 'sales', name: 'regions', ...controls }, argument }
}

function asked(kind: keyof typeof questions, input: object, argument: string): Place {
  return { query: questions[kind], variables: { input }, argument }
}
