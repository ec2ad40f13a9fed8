import { expect, test } from 'vitest'
import { formatFigure } from '../../src/analytics/format.ts'
import type { Format } from '../../src/catalogue/metric.ts'
import { metric } from '../support/catalogue.ts'

const plain = { digits: null, currency: null, locale: 'en-US' }

function written(
  value: number | null,
  format: Partial<Format> | null,
  unit: string | null = null,
  exact: string | null = null,
) {
  const whole = format === null ? null : { ...plain, style: 'number' as const, ...format }
  return formatFigure({ value, exact }, metric({ name: 'm', dataset: 'd', format: whole, unit })).replaceAll(
    '\u00a0',
    ' ',
  )
}

test.each([
  [null, null, '–'],
  [124711, null, '124,711'],
  [9.1534, null, '9.15'],
  [1234.56, { style: 'number', digits: 1 }, '1,234.6'],
  [1234.5, { style: 'number', digits: 2, locale: 'de-DE' }, '1.234,50'],
  [0.83412, { style: 'percent' }, '83.4%'],
  [0.83412, { style: 'percent', digits: 2, locale: 'de-DE' }, '83,41 %'],
  [-1234.5, { style: 'currency', currency: 'EUR' }, '-€1,234.50'],
  [1234.5, { style: 'currency', currency: 'JPY' }, '¥1,235'],
  [1234.5, { style: 'currency', currency: 'EUR', digits: 0, locale: 'de-DE' }, '1.235 €'],
  [0, { style: 'bytes' }, '0 byte'],
  [999, { style: 'bytes' }, '999 byte'],
  [1_536_000, { style: 'bytes' }, '1.5 MB'],
  [-2_000_000_000, { style: 'bytes' }, '-2 GB'],
  [4.2e18, { style: 'bytes' }, '4,200 PB'],
  [0.25, { style: 'duration' }, '0.3 sec'],
  [59.96, { style: 'duration' }, '1 min'],
  [61, { style: 'duration' }, '1 min 1 sec'],
  [4980, { style: 'duration' }, '1 hr 23 min'],
  [172_800, { style: 'duration' }, '2 days'],
  [-4980, { style: 'duration' }, '-1 hr 23 min'],
] as const)('%s as %j is %s', (value, format, text) => {
  expect(written(value, format)).toBe(text)
})

test('a duration counts in the unit of its metric, and other figures name theirs', () => {
  expect(written(83, { style: 'duration' }, 'min')).toBe('1 hr 23 min')
  expect(written(1500, { style: 'duration' }, 'ms')).toBe('1.5 sec')
  expect(written(9.15, null, 'min')).toBe('9.15 min')
})

test('a whole figure that no double holds is written by every digit', () => {
  expect(written(Number('9007199254740993'), null, null, '9007199254740993')).toBe('9,007,199,254,740,993')
})
