import { Temporal } from 'temporal-polyfill'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { GroupKey } from '../../src/analytics/answers.ts'
import { formatInstant } from '../../src/analytics/time/instant.ts'
import type { TimeRange } from '../../src/analytics/time/time-range.ts'
import {
  type Comparison,
  comparisons,
  type FilterInput,
  type TimeRangeInput,
} from '../../src/catalogue/inputs.ts'
import { TesseraError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { flightsCatalogue } from '../support/catalogue.ts'
import { forQuestions, nowMicros } from '../support/oracle-compare.ts'
import { flightsOf } from '../support/oracle-flights.ts'
import { type Asked, questionsAbout } from '../support/oracle-questions.ts'
import { testScope } from '../support/scope.ts'
import type { SuiteEngine } from './conform.ts'
import { loadFlightsOnce } from './tables.ts'

/**
 * A comparison is two plain questions in one statement. The plain ones agree with another engine, so it is enough that
 * the compared figures are those of the window before, which the calendar of Temporal gives here.
 */

const units = {
  minute: 'minutes',
  hour: 'hours',
  day: 'days',
  week: 'weeks',
  month: 'months',
  year: 'years',
} as const

function zoned(micros: number, { zone }: TimeRange): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(micros / 1000).toZonedDateTimeISO(zone.name)
}

/** As an explicit range, so that it can be asked for by itself. */
function windowBefore(
  range: TimeRange,
  asked: TimeRangeInput,
  { comparison, isWeekly }: { comparison: Comparison; isWeekly: boolean },
): TimeRangeInput {
  const start = zoned(range.start, range)
  const stop = zoned(range.stop, range)
  const [from, to] =
    comparison === 'PREVIOUS_YEAR'
      ? [start, stop].map((at) => (isWeekly ? at.subtract({ days: 364 }) : at.subtract({ years: 1 })))
      : periodBefore(start, stop, asked.period ?? null)
  if (from === undefined || to === undefined) throw new Error('A window has two ends.')
  const now = zoned(nowMicros, range)
  const isUnfinished = asked.period != null && range.start <= nowMicros && nowMicros < range.stop
  const end = isUnfinished ? earlier(soFar(start, now, from), to) : to
  return { between: { start: text(from), stop: text(end) } }
}

function text(at: Temporal.ZonedDateTime): string {
  return formatInstant(Number(at.toInstant().epochNanoseconds / 1000n))
}

function earlier(one: Temporal.ZonedDateTime, other: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return Temporal.ZonedDateTime.compare(one, other) < 0 ? one : other
}

/** As far into the window before as now is into its own, by the clock on the wall. */
function soFar(
  start: Temporal.ZonedDateTime,
  now: Temporal.ZonedDateTime,
  from: Temporal.ZonedDateTime,
): Temporal.ZonedDateTime {
  const passed = start.toPlainDateTime().until(now.toPlainDateTime(), { largestUnit: 'hours' })
  return from.toPlainDateTime().add(passed).toZonedDateTime(from.timeZoneId)
}

function periodBefore(start: Temporal.ZonedDateTime, stop: Temporal.ZonedDateTime, period: string | null) {
  const [, unit] = /_([a-z]+?)s?$/.exec(period ?? '') ?? []
  const named = unit === 'quarter' ? { months: 3 } : unitOf(period, unit)
  if (named !== null) {
    const count = Number(/^last_(\d+)_/.exec(period ?? '')?.[1] ?? 1)
    const [name = 'days', size = 1] = Object.entries(named)[0] ?? []
    return [start.subtract({ [name]: size * count }), start]
  }
  return (
    wholeMonths(start, stop) ??
    wholeDays(start, stop) ?? [start.subtract(start.until(stop, { largestUnit: 'hours' })), start]
  )
}

function unitOf(period: string | null, unit: string | undefined) {
  if (period === 'today' || period === 'yesterday') return { days: 1 }
  if (period === null || unit === undefined || !(unit in units)) return null
  return { [units[unit as keyof typeof units]]: 1 }
}

function isMidnight(at: Temporal.ZonedDateTime): boolean {
  return at.startOfDay().equals(at)
}

function wholeMonths(start: Temporal.ZonedDateTime, stop: Temporal.ZonedDateTime) {
  if (![start, stop].every((at) => isMidnight(at) && at.day === 1)) return null
  const months = (stop.year - start.year) * 12 + stop.month - start.month
  return [start.subtract({ months }), start]
}

function wholeDays(start: Temporal.ZonedDateTime, stop: Temporal.ZonedDateTime) {
  if (![start, stop].every(isMidnight)) return null
  const days = start.toPlainDate().until(stop.toPlainDate(), { largestUnit: 'days' }).days
  return [start.subtract({ days }), start]
}

