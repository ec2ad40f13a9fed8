import { Client, cacheExchange, fetchExchange } from '@urql/core'
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let token: string

beforeAll(async () => {
  server = await startTestServer()
  token = await server.guestToken({ tenantId: 'ATL', dashboards: ['departures'] })
})

afterAll(() => server.close())

const dashboardQuery = /* GraphQL */ `
  query Dashboard($name: String!, $timeRange: TimeRangeInput) {
    dashboard(name: $name) {
      id
      title
      filters { name title locked values(limit: 3) { values { value count } } }
      widgets {
        id
        name
        visualization { kind options }
        data(timeRange: $timeRange) {
          __typename
          ... on Counter { value exactValue formatted range { start stop timeZone } }
          ... on TimeSeries { granularity labels series { group { dimension value } values total isOthers } }
          ... on Leaderboard { total rows { rank keys { dimension value } value share } }
          ... on Table { columns { name kind type } cells: rows rowCount }
        }
      }
    }
  }
`

describe('a client of the field (@urql/core)', () => {
  const client = () =>
    new Client({
      url: `${server.url}/graphql`,
      preferGetMethod: false,
      exchanges: [cacheExchange, fetchExchange],
      fetchOptions: () => ({ headers: { authorization: `Bearer ${token}` } }),
    })
  const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } }

  test('reads a whole dashboard in one operation', async () => {
    const { data, error } = await client()
      .query(dashboardQuery, { name: 'departures', timeRange: march })
      .toPromise()
    expect(error).toBeUndefined()
    const { widgets, filters } = data.dashboard
    expect(widgets).toHaveLength(12)
    expect(widgets.find(({ name }: { name: string }) => name === 'total').data).toEqual({
      __typename: 'Counter',
      value: 21_269,
      exactValue: '21269',
      formatted: '21,269',
      range: {
        __typename: 'ResolvedTimeRange',
        start: '2001-03-01T00:00:00Z',
        stop: '2001-04-01T00:00:00Z',
        timeZone: 'UTC',
      },
    })
    expect(
      new Set(widgets.map(({ data: answer }: { data: { __typename: string } }) => answer.__typename)),
    ).toEqual(new Set(['Counter', 'TimeSeries', 'Leaderboard', 'Table']))
    expect(filters.length).toBeGreaterThan(0)
  })

  test('reads the same in parts, of which one that fails takes no other', async () => {
    const deferred = (controls: string) => /* GraphQL */ `
      query Dashboard($timeRange: TimeRangeInput) {
        dashboard(name: "departures") {
          id
          widgets {
            id
            name
            ... @defer(label: "data") {
              data(timeRange: $timeRange${controls}) { __typename ... on Counter { exactValue } }
            }
          }
        }
      }
    `
    const before = server.verified()
    const { data, error } = await client().query(deferred(''), { timeRange: march }).toPromise()
    expect(server.verified() - before).toBe(1)
    expect(error).toBeUndefined()
    expect(data.dashboard.widgets).toHaveLength(12)
    const [total] = data.dashboard.widgets.filter(({ name }: { name: string }) => name === 'total')
    expect(total.data).toEqual({ __typename: 'Counter', exactValue: '21269' })
    const refused = await client()
      .query(deferred(', compareTo: PREVIOUS_YEAR'), { timeRange: march })
      .toPromise()
    const answered = refused.data.dashboard.widgets.filter(({ data: answer }: { data: unknown }) => answer)
    const errors = refused.error?.graphQLErrors ?? []
    expect([answered.length + errors.length, errors.length > 0, answered.length > 0]).toEqual([
      12,
      true,
      true,
    ])
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set(['An argument is not of the allowed form. compareTo: expected no comparison for a table.']),
    )
  })

  test('finds each of its objects again by its id', async () => {
    const { data } = await client()
      .query(dashboardQuery, { name: 'departures', timeRange: march })
      .toPromise()
    const ids = [data.dashboard.id, ...data.dashboard.widgets.map(({ id }: { id: string }) => id)]
    const query = `{ ${ids.map((id, index) => `n${index}: node(id: "${id}") { id }`).join(' ')} }`
    const { body } = await server.post(token, { query })
    expect(Object.values(Object(body.data)).map((node) => Object(node).id)).toEqual(ids)
  })

  test('is not told of a hidden widget by the layout either', async () => {
    const other = await server.guestToken({ tenantId: 'ATL', datasets: ['airports'] })
    const query = '{ dashboard(name: "departures") { layout widgets { name } } }'
    const { body } = await server.post(other, { query })
    const { layout, widgets } = Object(Object(body.data).dashboard)
    expect([widgets, layout.widgets]).toEqual([[], {}])
  })

  test('gets null for what is hidden, foreign or not there, and cannot tell which', async () => {
    const other = Buffer.from('Dashboard:delays').toString('base64url')
    const absent = Buffer.from('Dashboard:no_such').toString('base64url')
    const query = `{ a: dashboard(name: "delays") { id } b: dashboard(name: "no_such") { id } c: node(id: "${other}") { id } d: node(id: "${absent}") { id } }`
    expect(await server.post(token, { query })).toMatchObject({
      status: 200,
      body: { data: { a: null, b: null, c: null, d: null } },
    })
  })
})

describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (address: string, init: RequestInit = {}) =>
      fetch(address, { ...init, headers: { ...Object(init.headers), authorization: `Bearer ${token}` } }),
  })) {
    test(`${audit.id} ${audit.name}`, async () => {
      expect(await audit.fn()).toMatchObject({ status: 'ok' })
    })
  }
})

describe('a credential', () => {
  test('is verified once for a request with 20 widgets', async () => {
    const id = Buffer.from('Widget:departures/total').toString('base64url')
    const fields = Array.from(
      { length: 20 },
      (_, index) => `w${index}: widget(id: "${id}") { data { ... on Counter { value } } }`,
    )
    const before = server.verified()
    const { status, body } = await server.post(token, { query: `{ ${fields.join(' ')} }` })
    expect([status, Object.keys(Object(body.data)).length, server.verified() - before]).toEqual([200, 20, 1])
  })
})
