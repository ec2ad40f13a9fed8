import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { formatInstant } from '../../src/analytics/time/instant.ts'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import type { TimeSeriesInput } from '../../src/catalogue/inputs.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import {
  catalogueOf,
  column,
  dimension,
  int32,
  metric,
  named,
  second,
  text,
  windowed,
} from '../support/catalogue.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine } from '../support/warehouse.ts'

const columns = {
  tenant: column('tenant', text),
  at: column('at', second),
  day: column('day', { kind: 'date' }),
  room: column('room', text),
  nights: column('nights', int32),
}
const stays = (dataset: string, name: string) =>
  metric({ name, dataset, aggregate: 'sum', column: columns.nights })
const bookings: Dataset = {
  name: 'bookings',
  title: 'Bookings',
  description: null,
  dataSource: 'test',
  table: { database: 'hotels', table: 'bookings' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'at',
  latencySeconds: 0,
  dimensions: named([dimension(columns.at), dimension(columns.room)]),
  joins: new Map(),
  rowRules: [],
  metrics: [
    stays('bookings', 'nights'),
    metric({ name: 'longest', dataset: 'bookings', aggregate: 'max', column: columns.nights }),
    windowed(stays('bookings', 'nights'), 'nights_so_far', { kind: 'cumulative' }),
    windowed(stays('bookings', 'nights'), 'nights_in_two_days', {
      kind: 'rolling',
      count: 2,
      grain: 'DAY',
    }),
  ],
}
const daily: Dataset = {
  ...bookings,
  name: 'daily',
  timeDimension: 'day',
  dimensions: named([dimension(columns.day)]),
  metrics: [stays('daily', 'daily_nights')],
}

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await engine.open('chdb')
  await engine.execute('CREATE DATABASE hotels')
  await engine.execute(
    'CREATE TABLE hotels.bookings (tenant String, at DateTime, day Date32, room String, nights Int32) ENGINE MergeTree ORDER BY tenant',
  )
  const row = (at: string, room: string, nights: number) =>
    `('a', '${at}', '${at.slice(0, 10)}', '${room}', ${nights})`
  await engine.execute(`INSERT INTO hotels.bookings VALUES
    ${row('2001-07-31 09:00:00', 'attic', 5)}, ${row('2001-08-01 09:00:00', 'attic', 2)},
    ${row('2001-08-03 09:00:00', 'cellar', 4)}, ${row('2001-08-06 09:00:00', 'attic', 1)}`)
})

afterAll(() => engine.close())

