import { describe, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import { TesseraError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, column, dimension, flights, metric, named, text } from '../support/catalogue.ts'
import { testScope } from '../support/scope.ts'

const people: Dataset = {
  ...flights,
  name: 'people',
  timeDimension: null,
  dimensions: named([
    dimension(column('name', text)),
    dimension(column('id', { kind: 'uuid' })),
    dimension(column('active', { kind: 'boolean' })),
    dimension(column('balance', { kind: 'decimal', precision: 18, scale: 4 })),
    dimension(column('score', { kind: 'float', bits: 64 })),
    dimension(column('born', { kind: 'date' })),
  ]),
  joins: new Map(),
  metrics: [metric({ name: 'people', dataset: 'people' })],
}

/** Without a warehouse: whatever is wrong has to be said before one is asked. */
const analytics: Analytics = createAnalytics(testScope('ATL'), {
  catalogue: catalogueOf([flights, people]),
  warehouses: warehousesNamed([]),
  limits: defaultLimits,
  questionsPerRequest: 1_000,
  now: Date.UTC(2001, 5, 1) * 1000,
  signal: undefined,
  tellsCost: true,
  inTurn: (run) => run(),
})

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  try {
    await asked
    return 'answered'
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    return [error.code, error.details.argument, error.details.expected]
  }
}

const day = { between: { start: '2001-01-01T00:00:00Z', stop: '2001-01-02T00:00:00Z' } }
const nested = (levels: number): object =>
  levels === 0 ? { dimension: 'delay', values: [1] } : { not: nested(levels - 1) }
const filtered = (filter: object) => analytics.counter({ metric: 'departures', filters: [filter] })
const person = (filter: object) => analytics.counter({ metric: 'people', filters: [filter] })

