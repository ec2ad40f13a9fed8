import { describe, expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../../../src/analytics/time/instant.ts'
import { parseTimeRange, parseZone } from '../../../src/analytics/time/range.ts'
import { defaultCustoms } from '../../../src/catalogue/customs.ts'

const now = Date.parse('2001-03-28T13:37:11Z') * 1000

function resolve(period: string, zone = 'Europe/Berlin') {
  const range = parseTimeRange({ period }, parseZone(zone, defaultCustoms, 'timeZone'), now, 'timeRange')
  if (range === null) throw new Error('No range.')
  return [formatInstant(range.start), formatInstant(range.stop)]
}

describe('a period', () => {
  test.each([
    ['today', '2001-03-27T22:00:00Z', '2001-03-28T22:00:00Z'],
    ['yesterday', '2001-03-26T22:00:00Z', '2001-03-27T22:00:00Z'],
    ['this_minute', '2001-03-28T13:37:00Z', '2001-03-28T13:38:00Z'],
    ['previous_hour', '2001-03-28T12:00:00Z', '2001-03-28T13:00:00Z'],
    ['last_24_hours', '2001-03-27T14:00:00Z', '2001-03-28T14:00:00Z'],
    ['this_week', '2001-03-25T22:00:00Z', '2001-04-01T22:00:00Z'],
    // The clocks went forward on the 25th: this week before has 167 hours.
    ['previous_week', '2001-03-18T23:00:00Z', '2001-03-25T22:00:00Z'],
    ['last_7_days', '2001-03-21T23:00:00Z', '2001-03-28T22:00:00Z'],
    ['this_month', '2001-02-28T23:00:00Z', '2001-03-31T22:00:00Z'],
    ['previous_month', '2001-01-31T23:00:00Z', '2001-02-28T23:00:00Z'],
    ['this_quarter', '2000-12-31T23:00:00Z', '2001-03-31T22:00:00Z'],
    ['last_2_years', '1999-12-31T23:00:00Z', '2001-12-31T23:00:00Z'],
  ])('%s is resolved in the zone of the question', (period, start, stop) => {
    expect(resolve(period)).toEqual([start, stop])
  })

  test.each([
    '',
    'tomorrow',
    'last_0_days',
    'last_7_day',
    'last_-1_days',
    'this_days',
    'last_7_constructors',
  ])('%j is refused with the allowed forms', (period) => {
    expect(() => resolve(period)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        details: {
          argument: 'timeRange.period',
          expected:
            'a period: today, yesterday, this_<unit>, previous_<unit> or last_<n>_<unit>s, the unit being minute, hour, day, week, month, quarter, year',
        },
      }),
    )
  })

  test('that reaches back before 1900 is refused', () => {
    expect(() => resolve('last_999999_years')).toThrow(
      'timeRange.period: expected a period that starts after 1900',
    )
  })
})

describe('an instant', () => {
  test.each([
    ['2001-03-01T00:00:00Z', '2001-03-01T00:00:00Z'],
    ['2001-03-01t01:30:00.5+01:30', '2001-03-01T00:00:00.500Z'],
    ['2000-02-29T23:59:59.123456-00:30', '2000-03-01T00:29:59.123456Z'],
    ['1960-01-01T00:00:00.25Z', '1960-01-01T00:00:00.250Z'],
  ])('%s is read', (text, expected) => {
    const instant = parseInstant(text)
    expect(instant === null ? null : formatInstant(instant)).toBe(expected)
  })

  test.each([
    '2001-02-29T00:00:00Z',
    '2001-13-01T00:00:00Z',
    '2001-01-01T24:00:00Z',
    '2001-01-01T00:60:00Z',
    '2001-01-01T00:00:60Z',
    '2001-01-01T00:00:00',
    '2001-01-01',
    '0050-01-01T00:00:00Z',
    '1899-12-31T23:59:59Z',
    '2300-01-01T00:00:00Z',
    '2001-01-01T00:00:00.1234567Z',
    '2001-01-01T00:00:00+25:00',
    ' 2001-01-01T00:00:00Z',
    "2001-01-01T00:00:00Z'",
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeNull()
  })
})

describe('a range', () => {
  test('must stop after it starts', () => {
    const zone = parseZone('UTC', defaultCustoms, 'timeZone')
    const between = { start: '2001-01-02T00:00:00Z', stop: '2001-01-02T00:00:00Z' }
    expect(() => parseTimeRange({ between }, zone, now, 'timeRange')).toThrow(
      'timeRange.between.stop: expected an instant after start',
    )
  })

  test.each(['Mars/Phobos', '+01:00', 'UTC+1', '', '__proto__', 'Europe/Berlin\u0000'])(
    'zone %j is refused',
    (zone) => {
      expect(() => parseZone(zone, defaultCustoms, 'timeZone')).toThrow(
        'timeZone: expected an IANA time zone name, such as Europe/Berlin',
      )
    },
  )
})