function only(
  keys: readonly GroupKey[],
  filters: readonly FilterInput[] | null | undefined,
): readonly FilterInput[] {
  return [...(filters ?? []), ...keys.map(({ dimension, value }) => ({ dimension, values: [value] }))]
}

/** Null where the comparison is not supported: windows of one series that overlap. */
async function unlessOverlapping<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'NOT_SUPPORTED') return null
    throw error
  }
}

function sameFigures(found: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(found.map((value) => value === null)).toEqual(expected.map((value) => value === null))
  for (const [index, value] of found.entries()) {
    const other = expected[index] ?? 0
    expect(Math.abs((value ?? 0) - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(other)))
  }
}

let turn = 0

function nextComparison(): Comparison {
  turn += 1
  return comparisons[turn % 2] ?? 'PREVIOUS_PERIOD'
}

export function comparisonsSuite(engine: SuiteEngine, share = 1): void {
  const vocabulary = flightsOf(share)
  const questions = questionsAbout(vocabulary)
  let warehouse: Warehouse

  beforeAll(async () => {
    await loadFlightsOnce(engine, vocabulary.tenants)
    warehouse = await engine.open()
  })

  function analyticsFor({ tenant, locked }: Asked<unknown>): Analytics {
    return createAnalytics(testScope(tenant, { locked_filters: [...locked] }), {
      catalogue: flightsCatalogue,
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 500,
      now: nowMicros,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  describe('a compared figure is that of the window before', { timeout: 240_000 }, () => {
    test('of counters', () =>
      forQuestions(questions.counters, 120 * share, async (question) => {
        const { input } = question
        if (input.timeRange == null) return
        const analytics = analyticsFor(question)
        const comparison = nextComparison()
        const compared = await analytics.counter({ ...input, compareTo: comparison })
        const plain = await analytics.counter(input)
        expect(compared.figure).toEqual(plain.figure)
        if (plain.range === null || compared.comparison === null) throw new Error('There is no window.')
        const before = windowBefore(plain.range, input.timeRange, { comparison, isWeekly: false })
        const { start, stop } = compared.comparison.range
        expect({ between: { start: formatInstant(start), stop: formatInstant(stop) } }).toEqual(before)
        const alone = await analytics.counter({ ...input, timeRange: before })
        sameFigures([compared.comparison.figure.value], [alone.figure.value])
      }))

    test('of leaderboards, group by group', () =>
      forQuestions(questions.leaderboards, 40 * share, async (question) => {
        const { input } = question
        if (input.timeRange == null) return
        const analytics = analyticsFor(question)
        const comparison = nextComparison()
        const compared = await analytics.leaderboard({ ...input, compareTo: comparison })
        const plain = await analytics.leaderboard(input)
        if (plain.range === null) throw new Error('There is no window.')
        const before = windowBefore(plain.range, input.timeRange, { comparison, isWeekly: false })
        const ranked = compared.rows.filter(({ isOthers }) => !isOthers)
        expect(ranked.map((row) => ({ ...row, comparison: null }))).toEqual(
          plain.rows.filter(({ isOthers }) => !isOthers),
        )
        expect(compared.total).toEqual(plain.total)
        for (const { keys, comparison: figure } of ranked.slice(0, 3)) {
          const { metric, timeZone, filters } = input
          const asked = { metric, timeZone, filters: only(keys, filters), timeRange: before }
          sameFigures([figure?.value ?? null], [(await analytics.counter(asked)).figure.value])
        }
      }))

    test('of series, bucket by bucket and group by group', () =>
      forQuestions(questions.timeSeries, 80 * share, async (question) => {
        const { input } = question
        if (input.timeRange == null) return
        const analytics = analyticsFor(question)
        const comparison = nextComparison()
        const plain = await analytics.timeSeries(input)
        const compared = await unlessOverlapping(analytics.timeSeries({ ...input, compareTo: comparison }))
        if (compared === null) return
        expect(compared.labels).toEqual(plain.labels)
        const alike = { comparisonValues: null, comparisonTotal: null }
        expect(compared.series.map((series) => ({ ...series, ...alike }))).toEqual(plain.series)
        const isWeekly = plain.granularity === 'WEEK'
        const before = windowBefore(plain.range, input.timeRange, { comparison, isWeekly })
        for (const series of compared.series.filter(({ isOthers }) => !isOthers).slice(0, 3)) {
          if (input.fill === 'NONE') continue
          const { timeZone, fill } = input
          const alone = await analytics.timeSeries({
            metrics: [series.metric.name],
            granularity: plain.granularity,
            timeRange: before,
            timeZone,
            fill,
            filters: only(series.group, input.filters),
          })
          const values = alone.series[0]?.values ?? []
          const expected = plain.labels.map((_, index) => values[index] ?? null)
          sameFigures(series.comparisonValues ?? [], expected)
          const total = series.metric.additive ? (alone.series[0]?.total ?? null) : null
          sameFigures([series.comparisonTotal], [total])
        }
      }))
  })
}
