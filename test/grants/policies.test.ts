import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permissionsOf } from '../support/grants-catalogue.ts'
import { type GrantsModel, grantsModel } from '../support/grants-model.ts'
import { questions } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'
const revenue = { input: { metric: 'revenue' } }
const unauthenticated = {
  status: 401,
  body: {
    errors: [
      {
        message: 'The credential is missing, malformed, expired or not accepted.',
        extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
      },
    ],
  },
}

function applying(document: object, dryRun = false) {
  const query =
    'mutation ($document: JSONObject!, $dryRun: Boolean!) { applyModel(document: $document, dryRun: $dryRun) { version } }'
  return server.post(server.apiKey, { query, variables: { document, dryRun } })
}

describe('a change of the model', () => {
  test('holds for the next request of a token that was made before', async () => {
    await server.apply(grantsModel('policies: [{ name: wide }]'))
    const token = await server.guestToken({ tenantId, policy: 'wide' })
    expect(await server.data(token, questions.counter, revenue)).toEqual({ counter: { value: 210 } })
    const lock = 'lockedFilters: [{ dataset: orders, dimension: region, values: [north] }]'
    await server.apply(grantsModel(`policies: [{ name: wide, allowDrillDown: false, ${lock} }]`))
    expect(await server.data(token, questions.counter, revenue)).toEqual({ counter: { value: 100 } })
    expect(await permissionsOf(server, token)).toMatchObject({
      drillDown: false,
      lockedDimensions: ['region'],
    })
    await server.apply(grantsModel('policies: [{ name: wide, datasets: [customers] }]'))
    expect(await server.refusal(token, questions.counter, revenue)).toEqual({
      code: 'METRIC_NOT_ALLOWED',
      message: 'There is no such metric here. input.metric.',
      argument: 'input.metric',
      allowed: ['customer_count'],
    })
    await server.apply(grantsModel('policies: [{ name: wide }]'))
    expect(await server.data(token, questions.counter, revenue)).toEqual({ counter: { value: 210 } })
  })

  test.each([
    ['policy', 'policies: [{ name: one }]', { policy: 'one' }],
    ['role', 'roles: [{ name: one }]', { role: 'one' }],
  ])('that takes a %s away ends the tokens that name it, until it is back', async (_, additions, named) => {
    await server.apply(grantsModel(additions))
    const token = await server.guestToken({ tenantId, ...named })
    const other = await server.guestToken({ tenantId })
    await server.apply(grantsModel())
    expect(await server.post(token, { query: questions.counter, variables: revenue })).toEqual(
      unauthenticated,
    )
    expect(await server.data(other, questions.counter, revenue)).toEqual({ counter: { value: 210 } })
    await server.apply(grantsModel(additions))
    expect(await server.data(token, questions.counter, revenue)).toEqual({ counter: { value: 210 } })
  })

  test('that takes a name of a token’s own away leaves it without effect', async () => {
    await server.apply(grantsModel())
    const token = await server.guestToken({ tenantId, dashboards: ['people'], datasets: ['customers'] })
    const hiding = await server.guestToken({ tenantId, hiddenWidgets: ['people/total'] })
    const model = grantsModel()
    await server.apply({ ...model, dashboards: model.dashboards.filter(({ name }) => name !== 'people') })
    expect(await permissionsOf(server, token)).toMatchObject({
      dashboards: { all: false, names: [] },
      datasets: { all: false, names: ['customers'] },
    })
    expect(
      await server.data(hiding, '{ dashboard(name: "sales") { widget(name: "total") { name } } }'),
    ).toEqual({
      dashboard: { widget: { name: 'total' } },
    })
  })

  test('that takes a locked dimension away closes what was locked by it', async () => {
    await server.apply(grantsModel())
    const lockedFilters = [{ dataset: 'orders', dimension: 'region', values: ['north'] }]
    const token = await server.guestToken({ tenantId, lockedFilters })
    await server.apply(withoutRegion(grantsModel()))
    const { body } = await server.post(token, { query: questions.counter, variables: revenue })
    expect(body.data ?? null).toBeNull()
    expect(body.errors?.map(({ message, extensions }) => [extensions?.code, message])).toEqual([
      ['METRIC_NOT_ALLOWED', 'There is no such metric here. input.metric.'],
    ])
    await server.apply(grantsModel())
    expect(await server.data(token, questions.counter, revenue)).toEqual({ counter: { value: 100 } })
  })

  test('that would leave a policy naming what there no longer is changes nothing, and says where', async () => {
    const lock =
      'lockedFilters: [{ dataset: orders, dimension: region, values: [north] }, { dimension: region, values: [] }]'
    const additions = `
roles: [{ name: seller, widgets: [people/segments], allowedMetrics: [customers.customer_count] }]
policies:
  - { name: abroad, dashboards: [sales, people], datasets: [orders, customers], permissions: [margin], allowedDimensions: [region, customers.name] }
  - { name: locked, datasets: [orders], ${lock} }`
    await server.apply(grantsModel(additions))
    const exported = await server.data(server.apiKey, '{ exportModel }')
    const reduced = withoutRegion(grantsModel(additions))
    const document = {
      ...reduced,
      datasets: reduced.datasets
        .filter(({ name }) => name === 'orders')
        .map((dataset) => ({
          ...dataset,
          joins: [],
          dimensions: dataset.dimensions.filter(
            ({ from, requires }) => from === undefined && requires === undefined,
          ),
          metrics: dataset.metrics.filter(({ name }) => name === 'revenue'),
        })),
      dashboards: [{ name: 'sales', widgets: [] }],
    }
    for (const dryRun of [true, false]) {
      const { body } = await applying(document, dryRun)
      const [error] = body.errors ?? []
      expect([error?.extensions?.code, error?.extensions?.problems]).toEqual(['BAD_USER_INPUT', lostNames])
    }
    expect(await server.data(server.apiKey, '{ exportModel }')).toEqual(exported)
  })
})

