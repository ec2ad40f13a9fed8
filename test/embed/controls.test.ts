import { describe, expect, test } from 'vitest'
import { chosenOf, filtersPassedOver, unknownFilter } from '../../src/embed/controls/chosen.ts'
import {
  readControlsState,
  sameControls,
  untouched,
  withFilter,
} from '../../src/embed/controls/controls-state.ts'
import { offeredGrains } from '../../src/embed/controls/grain-options.ts'
import { offeredPeriods } from '../../src/embed/controls/periods.ts'
import type { Permitted } from '../../src/embed/controls/permitted.ts'
import {
  earliestDay,
  initialRange,
  offersDays,
  problemOfDays,
  rangeOfDays,
  readPeriodText,
} from '../../src/embed/controls/time-range.ts'

const everything: Permitted = {
  periods: { all: true, names: [] },
  timeZones: { all: true, names: [] },
  minGranularity: null,
  maxDateRangeDays: null,
  earliest: null,
}
const now = new Date('2026-06-15T12:00:00Z')
const names = (permitted: Partial<Permitted>) =>
  offeredPeriods({ ...everything, ...permitted }, now).map(({ name }) => name)
const between = (start: string, stop: string) => ({ between: { start, stop } })
const half = between('2001-01-01T00:00:00.000Z', '2001-07-01T00:00:00.000Z')

describe('the periods that are offered', () => {
  test('are the usual ones to a token without limits', () => {
    expect(names({})).toEqual([
      'today',
      'yesterday',
      'last_7_days',
      'last_30_days',
      'last_90_days',
      'this_month',
      'previous_month',
      'this_quarter',
      'previous_quarter',
      'this_year',
      'previous_year',
      'last_12_months',
    ])
  })

  test('are exactly the granted ones where the token names some, and none that is no period', () => {
    const granted = { all: false, names: ['last_45_days', 'this_week', 'everything'] }
    expect(names({ periods: granted })).toEqual(['last_45_days', 'this_week'])
  })

  test('are none where none is granted', () => {
    expect(names({ periods: { all: false, names: [] } })).toEqual([])
  })

  test('are never longer than the token lets a range be, at their longest', () => {
    expect(names({ maxDateRangeDays: 30 })).toEqual(['today', 'yesterday', 'last_7_days', 'last_30_days'])
    expect(names({ maxDateRangeDays: 31 })).toContain('this_month')
  })

  test('are of whole units of the finest grain', () => {
    expect(names({ minGranularity: 'MONTH' })).toEqual([
      'this_month',
      'previous_month',
      'this_quarter',
      'previous_quarter',
      'this_year',
      'previous_year',
      'last_12_months',
    ])
  })

  test('never start before the earliest instant', () => {
    expect(names({ earliest: '2026-06-01T00:00:00Z' })).toEqual(['today', 'yesterday', 'last_7_days'])
  })
})

describe('two days of one’s own', () => {
  test('are asked for from the first instant of one to the last of the other', () => {
    expect(rangeOfDays({ first: '2001-03-25', last: '2001-03-25' }, 'Europe/Berlin')).toEqual(
      between('2001-03-24T23:00:00.000Z', '2001-03-25T22:00:00.000Z'),
    )
  })

  test('can be chosen neither where periods are granted by name nor where months are the finest grain', () => {
    expect(offersDays(everything)).toBe(true)
    expect(offersDays({ ...everything, minGranularity: 'DAY' })).toBe(true)
    expect(offersDays({ ...everything, minGranularity: 'MONTH' })).toBe(false)
    expect(offersDays({ ...everything, periods: { all: false, names: ['today'] } })).toBe(false)
  })

  test.each([
    ['', '2001-03-01', 'incomplete'],
    ['2001-03-02', '2001-03-01', 'reversed'],
    ['2001-01-31', '2001-02-01', 'too-early'],
    ['2001-02-01', '2001-03-04', 'too-long'],
    ['2001-02-01', '2001-03-03', null],
  ])('from %s to %s: %s', (first, last, problem) => {
    const permitted = { ...everything, earliest: '2001-02-01T00:00:00Z', maxDateRangeDays: 31 }
    expect(problemOfDays({ first, last }, permitted, 'UTC')).toBe(problem)
  })

  test('start with the first whole day after the earliest instant', () => {
    expect(earliestDay({ ...everything, earliest: '2001-02-01T00:00:00Z' }, 'UTC')).toBe('2001-02-01')
    expect(earliestDay({ ...everything, earliest: '2001-02-01T00:00:01Z' }, 'UTC')).toBe('2001-02-02')
  })
})

