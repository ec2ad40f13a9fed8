import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogueOf, dashboardOf, permissionsOf } from '../support/grants-catalogue.ts'
import { type Kind, questions, widgetQuery } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'

function lockedToken(...lockedFilters: readonly object[]): Promise<string> {
  return server.guestToken({ tenantId, lockedFilters })
}

async function ask(token: string, kind: Kind, input: object): Promise<unknown> {
  return (await server.data(token, questions[kind], { input }))[kind]
}

describe('a locked filter', () => {
  test.each<[string, string, readonly unknown[], number]>([
    ['region', 'EQUALS', ['north'], 100],
    ['region', 'EQUALS', ['north', 'east'], 140],
    ['region', 'EQUALS', ['nowhere'], 0],
    ['region', 'EQUALS', [], 0],
    ['region', 'NOT_EQUALS', ['north'], 110],
    ['region', 'NOT_EQUALS', ['north', 'east'], 70],
    ['region', 'CONTAINS', ['ort', 'as'], 140],
    ['region', 'NOT_CONTAINS', ['ort', 'as'], 70],
    ['region', 'STARTS_WITH', ['no', 'e'], 140],
    ['region', 'ENDS_WITH', ['th'], 170],
    ['amount', 'GREATER_THAN', [30], 150],
    ['amount', 'GREATER_THAN_OR_EQUALS', [30], 180],
    ['amount', 'LESS_THAN', [30], 30],
    ['amount', 'LESS_THAN_OR_EQUALS', [30], 60],
    ['amount', 'BETWEEN', [20, 40], 90],
    ['express', 'EQUALS', [true], 50],
    ['ordered_at', 'GREATER_THAN_OR_EQUALS', ['2024-03-01T00:00:00Z'], 110],
    ['due', 'LESS_THAN', ['2024-01-25'], 10],
    ['country', 'EQUALS', ['DE'], 80],
    ['country', 'NOT_EQUALS', ['DE'], 130],
    ['country', 'IS_NULL', [], 60],
    ['country', 'IS_NOT_NULL', [], 150],
    // No role of this token grants what cost requires; a lock may name it all the same.
    ['cost', 'LESS_THAN', [13], 30],
  ])('of %s %s %j lets exactly its rows through', async (dimension, operator, values, revenue) => {
    const token = await lockedToken({ dataset: 'orders', dimension, operator, values })
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: revenue })
  })

  test('holds for every question, total and widget', async () => {
    const token = await lockedToken({ dataset: 'orders', dimension: 'region', values: ['north'] })
    const metric = 'revenue'
    const row = { keys: [{ value: 'north' }], value: 100 }
    expect(
      await ask(token, 'leaderboard', { metric, dimensions: ['region'], limit: 1, others: true }),
    ).toEqual({
      total: 100,
      rows: [row],
    })
    expect(await ask(token, 'table', { metrics: [metric], dimensions: ['product'] })).toEqual({
      rows: [
        ['screw', 60],
        ['nut', 30],
        ['bolt', 10],
      ],
      rowCount: 3,
    })
    expect(
      await ask(token, 'timeSeries', { metrics: [metric], granularity: 'MONTH', groupBy: ['region'] }),
    ).toEqual({
      granularity: 'MONTH',
      labels: ['2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
      range: { start: '2024-01-05T10:15:00Z', stop: '2024-03-31T22:30:01Z' },
      series: [{ group: [{ value: 'north' }], values: [10, 30, 60] }],
    })
    expect(await ask(token, 'topValues', { dataset: 'orders', dimension: 'region' })).toEqual({
      values: [{ value: 'north', count: 3 }],
    })
    expect(await ask(token, 'records', { dataset: 'orders', columns: ['amount'] })).toEqual({
      edges: [10, 30, 60].map((amount) => ({ node: [amount], cursor: expect.any(String) })),
    })
    const widget = { dashboard: 'sales', name: 'regions' }
    expect(await server.data(token, widgetQuery, widget)).toEqual({
      dashboard: { widget: { data: { total: 100, rows: [row] } } },
    })
    const values =
      '{ dashboard(name: "sales") { filters { name locked values { values { value count } } } } }'
    expect(await server.data(token, values)).toEqual({
      dashboard: {
        filters: [
          { name: 'region', locked: true, values: { values: [{ value: 'north', count: 3 }] } },
          {
            name: 'country',
            locked: false,
            values: {
              values: [
                { value: 'DE', count: 2 },
                { value: null, count: 1 },
              ],
            },
          },
        ],
      },
    })
  })

  test.each([
    ['the other value', { dimension: 'region', values: ['south'] }, 0],
    ['either value', { or: [{ dimension: 'region', values: ['south', 'north'] }] }, 100],
    ['all but the value', { not: { dimension: 'region', values: ['north'] } }, 0],
    ['what is always so', { or: [{ and: [] }, { dimension: 'region', operator: 'IS_NOT_NULL' }] }, 100],
    ['no values at all', { not: { dimension: 'region', values: [] } }, 100],
  ])('cannot be widened by a filter for %s', async (_, filter, revenue) => {
    const token = await lockedToken({ dataset: 'orders', dimension: 'region', values: ['north'] })
    expect(await ask(token, 'counter', { metric: 'revenue', filters: [filter] })).toEqual({ value: revenue })
    const widget = { dashboard: 'sales', name: 'total', filters: [filter] }
    expect(await server.data(token, widgetQuery, widget)).toEqual({
      dashboard: { widget: { data: { value: revenue } } },
    })
  })

  test('holds together with the others', async () => {
    const token = await lockedToken(
      { dataset: 'orders', dimension: 'region', values: ['north', 'south'] },
      { dataset: 'orders', dimension: 'region', values: ['north', 'east'] },
      { dataset: 'orders', dimension: 'amount', operator: 'GREATER_THAN', values: [10] },
    )
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 90 })
    expect((await permissionsOf(server, token)).lockedDimensions).toEqual(['region', 'amount'])
  })

  test('holds where its dimension may not be named', async () => {
    const token = await server.guestToken({
      tenantId,
      allowedDimensions: ['product'],
      lockedFilters: [{ dataset: 'orders', dimension: 'region', values: ['north'] }],
    })
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 100 })
    expect(await dashboardOf(server, token, 'sales')).toMatchObject({ filters: [] })
  })
})

