import { expect, test } from 'vitest'
import { writerOf } from '../../src/embed/drill-down/write-cell.ts'

const page = { locale: 'en-US', timeZone: 'America/New_York' }
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
