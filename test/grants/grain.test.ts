import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permissionsOf } from '../support/grants-catalogue.ts'
import { grantsModel } from '../support/grants-model.ts'
import { kinds, questions, samples, widgetQuery } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'
const timeZones = ['UTC', 'Europe/Berlin']

function range(start: string, stop: string) {
  return { between: { start, stop } }
}

const unaligned = (argument: string, zone = 'UTC') => ({
  code: 'GRANULARITY_NOT_ALLOWED',
  message: `The granularity is not allowed. ${argument}: expected a time range that starts and stops at the start of a MONTH or of something longer, in ${zone}.`,
  argument,
})
const tooFine = (argument: string) => ({
  code: 'GRANULARITY_NOT_ALLOWED',
  message: `The granularity is not allowed. ${argument}: expected MONTH or coarser.`,
  argument,
  allowed: ['MONTH', 'QUARTER', 'YEAR'],
})

describe('the finest grain', () => {
  test.each(['MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'HOUR', 'DAY', 'WEEK'])(
    'refuses buckets of a %s',
    async (granularity) => {
      const token = await server.guestToken({ tenantId, minGranularity: 'MONTH' })
      const timeRange = range('2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z')
      for (const asked of [{ granularity }, { granularity, timeRange }]) {
        const series = { ...samples.timeSeries, ...asked }
        expect(await server.refusal(token, questions.timeSeries, { input: series })).toEqual(
          tooFine('input.granularity'),
        )
        const table = { ...samples.table, ...asked }
        expect(await server.refusal(token, questions.table, { input: table })).toEqual(
          tooFine('input.granularity'),
        )
      }
      const widget = { dashboard: 'sales', name: 'monthly', granularity }
      expect(await server.refusal(token, widgetQuery, widget)).toEqual(tooFine('granularity'))
    },
  )

  test('is what AUTO picks where it would pick a finer one', async () => {
    const token = await server.guestToken({ tenantId, minGranularity: 'MONTH' })
    const input = { metrics: ['revenue'], granularity: 'AUTO' }
    const january = range('2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z')
    expect(
      await server.data(token, questions.timeSeries, { input: { ...input, timeRange: january } }),
    ).toEqual({
      timeSeries: {
        granularity: 'MONTH',
        labels: ['2024-01-01T00:00:00Z'],
        range: { start: '2024-01-01T00:00:00Z', stop: '2024-02-01T00:00:00Z' },
        series: [{ group: [], values: [30] }],
      },
    })
    // Without a range, its ends are not those of the first and last row.
    expect(await server.data(token, questions.timeSeries, { input })).toEqual({
      timeSeries: {
        granularity: 'MONTH',
        labels: ['2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
        range: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' },
        series: [{ group: [], values: [30, 70, 110] }],
      },
    })
    const table = { metrics: ['revenue'], dimensions: [], granularity: 'AUTO' }
    expect(await server.data(token, questions.table, { input: table })).toMatchObject({
      table: { rowCount: 3 },
    })
    expect((await permissionsOf(server, token)).minGranularity).toBe('MONTH')
  })

  test.each([
    ['starts inside a bucket', '2024-01-02T00:00:00Z', '2024-02-01T00:00:00Z', 'UTC'],
    ['stops inside a bucket', '2024-01-01T00:00:00Z', '2024-01-31T00:00:00Z', 'UTC'],
    ['stops a second late', '2024-01-01T00:00:00Z', '2024-02-01T00:00:01Z', 'UTC'],
    ['has the edges of another zone', '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', 'Europe/Berlin'],
  ])('refuses a range that %s, of every question', async (_, start, stop, timeZone) => {
    const token = await server.guestToken({ tenantId, minGranularity: 'MONTH', timeZones })
    for (const kind of kinds) {
      const input = { ...samples[kind], timeRange: range(start, stop), timeZone }
      expect(await server.refusal(token, questions[kind], { input })).toEqual(
        unaligned('input.timeRange', timeZone),
      )
    }
    const widget = { dashboard: 'sales', name: 'total', timeRange: range(start, stop) }
    if (timeZone === 'UTC')
      expect(await server.refusal(token, widgetQuery, widget)).toEqual(unaligned('timeRange'))
  })

  test.each([
    ['its own edges', '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', 'UTC', 30],
    ['the edges of a longer grain', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z', 'UTC', 210],
    ['its edges in the question’s zone', '2024-02-29T23:00:00Z', '2024-03-31T22:00:00Z', 'Europe/Berlin', 50],
  ])('takes a range on %s', async (_, start, stop, timeZone, value) => {
    const token = await server.guestToken({ tenantId, minGranularity: 'MONTH', timeZones })
    const asked = { timeRange: range(start, stop), timeZone }
    const input = { metric: 'revenue', ...asked }
    expect(await server.data(token, questions.counter, { input })).toEqual({ counter: { value } })
    const choices = `query ($timeRange: TimeRangeInput, $timeZone: TimeZone) { dashboard(name: "sales") {
      filter(name: "region") { values(timeRange: $timeRange, timeZone: $timeZone, limit: 1) { values { count } } }
    } }`
    const count = { 30: 1, 210: 3, 50: 1 }[value]
    expect(await server.data(token, choices, asked)).toEqual({
      dashboard: { filter: { values: { values: [{ count }] } } },
    })
  })

  test.each([
    ['last_7_days', false],
    ['today', false],
    ['last_90_minutes', false],
    ['this_month', true],
    ['previous_quarter', true],
  ])('holds for the period %s', async (period, granted) => {
    const token = await server.guestToken({ tenantId: 'now', minGranularity: 'MONTH' })
    const input = { metric: 'revenue', timeRange: { period } }
    if (!granted)
      return expect(await server.refusal(token, questions.counter, { input })).toEqual(
        unaligned('input.timeRange'),
      )
    const value = period === 'this_month' ? 7 : 0
    expect(await server.data(token, questions.counter, { input })).toEqual({ counter: { value } })
  })

  test('keeps the times themselves from being named, and a date where it is finer', async () => {
    const byDay = await server.guestToken({ tenantId, minGranularity: 'DAY' })
    const byWeek = await server.guestToken({ tenantId, minGranularity: 'WEEK' })
    const asked = (column: string) => ({ input: { dataset: 'orders', columns: [column] } })
    for (const [token, column] of [
      [byDay, 'ordered_at'],
      [byDay, 'shipped_at'],
      [byWeek, 'ordered_at'],
      [byWeek, 'due'],
    ] as const) {
      const { code, argument } = await server.refusal(token, questions.records, asked(column))
      expect({ code, argument }).toEqual({ code: 'DIMENSION_NOT_ALLOWED', argument: 'input.columns.0' })
    }
    const { records } = await server.data(byDay, questions.records, asked('due'))
    expect(Object(records).edges).toHaveLength(6)
  })

  // Both ranges begin before the first row: the difference of their figures would be that of the hour between their ends.
  test('does not give away an hour by the difference of two zones', async () => {
    const token = await server.guestToken({ tenantId, minGranularity: 'DAY' })
    for (const [timeZone, start, stop] of [
      ['Pacific/Honolulu', '2023-12-01T10:00:00Z', '2024-01-05T10:00:00Z'],
      ['Pacific/Pago_Pago', '2023-12-01T11:00:00Z', '2024-01-05T11:00:00Z'],
    ] as const) {
      const input = { metric: 'order_count', timeRange: range(start, stop), timeZone }
      expect(await server.refusal(token, questions.counter, { input })).toEqual({
        code: 'GRANULARITY_NOT_ALLOWED',
        message: 'The granularity is not allowed. input.timeZone: expected one of the time zones UTC.',
        argument: 'input.timeZone',
        allowed: ['UTC'],
      })
    }
  })
})

describe('where the dates of a dataset have no time of day', () => {
  test('the finest grain, the earliest instant and the ranges hold for whole dates', async () => {
    const { datasets, ...rest } = grantsModel()
    const byDue = datasets.map((each) => (each.name === 'orders' ? { ...each, timeDimension: 'due' } : each))
    await server.apply({ ...rest, datasets: byDue })
    const revenue = async (grants: object, input: object = {}) => {
      const token = await server.guestToken({ tenantId, ...grants })
      return server.data(token, questions.counter, { input: { metric: 'revenue', ...input } })
    }
    expect(await revenue({ earliest: '2024-02-19T00:00:00Z' })).toEqual({ counter: { value: 150 } })
    expect(await revenue({ earliest: '2024-02-19T00:00:01Z' })).toEqual({ counter: { value: 110 } })
    const timeRange = range('2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z')
    expect(await revenue({ minGranularity: 'MONTH' }, { timeRange })).toEqual({ counter: { value: 30 } })
    await server.apply(grantsModel())
  })
})
