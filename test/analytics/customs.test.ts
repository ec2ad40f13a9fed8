import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { formatInstant } from '../../src/analytics/time/instant.ts'
import type { TimeRange } from '../../src/analytics/time/time-range.ts'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import { type Customs, defaultCustoms } from '../../src/catalogue/customs.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, column, dimension, metric, named, second, text } from '../support/catalogue.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine } from '../support/warehouse.ts'

const columns = { tenant: column('tenant', text), at: column('at', second), person: column('person', text) }
const diary: Dataset = {
  name: 'diary',
  title: 'Diary',
  description: null,
  dataSource: 'test',
  table: { database: 'diaries', table: 'diary' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'at',
  latencySeconds: 0,
  dimensions: named([dimension(columns.at), dimension(columns.person)]),
  joins: new Map(),
  rowRules: [],
  metrics: [metric({ name: 'days', dataset: 'diary' })],
}

/** A Wednesday. */
const now = Date.UTC(2001, 7, 15, 10) * 1000
const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await engine.open('chdb')
  await engine.execute('CREATE DATABASE diaries')
  await engine.execute(
    'CREATE TABLE diaries.diary (tenant String, at DateTime, person String) ENGINE MergeTree ORDER BY tenant',
  )
  // The noon of every day from 1998 to 2003.
  await engine.execute(
    "INSERT INTO diaries.diary SELECT 'a', toDateTime('1998-01-01 12:00:00', 'UTC') + number * 86400, 'p' FROM numbers(2191)",
  )
})

afterAll(() => engine.close())

