import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permissionsOf } from '../support/grants-catalogue.ts'
import { kinds, questions, samples, widgetQuery } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'
const metric = 'revenue'

function between(start: string, stop: string) {
  return { between: { start: `${start}T00:00:00Z`, stop: `${stop}T00:00:00Z` } }
}

function revenue(token: string, input: object) {
  return server.data(token, questions.counter, { input: { metric, ...input } })
}

function revenueRefusal(token: string, input: object) {
  return server.refusal(token, questions.counter, { input: { metric, ...input } })
}

/** What each kind of question is told where its range is this. */
async function refusalsOf(token: string, asked: object) {
  const refusals = kinds.map((kind) =>
    server.refusal(token, questions[kind], { input: { ...samples[kind], ...asked } }),
  )
  return new Set((await Promise.all(refusals)).map((refusal) => JSON.stringify(refusal)))
}

/** That all kinds are told this one thing. */
function only(refusal: object) {
  return new Set([JSON.stringify(refusal)])
}

/** Of a stored widget, under its viewer's controls. */
function widgetRefusal(token: string, controls: object, name = 'total') {
  return server.refusal(token, widgetQuery, { dashboard: 'sales', name, ...controls })
}

describe('allowed periods', () => {
  const periods = ['last_7_days', 'this_month']
  const refused = (argument: string) => ({
    code: 'PERIOD_NOT_ALLOWED',
    message: `The period is not allowed. ${argument}: expected one of the periods last_7_days, this_month.`,
    argument,
    allowed: periods,
  })

  test('are the only ranges there are, by their names', async () => {
    const token = await server.guestToken({ tenantId: 'now', allowedPeriods: periods })
    expect(await revenue(token, { timeRange: { period: 'last_7_days' } })).toEqual({ counter: { value: 7 } })
    expect(await refusalsOf(token, { timeRange: { period: 'yesterday' } })).toEqual(
      only(refused('input.timeRange.period')),
    )
    expect(await refusalsOf(token, { timeRange: between('2024-01-01', '2024-01-02') })).toEqual(
      only(refused('input.timeRange')),
    )
    expect(await refusalsOf(token, {})).toEqual(only(refused('input.timeRange')))
    expect((await permissionsOf(server, token)).periods).toEqual({ all: false, names: periods })
  })

  test('hold for stored widgets and the values of filters', async () => {
    const token = await server.guestToken({ tenantId: 'now', allowedPeriods: periods })
    expect(await widgetRefusal(token, {})).toEqual(refused('widget.input.timeRange'))
    expect(await widgetRefusal(token, { timeRange: { period: 'today' } })).toEqual(
      refused('timeRange.period'),
    )
    const widget = { dashboard: 'sales', name: 'total', timeRange: { period: 'this_month' } }
    expect(await server.data(token, widgetQuery, widget)).toEqual({
      dashboard: { widget: { data: { value: 7 } } },
    })
    const values = (range: string) =>
      `{ dashboard(name: "sales") { filters { values${range} { values { value } } } } }`
    const { body } = await server.post(token, { query: values('') })
    expect(body.errors?.[0]).toMatchObject({
      message: refused('timeRange').message,
      extensions: { code: 'PERIOD_NOT_ALLOWED', argument: 'timeRange', allowed: periods },
    })
    expect(await server.data(token, values('(timeRange: { period: "this_month" })'))).toEqual({
      dashboard: {
        filters: [{ values: { values: [{ value: 'north' }] } }, { values: { values: [{ value: 'DE' }] } }],
      },
    })
  })

  test('are none where the list is empty; what has no time has no period', async () => {
    const token = await server.guestToken({ tenantId: 'now', allowedPeriods: [] })
    expect(await revenueRefusal(token, { timeRange: { period: 'today' } })).toEqual({
      code: 'PERIOD_NOT_ALLOWED',
      message: 'The period is not allowed. input.timeRange.period: expected a token that grants a period.',
      argument: 'input.timeRange.period',
      allowed: [],
    })
    expect(await server.data(token, questions.counter, { input: { metric: 'customer_count' } })).toEqual({
      counter: { value: 3 },
    })
  })
})