function ask(now: string, latencySeconds = 0): Analytics {
  return createAnalytics(testScope('a'), {
    catalogue: catalogueOf([{ ...bookings, latencySeconds }, daily]),
    warehouses: warehousesNamed([['test', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 1_000,
    now: Date.parse(now) * 1000,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
}

/** August 1 to 7, of which the 4th is on; one booking is made for the 6th. */
const timeRange = { between: { start: '2001-08-01T00:00:00Z', stop: '2001-08-08T00:00:00Z' } }
const now = '2001-08-04T12:00:00Z'

async function valuesOf(metrics: readonly string[], more: Partial<TimeSeriesInput> = {}) {
  const { series } = await ask(now).timeSeries({ metrics, granularity: 'DAY', timeRange, ...more })
  return Object.fromEntries(series.map((one) => [one.group[0]?.value ?? one.metric.name, one.values]))
}

describe('a bucket that starts after now and has no rows', () => {
  test('has no figure yet, and one that has rows has them', async () => {
    expect(await valuesOf(['nights', 'longest', 'nights_so_far', 'nights_in_two_days'])).toEqual({
      nights: [2, 0, 4, 0, null, 1, null],
      longest: [2, null, 4, null, null, 1, null],
      nights_so_far: [2, 2, 6, 6, null, 7, null],
      nights_in_two_days: [7, 2, 4, 4, null, 1, null],
    })
  })

  test('of one group has none where another one has rows', async () => {
    expect(await valuesOf(['nights'], { groupBy: ['room'] })).toEqual({
      cellar: [0, 0, 4, 0, null, null, null],
      attic: [2, 0, 0, 0, null, 1, null],
    })
  })

  test('is 0 with ZERO, null with NULL and left out with NONE', async () => {
    expect(await valuesOf(['nights'], { fill: 'ZERO' })).toEqual({ nights: [2, 0, 4, 0, 0, 1, 0] })
    expect(await valuesOf(['nights'], { fill: 'NULL' })).toEqual({
      nights: [2, null, 4, null, null, 1, null],
    })
    expect(await valuesOf(['nights'], { fill: 'NONE' })).toEqual({ nights: [2, 4, 1] })
  })

  test('has a value to compare with all the same', async () => {
    const { series } = await ask(now).timeSeries({
      metrics: ['nights'],
      granularity: 'DAY',
      timeRange: { between: { start: '2001-08-04T00:00:00Z', stop: '2001-08-08T00:00:00Z' } },
      compareTo: 'PREVIOUS_PERIOD',
    })
    expect(series[0]?.values).toEqual([0, null, 1, null])
    expect(series[0]?.comparisonValues).toEqual([5, 2, 0, 4])
    expect(series[0]?.comparisonTotal).toBe(11)
  })

  test('is told by its start in the zone, for dates as for instants', async () => {
    const at = '2001-08-04T23:00:00Z'
    // In Auckland it is the 5th already.
    const range = { between: { start: '2001-08-03T12:00:00Z', stop: '2001-08-07T12:00:00Z' } }
    for (const metric of ['nights', 'daily_nights']) {
      const input = {
        metrics: [metric],
        granularity: 'DAY',
        timeRange: range,
        timeZone: 'Pacific/Auckland',
      } as const
      const { series } = await ask(at).timeSeries(input)
      expect([metric, series[0]?.values]).toEqual([metric, [0, 0, 1, null]])
    }
  })

  test('is no different where it starts right now', async () => {
    const { series } = await ask('2001-08-05T00:00:00Z').timeSeries({
      metrics: ['nights'],
      granularity: 'DAY',
      timeRange,
    })
    expect(series[0]?.values).toEqual([2, 0, 4, 0, 0, 1, null])
  })
})

describe('rows after now', () => {
  test('are shown where no range was asked for', async () => {
    const { range, granularity, series } = await ask(now).timeSeries({ metrics: ['nights'] })
    expect([formatInstant(range.start), formatInstant(range.stop), granularity]).toEqual([
      '2001-07-31T09:00:00Z',
      '2001-08-06T09:00:01Z',
      'DAY',
    ])
    expect(series[0]?.total).toBe(12)
  })

  test('count in the figure of a period that is not over', async () => {
    const week = await ask('2001-08-02T00:00:00Z').counter({
      metric: 'nights',
      timeRange: { period: 'this_week' },
    })
    expect(week.figure.value).toBe(11)
  })
})

describe('the buckets of a series are final', () => {
  const until = async (at: string, latencySeconds: number) => {
    const input = { metrics: ['nights'], granularity: 'DAY', timeRange } as const
    return formatInstant((await ask(at, latencySeconds).timeSeries(input)).completeUntil)
  }

  test.each([
    ['in the past, to its end', '2001-09-01T00:00:00Z', 86_400, '2001-08-08T00:00:00Z'],
    ['up to now, to now', '2001-08-04T12:00:00Z', 0, '2001-08-04T12:00:00Z'],
    ['up to now, to the latency before now', '2001-08-04T12:00:00Z', 21_600, '2001-08-04T06:00:00Z'],
    ['just over, to the latency before now', '2001-08-08T01:00:00Z', 86_400, '2001-08-07T01:00:00Z'],
    ['that has hardly begun, not at all', '2001-08-01T01:00:00Z', 86_400, '2001-07-31T01:00:00Z'],
  ])('of a range %s', async (_, at, latencySeconds, expected) => {
    expect(await until(at, latencySeconds)).toBe(expected)
  })
})