const lostNames = [
  ['roles[0].widgets[0]', 'dashboard/widget, or the name of a widget; there is none yet'],
  ['roles[0].allowedMetrics[0]', 'the name of a metric, or dataset.metric, such as orders.revenue, revenue'],
  ['policies[0].dashboards[1]', 'the name of a dashboard, such as sales'],
  ['policies[0].datasets[1]', 'the name of a dataset, such as orders'],
  [
    'policies[0].allowedDimensions[0]',
    'the name of a dimension, or dataset.dimension, such as amount, due, product, customer, express',
  ],
  [
    'policies[0].allowedDimensions[1]',
    'the name of a dimension, or dataset.dimension, such as customer, orders.due, ordered_at, orders.amount, amount',
  ],
  [
    'policies[0].permissions[0]',
    'a permission that a dimension, a metric or a benchmark requires; there is none yet',
  ],
  [
    'policies[1].lockedFilters[0].dimension',
    'a dimension of the dataset orders, such as amount, due, product, customer, express',
  ],
  [
    'policies[1].lockedFilters[1].dimension',
    'a dimension of every dataset in reach, which orders lacks; name the dataset that the filter is about, or leave the others out of datasets',
  ],
].map(([path, expected]) => ({ path, message: `expected ${expected}` }))

describe('a policy over 500 datasets', () => {
  const names = Array.from({ length: 500 }, (_, index) => `d${String(index).padStart(3, '0')}`)
  const source = { dataSource: 'warehouse', database: 'demo', table: 'customers', tenancy: 'shared' }
  const many = {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    tenancy: { dataSource: 'warehouse' },
    datasets: [...names, 'hidden'].map((name) => ({
      name,
      ...source,
      metrics: [{ name: `${name}_n`, aggregate: 'count' }],
    })),
    policies: [{ name: 'broad', datasets: names }],
  }

  test('fits into a token of less than a kilobyte, which answers for each of them', async () => {
    const { body } = await applying(many)
    expect(body).toEqual({ data: { applyModel: { version: expect.any(Number) } } })
    const token = await server.guestToken({ tenantId, role: 'analyst', policy: 'broad' })
    expect(token.length).toBeLessThan(1024)
    expect((await permissionsOf(server, token)).datasets).toEqual({ all: false, names })
    for (const name of ['d000', 'd250', 'd499'])
      expect(await server.data(token, questions.counter, { input: { metric: `${name}_n` } })).toEqual({
        counter: { value: 3 },
      })
    expect(await server.data(token, '{ dataset(name: "hidden") { name } }')).toEqual({ dataset: null })
    await server.apply(grantsModel())
  })
})

function withoutRegion(model: GrantsModel): GrantsModel {
  return {
    ...model,
    datasets: model.datasets.map((dataset) => ({
      ...dataset,
      dimensions: dataset.dimensions.filter(({ name }) => name !== 'region'),
    })),
    dashboards: model.dashboards.map(({ filters: _, ...dashboard }) => ({
      ...dashboard,
      widgets: dashboard.widgets.filter(({ name }) => name !== 'regions'),
    })),
  }
}
