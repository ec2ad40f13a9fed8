import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

const query = `query ($input: ExplainInput!) {
  explain(input: $input) { outcome code rules { effect source text } rows { dataset ofTenant visible asked } }
}`

beforeAll(async () => {
  server = await startTestServer()
  const document = Object(
    parse(readFileSync(new URL('../../examples/flights.yaml', import.meta.url), 'utf8')),
  )
  const [flights, ...others] = document.datasets
  const delayed = flights.metrics.map((metric: { name: string }) =>
    metric.name === 'average_delay' ? { ...metric, requires: ['operations'] } : metric,
  )
  const changed = {
    ...document,
    datasets: [{ ...flights, metrics: delayed }, ...others],
    roles: [{ name: 'desk', permissions: ['operations'], lockedFilters: [caOnly] }],
  }
  await apply(changed)
})

afterAll(() => server.close())

const caOnly = { dataset: 'flights', dimension: 'destination_state', values: ['CA'] }

async function apply(document: object): Promise<void> {
  const mutation = 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }'
  const { body } = await server.post(server.apiKey, { query: mutation, variables: { document } })
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
}

async function explained(input: object, credential = server.apiKey) {
  const { body } = await server.post(credential, { query, variables: { input } })
  return (
    body.errors?.map(({ message, extensions }) => ({ code: extensions?.code, message })) ??
    Object(body.data).explain
  )
}

const counter = { counter: { metric: 'departures' } }

async function rowsWhere(condition: string): Promise<number> {
  return Number(
    await server.execute(
      `SELECT count() FROM demo.flights LEFT ANY JOIN demo.airports ON destination = iata WHERE ${condition} FORMAT TSV`,
    ),
  )
}

test('a question that nothing narrows is allowed, with the number of rows that it is about', async () => {
  const rows = await rowsWhere("origin = 'ATL'")
  expect(await explained({ token: { tenantId: 'ATL' }, question: counter })).toEqual({
    outcome: 'ALLOWED',
    code: null,
    rules: [
      { effect: 'ALLOWED', source: 'all layers together', text: 'Every layer lets the question through.' },
    ],
    rows: { dataset: 'flights', ofTenant: rows, visible: rows, asked: rows },
  })
})

test('what narrows the rows is named with its layer, and counted', async () => {
  const token = {
    tenantId: 'ATL',
    role: 'desk',
    earliest: '2001-03-01T00:00:00Z',
    lockedFilters: [{ dataset: 'flights', dimension: 'delay', operator: 'GREATER_THAN', values: [15] }],
  }
  const question = {
    counter: {
      metric: 'departures',
      timeRange: { between: { start: '2001-04-01T00:00:00Z', stop: '2001-05-01T00:00:00Z' } },
    },
  }
  const locked = "origin = 'ATL' AND state = 'CA' AND delay > 15"
  expect(await explained({ token, question })).toEqual({
    outcome: 'NARROWED',
    code: null,
    rules: [
      { effect: 'NARROWED', source: 'role desk', text: 'locks flights.destination_state EQUALS CA' },
      { effect: 'NARROWED', source: 'token', text: 'locks flights.delay GREATER_THAN 15' },
      { effect: 'NARROWED', source: 'token', text: 'no rows before 2001-03-01T00:00:00Z' },
      { effect: 'ALLOWED', source: 'all layers together', text: 'Every layer lets the question through.' },
    ],
    rows: {
      dataset: 'flights',
      ofTenant: await rowsWhere("origin = 'ATL'"),
      visible: await rowsWhere(`${locked} AND departed_at >= '2001-03-01'`),
      asked: await rowsWhere(`${locked} AND departed_at >= '2001-04-01' AND departed_at < '2001-05-01'`),
    },
  })
})

test('a customer without rows is told from one whose rows are withheld', async () => {
  const { outcome, rules, rows } = await explained({ token: { tenantId: 'atl' }, question: counter })
  expect({ outcome, rows, rule: rules[0] }).toEqual({
    outcome: 'NARROWED',
    rows: { dataset: 'flights', ofTenant: 0, visible: 0, asked: 0 },
    rule: {
      effect: 'NARROWED',
      source: 'tenant',
      text: 'There is no row of "atl" in flights. Ids are compared letter by letter.',
    },
  })
})

test('every grant that refuses by itself is named, and no other', async () => {
  const token = {
    tenantId: 'ATL',
    policy: 'overview',
    allowedPeriods: ['last_7_days'],
    dashboards: ['departures'],
  }
  const question = { timeSeries: { metrics: ['departures'], granularity: 'HOUR' } }
  const { outcome, code, rules } = await explained({ token, question })
  expect({ outcome, code }).toEqual({ outcome: 'REFUSED', code: 'FORBIDDEN' })
  expect(rules).toEqual([
    {
      effect: 'REFUSED',
      source: 'policy overview',
      text: 'minGranularity: DAY. GRANULARITY_NOT_ALLOWED: The granularity is not allowed. input.granularity: expected DAY or coarser.',
    },
    {
      effect: 'REFUSED',
      source: 'policy overview',
      text: 'maxDateRangeDays: 92. DATE_RANGE_TOO_LONG: The time range is too long. input.timeRange: expected a time range of at most 92 days.',
    },
    {
      effect: 'REFUSED',
      source: 'policy overview',
      text: 'allowAdHoc: false. FORBIDDEN: The credential does not permit this. Expected a token with ad-hoc questions.',
    },
    {
      effect: 'REFUSED',
      source: 'token',
      text: 'allowedPeriods: last_7_days. PERIOD_NOT_ALLOWED: The period is not allowed. input.timeRange: expected one of the periods last_7_days.',
    },
  ])
})

