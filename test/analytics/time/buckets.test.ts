import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { autoGrain, bucketsOf } from '../../../src/analytics/time/buckets.ts'
import { type Calendar, startOf } from '../../../src/analytics/time/calendar.ts'
import { parseZone } from '../../../src/analytics/time/range.ts'
import type { TimeRange } from '../../../src/analytics/time/time-range.ts'
import { defaultCustoms } from '../../../src/catalogue/customs.ts'

/** Reading a zone for the first time costs 40 ms, so not all 418 of them. */
const zones = [
  ...Intl.supportedValuesOf('timeZone').filter((_, index) => index % 6 === 0),
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]
const second = fc.integer({ min: Date.UTC(1971, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 })

function zoneOf(name: string): Calendar {
  return parseZone(name, defaultCustoms, 'timeZone')
}

function rangeOf(name: string, start: string, stop: string): TimeRange {
  return { start: Date.parse(start) * 1000, stop: Date.parse(stop) * 1000, zone: zoneOf(name) }
}

function startsOf(range: TimeRange, grain: 'HOUR' | 'DAY' | 'MONTH'): readonly string[] {
  return bucketsOf(range, grain, 'granularity').starts.map((start) => new Date(start * 1000).toISOString())
}

describe('starts of days, weeks, months, quarters and years', () => {
  test('equal those of Temporal in zones all over the world', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), second, (name, at) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(name)
        const date = zoned.toPlainDate()
        const startOfDate = (day: Temporal.PlainDate) => day.toZonedDateTime(name).epochMilliseconds / 1000
        const zone = zoneOf(name)
        expect([
          startOf('DAY', zone, at),
          startOf('WEEK', zone, at),
          startOf('MONTH', zone, at),
          startOf('QUARTER', zone, at),
          startOf('YEAR', zone, at),
        ]).toEqual([
          startOfDate(date),
          startOfDate(date.subtract({ days: date.dayOfWeek - 1 })),
          startOfDate(date.with({ day: 1 })),
          startOfDate(date.with({ day: 1, month: Math.floor((date.month - 1) / 3) * 3 + 1 })),
          startOfDate(date.with({ day: 1, month: 1 })),
        ])
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('buckets', () => {
  const grains = ['MINUTE', 'FIFTEEN_MINUTES', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const
  const widths = { MINUTE: 60, FIFTEEN_MINUTES: 900, HOUR: 3600, DAY: 86_400, WEEK: 604_800 }

  test('cover a range without a gap, an overlap or an empty one, in every zone and grain', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...grains),
        second,
        fc.integer({ min: 1, max: 400 }),
        (name, grain, start, count) => {
          const width = grain in widths ? widths[grain as keyof typeof widths] : 31 * 86_400
          const range = { start: start * 1e6, stop: (start + count * width) * 1e6, zone: zoneOf(name) }
          const { starts } = bucketsOf(range, grain, 'granularity')
          expect(starts[0]).toBeLessThanOrEqual(start)
          expect(starts[1] ?? Number.POSITIVE_INFINITY).toBeGreaterThan(start)
          for (const [index, from] of starts.entries()) {
            expect(from).toBeLessThan(starts[index + 1] ?? range.stop / 1e6)
            expect(startOf(grain, range.zone, from)).toBe(from)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('of a spring day have 23 hours and of an autumn day 25', () => {
    const spring = rangeOf('America/New_York', '2001-04-01T05:00:00Z', '2001-04-02T04:00:00Z')
    const autumn = rangeOf('America/New_York', '2001-10-28T04:00:00Z', '2001-10-29T05:00:00Z')
    expect(startsOf(spring, 'HOUR')).toHaveLength(23)
    expect(startsOf(autumn, 'HOUR')).toHaveLength(25)
    expect(startsOf(spring, 'DAY')).toEqual(['2001-04-01T05:00:00.000Z'])
    expect(startsOf(autumn, 'DAY')).toEqual(['2001-10-28T04:00:00.000Z'])
  })

  test('start a day without a midnight at its first instant', () => {
    const range = rangeOf('America/Sao_Paulo', '2001-10-13T03:00:00Z', '2001-10-15T02:00:00Z')
    expect(startsOf(range, 'DAY')).toEqual(['2001-10-13T03:00:00.000Z', '2001-10-14T03:00:00.000Z'])
  })

  test('leave out a day that a zone skipped', () => {
    const range = rangeOf('Pacific/Apia', '2011-12-29T10:00:00Z', '2012-01-01T10:00:00Z')
    expect(startsOf(range, 'DAY')).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ])
  })

  test('begin anew where a clock is set back by half an hour', () => {
    const range = rangeOf('Australia/Lord_Howe', '2001-03-24T13:00:00Z', '2001-03-24T17:30:00Z')
    expect(startsOf(range, 'HOUR')).toEqual([
      '2001-03-24T13:00:00.000Z',
      '2001-03-24T14:00:00.000Z',
      '2001-03-24T15:00:00.000Z',
      '2001-03-24T15:30:00.000Z',
      '2001-03-24T16:30:00.000Z',
    ])
  })

  test('that are too many are refused with the argument', () => {
    const range = rangeOf('UTC', '2001-01-01T00:00:00Z', '2002-01-01T00:00:00Z')
    expect(() => bucketsOf(range, 'MINUTE', 'input.granularity')).toThrow(
      expect.objectContaining({
        code: 'QUERY_TOO_LARGE',
        message:
          'The query is larger than its limits. input.granularity: expected a grain with at most 10000 buckets.',
      }),
    )
  })
})

describe('AUTO', () => {
  const day = 86_400
  test.each([
    [1800, 'MINUTE'],
    [6 * 3600, 'FIVE_MINUTES'],
    [day, 'FIFTEEN_MINUTES'],
    [4 * day, 'HOUR'],
    [30 * day, 'DAY'],
    [365 * day, 'WEEK'],
    [5 * 365 * day, 'MONTH'],
    [20 * 365 * day, 'QUARTER'],
    [60 * 365 * day, 'YEAR'],
  ] as const)('gives 30 to 120 points over %i seconds: %s', (seconds, grain) => {
    expect(autoGrain({ start: 0, stop: seconds * 1e6, zone: zoneOf('UTC') }, 'MINUTE')).toBe(grain)
  })
})
