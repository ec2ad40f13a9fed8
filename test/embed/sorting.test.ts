import { describe, expect, test } from 'vitest'
import { keptSorting, nextSorting, sortedPlaces } from '../../src/embed/widget/views/sorting.ts'

function sorted(cells: readonly unknown[], isDescending = false): readonly unknown[] {
  const rows = cells.map((cell) => [cell])
  return sortedPlaces(rows, { column: 0, isDescending }, 'en').map((place) => cells[place])
}

describe('the rows of a table', () => {
  test('are sorted by exact figures as by others, below zero and behind the point', () => {
    const figures = ['-10', 3, '1.5', '9007199254740993', '-5', '1.25', '9007199254740992', 1.5]
    const inOrder = ['-10', '-5', '1.25', '1.5', 1.5, 3, '9007199254740992', '9007199254740993']
    expect(sorted(figures)).toEqual(inOrder)
  })

  test('are sorted by figures that are written with an exponent among exact ones', () => {
    const figures = [1e-7, '0.5', '9007199254740993', 1e21, 3, -2e-7, '1000000000000000000001', '0.0000001']
    expect(sorted(figures)).toEqual([
      -2e-7,
      1e-7,
      '0.0000001',
      '0.5',
      3,
      '9007199254740993',
      1e21,
      '1000000000000000000001',
    ])
  })

  test('are sorted by texts as their language does, numbers in them as such', () => {
    expect(sorted(['Gate 10', 'Émile', 'gate 9', 'Zoë'])).toEqual(['Émile', 'gate 9', 'Gate 10', 'Zoë'])
  })

  test('stand last without a value, either way', () => {
    expect(sorted([null, 2, 1])).toEqual([1, 2, null])
    expect(sorted([null, 1, 2], true)).toEqual([2, 1, null])
  })
})

test('a head is pressed to the greatest figure, the least one, and back', () => {
  const first = nextSorting(null, 1, true)
  const second = nextSorting(first, 1, true)
  expect([first, second, nextSorting(second, 1, true)]).toEqual([
    { column: 1, isDescending: true },
    { column: 1, isDescending: false },
    null,
  ])
})

test('the sorting of a column goes with it when the columns become others, and ends when it is gone', () => {
  const sorting = { column: 1, isDescending: true }
  const before = ['Airport', 'Departures', 'Delay']
  const after = [before, ['Airport', 'City', 'Departures'], ['Airport', 'City'], ['Delay', 'Delay'], []]
  expect(after.map((heads) => keptSorting(sorting, before, heads))).toEqual([
    sorting,
    { column: 2, isDescending: true },
    null,
    null,
    null,
  ])
  const twice = ['Delay', 'Delay']
  expect(keptSorting(sorting, twice, twice)).toEqual(sorting)
  expect(keptSorting(sorting, twice, ['Airport', 'City', 'Delay', 'Delay'])).toBeNull()
})
