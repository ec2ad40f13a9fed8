import { expect, test } from 'vitest'
import type { TableData } from '../../src/charts/answers.ts'
import { behindTable } from '../../src/charts/behind-table.ts'
import { chartOption } from '../../src/charts/draw.ts'
import { pivot, table, widget } from '../support/chart-answers.ts'

const figure = {
  name: 'departures',
  title: 'Departures',
  kind: 'METRIC',
  type: 'NUMBER',
  format: null,
  granularity: null,
  pivot: [],
} as const

/** A column of the time, whose buckets begin on the edges of coarser ones. */
function alongTime(granularity: string | null, ...starts: readonly string[]): TableData {
  return {
    ...table,
    columns: [
      { ...figure, name: 'time', title: 'Departed', kind: 'DIMENSION', type: 'TIME', granularity },
      figure,
    ],
    cells: starts.map((start, index) => [start, 10 + index]),
    totals: null,
  }
}

const january = ['2001-01-01T00:00:00Z', '2002-01-01T00:00:00Z'] as const

test.each([
  ['YEAR', january, ['2001', '2002']],
  ['MONTH', january, ['Jan 2001', 'Jan 2002']],
  ['QUARTER', ['2001-01-01T00:00:00Z'], ['Q1 2001']],
  ['WEEK', ['2001-01-01T00:00:00Z'], ['Week of Jan 1, 2001']],
  ['DAY', ['2001-01-03T00:00:00Z', '2001-01-10T00:00:00Z'], ['Wed, Jan 3, 2001', 'Wed, Jan 10, 2001']],
  ['HOUR', ['2001-01-01T00:00:00Z'], ['Jan 1, 2001, 12:00 AM']],
  [null, ['2001-01-01T00:00:00Z'], ['Jan 1, 2001, 12:00 AM']],
  [null, ['2001-01-01', '2001-02-01'], ['Jan 1, 2001', 'Feb 1, 2001']],
] as const)(
  'the buckets of a table by %s are named by it, whichever rows are there',
  (grain, starts, names) => {
    const answer = alongTime(grain, ...starts)
    const behind = behindTable(answer).rows.map(([first]) => first?.text.replaceAll('\u202f', ' '))
    const drawn = chartOption(widget('TABLE'), answer)
    const line = chartOption(widget('LINE'), answer)
    const texts =
      drawn.view === 'table' ? drawn.rows.map(([first]) => first?.text.replaceAll('\u202f', ' ')) : []
    const along = line.view === 'plot' ? line.categories.map((name) => name.replaceAll('\u202f', ' ')) : []
    expect({ behind, texts, along }).toEqual({ behind: names, texts: names, along: names })
  },
)

test('a pivot by the time names its columns by the granularity', () => {
  const byMonth: TableData = {
    ...pivot,
    columns: [
      { ...figure, name: 'state', title: 'State', kind: 'DIMENSION', type: 'STRING' },
      ...january.map((value) => ({ ...figure, pivot: [{ dimension: 'time', value }] })),
    ],
    pivot: [{ granularity: 'MONTH' }],
    cells: [['FL', 3, 4]],
    totals: null,
  }
  const heads = (kind: 'PIVOT' | 'TABLE') => {
    const chart = chartOption(widget(kind), byMonth)
    return chart.view === 'table' ? chart.columns.map(({ text }) => text) : []
  }
  expect(heads('PIVOT')).toEqual(['State', 'Jan 2001', 'Jan 2002'])
  expect(heads('TABLE')).toEqual(['State', 'Departures · Jan 2001', 'Departures · Jan 2002'])
  const bars = chartOption(widget('BAR'), byMonth)
  expect(bars.view === 'plot' ? bars.series.map(({ name }) => name) : []).toEqual(['Jan 2001', 'Jan 2002'])
})