function ask(customs: Partial<Customs>, grants: Parameters<typeof testScope>[1] = {}): Analytics {
  return createAnalytics(testScope('a', grants), {
    catalogue: { ...catalogueOf([diary]), customs: { ...defaultCustoms, ...customs } },
    warehouses: warehousesNamed([['test', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 1_000,
    now,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
}

const sunday: Partial<Customs> = { weekStart: 'sunday' }
const april: Partial<Customs> = { fiscalYearStart: 'april' }
const february: Partial<Customs> = { fiscalYearStart: 'february' }
const between = (start: string, stop: string) => ({
  between: { start: `${start}T00:00:00Z`, stop: `${stop}T00:00:00Z` },
})
const dates = (range: TimeRange | null | undefined) =>
  range == null ? null : [range.start, range.stop].map((at) => formatInstant(at).replace('T00:00:00Z', ''))

async function series(
  customs: Partial<Customs>,
  granularity: 'WEEK' | 'QUARTER' | 'YEAR',
  timeRange: object,
) {
  const answer = await ask(customs).timeSeries({ metrics: ['days'], granularity, timeRange })
  return {
    labels: answer.labels.map((label) => label.slice(0, 10)),
    values: answer.series[0]?.values,
    total: answer.series[0]?.total,
  }
}

describe('buckets follow the calendar of the model', () => {
  test('weeks from Sunday to Saturday', async () => {
    const timeRange = between('2001-08-01', '2001-08-14')
    expect(await series(sunday, 'WEEK', timeRange)).toEqual({
      labels: ['2001-07-29', '2001-08-05', '2001-08-12'],
      values: [4, 7, 2],
      total: 13,
    })
    expect(await series({}, 'WEEK', timeRange)).toEqual({
      labels: ['2001-07-30', '2001-08-06', '2001-08-13'],
      values: [5, 7, 1],
      total: 13,
    })
  })

  test('quarters and years from the first month of the fiscal year', async () => {
    expect(await series(april, 'QUARTER', between('2000-03-01', '2001-03-01'))).toEqual({
      labels: ['2000-01-01', '2000-04-01', '2000-07-01', '2000-10-01', '2001-01-01'],
      values: [31, 91, 92, 92, 59],
      total: 365,
    })
    expect(await series(february, 'QUARTER', between('2000-02-01', '2001-02-01'))).toEqual({
      labels: ['2000-02-01', '2000-05-01', '2000-08-01', '2000-11-01'],
      values: [90, 92, 92, 92],
      total: 366,
    })
    expect(await series(april, 'YEAR', between('1999-01-01', '2001-04-01'))).toEqual({
      labels: ['1998-04-01', '1999-04-01', '2000-04-01'],
      values: [90, 366, 365],
      total: 821,
    })
  })

  test('in tables', async () => {
    const answer = await ask(february).table({
      metrics: ['days'],
      dimensions: [],
      granularity: 'QUARTER',
      timeRange: between('2001-01-01', '2001-06-01'),
    })
    expect(answer.rows).toEqual([
      ['2000-11-01T00:00:00Z', 31],
      ['2001-02-01T00:00:00Z', 89],
      ['2001-05-01T00:00:00Z', 31],
    ])
  })

  test('in cohorts', async () => {
    const { cohorts } = await ask(sunday).retention({
      dataset: 'diary',
      entity: 'person',
      granularity: 'WEEK',
      periods: 2,
      timeRange: between('2001-07-29', '2001-08-12'),
    })
    expect(cohorts).toEqual([
      { start: '2001-07-29T00:00:00Z', size: 1, returned: [1, 1] },
      { start: '2001-08-05T00:00:00Z', size: 0, returned: [0, null] },
    ])
  })

  test('also where two models ask the same in one process', async () => {
    const timeRange = between('2001-01-01', '2001-05-01')
    const labels = async (customs: Partial<Customs>) => (await series(customs, 'QUARTER', timeRange)).labels
    expect(await Promise.all([labels({}), labels(april), labels(february)])).toEqual([
      ['2001-01-01', '2001-04-01'],
      ['2001-01-01', '2001-04-01'],
      ['2000-11-01', '2001-02-01'],
    ])
  })
})

describe('a period follows the calendar of the model', () => {
  test.each([
    [sunday, 'this_week', '2001-08-12', '2001-08-19'],
    [sunday, 'previous_week', '2001-08-05', '2001-08-12'],
    [sunday, 'last_3_weeks', '2001-07-29', '2001-08-19'],
    [april, 'this_quarter', '2001-07-01', '2001-10-01'],
    [april, 'this_year', '2001-04-01', '2002-04-01'],
    [april, 'last_2_years', '2000-04-01', '2002-04-01'],
    [february, 'this_quarter', '2001-08-01', '2001-11-01'],
    [february, 'previous_quarter', '2001-05-01', '2001-08-01'],
    [{ fiscalYearStart: 'september' } as const, 'this_year', '2000-09-01', '2001-09-01'],
    [april, 'this_month', '2001-08-01', '2001-09-01'],
    [april, 'this_week', '2001-08-13', '2001-08-20'],
  ])('%o: %s', async (customs, period, start, stop) => {
    const { range } = await ask(customs).counter({ metric: 'days', timeRange: { period } })
    expect(dates(range)).toEqual([start, stop])
  })
})

describe('a comparison follows the calendar of the model', () => {
  const compared = async (
    customs: Partial<Customs>,
    timeRange: object,
    compareTo = 'PREVIOUS_PERIOD' as const,
  ) => {
    const { figure, comparison } = await ask(customs).counter({ metric: 'days', timeRange, compareTo })
    return [figure.value, comparison?.figure.value, ...(dates(comparison?.range) ?? [])]
  }

  test('a fiscal quarter or year with the one before and its own number of days', async () => {
    expect(await compared(february, between('2001-05-01', '2001-08-01'))).toEqual([
      92,
      89,
      '2001-02-01',
      '2001-05-01',
    ])
    expect(await compared(april, between('2000-04-01', '2001-04-01'))).toEqual([
      365,
      366,
      '1999-04-01',
      '2000-04-01',
    ])
  })

  test('an unfinished fiscal quarter with the same stretch of the one before', async () => {
    // From August 1 to August 15, 10:00.
    expect(await compared(february, { period: 'this_quarter' })).toEqual([
      92,
      14,
      '2001-05-01',
      '2001-05-15T10:00:00Z',
    ])
  })

  test('a Sunday week with the one before, and with that of 52 weeks ago', async () => {
    const timeRange = between('2001-08-05', '2001-08-12')
    expect(await compared(sunday, timeRange)).toEqual([7, 7, '2001-07-29', '2001-08-05'])
    const weekly = ask(sunday, { min_granularity: 'WEEK' })
    const { comparison } = await weekly.counter({ metric: 'days', timeRange, compareTo: 'PREVIOUS_YEAR' })
    expect(dates(comparison?.range)).toEqual(['2000-08-06', '2000-08-13'])
  })

  test('a series of Sunday weeks with 52 weeks ago, week by week', async () => {
    const answer = await ask(sunday).timeSeries({
      metrics: ['days'],
      granularity: 'WEEK',
      timeRange: between('2001-08-01', '2001-08-14'),
      compareTo: 'PREVIOUS_YEAR',
    })
    expect(answer.series[0]?.values).toEqual([4, 7, 2])
    expect(answer.series[0]?.comparisonValues).toEqual([4, 7, 2])
  })
})

describe('a finest grain is kept by the calendar of the model', () => {
  const refused = (grain: string) =>
    expect.objectContaining({
      code: 'GRANULARITY_NOT_ALLOWED',
      message: `The granularity is not allowed. input.timeRange: expected a time range that starts and stops at the start of a ${grain} or of something longer, in UTC.`,
    })

  test.each([
    ['WEEK', sunday, between('2001-08-05', '2001-08-12'), between('2001-08-06', '2001-08-13')],
    ['WEEK', {}, between('2001-08-06', '2001-08-13'), between('2001-08-05', '2001-08-12')],
    ['QUARTER', february, between('2001-02-01', '2001-05-01'), between('2001-01-01', '2001-04-01')],
    ['QUARTER', april, between('2001-01-01', '2001-04-01'), between('2001-02-01', '2001-05-01')],
    ['YEAR', april, between('2000-04-01', '2001-04-01'), between('2000-01-01', '2001-01-01')],
  ] as const)('%s with %o', async (grain, customs, onEdges, offEdges) => {
    const analytics = ask(customs, { min_granularity: grain })
    const inside = await analytics.counter({ metric: 'days', timeRange: onEdges })
    expect(dates(inside.range)).toEqual([
      onEdges.between.start.slice(0, 10),
      onEdges.between.stop.slice(0, 10),
    ])
    await expect(analytics.counter({ metric: 'days', timeRange: offEdges })).rejects.toEqual(refused(grain))
    await expect(
      analytics.timeSeries({ metrics: ['days'], granularity: grain, timeRange: offEdges }),
    ).rejects.toEqual(refused(grain))
  })

  test('around the rows where no range was asked for', async () => {
    const { range } = await ask(april, { min_granularity: 'YEAR' }).timeSeries({
      metrics: ['days'],
      granularity: 'YEAR',
    })
    expect(dates(range)).toEqual(['1997-04-01', '2004-04-01'])
  })

  test('and so are the windows of granted periods', async () => {
    const analytics = ask(sunday, { allowed_periods: ['this_week', 'last_2_weeks'] })
    const week = { metric: 'days', timeRange: { period: 'this_week' }, compareTo: 'PREVIOUS_PERIOD' } as const
    const { range, comparison } = await analytics.counter(week)
    expect([dates(range), dates(comparison?.range)]).toEqual([
      ['2001-08-12', '2001-08-19'],
      ['2001-08-05', '2001-08-08T10:00:00Z'],
    ])
  })
})
