import { expect, test } from 'vitest'
import { formatBucket } from '../../src/charts/format/bucket.ts'
import {
  bareFigure,
  compactFigure,
  formatFigure,
  formatRatio,
  tickFigure,
} from '../../src/charts/format/figure.ts'
import { formatKey } from '../../src/charts/format/key.ts'
import { timeTicks } from '../../src/charts/format/ticks.ts'
import { englishWords } from '../../src/charts/words.ts'
import { days } from '../support/chart-answers.ts'

const plain = { format: null, digits: null, currency: null, unit: null }
const spaced = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

test.each([
  [1234.5, { ...plain, format: 'currency', currency: 'EUR' }, 'de-DE', '1.234,50 €', '1234,5 €'],
  [1_250_000, { ...plain, format: 'currency', currency: 'USD' }, 'en-US', '$1,250,000.00', '$1.25M'],
  [0.834, { ...plain, format: 'percent' }, 'fr-FR', '83,4 %', '83,4 %'],
  [4980, { ...plain, format: 'duration' }, 'de-DE', '1 Std. 23 Min.', '1 Std. 23 Min.'],
  [1_536_000, { ...plain, format: 'bytes' }, 'en-US', '1.5 MB', '1.5 MB'],
  [12_345, { ...plain, unit: 'mi' }, 'en-US', '12,345 mi', '12.35K mi'],
  [null, plain, 'en-US', '–', '–'],
  [Number.NaN, plain, 'en-US', '–', '–'],
] as const)('%s of %j in %s is %s, and short %s', (value, format, locale, whole, short) => {
  expect(spaced(formatFigure(value, format, locale))).toBe(whole)
  expect(spaced(compactFigure(value, format, locale))).toBe(short)
})

test('no digits, currency or unit of a model makes a figure throw', () => {
  expect(formatFigure(1.5, { ...plain, digits: 400, format: 'percent' }, 'en-US')).toHaveLength(25)
  expect(formatFigure(1.5, { ...plain, format: 'currency', currency: 'EURO' }, 'en-US')).toBe('1.5')
  expect(formatFigure(1.5, { ...plain, format: 'duration', unit: '<b>' }, 'en-US')).toBe('1.5 <b>')
})

test.each(['us', 'weeks', 'Minutes', 'hrs', 'constructor', 'toString'])(
  'a duration in %s, which is no unit that is known, is a number in it and not in seconds',
  (unit) => {
    const format = { ...plain, format: 'duration', unit }
    expect(formatFigure(1234.5, format, 'en-US')).toBe(`1,235 ${unit}`)
    expect(compactFigure(1234.5, format, 'en-US')).toBe(`1.23K ${unit}`)
  },
)

test('a figure is rounded before its unit is chosen, and what rounds to 0 has no sign', () => {
  const write = (value: number, format: string | null, digits: number | null = null, locale = 'en-US') =>
    spaced(formatFigure(value, { ...plain, format, digits }, locale))
  expect([59.97, 59.94, -59.97, -83 * 60].map((value) => write(value, 'duration'))).toEqual([
    '1 min',
    '59.9 sec',
    '-1 min',
    '-1 hr 23 min',
  ])
  expect([write(59.97, 'duration', 2), write(-90, 'duration', null, 'ar-EG')]).toEqual([
    '59.97 sec',
    '\u061c-١ د ٣٠ ث',
  ])
  expect([999_999, 999_940, 999.6, -999_999].map((value) => write(value, 'bytes'))).toEqual([
    '1 MB',
    '999.9 kB',
    '1 kB',
    '-1 MB',
  ])
  expect([write(-0.4, null, 0), write(-1e-12, null), write(-1e-12, 'percent')]).toEqual(['0', '0', '0%'])
  expect(formatRatio(-1e-12, 'en-US')).toBe('0%')
})

