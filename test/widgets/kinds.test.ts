import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GrantsModel, grantsModel } from '../support/grants-model.ts'
import { questions, samples, widgetQuery } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const byName = (name: string) => ({ name, visualization: { kind: 'TABLE' } })
const express = [{ dimension: 'express', values: [true] }]

const widgets = [
  { ...byName('spread'), histogram: { dataset: 'orders', dimension: 'amount', bins: 5 } },
  {
    ...byName('path'),
    funnel: {
      dataset: 'orders',
      entity: 'customer',
      steps: [
        { name: 'Ordered', filters: [] },
        { name: 'Again', filters: [{ dimension: 'product', values: ['nut', 'bolt'] }] },
      ],
      within: 'P60D',
    },
  },
  {
    ...byName('cohorts'),
    retention: { dataset: 'orders', entity: 'customer', granularity: 'MONTH', periods: 3, return: express },
  },
]

/** Those widgets on the dashboard `sales`, each as it is or with a part of its question changed. */
function modelWith(change: (widget: (typeof widgets)[number]) => object = (widget) => widget): GrantsModel {
  const model = grantsModel()
  const [sales, ...others] = model.dashboards
  if (sales === undefined) throw new Error('There is a dashboard.')
  const added = widgets.map((widget) => ({ ...widget, ...change(widget) }))
  return { ...model, dashboards: [{ ...sales, widgets: [...sales.widgets, ...added] }, ...others] }
}

let server: GrantsServer
let token: string

beforeAll(async () => {
  server = await startGrantsServer(modelWith())
  token = await server.guestToken({ tenantId: 'acme' })
})
afterAll(() => server.close())

const quarter = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' } }
const january = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-02-01T00:00:00Z' } }

async function shown(name: string, controls: object = {}, credential = token): Promise<unknown> {
  const variables = { dashboard: 'sales', name, ...controls }
  const answer = await server.data(credential, widgetQuery, variables)
  return Object(answer).dashboard.widget?.data ?? null
}

describe('a stored histogram, funnel or retention', () => {
  test('is answered like the question that it is', async () => {
    expect(await shown('spread')).toEqual({
      bins: [
        { from: 0, to: 20, count: 1 },
        { from: 20, to: 40, count: 2 },
        { from: 40, to: 60, count: 2 },
        { from: 60, to: 80, count: 1 },
      ],
    })
    expect(await shown('path')).toEqual({
      steps: [
        { name: 'Ordered', count: 4 },
        { name: 'Again', count: 2 },
      ],
    })
    expect(await shown('cohorts', { timeRange: quarter })).toEqual({
      cohorts: [
        { start: '2024-01-01T00:00:00Z', size: 2, returned: [1, 0, 0] },
        { start: '2024-02-01T00:00:00Z', size: 1, returned: [1, 0, null] },
        { start: '2024-03-01T00:00:00Z', size: 1, returned: [0, null, null] },
      ],
    })
  })

  test('is narrowed by its viewer’s range and filters', async () => {
    expect(await shown('spread', { timeRange: january })).toEqual({
      bins: [
        { from: 10, to: 15, count: 1 },
        { from: 15, to: 20, count: 0 },
        { from: 20, to: 25, count: 1 },
      ],
    })
    const north = [{ dimension: 'region', values: ['north'] }]
    expect(await shown('path', { filters: north })).toEqual({
      steps: [
        { name: 'Ordered', count: 2 },
        { name: 'Again', count: 1 },
      ],
    })
    expect(await shown('cohorts', { timeRange: quarter, granularity: 'QUARTER' })).toEqual({
      cohorts: [{ start: '2024-01-01T00:00:00Z', size: 4, returned: [2, null, null] }],
    })
  })

  test('is about the rows of its tenant and inside its locks', async () => {
    const other = await server.guestToken({ tenantId: 'else' })
    expect(await shown('spread', {}, other)).toEqual({ bins: [{ from: 999, to: 1000, count: 1 }] })
    const lockedFilters = [{ dimension: 'country', values: ['FR'] }]
    const locked = await server.guestToken({ tenantId: 'acme', datasets: ['orders'], lockedFilters })
    expect(await shown('path', {}, locked)).toEqual({
      steps: [
        { name: 'Ordered', count: 1 },
        { name: 'Again', count: 1 },
      ],
    })
  })

  test.each([
    [
      'spread',
      'a bucket',
      { granularity: 'DAY' },
      'granularity: expected no granularity for a widget without a time axis.',
    ],
    [
      'cohorts',
      'cohorts of no certain length',
      { granularity: 'AUTO' },
      'granularity: expected a grain by its name: cohorts of another grain are other cohorts.',
    ],
  ])('%s refuses %s', async (name, _, controls, message) => {
    const variables = { dashboard: 'sales', name, ...controls }
    expect((await server.refusal(token, widgetQuery, variables)).message).toBe(
      `An argument is not of the allowed form. ${message}`,
    )
  })

  test.each([
    ['spread', ['customer', 'region', 'product', 'express'], ['amount']],
    ['path', ['amount', 'customer'], ['product']],
    ['cohorts', ['customer'], ['express']],
    ['cohorts', ['express'], ['customer']],
  ])('%s is hidden from whoever may name %s alone', async (name, some, rest) => {
    const allowed = (allowedDimensions: readonly string[]) =>
      server.guestToken({ tenantId: 'acme', allowedDimensions })
    expect(await shown(name, {}, await allowed(some))).toBe(null)
    expect(await shown(name, {}, await allowed([...some, ...rest]))).not.toBe(null)
  })

  test('is hidden from whoever may not see its dataset', async () => {
    const without = await server.guestToken({ tenantId: 'acme', datasets: ['customers'] })
    for (const { name } of widgets) expect(await shown(name, {}, without)).toBe(null)
  })
})

