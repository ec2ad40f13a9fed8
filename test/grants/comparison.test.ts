import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantsModel, withRowRules } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'

function month(start: string, stop: string) {
  return { between: { start: `${start}-01T00:00:00Z`, stop: `${stop}-01T00:00:00Z` } }
}

const february = month('2024-02', '2024-03')
const march = month('2024-03', '2024-04')

const counterQuery = `query ($input: CounterInput!) {
  counter(input: $input) { value comparison { value } }
}`
const comparing = [
  [counterQuery, { metric: 'revenue' }],
  [
    'query ($input: TimeSeriesInput!) { timeSeries(input: $input) { series { values comparisonValues } } }',
    { metrics: ['revenue'], granularity: 'MONTH' },
  ],
  [
    'query ($input: LeaderboardInput!) { leaderboard(input: $input) { rows { value comparisonValue } } }',
    { metric: 'revenue', dimensions: ['region'] },
  ],
] as const

/** What every question that compares is told where its range is this. */
async function refusalsOf(token: string, timeRange: object, compareTo = 'PREVIOUS_PERIOD') {
  const asked = comparing.map(([query, input]) =>
    server.refusal(token, query, { input: { ...input, timeRange, compareTo } }),
  )
  const widget = `query ($timeRange: TimeRangeInput!, $compareTo: Comparison!) {
    dashboard(name: "sales") { widget(name: "total") { data(timeRange: $timeRange, compareTo: $compareTo) { __typename } } }
  }`
  return Promise.all([...asked, server.refusal(token, widget, { timeRange, compareTo })])
}

async function counter(token: string, timeRange: object, compareTo = 'PREVIOUS_PERIOD'): Promise<unknown> {
  const input = { metric: 'revenue', timeRange, compareTo }
  return (await server.data(token, counterQuery, { input })).counter
}

function refused(code: string, text: string, expected: string) {
  const at = (argument: string) => ({ code, message: `${text} ${argument}: expected ${expected}.`, argument })
  return [at('input.compareTo'), at('input.compareTo'), at('input.compareTo'), at('compareTo')]
}

describe('the window that a question compares with', () => {
  test('starts no earlier than the earliest instant', async () => {
    const token = await server.guestToken({ tenantId, earliest: '2024-01-15T00:00:00Z' })
    expect(await refusalsOf(token, february)).toEqual(
      refused(
        'PERIOD_NOT_ALLOWED',
        'The period is not allowed.',
        'a time range that starts at 2024-01-15T00:00:00Z or later',
      ),
    )
    expect(await counter(token, march)).toEqual({ value: 110, comparison: { value: 70 } })
  })

  test('is no longer than the longest range', async () => {
    const token = await server.guestToken({ tenantId, maxDateRangeDays: 29 })
    expect(await refusalsOf(token, february)).toEqual(
      refused('DATE_RANGE_TOO_LONG', 'The time range is too long.', 'a time range of at most 29 days'),
    )
    expect(await counter(token, february, 'PREVIOUS_YEAR')).toEqual({ value: 70, comparison: { value: 0 } })
  })

  test('lies inside a period that is granted', async () => {
    const token = await server.guestToken({ tenantId: 'now', allowedPeriods: ['last_2_years', 'this_year'] })
    const thisYear = { period: 'this_year' }
    expect(await counter(token, thisYear)).toEqual({ value: 7, comparison: { value: 0 } })
    expect(await refusalsOf(token, { period: 'last_2_years' })).toEqual(
      refused(
        'PERIOD_NOT_ALLOWED',
        'The period is not allowed.',
        'a window that lies inside a period that is granted',
      ),
    )
  })

  test('has the edges of the finest grain', async () => {
    const token = await server.guestToken({ tenantId, minGranularity: 'MONTH' })
    expect(await counter(token, march)).toEqual({ value: 110, comparison: { value: 70 } })
    expect(await counter(token, march, 'PREVIOUS_YEAR')).toEqual({ value: 110, comparison: { value: 0 } })
  })

  test('is behind the same locked filters', async () => {
    const lockedFilters = [{ dataset: 'orders', dimension: 'region', values: ['north'] }]
    const token = await server.guestToken({ tenantId, lockedFilters })
    expect(await counter(token, february)).toEqual({ value: 30, comparison: { value: 10 } })
  })

  test('is behind the same row rules', async () => {
    const rule = '[{ dimension: region, in: { attribute: areas } }]'
    await server.apply(withRowRules(grantsModel(), 'orders', rule))
    const token = await server.guestToken({ tenantId, attributes: { areas: ['south', 'east'] } })
    expect(await counter(token, february)).toEqual({ value: 40, comparison: { value: 20 } })
    await server.apply(grantsModel())
  })
})

describe('where weeks are the finest grain, which do not nest in months', () => {
  const february2024 = { start: '2024-02-01T00:00:00Z', stop: '2024-03-01T00:00:00Z' }
  const march2023 = { start: '2023-03-01T00:00:00Z', stop: '2023-04-01T00:00:00Z' }
  const query = `query ($input: CounterInput!) {
    counter(input: $input) { value comparison { value range { start stop } } }
  }`

  // It went on to the end of its last week once, and counted the first of March in both windows.
  test('a month is compared with the month before and not with days of its own', async () => {
    const token = await server.guestToken({ tenantId, minGranularity: 'WEEK' })
    const input = { metric: 'revenue', timeRange: march, compareTo: 'PREVIOUS_PERIOD' }
    expect(await server.data(token, query, { input })).toEqual({
      counter: { value: 110, comparison: { value: 70, range: february2024 } },
    })
  })

  // It was moved by 52 weeks once, stood on no edge then and was refused.
  test('a month is compared with the same month of the year before', async () => {
    const token = await server.guestToken({ tenantId, minGranularity: 'WEEK' })
    const input = { metric: 'revenue', timeRange: march, compareTo: 'PREVIOUS_YEAR' }
    expect(await server.data(token, query, { input })).toEqual({
      counter: { value: 110, comparison: { value: 0, range: march2023 } },
    })
  })
})