test('a figure near 0 is not told as 0', () => {
  const percent = { ...plain, format: 'percent' }
  expect([0.0004, -0.0123, 0.009].map((value) => formatFigure(value, plain, 'en-US'))).toEqual([
    '0.0004',
    '-0.01',
    '0.009',
  ])
  expect([0.000004, 0.00042, 0.0123].map((value) => formatFigure(value, percent, 'en-US'))).toEqual([
    '0.0004%',
    '0.042%',
    '1.2%',
  ])
  const short = [bareFigure, compactFigure].flatMap((write) => [
    [0.004, 0.002, 0.01].map((value) => write(value, plain, 'en-US')),
    [0.000004, 0.0001].map((value) => write(value, percent, 'en-US')),
  ])
  const [fields, shares] = [
    ['0.004', '0.002', '0.01'],
    ['0.0004%', '0.01%'],
  ]
  expect(short).toEqual([fields, shares, fields, shares])
})

test('a duration that rounds to the next unit is told in it', () => {
  const minutes = { ...plain, format: 'duration', unit: 'min' }
  const values = [1439.99, 1439.4, 1416, 59.995, -1439.99, 1440.5, 2879.99]
  expect(values.map((value) => spaced(formatFigure(value, minutes, 'en-US')))).toEqual([
    '1 day',
    '23 hr 59 min',
    '23 hr 36 min',
    '1 hr',
    '-1 day',
    '1 day',
    '2 days',
  ])
})

test('a short figure keeps its unit, and stands without it in fields and beside axes', () => {
  const miles = { ...plain, unit: 'mi' }
  const minutes = { ...plain, format: 'duration', unit: 'min' }
  expect(compactFigure(83_820_000, miles, 'en-US')).toBe('83.82M mi')
  expect([bareFigure(83_820_000, miles, 'en-US'), tickFigure(80_000_000, miles, 'en-US')]).toEqual([
    '83.82M',
    '80M',
  ])
  expect([bareFigure(90, minutes, 'en-US'), tickFigure(90, minutes, 'en-US')]).toEqual([
    '1 hr 30 min',
    '1 hr 30 min',
  ])
})

test('no two ticks of an axis read alike', () => {
  const write = (values: readonly number[], format: string | null) =>
    values.map((value) => spaced(tickFigure(value, { ...plain, format, currency: 'USD' }, 'en-US')))
  expect(write([0, 500, 1500, 1_250_000], null)).toEqual(['0', '500', '1.5K', '1.25M'])
  expect(write([1_230_000, 1_230_005, 1_230_010], null)).toEqual(['1.23M', '1,230,005', '1,230,010'])
  expect(write([0.001, 0.0015], null)).toEqual(['0.001', '0.0015'])
  expect(write([0, 0.0002, 0.0004], 'percent')).toEqual(['0%', '0.02%', '0.04%'])
  expect(write([1_500_000, 1_500_050], 'bytes')).toEqual(['1.5 MB', '1.50005 MB'])
  expect(write([0.05, 0.1], 'duration')).toEqual(['0.05 sec', '0.1 sec'])
  expect(write([2_000_000, 2_000_001], 'currency')).toEqual(['$2M', '$2,000,001'])
})

test('an amount without its currency is a number, and not dollars', () => {
  const format = { ...plain, format: 'currency' }
  expect([formatFigure(5, format, 'en-US'), compactFigure(12_345, format, 'en-US')]).toEqual(['5', '12.35K'])
  expect(formatFigure(5, { ...format, digits: 2 }, 'en-US')).toBe('5.00')
})

test('a change has its sign, and a large one no digits', () => {
  expect([0.0421, -0.5, 0, 12.34].map((ratio) => formatRatio(ratio, 'en-US', 'always'))).toEqual([
    '+4.2%',
    '-50%',
    '0%',
    '+1,234%',
  ])
})

