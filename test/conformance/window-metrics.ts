import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { beforeAll, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { formatInstant } from '../../src/analytics/time/instant.ts'
import type { TimeSeriesInput } from '../../src/catalogue/inputs.ts'
import type { MetricWindow, RowMetric, WindowMetric } from '../../src/catalogue/metric.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, flights, windowed } from '../support/catalogue.ts'
import { scale } from '../support/oracle-compare.ts'
import { testScope } from '../support/scope.ts'
import type { SuiteEngine } from './conform.ts'
import { loadFlightsOnce } from './tables.ts'

/**
 * A figure that goes along a series is, at each bucket, the plain figure over a range of its own. The plain ones agree
 * with another engine, so here each bucket is asked for by itself, over the range that the calendar of Temporal gives.
 */
const bases = [
  'departures',
  'on_time_departures',
  'average_delay',
  'total_distance',
  'longest_delay',
  'shortest_delay',
  'on_time_share',
  'late_per_mile',
]
const windows: readonly MetricWindow[] = [
  { kind: 'cumulative' },
  { kind: 'rolling', count: 7, grain: 'DAY' },
  { kind: 'rolling', count: 3, grain: 'MONTH' },
  { kind: 'rolling', count: 5, grain: 'HOUR' },
]
const windowMetrics = bases.flatMap((base) =>
  windows.map((window) => windowed(rowMetric(base), `${base}_${nameOf(window)}`, window)),
)
const averages = ['departures', 'total_distance'].map((base) =>
  windowed(rowMetric(base), `${base}_average`, { kind: 'moving_average', count: 7, grain: 'DAY' }),
)
const catalogue = catalogueOf([{ ...flights, metrics: [...flights.metrics, ...windowMetrics, ...averages] }])

function rowMetric(name: string): RowMetric {
  const found = flights.metrics.find((metric) => metric.name === name)
  if (found === undefined || found.kind === 'window') throw new Error(`No metric ${name}.`)
  return found
}

function nameOf(window: MetricWindow): string {
  return window.kind === 'cumulative' ? 'so_far' : `last_${window.count}_${window.grain.toLowerCase()}`
}

const steps = {
  HOUR: { hours: 1 },
  DAY: { days: 1 },
  WEEK: { weeks: 1 },
  MONTH: { months: 1 },
} as const

type StepGrain = keyof typeof steps

/** The plain range that the figure at a bucket is about. */
function rangeAt(
  { window }: WindowMetric,
  label: string,
  { start, stop, zone, grain }: { start: string; stop: string; zone: string; grain: StepGrain },
): { start: string; stop: string } {
  const bucket = Temporal.Instant.from(label).toZonedDateTimeISO(zone)
  const step = steps[grain]
  const end = bucket.add(step).toInstant()
  const last = Temporal.Instant.compare(end, stop) < 0 ? end : Temporal.Instant.from(stop)
  if (window.kind === 'cumulative') return { start, stop: last.toString() }
  const [unit = 'days', size = 1] = Object.entries(step)[0] ?? []
  const first = bucket.subtract({ [unit]: size * (window.count - 1) })
  return { start: first.toInstant().toString(), stop: last.toString() }
}

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata']
const tenants = ['SJC', 'ABQ', 'MQT', 'AKN']
const question = fc
  .record({
    tenant: fc.constantFrom(...tenants),
    metric: fc.constantFrom(...windowMetrics),
    zone: fc.constantFrom(...zones),
    from: fc.integer({ min: 0, max: 330 }),
    length: fc.integer({ min: 1, max: 9 }),
    plain: fc.constantFrom(undefined, 'departures', 'average_delay'),
    filter: fc.constantFrom(undefined, 500),
  })
  .map(({ tenant, metric, zone, from, length, plain, filter }) => {
    const grain = metric.window.kind === 'cumulative' ? 'DAY' : metric.window.grain
    const first = Temporal.PlainDate.from('2001-01-15').add({ days: from }).toZonedDateTime(zone)
    const unit = { HOUR: 'hours', DAY: 'days', MONTH: 'months' }[grain as 'HOUR' | 'DAY' | 'MONTH']
    const start = grain === 'MONTH' ? first.with({ day: 1 }) : first
    const stop = start.add({ [unit]: grain === 'MONTH' ? Math.min(length, 3) : length })
    return {
      tenant,
      metric,
      plain,
      asked: {
        start: start.toInstant().toString(),
        stop: stop.toInstant().toString(),
        zone,
        grain: grain as StepGrain,
      },
      filters:
        filter === undefined
          ? []
          : [{ dimension: 'distance', operator: 'GREATER_THAN' as const, values: [filter] }],
    }
  })

const zulu = (text: string) => formatInstant(Number(Temporal.Instant.from(text).epochNanoseconds / 1000n))

const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-03-15T00:00:00Z' } }

export function windowMetricsSuite(engine: SuiteEngine, share = 1): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    await loadFlightsOnce(engine, tenants)
    warehouse = await engine.open()
  })

  function analyticsOf(tenant: string, claims: object = {}): Analytics {
    return createAnalytics(testScope(tenant, claims), {
      catalogue,
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 100_000,
      // After all of the rows, so that no bucket is still to come.
      now: Date.UTC(2003, 0, 1) * 1000,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  test('each bucket of a running or trailing figure is the plain figure over its rows', {
    timeout: 240_000,
  }, async () => {
    for (const { tenant, metric, plain, asked, filters } of fc.sample(question, {
      numRuns: Math.ceil(120 * scale * share),
      seed: 41,
    })) {
      const analytics = analyticsOf(tenant)
      const between = { start: zulu(asked.start), stop: zulu(asked.stop) }
      const input: TimeSeriesInput = {
        metrics: [metric.name, ...(plain === undefined ? [] : [plain])],
        timeRange: { between },
        timeZone: asked.zone,
        granularity: asked.grain,
        filters,
      }
      const { labels, series } = await analytics.timeSeries(input)
      const figures = await Promise.all(
        labels.map(async (label) => {
          const range = rangeAt(metric, label, { ...asked })
          const { figure } = await analytics.counter({
            metric: metric.of.name,
            timeRange: { between: { start: zulu(range.start), stop: zulu(range.stop) } },
            timeZone: asked.zone,
            filters,
          })
          return figure.value
        }),
      )
      const [values = []] = series.map((line) => line.values)
      const context = JSON.stringify(input)
      expect(values.length, context).toBe(figures.length)
      for (const [index, value] of values.entries()) {
        const figure = figures[index] ?? null
        if (value === null || figure === null) expect(value, context).toBe(figure)
        else
          expect(Math.abs(value - figure), context).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(figure)))
      }
      if (plain !== undefined) {
        const alone = await analytics.timeSeries({ ...input, metrics: [plain] })
        expect(series[1]?.values, context).toEqual(alone.series[0]?.values)
        expect(series[1]?.total, context).toBe(alone.series[0]?.total)
      }
    }
  })

  test('a moving average is the trailing total by the number of its buckets, others and comparison included', async () => {
    const analytics = analyticsOf('SJC')
    const common = { timeRange: march, granularity: 'DAY', groupBy: ['destination'], limit: 2 } as const
    const average = await analytics.timeSeries({
      ...common,
      metrics: ['departures_average'],
      compareTo: 'PREVIOUS_PERIOD',
    })
    const total = await analytics.timeSeries({ ...common, metrics: ['departures_last_7_day'] })
    const february = await analytics.timeSeries({
      ...common,
      metrics: ['departures_average'],
      timeRange: { between: { start: '2001-02-15T00:00:00Z', stop: '2001-03-01T00:00:00Z' } },
      groupBy: [],
    })
    expect(average.series.map(({ group, isOthers }) => [group, isOthers])).toEqual(
      total.series.map(({ group, isOthers }) => [group, isOthers]),
    )
    for (const [index, line] of average.series.entries()) {
      expect(line.values).toEqual(total.series[index]?.values.map((value) => (value ?? 0) / 7))
    }
    const before = average.labels.map((_, bucket) =>
      average.series.reduce((sum, line) => sum + (line.comparisonValues?.[bucket] ?? 0), 0),
    )
    expect(before.map((value) => Math.round(value * 7))).toEqual(
      february.series[0]?.values.map((value) => Math.round((value ?? 0) * 7)),
    )
  })

  test('AUTO takes the grain of a trailing window, and any other is refused with the reason', async () => {
    const analytics = analyticsOf('SJC')
    const { granularity } = await analytics.timeSeries({ metrics: ['departures_average'], timeRange: march })
    expect(granularity).toBe('DAY')
    await expect(
      analytics.timeSeries({ metrics: ['departures_average'], timeRange: march, granularity: 'WEEK' }),
    ).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      details: {
        argument: 'input.granularity',
        expected: 'DAY, because departures_average is about the last 7 of them',
      },
    })
  })

  test('without an order along which to go there is no such figure', async () => {
    const analytics = analyticsOf('SJC')
    const refusal = (argument: string) => ({
      code: 'NOT_SUPPORTED',
      details: {
        argument,
        expected:
          'a time series for departures_average, whose figure goes from bucket to bucket, or departures in its place',
      },
    })
    await expect(analytics.counter({ metric: 'departures_average' })).rejects.toMatchObject(
      refusal('input.metric'),
    )
    await expect(
      analytics.leaderboard({ metric: 'departures_average', dimensions: ['destination'] }),
    ).rejects.toMatchObject(refusal('input.metric'))
    await expect(
      analytics.table({ metrics: ['departures', 'departures_average'], dimensions: [] }),
    ).rejects.toMatchObject(refusal('input.metrics.1'))
    await expect(
      analytics.leaderboard({
        metric: 'departures',
        dimensions: ['destination'],
        having: [{ metric: 'departures_average', operator: 'GREATER_THAN', values: [1] }],
      }),
    ).rejects.toMatchObject(refusal('input.having.0.metric'))
  })

  test('where a token may not see what came before, the first buckets have no figure', async () => {
    const claims = { earliest: Date.UTC(2001, 2, 1) / 1000 }
    const { series } = await analyticsOf('SJC', claims).timeSeries({
      metrics: ['departures_last_7_day', 'departures_so_far'],
      timeRange: march,
      granularity: 'DAY',
    })
    const whole = await analyticsOf('SJC').timeSeries({
      metrics: ['departures_last_7_day', 'departures_so_far'],
      timeRange: march,
      granularity: 'DAY',
    })
    expect(series[0]?.values.slice(0, 6)).toEqual([null, null, null, null, null, null])
    expect(series[0]?.values.slice(6)).toEqual(whole.series[0]?.values.slice(6))
    expect(whole.series[0]?.values).not.toContain(null)
    expect(series[1]?.values).toEqual(whole.series[1]?.values)
  })
}
