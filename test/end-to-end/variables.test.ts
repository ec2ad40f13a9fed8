import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let token: string

beforeAll(async () => {
  server = await startTestServer()
  token = await server.guestToken({ tenantId: 'ATL' })
})

afterAll(() => server.close())

const filter = (part: object) => ({
  metric: 'departures',
  filters: [{ dimension: 'delay', values: [1], ...part }],
})

describe('a variable that does not fit', () => {
  test.each<[unknown, string]>([
    [{}, 'i'],
    [{ metric: 1 }, 'i.metric'],
    [{ metric: 'departures', foo: 1 }, 'i'],
    [{ metric: 'departures', timeZone: 7 }, 'i.timeZone'],
    [{ metric: 'departures', timeRange: {} }, 'i.timeRange'],
    [filter({ operator: 'FOO' }), 'i.filters.0.operator'],
    [{ metric: 'departures', filters: [null] }, 'i.filters.0'],
    [filter({ values: [[1]] }), 'i.filters.0.values.0'],
    [filter({ values: [9007199254740994] }), 'i.filters.0.values.0'],
  ])('%j is the client’s mistake, with its place', async (i, argument) => {
    const query = 'query ($i: CounterInput!) { counter(input: $i) { value } }'
    const { status, body } = await server.post(token, { query, variables: { i } })
    expect(status).toBeLessThan(500)
    expect([body.errors?.[0]?.extensions?.code, body.errors?.[0]?.extensions?.argument]).toEqual([
      'BAD_USER_INPUT',
      argument,
    ])
  })

  test('in the filter of a dashboard is named by the viewer’s own argument', async () => {
    const query = '{ dashboard(name: "departures") { filters { values(limit: 0) { values { value } } } } }'
    const { body } = await server.post(token, { query })
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'limit' })
  })
})

test('a Host header that is none is the client’s mistake', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${server.url}/graphql`, { headers: { host: '[' } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
  expect(status).toBe(400)
})

test('questions end with their request, though another one took its answer away', async () => {
  const heavy = (index: number) =>
    `b${index}: leaderboard(input: { metric: "delay_p95", dimensions: ["destination", "departed_at"], others: true, limit: ${index + 1} }) { total }`
  const query = `{ a: counter(input: { metric: "nope" }) { value } ${Array.from({ length: 40 }, (_, index) => heavy(index)).join(' ')} }`
  const { body } = await server.post(token, { query })
  expect(body.errors?.[0]?.extensions?.code).toBe('METRIC_NOT_ALLOWED')
  for (let attempt = 0; attempt < 100; attempt++) {
    const running = await server.execute(
      "SELECT count() FROM system.processes WHERE query LIKE '%GROUPING SETS%' AND query NOT LIKE '%system.processes%'",
    )
    if (Number(running) === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('They go on.')
})
