import { afterAll, beforeAll, expect, test } from 'vitest'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})

afterAll(() => server.close())

const query = `query ($input: TimeSeriesInput!) {
  timeSeries(input: $input) { range { start stop } labels series { values } }
}`
const input = { metrics: ['order_count'], granularity: 'QUARTER' }
const between = (start: string, stop: string) => ({
  between: { start: `${start}T00:00:00Z`, stop: `${stop}T00:00:00Z` },
})

test('a calendar that is applied holds for the next request, in figures and in grants', async () => {
  const token = await server.guestToken({ tenantId: 'acme', minGranularity: 'QUARTER' })
  const fiscal = { input: { ...input, timeRange: between('2024-02-01', '2024-05-01') } }
  const plain = { input: { ...input, timeRange: between('2024-01-01', '2024-04-01') } }
  const unaligned = {
    code: 'GRANULARITY_NOT_ALLOWED',
    message:
      'The granularity is not allowed. input.timeRange: expected a time range that starts and stops at the start of a QUARTER or of something longer, in UTC.',
    argument: 'input.timeRange',
  }
  expect(await server.refusal(token, query, fiscal)).toEqual(unaligned)
  expect(Object(await server.data(token, query, plain)).timeSeries).toEqual({
    range: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' },
    labels: ['2024-01-01T00:00:00Z'],
    series: [{ values: [6] }],
  })

  await server.apply({ ...grantsModel(), calendar: { weekStart: 'sunday', fiscalYearStart: 'february' } })
  expect(await server.refusal(token, query, plain)).toEqual(unaligned)
  expect(Object(await server.data(token, query, fiscal)).timeSeries).toEqual({
    range: { start: '2024-02-01T00:00:00Z', stop: '2024-05-01T00:00:00Z' },
    labels: ['2024-02-01T00:00:00Z'],
    series: [{ values: [4] }],
  })
  const everything = Object(await server.data(token, query, { input })).timeSeries
  expect(everything).toEqual({
    range: { start: '2023-11-01T00:00:00Z', stop: '2024-05-01T00:00:00Z' },
    labels: ['2023-11-01T00:00:00Z', '2024-02-01T00:00:00Z'],
    series: [{ values: [2, 4] }],
  })
  await server.apply(grantsModel())
})

test('a series says until when it is final', async () => {
  const model = grantsModel()
  const datasets = model.datasets.map((dataset) =>
    dataset.name === 'orders' ? { ...dataset, latency: 'PT6H' } : dataset,
  )
  await server.apply({ ...model, datasets })
  const token = await server.guestToken({ tenantId: 'acme' })
  const asked = `query ($input: TimeSeriesInput!) {
    timeSeries(input: $input) { completeUntil range { stop } stats { asOf } }
  }`
  const past = { ...input, timeRange: between('2024-01-01', '2024-04-01') }
  expect(Object(await server.data(token, asked, { input: past })).timeSeries.completeUntil).toBe(
    '2024-04-01T00:00:00Z',
  )
  const now = { ...input, timeRange: { period: 'this_year' } }
  const { completeUntil, stats } = Object(await server.data(token, asked, { input: now })).timeSeries
  expect(Date.parse(stats.asOf) - Date.parse(completeUntil)).toBe(6 * 3_600_000)
  await server.apply(model)
})