describe('the longest range', () => {
  const refused = (argument: string) => ({
    code: 'DATE_RANGE_TOO_LONG',
    message: `The time range is too long. ${argument}: expected a time range of at most 31 days.`,
    argument,
  })

  test('bounds every question, and one without a range is refused', async () => {
    const token = await server.guestToken({ tenantId, maxDateRangeDays: 31 })
    expect(await revenue(token, { timeRange: between('2024-01-01', '2024-02-01') })).toEqual({
      counter: { value: 30 },
    })
    expect(await refusalsOf(token, { timeRange: between('2024-01-01', '2024-02-02') })).toEqual(
      only(refused('input.timeRange')),
    )
    expect(await refusalsOf(token, {})).toEqual(only(refused('input.timeRange')))
    expect(await revenueRefusal(token, { timeRange: { period: 'last_32_days' } })).toEqual(
      refused('input.timeRange'),
    )
    expect(await widgetRefusal(token, {}, 'monthly')).toEqual(refused('widget.input.timeRange'))
    expect(await widgetRefusal(token, { timeRange: between('2024-01-01', '2024-02-02') })).toEqual(
      refused('timeRange'),
    )
    expect((await permissionsOf(server, token)).maxDateRangeDays).toBe(31)
  })

  test.each([
    ['a day of 23 hours', '2024-03-01T00:00:00+01:00', '2024-04-01T00:00:00+02:00', 50],
    ['a day of 25 hours', '2024-10-01T00:00:00+02:00', '2024-11-01T00:00:00+01:00', 0],
  ])('counts %s as a day', async (_, start, stop, value) => {
    const token = await server.guestToken({ tenantId, maxDateRangeDays: 31 })
    const input = { timeRange: { between: { start, stop } }, timeZone: 'Europe/Berlin' }
    expect(await revenue(token, input)).toEqual({ counter: { value } })
  })
})

describe('the earliest instant', () => {
  const earliest = '2024-02-14T12:45:00Z'
  const refused = (argument: string) => ({
    code: 'PERIOD_NOT_ALLOWED',
    message: `The period is not allowed. ${argument}: expected a time range that starts at ${earliest} or later.`,
    argument,
  })

  test('refuses a range that starts before it', async () => {
    const token = await server.guestToken({ tenantId, earliest })
    expect(await refusalsOf(token, { timeRange: between('2024-02-14', '2024-04-01') })).toEqual(
      only(refused('input.timeRange')),
    )
    expect(await widgetRefusal(token, { timeRange: between('2024-02-14', '2024-04-01') })).toEqual(
      refused('timeRange'),
    )
    const timeRange = { between: { start: earliest, stop: '2024-04-01T00:00:00Z' } }
    expect(await revenue(token, { timeRange })).toEqual({ counter: { value: 150 } })
    expect((await permissionsOf(server, token)).earliest).toBe(earliest)
  })

  test('hides the rows before it from every question without a range', async () => {
    const token = await server.guestToken({ tenantId, earliest })
    const ask = async (kind: keyof typeof questions, input: object) =>
      (await server.data(token, questions[kind], { input }))[kind]
    expect(await ask('counter', { metric })).toEqual({ value: 150 })
    expect(await ask('timeSeries', { metrics: [metric], granularity: 'MONTH' })).toEqual({
      granularity: 'MONTH',
      labels: ['2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
      range: { start: earliest, stop: '2024-03-31T22:30:01Z' },
      series: [{ group: [], values: [40, 110] }],
    })
    expect(await ask('leaderboard', { metric, dimensions: ['region'], limit: 1 })).toEqual({
      total: 150,
      rows: [{ keys: [{ value: 'north' }], value: 60 }],
    })
    expect(await ask('table', { metrics: ['order_count'], dimensions: [] })).toEqual({
      rows: [[3]],
      rowCount: 1,
    })
    expect(await ask('topValues', { dataset: 'orders', dimension: 'region' })).toEqual({
      values: [
        { value: 'east', count: 1 },
        { value: 'north', count: 1 },
        { value: 'south', count: 1 },
      ],
    })
    expect(await ask('records', { dataset: 'orders', columns: ['amount'] })).toEqual({
      edges: [40, 50, 60].map((amount) => ({ node: [amount], cursor: expect.any(String) })),
    })
    expect(await server.data(token, widgetQuery, { dashboard: 'sales', name: 'total' })).toEqual({
      dashboard: { widget: { data: { value: 150 } } },
    })
  })

  test('cannot be filtered around', async () => {
    const token = await server.guestToken({ tenantId, earliest })
    const filters = [{ dimension: 'ordered_at', operator: 'LESS_THAN', values: [earliest] }]
    expect(await revenue(token, { filters })).toEqual({ counter: { value: 0 } })
  })
})
