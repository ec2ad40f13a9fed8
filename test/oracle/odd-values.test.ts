import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Dataset, WidgetQuestion } from '../../src/catalogue/catalogue.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import {
  catalogueOf,
  column,
  derived,
  dimension,
  metric,
  named,
  second,
  text,
  windowed,
} from '../support/catalogue.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine } from '../support/warehouse.ts'

/** Values that a column may hold and that an answer or a question could lose on the way. */
const engine = await openTestEngine()
let warehouse: Warehouse

const columns = {
  tenant: column('tenant', text),
  at: column('at', second),
  name: column('name', text),
  flag: column('flag', { kind: 'integer', bits: 8, signed: false }),
  big: column('big', { kind: 'integer', bits: 64, signed: true }),
  wide: column('wide', { kind: 'float', bits: 64 }),
}
const rows = metric({ name: 'rows', dataset: 'odd' })
const bigSum = metric({ name: 'big_sum', dataset: 'odd', aggregate: 'sum', column: columns.big })
const huge = derived(
  'odd',
  'huge',
  Array(6)
    .fill('999999999999999')
    .reduce((left, right) => `${left} * ${right}`, 'big_sum'),
  [bigSum],
)
const twice = derived('odd', 'twice', 'big_sum * 2', [bigSum])
const odd: Dataset = {
  name: 'odd',
  title: 'Odd',
  description: null,
  dataSource: 'warehouse',
  table: { database: 'odd', table: 'odd' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'at',
  latencySeconds: 0,
  dimensions: named([
    dimension(columns.at),
    { ...dimension(columns.name), conformed: true },
    { ...dimension(columns.flag), type: 'BOOLEAN' },
  ]),
  joins: new Map(),
  rowRules: [],
  metrics: [
    rows,
    bigSum,
    metric({ name: 'bigs', dataset: 'odd', aggregate: 'count_distinct', column: columns.big }),
    metric({
      name: 'bigs_about',
      dataset: 'odd',
      aggregate: 'count_distinct',
      column: columns.big,
      approximate: true,
    }),
    huge,
    twice,
    windowed(twice, 'twice_2_days', { kind: 'rolling', count: 2, grain: 'DAY' }),
    windowed(rows, 'rows_3_days', { kind: 'rolling', count: 3, grain: 'DAY' }),
    metric({
      name: 'wide_median',
      dataset: 'odd',
      aggregate: 'quantile',
      level: 0.5,
      column: columns.wide,
      approximate: true,
    }),
  ],
}
const otherRows = metric({ name: 'other_rows', dataset: 'other' })
const other: Dataset = { ...odd, name: 'other', title: 'Other', metrics: [otherRows] }

beforeAll(async () => {
  await engine.execute('CREATE DATABASE odd')
  await engine.execute(
    'CREATE TABLE odd.odd (tenant String, at DateTime, name String, flag UInt8, big Int64, wide Float64) ENGINE = MergeTree ORDER BY (tenant, at)',
  )
  await engine.execute(`INSERT INTO odd.odd VALUES
    ('a', '2011-12-27 12:00:00', unhex('ff'), 0, 9007199254740993, 1e-300),
    ('a', '2011-12-28 12:00:00', unhex('fe'), 1, 1, 1e-5),
    ('a', '2011-12-29 12:00:00', 'Za', 2, 1, 1e300),
    ('a', '2012-01-01 12:00:00', 'aZ', 0, 1, 2)`)
  await engine.execute(
    `INSERT INTO odd.odd SELECT 'many', toDateTime('2011-01-01 00:00:00') + number, toString(number % 7), 0, intDiv(number * 7919, 3), 0 FROM numbers(300000)`,
  )
  warehouse = await engine.open('chdb')
  analytics = analyticsOf()
})
afterAll(() => engine.close())

function analyticsOf(claims: object = {}): Analytics {
  return createAnalyticsOf('a', claims)
}

function createAnalyticsOf(tenant: string, claims: object = {}): Analytics {
  return createAnalytics(testScope(tenant, claims), {
    catalogue: catalogueOf([odd, other]),
    warehouses: warehousesNamed([['warehouse', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 1000,
    now: Date.UTC(2020, 0, 1) * 1000,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
}
let analytics: Analytics
const days = (start: string, stop: string) => ({
  between: { start: `${start}T00:00:00Z`, stop: `${stop}T00:00:00Z` },
})
const all = days('2011-12-01', '2012-02-01')

describe('bytes that are no text', () => {
  test('are one group, in every kind of answer, and its rows can be found', async () => {
    const series = await analytics.timeSeries({
      metrics: ['rows'],
      groupBy: ['name'],
      timeRange: all,
      granularity: 'YEAR',
    })
    expect(series.series.map(({ group, total }) => [group[0]?.value, total])).toEqual([
      ['\ufffd', 2],
      ['Za', 1],
      ['aZ', 1],
    ])
    const pivot = await analytics.table({ metrics: ['rows'], dimensions: [], pivot: ['name'] })
    expect(pivot.rows).toEqual([[1, 1, 2]])
    const several = await analytics.table({
      metrics: ['rows', 'other_rows'],
      dimensions: ['name'],
      orderBy: [{ by: 'name', order: 'ASC' }],
    })
    expect(several.rows).toEqual([
      ['Za', 1, 1],
      ['aZ', 1, 1],
      ['\ufffd', 2, 2],
    ])
    const question: WidgetQuestion = { kind: 'leaderboard', input: { metric: 'rows', dimensions: ['name'] } }
    const at = { group: [{ dimension: 'name', value: '\ufffd' }] }
    expect((await analytics.recordsBehind({ question, at, columns: ['name'] }, {})).edges).toHaveLength(2)
  })

  test('do not fail a search among them', async () => {
    const found = async (search: string) => {
      const { values } = await analytics.topValues({ dataset: 'odd', dimension: 'name', search })
      return values.map(({ value }) => value)
    }
    expect(await Promise.all(['za', '\ufffd'].map(found))).toEqual([['Za'], ['\ufffd']])
  })
})

test('a boolean of numbers is whether they are not 0, as a group, as a filter and behind a point', async () => {
  const board = await analytics.leaderboard({ metric: 'rows', dimensions: ['flag'] })
  expect(board.rows.map(({ keys, figure }) => [keys[0]?.value, figure.value])).toEqual([
    [false, 2],
    [true, 2],
  ])
  const { figure } = await analytics.counter({
    metric: 'rows',
    filters: [{ dimension: 'flag', values: [true] }],
  })
  expect(figure.value).toBe(2)
  const question: WidgetQuestion = { kind: 'leaderboard', input: { metric: 'rows', dimensions: ['flag'] } }
  const at = { group: [{ dimension: 'flag', value: true }] }
  expect((await analytics.recordsBehind({ question, at, columns: ['flag'] }, {})).edges).toHaveLength(2)
})

describe('arithmetic', () => {
  test('that outgrows 256 bits is one of doubles, and what does not is exact along a series as well', async () => {
    const { figure } = await analytics.counter({ metric: 'huge' })
    expect(figure.value).toBeCloseTo(9007199254740996 * 999999999999999 ** 6, -96)
    expect((await analytics.counter({ metric: 'twice' })).figure.exact).toBe('18014398509481992')
    const { series } = await analytics.timeSeries({
      metrics: ['twice_2_days'],
      timeRange: days('2011-12-27', '2011-12-29'),
    })
    expect(series[0]?.exactValues).toEqual(['18014398509481986', '18014398509481988'])
  })
})

test('an approximate quantile is the value of a row near its rank, however wide the values are', async () => {
  const { figure } = await analytics.counter({ metric: 'wide_median' })
  expect([1e-5, 2]).toContain(figure.value)
})

test('an approximate distinct count is within 1% of the exact one, in groups, others and totals', async () => {
  const many = createAnalyticsOf('many')
  const of = (name: string) =>
    many.leaderboard({ metric: name, dimensions: ['name'], limit: 3, others: true })
  const [exact, about] = await Promise.all([of('bigs'), of('bigs_about')])
  const byKey = new Map(exact.rows.map(({ keys, figure }) => [JSON.stringify(keys), figure.value ?? 0]))
  // Which of such groups are the greatest may differ, and so may what the others are.
  const shared = about.rows.filter(({ keys, isOthers }) => !isOthers && byKey.has(JSON.stringify(keys)))
  for (const { keys, figure } of shared) {
    const value = byKey.get(JSON.stringify(keys)) ?? 0
    expect(Math.abs((figure.value ?? 0) - value) / value).toBeLessThan(0.01)
  }
  expect(Math.abs((about.total ?? 0) - (exact.total ?? 0)) / (exact.total ?? 0)).toBeLessThan(0.01)
  expect(exact.total).toBe(300_000)
})

describe('a trailing window', () => {
  test('counts buckets where a zone skipped a day, in its figures and in the rows behind them', async () => {
    const timeRange = { between: { start: '2011-12-30T10:00:00Z', stop: '2012-01-02T10:00:00Z' } }
    const question: WidgetQuestion = {
      kind: 'timeSeries',
      input: { metrics: ['rows_3_days'], timeRange, timeZone: 'Pacific/Apia', granularity: 'DAY' },
    }
    const { labels, series } = await analytics.timeSeries(question.input)
    // The days of Apia: December 28 and 29, then 31, since there was no 30.
    expect(series[0]?.values).toEqual([2, 1, 1])
    for (const [index, bucket] of labels.entries()) {
      const { edges } = await analytics.recordsBehind({ question, at: { bucket }, columns: ['at'] }, {})
      expect(edges).toHaveLength(series[0]?.values[index] ?? -1)
    }
  })

  test('that a token may not see whole is refused where nothing of it is known, and so are its rows', async () => {
    const held = analyticsOf({ max_date_range_days: 2 })
    const input = { metrics: ['rows_3_days'], timeRange: days('2011-12-28', '2011-12-29') }
    const granted = analyticsOf({ max_date_range_days: 1 })
    await expect(granted.timeSeries(input)).rejects.toMatchObject({ code: 'DATE_RANGE_TOO_LONG' })
    expect((await held.timeSeries(input)).series[0]?.values).toEqual([2])
    const question: WidgetQuestion = { kind: 'timeSeries', input }
    await expect(
      granted.recordsBehind({ question, at: { bucket: '2011-12-28T00:00:00Z' }, columns: ['at'] }, {}),
    ).rejects.toMatchObject({ code: 'DATE_RANGE_TOO_LONG' })
  })
})

describe('several datasets', () => {
  test('refuse a test that no figure can pass before anything is read', async () => {
    const table = (having: object) =>
      analytics.table({
        metrics: ['rows', 'other_rows'],
        dimensions: ['name'],
        having: [having as never],
        timeRange: days('1999-01-01', '1999-01-02'),
      })
    await expect(table({ metric: 'rows', operator: 'CONTAINS', values: ['x'] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'input.having.0.values.0' },
    })
  })

  test('have the rows behind a bucket in the grain of both', async () => {
    const question: WidgetQuestion = { kind: 'timeSeries', input: { metrics: ['rows', 'other_rows'] } }
    const { labels, series } = await analytics.timeSeries(question.input)
    for (const [index, bucket] of labels.entries()) {
      if ((series[0]?.values[index] ?? 0) === 0) continue
      const { edges } = await analytics.recordsBehind(
        { question, at: { metric: 'rows', bucket }, columns: ['at'] },
        {},
      )
      expect(edges).toHaveLength(series[0]?.values[index] ?? -1)
    }
  })
})
