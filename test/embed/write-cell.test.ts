import { expect, test } from 'vitest'
import { writerOf } from '../../src/embed/drill-down/write-cell.ts'
import { en } from '../../src/embed/messages/en.ts'
import { translator } from '../../src/embed/messages/translator.ts'

const page = { locale: 'en-US', timeZone: 'America/New_York', t: translator(en, null, 'en-US') }
const column = { name: 'due', title: 'Due', kind: 'DIMENSION', type: 'TIME', format: null } as const

test('a date is the same day in every zone, and an instant has the clock of its viewer', () => {
  const write = writerOf(column, page)
  const texts = ['2001-01-01', '2001-01-01T00:00:00Z', null, 'soon'].map(write)
  expect(texts.map((text) => text.replaceAll('\u202f', ' '))).toEqual([
    'Jan 1, 2001',
    'Dec 31, 2000, 7:00:00 PM',
    '–',
    'soon',
  ])
})

test('numbers go without separators, as in charts, and with every digit; booleans are words', () => {
  const numbers = writerOf({ ...column, type: 'NUMBER' }, page)
  const cells = [2001, 12345, 1e-7, -0, -1.5, 0.1 + 0.2, '9007199254740993', '0.12345678901234567890', null]
  expect(cells.map(numbers)).toEqual([
    '2001',
    '12345',
    '0.0000001',
    '0',
    '-1.5',
    '0.3',
    '9007199254740993',
    '0.12345678901234567890',
    '–',
  ])
  const booleans = writerOf({ ...column, type: 'BOOLEAN' }, page)
  expect([true, false, null].map(booleans)).toEqual(['Yes', 'No', '–'])
})
