import { describe, expect, test } from 'vitest'
import {
  addDays,
  daysBetween,
  isLocalDay,
  localDay,
  startOfDay,
} from '../../src/embed/controls/local-days.ts'

describe('a day starts', () => {
  test.each([
    ['2001-03-25', 'UTC', '2001-03-25T00:00:00.000Z'],
    ['2001-03-25', 'Europe/Berlin', '2001-03-24T23:00:00.000Z'],
    ['2001-03-26', 'Europe/Berlin', '2001-03-25T22:00:00.000Z'],
    ['2001-10-28', 'America/New_York', '2001-10-28T04:00:00.000Z'],
    ['2001-10-29', 'America/New_York', '2001-10-29T05:00:00.000Z'],
    ['2024-01-01', 'Asia/Kathmandu', '2023-12-31T18:15:00.000Z'],
    ['2024-01-01', 'Pacific/Kiritimati', '2023-12-31T10:00:00.000Z'],
  ])('%s in %s at %s', (day, zone, start) => {
    expect(startOfDay(day, zone).toISOString()).toBe(start)
  })

  test('with the first of its midnights where it has two', () => {
    expect(startOfDay('2018-10-26', 'Asia/Amman').toISOString()).toBe('2018-10-25T21:00:00.000Z')
    expect(startOfDay('2018-10-27', 'Asia/Amman').toISOString()).toBe('2018-10-26T22:00:00.000Z')
  })

  test('at one o’clock where the clocks leave midnight out', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo').toISOString()).toBe('2018-11-04T03:00:00.000Z')
    expect(localDay(new Date('2018-11-04T02:59:59Z'), 'America/Sao_Paulo')).toBe('2018-11-03')
  })
})

test('every day of three years starts with its first instant in zones that change their clocks', () => {
  const wrong: string[] = []
  for (const zone of ['America/Sao_Paulo', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Amman']) {
    for (let day = '2017-01-01'; day < '2020-01-01'; day = addDays(day, 1)) {
      const start = startOfDay(day, zone)
      const before = localDay(new Date(start.getTime() - 1), zone)
      if (localDay(start, zone) !== day || before >= day) wrong.push(`${day} ${zone}`)
    }
  }
  expect(wrong).toEqual([])
})

test.each([['2001-02-29'], ['2001-13-01'], ['1-1-2001'], ['0001-01-01'], [''], ['2001-01-01T00:00']])(
  '%s is no day',
  (text) => {
    expect(isLocalDay(text)).toBe(false)
  },
)

test('days are counted over a leap day', () => {
  expect([addDays('2024-02-28', 2), daysBetween('2024-02-28', '2024-03-01')]).toEqual(['2024-03-01', 2])
})
