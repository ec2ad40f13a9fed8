import { afterAll, beforeAll, expect, test } from 'vitest'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  const model = grantsModel()
  const orders = model.datasets.find(({ name }) => name === 'orders')
  const revenue = orders?.metrics.find(({ name }) => name === 'revenue')
  Object.assign(Object(revenue), { title: 'Revenue', format: { style: 'currency', currency: 'EUR' } })
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