describe('a locked filter without a dataset', () => {
  test('holds for each dataset', async () => {
    const token = await lockedToken({ dimension: 'segment', values: ['retail'] })
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 110 })
    expect(await ask(token, 'counter', { metric: 'customer_count' })).toEqual({ value: 2 })
  })

  test('is for those that the token can reach', async () => {
    const lockedFilters = [{ dimension: 'region', values: ['north'] }]
    const token = await server.guestToken({ tenantId, datasets: ['orders'], lockedFilters })
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 100 })
    expect((await catalogueOf(server, token)).datasets).toEqual({ orders: expect.anything() })
  })
})

describe('a locked filter of a dataset that another one joins', () => {
  const lock = { dataset: 'customers', dimension: 'segment', values: ['retail'] }

  test('hides its columns and never a fact', async () => {
    const token = await lockedToken(lock)
    expect(await ask(token, 'counter', { metric: 'customer_count' })).toEqual({ value: 2 })
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 210 })
    expect(await ask(token, 'table', { metrics: ['revenue'], dimensions: ['country', 'segment'] })).toEqual({
      rows: [
        [null, null, 100],
        ['FR', 'retail', 70],
        ['DE', 'retail', 40],
      ],
      rowCount: 3,
    })
    expect(await ask(token, 'records', { dataset: 'orders', columns: ['amount', 'country'] })).toEqual({
      edges: [
        [10, 'DE'],
        [20, 'FR'],
        [30, 'DE'],
        [40, null],
        [50, 'FR'],
        [60, null],
      ].map((node) => ({ node, cursor: expect.any(String) })),
    })
  })

  test('keeps what it hides from being found by a filter or a search', async () => {
    const token = await lockedToken(lock)
    const filters = [{ dimension: 'segment', values: ['wholesale'] }]
    expect(await ask(token, 'counter', { metric: 'revenue', filters })).toEqual({ value: 0 })
    const search = { dataset: 'orders', dimension: 'segment', search: 'whole' }
    expect(await ask(token, 'topValues', search)).toEqual({ values: [] })
  })
})
