import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

const query = `query ($dashboard: String!, $widget: String!, $timeRange: TimeRangeInput, $filters: [FilterInput!], $first: Int, $after: String) {
  dashboard(name: $dashboard) {
    widget(name: $widget) {
      data(timeRange: $timeRange, filters: $filters) { ... on Counter { value } }
      drillDown(timeRange: $timeRange, filters: $filters, first: $first, after: $after) {
        columns { name }
        edges { node }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`

const timeRange = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-03-08T00:00:00Z' } }

async function ask(token: string, variables: object) {
  const { body } = await server.post(token, { query, variables })
  if (body.errors !== undefined) {
    return { errors: body.errors.map(({ message, extensions }) => ({ message, code: extensions?.code })) }
  }
  const { widget } = Object(Object(body.data).dashboard)
  return { value: Object(widget).data?.value, records: Object(widget).drillDown }
}

/** Every row behind a widget, page by page. */
async function everyRow(token: string, variables: object): Promise<{ value: number; rows: unknown[][] }> {
  const rows: unknown[][] = []
  let after: string | null = null
  for (;;) {
    const answer = await ask(token, { ...variables, first: 500, after })
    const { value, records } = answer
    rows.push(...records.edges.map(({ node }: { node: unknown[] }) => node))
    if (!records.pageInfo.hasNextPage) return { value, rows }
    after = records.pageInfo.endCursor
  }
}

test('as many rows stand behind a count as it counts, its own filters and the viewer’s included', async () => {
  const token = await server.guestToken({ tenantId: 'SFO' })
  const filters = [{ dimension: 'destination_state', values: ['CA'] }]
  const late = await everyRow(token, { dashboard: 'delays', widget: 'late', timeRange, filters })
  expect(late.rows.length).toBe(late.value)
  expect(late.value).toBeGreaterThan(100)
  expect(late.rows.every(([, delay]) => Number(delay) > 15)).toBe(true)
  const counted = await server.execute(`
    SELECT count() FROM demo.flights LEFT ANY JOIN demo.airports ON destination = iata WHERE origin = 'SFO'
      AND state = 'CA' AND delay > 15 AND departed_at >= '2001-03-01' AND departed_at < '2001-03-08' FORMAT TSV`)
  expect(late.value).toBe(Number(counted))
})

test('a share has the rows that it is a share of', async () => {
  const token = await server.guestToken({ tenantId: 'SFO' })
  const filters = [{ dimension: 'destination', values: ['LAX'] }]
  const share = await everyRow(token, { dashboard: 'departures', widget: 'on_time', timeRange, filters })
  const onTime = share.rows.filter(([, delay]) => Number(delay) <= 15).length
  expect(share.value).toBeCloseTo(onTime / share.rows.length, 12)
})

test('the columns are those that the token may name', async () => {
  const all = await ask(await server.guestToken({ tenantId: 'SFO' }), {
    dashboard: 'departures',
    widget: 'total',
    first: 1,
  })
  expect(all.records.columns.map(({ name }: { name: string }) => name)).toEqual([
    'departed_at',
    'delay',
    'distance',
    'origin',
    'destination',
    'destination_city',
    'destination_state',
  ])
  const token = await server.guestToken({ tenantId: 'SFO', allowedDimensions: ['destination', 'delay'] })
  const some = await ask(token, { dashboard: 'departures', widget: 'total', first: 1 })
  expect(some.records.columns).toEqual([{ name: 'delay' }, { name: 'destination' }])
})

test('a token without drill-down gets figures and no rows, nor one without ad-hoc questions others than these', async () => {
  const closed = await server.guestToken({ tenantId: 'SFO', allowDrillDown: false })
  expect(await ask(closed, { dashboard: 'departures', widget: 'total', timeRange })).toEqual({
    errors: [
      {
        code: 'FORBIDDEN',
        message: 'The credential does not permit this. Expected a token with drill-down.',
      },
    ],
  })
  const stored = await server.guestToken({ tenantId: 'SFO', allowAdHoc: false })
  const { records } = await ask(stored, { dashboard: 'departures', widget: 'total', timeRange, first: 2 })
  expect(records.edges).toHaveLength(2)
})

test('what is wrong with a page is said in the words of the viewer', async () => {
  const token = await server.guestToken({ tenantId: 'SFO' })
  const board = { dashboard: 'departures', widget: 'total' }
  expect(await ask(token, { ...board, first: 0 })).toEqual({
    errors: [
      {
        code: 'BAD_USER_INPUT',
        message: 'An argument is not of the allowed form. first: expected a whole number from 1 to 1000.',
      },
    ],
  })
  expect(await ask(token, { ...board, after: 'x' })).toEqual({
    errors: [
      {
        code: 'BAD_USER_INPUT',
        message:
          'An argument is not of the allowed form. after: expected a cursor that this very question answered with.',
      },
    ],
  })
})