describe('what is seen first', () => {
  const first = (permitted: Partial<Permitted>) =>
    initialRange(half, { ...everything, ...permitted }, 'UTC', now)

  test('is the dashboard’s own range where the token lets it be', () => {
    expect(first({})).toBe(null)
    expect(first({ maxDateRangeDays: 181 })).toBe(null)
  })

  test('is the end of that range, as long as the token lets it be', () => {
    expect(first({ maxDateRangeDays: 92 })).toEqual(
      between('2001-03-31T00:00:00.000Z', '2001-07-01T00:00:00.000Z'),
    )
    expect(first({ earliest: '2001-06-01T00:00:00Z' })).toEqual(
      between('2001-06-01T00:00:00.000Z', '2001-07-01T00:00:00.000Z'),
    )
  })

  test('is the first period that is granted where only names are', () => {
    expect(first({ periods: { all: false, names: ['last_7_days', 'today'] } })).toEqual({
      period: 'last_7_days',
    })
  })

  test('is a period where the whole range lies before the earliest instant', () => {
    expect(first({ earliest: '2026-01-01T00:00:00Z' })).toEqual({ period: 'today' })
  })
})

describe('the grains that are offered', () => {
  const grains = (permitted: Partial<Permitted>, range = half as Parameters<typeof offeredGrains>[1]) =>
    offeredGrains({ ...everything, ...permitted }, range, 'UTC')

  test('are none that the token refuses', () => {
    expect(grains({ minGranularity: 'WEEK' })).toEqual(['WEEK', 'MONTH', 'QUARTER'])
  })

  test('are none longer than the range and none with more than a thousand buckets', () => {
    expect(grains({})).toEqual(['DAY', 'WEEK', 'MONTH', 'QUARTER'])
    expect(grains({}, { period: 'last_7_days' })).toEqual(['HOUR', 'DAY', 'WEEK'])
    expect(grains({}, { period: 'today' })).toEqual(['HOUR', 'DAY'])
    expect(grains({}, null)).toEqual(['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'])
  })
})

describe('what a host kept of the controls', () => {
  test('is read back as it was', () => {
    const state = {
      timeRange: { period: 'last_7_days' },
      compareTo: 'PREVIOUS_YEAR',
      granularity: 'WEEK',
      filters: { state: ['CA', null, 7, true] },
    }
    expect(readControlsState(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  test.each([
    ['a filter that is no list', { filters: { state: 'CA' } }],
    ['a filter without values', { filters: { state: [] } }],
    ['a value that is none', { filters: { state: [{ sql: '1' }] } }],
    ['a period that is none', { timeRange: { period: 'forever' } }],
    [
      'a range that ends before it starts',
      { timeRange: between('2001-02-01T00:00:00Z', '2001-01-01T00:00:00Z') },
    ],
    ['an unknown grain', { granularity: 'FORTNIGHT' }],
    ['an unknown comparison', { compareTo: 'YESTERDAY' }],
    ['a list', []],
    ['nothing', null],
  ])('is refused as a whole where it is %s', (_, state) => {
    expect(readControlsState(state)).toBe(null)
  })

  test('is untouched where it is empty', () => {
    expect(readControlsState({})).toEqual(untouched)
  })

  test('is the same whatever the order of its filters', () => {
    const one = withFilter(withFilter(untouched, 'a', [1]), 'b', [2])
    const other = withFilter(withFilter(untouched, 'b', [2]), 'a', [1])
    expect(sameControls(one, other)).toBe(true)
    expect(sameControls(one, withFilter(one, 'a', []))).toBe(false)
  })
})

describe('what is asked', () => {
  const filters = [
    { name: 'state', title: 'State', dimension: 'destination_state', locked: false },
    { name: 'city', title: 'City', dimension: 'destination_city', locked: false },
  ]

  test('tests a null by itself, because nothing equals it', () => {
    const state = { ...untouched, filters: { state: ['CA', null], city: [null] } }
    expect(chosenOf(state, filters, 'UTC')).toEqual({
      timeZone: 'UTC',
      timeRange: undefined,
      granularity: undefined,
      compareTo: undefined,
      filters: {
        state: {
          or: [
            { dimension: 'destination_state', operator: 'EQUALS', values: ['CA'] },
            { dimension: 'destination_state', operator: 'IS_NULL' },
          ],
        },
        city: { dimension: 'destination_city', operator: 'IS_NULL' },
      },
    })
  })

  test('says which filters in use do not narrow a widget, and which the dashboard does not have', () => {
    const state = { ...untouched, filters: { state: ['CA'], planet: ['Mars'] } }
    expect(filtersPassedOver(state, ['city'], filters)).toEqual(['State'])
    expect(unknownFilter(state, filters)).toBe('planet')
  })
})

test.each([
  ['last_7_days', { period: 'last_7_days' }],
  ['2001-03-01/2001-03-31', between('2001-03-01T00:00:00.000Z', '2001-04-01T00:00:00.000Z')],
  ['2001-03-31/2001-03-01', null],
  ['sometimes', null],
])('the attribute period="%s"', (text, range) => {
  expect(readPeriodText(text, 'UTC')).toEqual(range)
})