describe('a wrong argument is named with the form that it should have had', () => {
  test.each<[string, () => Promise<unknown>, string, string | undefined, string | undefined]>([
    [
      'an unknown metric',
      () => analytics.counter({ metric: 'profit' }),
      'METRIC_NOT_ALLOWED',
      'input.metric',
      undefined,
    ],
    [
      'an unknown dimension',
      () => analytics.leaderboard({ metric: 'departures', dimensions: ['gate'] }),
      'DIMENSION_NOT_ALLOWED',
      'input.dimensions.0',
      undefined,
    ],
    [
      'no metric',
      () => analytics.timeSeries({ metrics: [], timeRange: day }),
      'BAD_USER_INPUT',
      'input.metrics',
      'at least one name',
    ],
    [
      'a metric twice',
      () => analytics.table({ metrics: ['departures', 'departures'], dimensions: [] }),
      'BAD_USER_INPUT',
      'input.metrics.1',
      'each name once',
    ],
    [
      'metrics of two datasets by a dimension that they do not share',
      () => analytics.table({ metrics: ['departures', 'people'], dimensions: ['delay'] }),
      'NOT_SUPPORTED',
      'input.dimensions.0',
      'a dimension that the model declares to mean the same in flights and people',
    ],
    [
      'a limit of nothing',
      () => analytics.leaderboard({ metric: 'departures', dimensions: ['destination'], limit: 0 }),
      'BAD_USER_INPUT',
      'input.limit',
      'a whole number from 1 to 1000',
    ],
    [
      'an offset below zero',
      () => analytics.table({ metrics: ['departures'], dimensions: [], offset: -1 }),
      'BAD_USER_INPUT',
      'input.offset',
      'a whole number from 0 to 1000000',
    ],
    [
      'an order by what is no column',
      () =>
        analytics.table({ metrics: ['departures'], dimensions: ['destination'], orderBy: [{ by: 'delay' }] }),
      'BAD_USER_INPUT',
      'input.orderBy.0.by',
      'a column of the table',
    ],
    [
      'a time range where there is no time',
      () => analytics.counter({ metric: 'people', timeRange: day }),
      'BAD_USER_INPUT',
      'input.timeRange',
      'no time range, because people has no time dimension',
    ],
    [
      'two time ranges in one',
      () => analytics.counter({ metric: 'departures', timeRange: { period: 'today', ...day } }),
      'BAD_USER_INPUT',
      'input.timeRange',
      'either a period or between',
    ],
    [
      'a series of minutes over a year',
      () =>
        analytics.timeSeries({
          metrics: ['departures'],
          granularity: 'MINUTE',
          timeRange: { between: { start: '2001-01-01T00:00:00Z', stop: '2002-01-01T00:00:00Z' } },
        }),
      'QUERY_TOO_LARGE',
      'input.granularity',
      'a grain with at most 10000 buckets',
    ],
    [
      'too many points',
      () =>
        analytics.timeSeries({
          metrics: ['departures'],
          granularity: 'HOUR',
          groupBy: ['destination'],
          limit: 100,
          timeRange: { between: { start: '2001-01-01T00:00:00Z', stop: '2001-06-01T00:00:00Z' } },
        }),
      'QUERY_TOO_LARGE',
      'input.granularity',
      'a grain, a limit and metrics that give at most 100000 points',
    ],
    [
      'the time dimension beside a granularity',
      () =>
        analytics.table({
          metrics: ['departures'],
          dimensions: ['departed_at'],
          granularity: 'DAY',
          timeRange: day,
        }),
      'BAD_USER_INPUT',
      'input.dimensions',
      'either departed_at or a granularity, not both',
    ],
    [
      'an invented cursor',
      () => analytics.records({ dataset: 'flights', columns: ['delay'] }, { after: 'WyJ4IiwxLFsiT1JEIl1d' }),
      'BAD_USER_INPUT',
      'after',
      'a cursor that this very question answered with',
    ],
    [
      'a page of nothing',
      () => analytics.records({ dataset: 'flights', columns: ['delay'] }, { first: 0 }),
      'BAD_USER_INPUT',
      'first',
      'a whole number from 1 to 1000',
    ],
    [
      'an unknown dataset',
      () => analytics.topValues({ dataset: 'crew', dimension: 'name' }),
      'NOT_FOUND',
      'input.dataset',
      undefined,
    ],
    [
      'a search in numbers',
      () => analytics.topValues({ dataset: 'flights', dimension: 'delay', search: '1' }),
      'BAD_USER_INPUT',
      'input.search',
      'no search in a dimension that is not text',
    ],
    [
      'a test of text in having',
      () =>
        analytics.leaderboard({
          metric: 'departures',
          dimensions: ['destination'],
          having: [{ metric: 'departures', operator: 'CONTAINS', values: [1] }],
        }),
      'BAD_USER_INPUT',
      'input.having.0.operator',
      'an operator for numbers, not CONTAINS',
    ],
    [
      'a text value in having',
      () =>
        analytics.leaderboard({
          metric: 'departures',
          dimensions: ['destination'],
          having: [{ metric: 'departures', operator: 'GREATER_THAN', values: ['1'] }],
        }),
      'BAD_USER_INPUT',
      'input.having.0.values.0',
      'a finite number',
    ],
  ])('%s', async (_, asked, code, argument, expected) => {
    expect(await refusal(asked())).toEqual([code, argument, expected])
  })
})