describe('a token with a finest grain', () => {
  test('is not told who came back within the bucket in which they began', async () => {
    const coarse = await server.guestToken({ tenantId: 'acme', minGranularity: 'MONTH' })
    expect(await shown('cohorts', { timeRange: quarter }, coarse)).toEqual({
      cohorts: [
        { start: '2024-01-01T00:00:00Z', size: 2, returned: [null, 0, 0] },
        { start: '2024-02-01T00:00:00Z', size: 1, returned: [null, 0, null] },
        { start: '2024-03-01T00:00:00Z', size: 1, returned: [null, null, null] },
      ],
    })
    const input = { ...samples.retention, periods: 2, timeRange: quarter }
    expect(await server.data(coarse, questions.retention, { input })).toMatchObject({
      retention: { cohorts: [{ returned: [2, 1] }, { returned: [1, 0] }, { returned: [1, null] }] },
    })
  })
})

describe('a model is refused', () => {
  const withWidget = (name: string, part: object) =>
    modelWith((widget) => {
      const [kind] = ['histogram', 'funnel', 'retention'].filter((each) => each in widget)
      return widget.name === name && kind !== undefined
        ? { [kind]: { ...Object(Reflect.get(widget, kind)), ...part } }
        : {}
    })

  test.each<[string, string, object, string]>([
    [
      'with a histogram of text',
      'spread',
      { dimension: 'region' },
      'widgets[5].histogram.dimension: expected a dimension of numbers, unlike region',
    ],
    [
      'with an unknown dimension',
      'spread',
      { dimension: 'amounts' },
      'widgets[5].histogram.dimension: expected a dimension of the dataset orders; did you mean amount?',
    ],
    [
      'with an unknown dataset',
      'spread',
      { dataset: 'order' },
      'widgets[5].histogram.dataset: expected the name of a dataset; did you mean orders?',
    ],
    [
      'with one bin',
      'spread',
      { bins: 1 },
      'widgets[5].histogram.bins: expected a whole number from 2 to 200',
    ],
    [
      'with an unknown entity',
      'path',
      { entity: 'custom' },
      'widgets[6].funnel.entity: expected a dimension of the dataset orders; did you mean customer?',
    ],
    [
      'with one step',
      'path',
      { steps: [{ name: 'one', filters: [] }] },
      'widgets[6].funnel.steps: expected at least two steps',
    ],
    [
      'with a step twice',
      'path',
      { steps: ['one', 'one'].map((name) => ({ name, filters: [] })) },
      'widgets[6].funnel.steps[1].name: expected a name of its own; another item is called one',
    ],
    [
      'with a month for a window',
      'path',
      { within: 'P1M' },
      'widgets[6].funnel.within: expected an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P7D or PT30M, of at most 366 days',
    ],
    [
      'with a value of another type in a step',
      'path',
      {
        steps: ['one', 'two'].map((name) => ({ name, filters: [{ dimension: 'express', values: ['yes'] }] })),
      },
      'widgets[6].funnel.steps[0].filters[0].values[0]: expected true or false',
    ],
    [
      'with an unknown dimension in a return',
      'cohorts',
      { return: [{ dimension: 'expres', values: [true] }] },
      'widgets[7].retention.return[0].dimension: expected a dimension of the dataset orders; did you mean express?',
    ],
    [
      'with a dataset without a time',
      'cohorts',
      { dataset: 'customers', entity: 'code', return: [] },
      'widgets[7].retention: expected a dataset with a timeDimension, which customers lacks',
    ],
  ])('%s', async (_, name, part, message) => {
    const query =
      'mutation ($document: JSONObject!) { applyModel(document: $document, dryRun: true) { version } }'
    const { body } = await server.post(server.apiKey, {
      query,
      variables: { document: withWidget(name, part) },
    })
    const problems: readonly { path: string; message: string }[] = Object(
      body.errors?.[0]?.extensions,
    ).problems
    expect(problems.map((problem) => `${problem.path}: ${problem.message}`)).toContain(
      `dashboards[0].${message}`,
    )
  })
})