test.each([
  ['YEAR', '2001-01-01T00:00:00Z', 'UTC', '2001'],
  ['YEAR', '2001-04-01T00:00:00Z', 'UTC', 'Apr 2001'],
  ['QUARTER', '2001-04-01T00:00:00Z', 'UTC', 'Q2 2001'],
  ['QUARTER', '2001-02-01T00:00:00Z', 'UTC', 'Feb 2001'],
  ['MONTH', '2001-03-31T22:00:00Z', 'Europe/Berlin', 'Apr 2001'],
  ['WEEK', '2001-03-24T23:00:00Z', 'Europe/Berlin', 'Week of Mar 25, 2001'],
  ['WEEK', '2001-03-25T22:00:00Z', 'Europe/Berlin', 'Week of Mar 26, 2001'],
  // In São Paulo the day began at one o'clock.
  ['DAY', '2001-10-14T03:00:00Z', 'America/Sao_Paulo', 'Sun, Oct 14, 2001'],
  ['HOUR', '2001-07-01T12:00:00Z', 'America/New_York', 'Jul 1, 2001, 8:00 AM'],
  ['HOUR', '2001-10-28T05:00:00Z', 'America/New_York', 'Oct 28, 2001, 1:00 AM EDT'],
  ['HOUR', '2001-10-28T06:00:00Z', 'America/New_York', 'Oct 28, 2001, 1:00 AM EST'],
  ['DAY', 'no instant', 'UTC', 'no instant'],
] as const)('a bucket by %s that starts at %s in %s is called %s', (granularity, label, timeZone, text) => {
  expect(spaced(formatBucket(label, { granularity, timeZone, locale: 'en-US', words: englishWords }))).toBe(
    text,
  )
})

test('buckets are Gregorian, as the API counts them, whatever the calendar of a locale', () => {
  const format = { granularity: 'MONTH', timeZone: 'UTC', words: englishWords }
  expect(formatBucket('2001-03-01T00:00:00Z', { ...format, locale: 'th-TH' })).toBe('มี.ค. 2001')
  expect(formatBucket('2001-03-01T00:00:00Z', { ...format, locale: 'de-DE' })).toBe('März 2001')
})

function ticksOf(granularity: string, starts: readonly string[], width: number, timeZone = 'UTC') {
  return timeTicks({ granularity, timeZone, starts }, width, 'en-US').flatMap((text, index) =>
    text === '' ? [] : [[index, spaced(text)]],
  )
}

test('an axis of days is named where months begin, and by the year where one does', () => {
  expect(ticksOf('DAY', days(120, Date.UTC(2001, 10, 1)), 400)).toEqual([
    [0, 'Nov 2001'],
    [30, 'Dec'],
    [61, 'Jan 2002'],
    [92, 'Feb'],
  ])
})

test('an axis of hours over the end of summer time names the day and the hours of its zone', () => {
  const starts = days(25, Date.UTC(2001, 9, 28, 4), 3_600_000)
  expect(ticksOf('HOUR', starts, 400, 'America/New_York')).toEqual([
    [0, 'Oct 28'],
    [7, '6:00 AM'],
    [13, '12:00 PM'],
    [19, '6:00 PM'],
  ])
})

test('a short axis names each bucket, a crowded one of a few that fit', () => {
  expect(ticksOf('MONTH', days(3, Date.UTC(2001, 0, 1), 31 * 86_400_000), 600)).toHaveLength(3)
  expect(ticksOf('MINUTE', days(1440, Date.UTC(2001, 0, 1), 60_000), 300).length).toBeLessThanOrEqual(5)
})

test('values of dimensions: nothing has a name, numbers no separators, instants a zone', () => {
  const format = { timeZone: 'America/New_York', locale: 'en-US', words: englishWords }
  const all = [null, '', 2001, 0.5, true, false, 'CA', '2001-07-01T12:30:00Z', '2001-07-01', {}]
  expect(all.map((value) => spaced(formatKey(value, format)))).toEqual([
    '(none)',
    '(none)',
    '2001',
    '0.5',
    'Yes',
    'No',
    'CA',
    'Jul 1, 2001, 8:30 AM',
    'Jul 1, 2001',
    '(none)',
  ])
})