test('a member that needs a permission: who would have to hold it', async () => {
  const question = { counter: { metric: 'average_delay' } }
  const bare = await explained({ token: { tenantId: 'ATL' }, question })
  expect(bare).toMatchObject({ outcome: 'REFUSED', code: 'METRIC_NOT_ALLOWED' })
  expect(bare.rules).toEqual([
    {
      effect: 'REFUSED',
      source: 'token',
      text: 'permissions that are held: none because the token names neither a role nor a policy. METRIC_NOT_ALLOWED: There is no such metric here. input.metric.',
    },
  ])
  expect(await explained({ token: { tenantId: 'ATL', role: 'analyst' }, question })).toMatchObject({
    rules: [{ source: 'role analyst' }],
  })
  expect(await explained({ token: { tenantId: 'ATL', role: 'desk' }, question })).toMatchObject({
    outcome: 'NARROWED',
  })
})

test('what would be refused whatever the token grants is the question itself', async () => {
  const question = { counter: { metric: 'departure' } }
  const { code, rules, rows } = await explained({ token: { tenantId: 'ATL' }, question })
  expect({ code, rows }).toEqual({ code: 'METRIC_NOT_ALLOWED', rows: null })
  expect(rules).toEqual([
    {
      effect: 'REFUSED',
      source: 'question',
      text: 'It would be refused without any grants as well, with METRIC_NOT_ALLOWED: There is no such metric here. input.metric. The nearest: departures, delay_p95, destinations, on_time_departures, average_delay.',
    },
  ])
})

test('of a dashboard, each widget that is not shown, and why', async () => {
  const token = {
    tenantId: 'ATL',
    role: 'desk',
    hiddenWidgets: ['reach'],
    allowedDimensions: ['destination'],
  }
  const { outcome, rules } = await explained({ token, question: { dashboard: 'departures' } })
  expect(outcome).toBe('NARROWED')
  const hidden = rules.map(({ source, text }: { source: string; text: string }) => [
    source,
    text.split('. ').slice(0, 2).join('. '),
  ])
  expect(hidden).toEqual([
    ['token', 'The widget reach is not shown. hiddenWidgets: reach'],
    ['token', 'The widget top_destinations is not shown. allowedDimensions: destination'],
    ['token', 'The widget weekly_by_state is not shown. allowedDimensions: destination'],
    ['token', 'The widget states is not shown. allowedDimensions: destination'],
    ['token', 'The widget by_destination is not shown. allowedDimensions: destination'],
    ['all layers together', 'Every layer lets the question through.'],
  ])
})

test('a widget is explained under its own question and the dashboard’s range', async () => {
  const token = { tenantId: 'ATL', policy: 'overview' }
  const widget = { dashboard: 'departures', name: 'total' }
  expect(await explained({ token, question: { widget } })).toMatchObject({
    outcome: 'REFUSED',
    code: 'DATE_RANGE_TOO_LONG',
    rules: [{ source: 'policy overview' }],
    rows: { asked: null },
  })
  const timeRange = { between: { start: '2001-01-01T00:00:00Z', stop: '2001-03-01T00:00:00Z' } }
  expect(await explained({ token, question: { widget: { ...widget, timeRange } } })).toMatchObject({
    outcome: 'ALLOWED',
    rows: { asked: await rowsWhere("origin = 'ATL' AND departed_at < '2001-03-01'") },
  })
})

test('a token that was minted is explained by its id', async () => {
  const mutation =
    'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { id token } }'
  const input = { tenantId: 'ATL', datasets: ['airports'] }
  const { body } = await server.post(server.apiKey, { query: mutation, variables: { input } })
  const { id: tokenId, token } = Object(body.data).createGuestToken
  expect(await explained({ tokenId, question: counter })).toMatchObject({
    outcome: 'REFUSED',
    code: 'METRIC_NOT_ALLOWED',
    rules: [
      {
        source: 'token',
        text: 'datasets: airports. METRIC_NOT_ALLOWED: There is no such metric here. input.metric.',
      },
    ],
  })
  const guest = await explained({ tokenId, question: counter }, token)
  expect(guest).toEqual([{ code: 'FORBIDDEN', message: 'The credential does not permit this.' }])
})

test('a token that was revoked is said to be', async () => {
  const mutation = 'mutation { createGuestToken(input: { tenantId: "JFK" }) { id } }'
  const { body } = await server.post(server.apiKey, { query: mutation })
  const { id: tokenId } = Object(body.data).createGuestToken
  await server.post(server.apiKey, { query: 'mutation { revokeGuestTokens(input: { tenantId: "JFK" }) }' })
  expect(await explained({ tokenId, question: counter })).toEqual({
    outcome: 'REFUSED',
    code: 'UNAUTHENTICATED',
    rules: [{ effect: 'REFUSED', source: 'token', text: 'It was revoked.' }],
    rows: null,
  })
})

test('a token that was never minted here is not found, and one or the other has to be given', async () => {
  const unknown = { tokenId: crypto.randomUUID(), question: counter }
  expect(await explained(unknown)).toMatchObject([{ code: 'NOT_FOUND' }])
  expect(await explained({ tokenId: 'x', question: counter })).toMatchObject([{ code: 'NOT_FOUND' }])
  expect(await explained({ question: counter })).toEqual([
    {
      code: 'BAD_USER_INPUT',
      message: 'An argument is not of the allowed form. input: expected either a tokenId or a token.',
    },
  ])
  expect(await explained({ token: { tenantId: 'ATL', role: 'desks' }, question: counter })).toEqual([
    {
      code: 'BAD_USER_INPUT',
      message: 'An argument is not of the allowed form. input.role: expected the name of a role.',
    },
  ])
})
