import { afterAll, beforeAll, expect, test } from 'vitest'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  const model = grantsModel()
  const orders = model.datasets.find(({ name }) => name === 'orders')
  const revenue = orders?.metrics.find(({ name }) => name === 'revenue')
  Object.assign(Object(revenue), { title: 'Revenue', format: { style: 'currency', currency: 'EUR' } })
  const amount = orders?.dimensions.find(({ name }) => name === 'amount')
  Object.assign(Object(amount), { unit: 'EUR' })
  server = await startGrantsServer(model)
})
afterAll(() => server.close())

test('a column of figures says how they are written, and a dimension has no metric', async () => {
  const token = await server.guestToken({ tenantId: 'acme' })
  const query = `query ($input: TableInput!) {
    table(input: $input) { columns { name metric { name title format currency unit } } }
  }`
  const input = { metrics: ['revenue'], dimensions: ['region'], pivot: ['express'] }
  const column = {
    name: 'revenue',
    metric: { name: 'revenue', title: 'Revenue', format: 'currency', currency: 'EUR', unit: null },
  }
  expect(await server.data(token, query, { input })).toEqual({
    table: { columns: [{ name: 'region', metric: null }, column, column] },
  })
})

const range = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' } }

test('the time in buckets says their granularity, along the rows and over the columns', async () => {
  const token = await server.guestToken({ tenantId: 'acme' })
  const query = `query ($input: TableInput!) {
    table(input: $input) { columns { name granularity } pivot { name kind title granularity } }
  }`
  const ask = (input: object) =>
    server.data(token, query, { input: { metrics: ['revenue'], timeRange: range, ...input } })
  const figures = { name: 'revenue', granularity: null }
  expect(await ask({ dimensions: ['region', 'due'], granularity: 'MONTH' })).toEqual({
    table: {
      columns: [
        { name: 'region', granularity: null },
        { name: 'due', granularity: null },
        { name: 'ordered_at', granularity: 'MONTH' },
        figures,
      ],
      pivot: [],
    },
  })
  const chosen = await ask({ dimensions: [], granularity: 'AUTO' })
  expect(chosen).toEqual({
    table: { columns: [{ name: 'ordered_at', granularity: 'DAY' }, figures], pivot: [] },
  })
  const pivot = ['express', 'ordered_at']
  expect(await ask({ dimensions: ['region'], granularity: 'QUARTER', pivot })).toEqual({
    table: {
      columns: [{ name: 'region', granularity: null }, figures, figures],
      pivot: [
        { name: 'express', kind: 'DIMENSION', title: 'Express', granularity: null },
        { name: 'ordered_at', kind: 'DIMENSION', title: 'Ordered at', granularity: 'QUARTER' },
      ],
    },
  })
})

test('groups and bins say what they are of', async () => {
  const token = await server.guestToken({ tenantId: 'acme' })
  const query = `query ($range: TimeRangeInput!) {
    leaderboard(input: { metric: "revenue", dimensions: ["region", "country"], timeRange: $range }) {
      dimensions { name title type }
    }
    timeSeries(input: { metrics: ["revenue"], groupBy: ["express"], timeRange: $range }) {
      dimensions { name title type }
    }
    histogram(input: { dataset: "orders", dimension: "amount", timeRange: $range }) {
      dimension { name title type format unit }
    }
    empty: histogram(input: { dataset: "orders", dimension: "amount", timeRange: { period: "today" } }) {
      bins { count } dimension { name }
    }
  }`
  const of = (name: string, title: string, type: string) => ({ name, title, type })
  expect(await server.data(token, query, { range })).toEqual({
    leaderboard: { dimensions: [of('region', 'Region', 'STRING'), of('country', 'Country', 'STRING')] },
    timeSeries: { dimensions: [of('express', 'Express', 'BOOLEAN')] },
    histogram: { dimension: { ...of('amount', 'Amount', 'NUMBER'), format: null, unit: 'EUR' } },
    empty: { bins: [], dimension: { name: 'amount' } },
  })
})