describe('a wrong filter is named with the form that it should have had', () => {
  const path = 'input.filters.0'
  test.each<[object, string, string, string]>([
    [{}, 'BAD_USER_INPUT', path, 'either a test of one dimension, or one of and, or, not'],
    [
      { dimension: 'delay', values: [1], not: {} },
      'BAD_USER_INPUT',
      path,
      'either a test of one dimension, or one of and, or, not',
    ],
    [{ and: [], values: [1] }, 'BAD_USER_INPUT', `${path}.values`, 'no values beside and, or, not'],
    [
      { dimension: 'delay' },
      'BAD_USER_INPUT',
      `${path}.values`,
      'values to compare with; an empty list means none',
    ],
    [
      { dimension: 'delay', operator: 'BETWEEN', values: [1] },
      'BAD_USER_INPUT',
      `${path}.values`,
      'two values with BETWEEN',
    ],
    [
      { dimension: 'delay', operator: 'LESS_THAN', values: [] },
      'BAD_USER_INPUT',
      `${path}.values`,
      'one value with LESS_THAN',
    ],
    [
      { dimension: 'delay', operator: 'LESS_THAN', values: [null] },
      'BAD_USER_INPUT',
      `${path}.values.0`,
      'a value that is not null',
    ],
    [
      { dimension: 'delay', operator: 'IS_NULL', values: [1] },
      'BAD_USER_INPUT',
      `${path}.values`,
      'no values with IS_NULL',
    ],
    [
      { dimension: 'delay', operator: 'CONTAINS', values: ['1'] },
      'BAD_USER_INPUT',
      `${path}.operator`,
      'an operator for NUMBER values, not CONTAINS',
    ],
    [
      { dimension: 'delay', values: ['many'] },
      'BAD_USER_INPUT',
      `${path}.values.0`,
      'a finite number, or its decimal text',
    ],
    [
      { dimension: 'delay', values: ['18446744073709551616'] },
      'BAD_USER_INPUT',
      `${path}.values.0`,
      'a whole number from -9223372036854775808 to 18446744073709551615',
    ],
    [{ dimension: 'destination', values: [1] }, 'BAD_USER_INPUT', `${path}.values.0`, 'a string'],
    [
      { dimension: 'destination', values: ['\ud800'] },
      'BAD_USER_INPUT',
      `${path}.values.0`,
      'a well-formed string, without lone surrogates',
    ],
    [
      { dimension: 'destination', values: ['x'.repeat(1001)] },
      'BAD_USER_INPUT',
      `${path}.values.0`,
      'a string of at most 1000 characters',
    ],
    [
      { dimension: 'departed_at', values: ['2001-02-30T00:00:00Z'] },
      'BAD_USER_INPUT',
      `${path}.values.0`,
      'an RFC 3339 instant from 1900 to 2299, such as 2001-03-01T00:00:00Z',
    ],
    [
      { dimension: 'destination', values: Array(1001).fill('x') },
      'QUERY_TOO_LARGE',
      `${path}.values`,
      'at most 1000 values',
    ],
    [nested(10), 'QUERY_TOO_LARGE', `${path}${'.not'.repeat(10)}`, 'at most 10 levels of and, or and not'],
    [
      { or: Array(201).fill({ dimension: 'delay', values: [1] }) },
      'QUERY_TOO_LARGE',
      `${path}.or.200`,
      'at most 200 tests in one question',
    ],
  ])('%j', async (filter, code, argument, expected) => {
    expect(await refusal(filtered(filter))).toEqual([code, argument, expected])
  })

  test.each<[object, string, string]>([
    [{ dimension: 'id', values: ['not-a-uuid'] }, `${path}.values.0`, 'a UUID'],
    [
      { dimension: 'id', operator: 'GREATER_THAN', values: ['x'] },
      `${path}.operator`,
      'EQUALS, NOT_EQUALS, IS_NULL or IS_NOT_NULL',
    ],
    [{ dimension: 'active', values: ['true'] }, `${path}.values.0`, 'true or false'],
    [
      { dimension: 'balance', values: [`0.${'1'.repeat(21)}`] },
      `${path}.values.0`,
      'a decimal with at most 56 digits before the point and 20 after',
    ],
    [{ dimension: 'score', values: ['1e400'] }, `${path}.values.0`, 'a finite number, or its decimal text'],
    [
      { dimension: 'born', values: ['2001-02-29'] },
      `${path}.values.0`,
      'a date from 1900 to 2299, such as 2001-03-01',
    ],
  ])('%j', async (filter, argument, expected) => {
    expect(await refusal(person(filter))).toEqual(['BAD_USER_INPUT', argument, expected])
  })
})

test('an unknown name comes with the names most like it', async () => {
  await expect(analytics.counter({ metric: 'departure' })).rejects.toMatchObject({
    code: 'METRIC_NOT_ALLOWED',
    details: { allowed: ['departures', 'delay_p95', 'late_departures', 'people', 'destinations'] },
  })
})

test('a request may ask so many questions and no more', async () => {
  const few = createAnalytics(testScope('ATL'), {
    catalogue: catalogueOf([flights]),
    warehouses: warehousesNamed([]),
    limits: defaultLimits,
    questionsPerRequest: 1,
    now: 0,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
  await expect(few.counter({ metric: 'departures' })).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
  expect(await refusal(few.counter({ metric: 'departures' }))).toEqual([
    'QUERY_TOO_LARGE',
    undefined,
    'at most 1 questions in one request',
  ])
})
