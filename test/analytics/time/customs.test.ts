import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { type Grain, granularities } from '../../../src/access/grants.ts'
import { nextStart, startOf } from '../../../src/analytics/time/calendar.ts'
import { parseZone } from '../../../src/analytics/time/range.ts'
import { firstSecond, lastSecond } from '../../../src/analytics/time/zone.ts'
import { type Customs, months, weekdays } from '../../../src/catalogue/customs.ts'

/** Reading a zone for the first time costs 40 ms, so not all 418 of them. */
const zones = [
  ...Intl.supportedValuesOf('timeZone').filter((_, index) => index % 5 === 2),
  'UTC',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Monrovia',
]
/** Their clocks were set back over midnight, at midnight or one minute past it. */
const midnightZones = [
  'America/St_Johns',
  'America/Havana',
  'Asia/Amman',
  'Asia/Gaza',
  'America/Sao_Paulo',
  'Atlantic/Azores',
]
const customs = fc.record({
  weekStart: fc.constantFrom(...weekdays),
  fiscalYearStart: fc.constantFrom(...months),
})
/** Two years off either end, so that the bucket and the next one lie between them as well. */
const second = fc.integer({ min: firstSecond + 2 * 366 * 86_400, max: lastSecond - 2 * 366 * 86_400 })
/** When clocks were changed at odd times. */
const recent = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 })
const calendarGrains = granularities.slice(granularities.indexOf('DAY'))
const minutesOf: Partial<Record<Grain, number>> = {
  MINUTE: 1,
  FIVE_MINUTES: 5,
  FIFTEEN_MINUTES: 15,
  HOUR: 60,
}

/** The date that a bucket of the calendar starts on, by months and weekdays alone. */
function firstDate(grain: Grain, date: Temporal.PlainDate, { weekStart, fiscalYearStart }: Customs) {
  const monthsOver = (date.month - 1 - months.indexOf(fiscalYearStart) + 12) % 12
  switch (grain) {
    case 'WEEK':
      return date.subtract({ days: weekStart === 'sunday' ? date.dayOfWeek % 7 : date.dayOfWeek - 1 })
    case 'MONTH':
      return date.with({ day: 1 })
    case 'QUARTER':
      return date.with({ day: 1 }).subtract({ months: monthsOver % 3 })
    case 'YEAR':
      return date.with({ day: 1 }).subtract({ months: monthsOver })
    default:
      return date
  }
}

function dateAfter(grain: Grain, date: Temporal.PlainDate): Temporal.PlainDate {
  const steps: Partial<Record<Grain, Temporal.DurationLike>> = {
    WEEK: { weeks: 1 },
    MONTH: { months: 1 },
    QUARTER: { months: 3 },
    YEAR: { years: 1 },
  }
  return date.add(steps[grain] ?? { days: 1 })
}

/** The first instant of a date; of one that the zone skipped, that of the date after. */
function instantOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds / 1000
}

describe('a bucket of any zone, customs and grain, from 1900 to 2299', () => {
  test('of a day and longer starts on the date that the calendar says, and so does the next one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        customs,
        fc.constantFrom(...calendarGrains),
        second,
        (name, of, grain, at) => {
          const zone = parseZone(name, of, 'timeZone')
          const here = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(name)
          const first = firstDate(grain, here.toPlainDate(), of)
          const start = startOf(grain, zone, at)
          expect([start, nextStart(grain, zone, start)]).toEqual([
            instantOf(first, name),
            instantOf(dateAfter(grain, first), name),
          ])
        },
      ),
      { numRuns: 3_000, seed: 2_001 },
    )
  })

  test('shorter than a day starts at a round minute of the clock or where the clock changes', () => {
    const short = granularities.slice(0, granularities.indexOf('DAY'))
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        customs,
        fc.constantFrom(...short),
        second,
        (name, of, grain, at) => {
          const zone = parseZone(name, of, 'timeZone')
          const start = startOf(grain, zone, at)
          const next = nextStart(grain, zone, start)
          expect(start).toBeLessThanOrEqual(at)
          expect(next).toBeGreaterThan(at)
          expect(next - start).toBeLessThanOrEqual((minutesOf[grain] ?? 0) * 60)
          expect([isRound(grain, name, start), isRound(grain, name, next)]).toEqual([true, true])
        },
      ),
      { numRuns: 4_000, seed: 2_001 },
    )
  })

  test('holds its instant and ends where the next one starts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones, ...midnightZones, ...midnightZones),
        customs,
        fc.constantFrom(...granularities),
        second,
        recent,
        fc.integer({ min: -7_200, max: 7_200 }),
        fc.boolean(),
        (name, of, grain, anywhere, lately, distance, isNearChange) => {
          const at = isNearChange ? changeBefore(name, lately) + distance : anywhere
          const zone = parseZone(name, of, 'timeZone')
          const start = startOf(grain, zone, at)
          const next = nextStart(grain, zone, start)
          expect(start).toBeLessThanOrEqual(at)
          expect(at).toBeLessThan(next)
          expect([
            startOf(grain, zone, start),
            startOf(grain, zone, next - 1),
            startOf(grain, zone, next),
          ]).toEqual([start, start, next])
        },
      ),
      { numRuns: 6_000, seed: 2_002 },
    )
  })
})

function isRound(grain: Grain, name: string, at: number): boolean {
  const here = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(name)
  const seconds = (here.hour * 60 + here.minute) * 60 + here.second
  const before = Temporal.Instant.fromEpochMilliseconds(at * 1000 - 1).toZonedDateTimeISO(name)
  return seconds % ((minutesOf[grain] ?? 0) * 60) === 0 || before.offsetNanoseconds !== here.offsetNanoseconds
}

/** The last change of a zone's clock before an instant; the instant itself where there was none. */
function changeBefore(name: string, at: number): number {
  const here = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(name)
  const change = here.getTimeZoneTransition('previous')
  return change === null ? at : Math.max(change.epochMilliseconds / 1000, firstSecond + 2 * 366 * 86_400)
}
