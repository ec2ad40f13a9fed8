import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogueOf, permissionsOf } from '../support/grants-catalogue.ts'
import { questions, samples, unrestrictedPermissions, widgetQuery } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'
const ofCustomers = ['code', 'name', 'country', 'segment']
const withoutTotalCost = ['order_count', 'revenue', 'express_count', 'largest']

describe('datasets', () => {
  const refused = (argument: string, allowed: readonly string[]) => ({
    code: 'NOT_FOUND',
    message: `It does not exist, or the credential may not see it. ${argument}.`,
    argument,
    allowed,
  })

  test('that are not granted do not exist, nor do their metrics, filters and widgets', async () => {
    const token = await server.guestToken({ tenantId, datasets: ['customers'] })
    expect(await catalogueOf(server, token)).toEqual({
      datasets: { customers: [ofCustomers, ['customer_count']] },
      metrics: ['customer_count'],
      dashboards: { sales: [[], []], people: [[], ['total', 'segments']], acme_board: [[], []] },
    })
    expect(await permissionsOf(server, token)).toEqual({
      role: null,
      ...unrestrictedPermissions,
      datasets: { all: false, names: ['customers'] },
      dimensions: {
        all: false,
        names: ['code', 'name', 'customers.country', 'customers.segment'],
      },
      metrics: { all: false, names: ['customer_count'] },
    })
    for (const kind of ['topValues', 'records'] as const)
      expect(await server.refusal(token, questions[kind], { input: samples[kind] })).toEqual(
        refused('input.dataset', ['customers']),
      )
    expect(await server.refusal(token, questions.counter, { input: samples.counter })).toEqual({
      code: 'METRIC_NOT_ALLOWED',
      message: 'There is no such metric here. input.metric.',
      argument: 'input.metric',
      allowed: ['customer_count'],
    })
  })

  test('that are granted show the columns of one that is joined and not granted', async () => {
    const token = await server.guestToken({ tenantId, datasets: ['orders'] })
    const input = { metrics: ['revenue'], dimensions: ['country'] }
    expect(await server.data(token, questions.table, { input })).toEqual({
      table: {
        rows: [
          ['DE', 80],
          ['FR', 70],
          [null, 60],
        ],
        rowCount: 3,
      },
    })
    expect(await server.data(token, '{ dataset(name: "customers") { name } }')).toEqual({ dataset: null })
  })

  test('are none where the list is empty', async () => {
    const token = await server.guestToken({ tenantId, datasets: [] })
    expect(await catalogueOf(server, token)).toMatchObject({ datasets: {}, metrics: [] })
    expect(await server.refusal(token, questions.records, { input: samples.records })).toEqual(
      refused('input.dataset', []),
    )
  })
})

describe('dimensions', () => {
  test('are allowed by their name in any dataset, or in one', async () => {
    const token = await server.guestToken({
      tenantId,
      allowedDimensions: ['segment', 'orders.country', 'region'],
    })
    expect(await catalogueOf(server, token)).toMatchObject({
      datasets: {
        orders: [['region', 'country', 'segment'], withoutTotalCost],
        customers: [['segment'], ['customer_count']],
      },
      dashboards: {
        sales: [
          ['region', 'country'],
          ['total', 'monthly', 'regions'],
        ],
        people: [[], ['total', 'segments']],
      },
    })
    expect((await permissionsOf(server, token)).dimensions).toEqual({
      all: false,
      names: ['region', 'orders.country', 'segment'],
    })
  })

  test('are none where the list is empty, and figures still answer', async () => {
    const token = await server.guestToken({ tenantId, allowedDimensions: [] })
    expect(await catalogueOf(server, token)).toMatchObject({
      datasets: { orders: [[], withoutTotalCost], customers: [[], ['customer_count']] },
      dashboards: { sales: [[], ['total', 'monthly']], people: [[], ['total']] },
    })
    expect(await server.data(token, widgetQuery, { dashboard: 'sales', name: 'total' })).toEqual({
      dashboard: { widget: { data: { value: 210 } } },
    })
  })
})
