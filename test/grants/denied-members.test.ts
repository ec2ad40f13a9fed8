import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GrantsModel, grantsModel } from '../support/grants-model.ts'
import { dimensionPlaces, metricPlaces, orderPlaces, type Place } from '../support/grants-places.ts'
import { cataloguesQuery, questions } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const additions = `
policies:
  - { name: few_metrics, allowedMetrics: [order_count, revenue] }
  - { name: no_margin, permissions: [] }
`

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer(grantsModel(additions))
})
afterAll(() => server.close())

/** Why a member may not be named, the member, and the names that may. */
const deniedDimensions: readonly [string, object, string, readonly string[]][] = [
  [
    'a dimension that is not among the allowed ones',
    { allowedDimensions: ['region', 'customers.country'] },
    'segment',
    ['region'],
  ],
  [
    'a dimension that is allowed in another dataset alone',
    { allowedDimensions: ['region', 'customers.country'] },
    'country',
    ['region'],
  ],
  [
    'a dimension that requires what no layer grants',
    { allowedDimensions: ['region', 'cost'] },
    'cost',
    ['region'],
  ],
  [
    'a dimension that requires what a policy withholds',
    { policy: 'no_margin', allowedDimensions: ['region', 'cost'] },
    'cost',
    ['region'],
  ],
  [
    'a time that is finer than the finest grain',
    { minGranularity: 'MONTH', allowedDimensions: ['region', 'shipped_at'] },
    'shipped_at',
    ['region'],
  ],
  [
    'a date that is finer than the finest grain',
    { minGranularity: 'WEEK', allowedDimensions: ['region', 'due'] },
    'due',
    ['region'],
  ],
]

describe.each(deniedDimensions)('%s', (_, input, name, allowed) => {
  test('is refused in the same way wherever it stands', async () => {
    const token = await server.guestToken({ tenantId: 'acme', ...input })
    const places = dimensionPlaces(name)
    expect(await refusalsAt(places, token)).toEqual(
      places.map(({ argument }) => ({
        code: 'DIMENSION_NOT_ALLOWED',
        message: `There is no such dimension here. ${argument}.`,
        argument,
        allowed,
      })),
    )
  })

  test('is answered byte for byte as in a model that lacks it', async () => {
    const token = await server.guestToken({ tenantId: 'acme', ...input })
    const places = [...dimensionPlaces(name), ...orderPlaces(name), cataloguePlace]
    const withIt = await bytesAt(places, token)
    await server.apply(withoutDimension(grantsModel(additions), name))
    const withoutIt = await bytesAt(places, token)
    await server.apply(grantsModel(additions))
    expect(withIt).toEqual(withoutIt)
  })
})

const deniedMetrics: readonly [string, object, string, readonly string[]][] = [
  ['a metric that a policy does not allow', { policy: 'few_metrics' }, 'largest', ['revenue', 'order_count']],
  [
    'a metric that requires what no layer grants',
    {},
    'total_cost',
    ['largest', 'order_count', 'customer_count', 'express_count', 'revenue'],
  ],
]

describe.each(deniedMetrics)('%s', (_, input, name, allowed) => {
  test('is refused in the same way wherever it stands', async () => {
    const token = await server.guestToken({ tenantId: 'acme', ...input })
    const places = metricPlaces(name)
    expect(await refusalsAt(places, token)).toEqual(
      places.map(({ argument }) => ({
        code: 'METRIC_NOT_ALLOWED',
        message: `There is no such metric here. ${argument}.`,
        argument,
        allowed,
      })),
    )
    expect(await server.data(token, `{ metric(name: "${name}") { name } }`)).toEqual({ metric: null })
  })

  test('is answered byte for byte as in a model that lacks it', async () => {
    const token = await server.guestToken({ tenantId: 'acme', ...input })
    const places = [...metricPlaces(name), ...orderPlaces(name), cataloguePlace]
    const withIt = await bytesAt(places, token)
    await server.apply(withoutMetric(grantsModel(additions), name))
    const withoutIt = await bytesAt(places, token)
    await server.apply(grantsModel(additions))
    expect(withIt).toEqual(withoutIt)
  })
})

test('a cursor of another question opens no column', async () => {
  const token = await server.guestToken({ tenantId: 'acme', allowedDimensions: ['region'] })
  const { records } = await server.data(token, questions.records, {
    input: { dataset: 'orders', columns: ['region'] },
  })
  const after = Object(records).edges[0].cursor
  const input = { dataset: 'orders', columns: ['customer'] }
  expect(await server.refusal(token, questions.records, { input, after })).toEqual({
    code: 'DIMENSION_NOT_ALLOWED',
    message: 'There is no such dimension here. input.columns.0.',
    argument: 'input.columns.0',
    allowed: ['region'],
  })
  const other = {
    dataset: 'orders',
    columns: ['region'],
    filters: [{ dimension: 'region', values: ['east'] }],
  }
  expect(await server.refusal(token, questions.records, { input: other, after })).toEqual({
    code: 'BAD_USER_INPUT',
    message:
      'An argument is not of the allowed form. after: expected a cursor that this very question answered with.',
    argument: 'after',
  })
})

test('a metric’s own definition may use what its viewer may not name', async () => {
  const token = await server.guestToken({ tenantId: 'acme', allowedDimensions: ['region'] })
  expect(await server.data(token, questions.counter, { input: { metric: 'express_count' } })).toEqual({
    counter: { value: 2 },
  })
})

test('a ratio needs what its parts need, from which they could be worked out', async () => {
  const share = { input: { metric: 'cost_share' } }
  const admin = await server.guestToken({ tenantId: 'acme', role: 'admin' })
  expect(await server.data(admin, questions.counter, share)).toEqual({ counter: { value: 0.6 } })
  const analyst = await server.guestToken({ tenantId: 'acme', role: 'analyst' })
  expect(await server.refusal(analyst, questions.counter, share)).toMatchObject({
    code: 'METRIC_NOT_ALLOWED',
    argument: 'input.metric',
  })
})

const cataloguePlace: Place = { query: cataloguesQuery, variables: {}, argument: '' }

async function refusalsAt(places: readonly Place[], token: string) {
  return Promise.all(places.map(({ query, variables }) => server.refusal(token, query, variables)))
}

/** Whole bodies but for the requests' ids. */
async function bytesAt(places: readonly Place[], token: string): Promise<readonly string[]> {
  const answers = places.map(({ query, variables }) => server.post(token, { query, variables }))
  const bodies = (await Promise.all(answers)).map(({ status, body }) => `${status} ${JSON.stringify(body)}`)
  return bodies.map((text) => text.replace(/"requestId":"[0-9a-f-]{36}"/g, '"requestId":""'))
}

function withoutDimension(model: GrantsModel, name: string): GrantsModel {
  return withoutWidgetsOf(name, {
    ...model,
    datasets: model.datasets.map((dataset) =>
      dataset.name === 'orders'
        ? { ...dataset, dimensions: dataset.dimensions.filter((each) => each.name !== name) }
        : dataset,
    ),
    policies: [{ name: 'no_margin', permissions: [] }],
  })
}

/** Without the ratio as well that needs what it needs; in any other ratio its part is played by another metric. */
function withoutMetric(model: GrantsModel, name: string): GrantsModel {
  const gone = name === 'total_cost' ? [name, 'cost_share'] : [name]
  const datasets = model.datasets.map((dataset) => ({
    ...dataset,
    metrics: dataset.metrics
      .filter((each) => !gone.includes(each.name))
      .map((each) => (each.name === 'cost_share' ? { ...each, ratio: ['order_count', 'revenue'] } : each)),
  }))
  return gone.reduce((rest, each) => withoutWidgetsOf(each, rest), { ...model, datasets })
}

function withoutWidgetsOf(name: string, model: GrantsModel): GrantsModel {
  return {
    ...model,
    dashboards: model.dashboards.map((dashboard) => ({
      ...dashboard,
      ...(Array.isArray(dashboard.filters) && {
        filters: dashboard.filters.filter(({ dimension }) => dimension !== name),
      }),
      widgets: dashboard.widgets.filter((widget) => !JSON.stringify(widget).includes(name)),
    })),
  }
}
