import { describe, expect, test } from 'vitest'
import type { HistogramData, LeaderboardData, TableData, TimeSeriesData } from '../../src/charts/answers.ts'
import { behindTable } from '../../src/charts/behind-table.ts'
import type { Chart } from '../../src/charts/chart.ts'
import { chartOption } from '../../src/charts/draw.ts'
import {
  byState,
  counter,
  daily,
  delay,
  departures,
  histogram,
  table,
  weeklyByState,
  widget,
} from '../support/chart-answers.ts'

function plot(chart: Chart) {
  if (chart.view !== 'plot') throw new Error(`It is drawn as ${chart.view}.`)
  return chart
}

function number(value: number, options: object = {}, comparison = counter.comparison) {
  const chart = chartOption(widget('NUMBER', options), { ...counter, value, exactValue: null, comparison })
  if (chart.view !== 'number') throw new Error(`It is drawn as ${chart.view}.`)
  return chart
}

describe('a number', () => {
  test('has no share of a goal that is nothing or less', () => {
    const goalOf = (value: number, goal: number, more: object = {}) => {
      const { text, ratio, isReached } = number(value, { goal, ...more }).goal ?? {}
      return [text, ratio, isReached]
    }
    expect(goalOf(5, 0)).toEqual(['0', 1, true])
    expect(goalOf(5, -10)).toEqual(['-10', 1, true])
    expect(goalOf(5, 0, { lowerIsBetter: true })).toEqual(['0', 0, false])
    expect(goalOf(5, 10)).toEqual(['50% of 10', 0.5, false])
    expect([999.9, 1000, 1000.1].map((value) => goalOf(value, 1000))).toEqual([
      ['99.9% of 1,000', 0.9999, false],
      ['100% of 1,000', 1, true],
      ['100.1% of 1,000', 1, true],
    ])
  })

  test('that has hardly changed says by how much, and one that is told as unchanged has no direction', () => {
    const changed = (change: number, changeRatio: number) => {
      const range = daily.axisRange
      const { comparison } = number(1, {}, { range, value: 10_000, change, changeRatio })
      return [comparison?.direction, comparison?.sentiment, comparison?.text]
    }
    expect(changed(1, 0.0001)).toEqual(['up', 'good', '+0.01%'])
    expect(changed(-1e-12, -1e-16)).toEqual(['flat', 'neutral', '0%'])
    expect(changed(0, 0)).toEqual(['flat', 'neutral', '0%'])
  })

  test('of a series is compared with the whole of the window before', () => {
    const compared = (comparisonTotal: number | null) => {
      const series = daily.series.map((each) => ({ ...each, comparisonTotal }))
      const chart = chartOption(widget('NUMBER'), { ...daily, series })
      return chart.view === 'number' ? chart.comparison : chart.view
    }
    expect(compared(119_680)).toEqual({
      direction: 'up',
      sentiment: 'good',
      text: '+4.2%',
      detail: 'compared with 119,680',
    })
    expect(compared(0)).toMatchObject({ text: '+124,711', detail: 'compared with 0' })
    expect(compared(null)).toBeNull()
  })

  test('of a series that does not add up says that there is nothing to compare it with', () => {
    const series = daily.series.map((each) => ({
      ...each,
      comparisonValues: each.values,
      comparisonTotal: null,
    }))
    const chart = chartOption(widget('NUMBER'), { ...daily, series })
    expect(chart.view === 'number' ? chart.comparison : chart.view).toEqual({
      direction: 'flat',
      sentiment: 'neutral',
      text: '–',
      detail: 'compared with –',
    })
  })

  test('of several metrics is a table of all of them', () => {
    const [series] = daily.series
    if (series === undefined) throw new Error('There is no series.')
    const two = { ...daily, series: [series, { ...series, metric: delay }] }
    const chart = chartOption(widget('NUMBER'), two)
    expect(chart.view === 'table' ? chart.columns.map(({ text }) => text) : chart.view).toEqual([
      'Time',
      'Departures',
      'Average delay',
    ])
  })
})

describe('every digit of a figure', () => {
  const exactValue = '9007199254740993'
  const value = Number(exactValue)
  const written = '9,007,199,254,740,993'
  const board: LeaderboardData = {
    ...byState,
    rows: [
      {
        keys: [{ dimension: 'state', value: 'CA' }],
        value,
        exactValue,
        share: null,
        comparisonValue: null,
        isOthers: false,
      },
    ],
    total: value,
  }
  const rows: TableData = {
    ...table,
    columns: table.columns.filter(({ name }) => name === 'destination' || name === 'departures'),
    cells: [['ORD', exactValue]],
    totals: null,
  }

  test.each([
    ['a leaderboard', board],
    ['a table', rows],
  ] as const)('of %s is told beside its bar and its slice, and in the table behind', (_, answer) => {
    const bar = plot(chartOption(widget('BAR'), answer))
    expect(bar.series[0]?.point(0)?.text).toBe(written)
    expect(bar.summary).toContain(`highest ${written}`)
    expect(behindTable(answer).rows[0]?.[1]).toMatchObject({ text: written, value: exactValue })
  })

  test.each([
    ['a leaderboard', board],
    ['a table', rows],
  ] as const)('of %s is told in a text', (_, answer) => {
    expect(chartOption(widget('TEXT', { text: '{value}' }), answer).summary).toBe(`Departures: ${written}`)
  })

  test('stands in the legend of a ring', () => {
    const ring = chartOption(widget('PIE'), board)
    expect(ring.view === 'ring' ? ring.legend?.entries[0]?.texts : ring.view).toEqual([written, '100%'])
  })

  test('is told where it is drawn at the end of an axis', () => {
    const [first] = board.rows
    if (first === undefined) throw new Error('There is no row.')
    const tiny = {
      ...board,
      rows: [
        { ...first, value: 3e-16, exactValue: null },
        { ...first, value: 1e70, exactValue: null },
      ],
    }
    const bar = plot(chartOption(widget('BAR', { labels: true }), tiny))
    const { data } = Object([bar.option.series].flat()[0])
    expect([data[0].value, data[1].value]).toEqual([0, 1e60])
    expect(bar.series[0]?.point(1)?.text).toBe(
      new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }).format(1e70),
    )
  })
})

describe('what may lack groups is no whole', () => {
  const some: TimeSeriesData = {
    ...weeklyByState,
    series: weeklyByState.series.filter(({ isOthers }) => !isOthers),
  }
  const viewOf = (answer: TimeSeriesData | TableData) => chartOption(widget('PIE'), answer).view

  test('of a series by groups: neither a ring nor stacks of 100%', () => {
    const each = [weeklyByState, some, { ...some, isWhole: false }, { ...some, isWhole: true }, daily]
    expect(each.map(viewOf)).toEqual(['ring', 'plot', 'plot', 'ring', 'ring'])
    const topOf = (answer: TimeSeriesData) =>
      plot(chartOption(widget('AREA', { stacked: 'shares' }), answer))
        .series.at(-1)
        ?.height(0)
    const sum = some.series.reduce((left, { values }) => left + (values[0] ?? 0), 0)
    expect([topOf({ ...some, isWhole: false }), topOf({ ...some, isWhole: true })]).toEqual([sum, 1])
  })

  test('of a table whose rows are not all there and have no totals', () => {
    const figures = table.columns.filter(({ name }) => name === 'destination' || name === 'departures')
    const cut = {
      ...table,
      columns: figures.map((column) => ({ ...column, metric: column.kind === 'METRIC' ? departures : null })),
      cells: table.cells.map(([destination, , figure]) => [destination, figure]),
      totals: null,
    }
    const views = [cut, { ...cut, rowCount: cut.cells.length }, { ...cut, totals: [null, 124_711] }].map(
      viewOf,
    )
    expect(views).toEqual(['plot', 'ring', 'ring'])
  })

  test('of a table along the time without its totals', () => {
    const [, figure] = table.columns.filter(({ name }) => name === 'destination' || name === 'departures')
    const [first] = table.columns
    if (figure === undefined || first === undefined) throw new Error('There are no columns.')
    const byDay: TableData = {
      ...table,
      columns: [
        { ...first, type: 'TIME', granularity: 'DAY' },
        { ...figure, metric: departures },
      ],
      cells: [
        ['2001-01-01T00:00:00Z', 5],
        ['2001-01-02T00:00:00Z', 6],
      ],
      totals: null,
      rowCount: 2,
    }
    expect([byDay, { ...byDay, totals: [null, 11] }].map(viewOf)).toEqual(['plot', 'ring'])
  })
})

describe('what was switched off in a legend', () => {
  const row = (value: string | null, figure: number, isOthers = false) => ({
    keys: isOthers ? [] : [{ dimension: 'airport', value }],
    value: figure,
    share: null,
    comparisonValue: null,
    isOthers,
  })
  const ringOf = (rows: LeaderboardData['rows'], total: number, hidden: readonly string[] = []) => {
    const ring = chartOption(widget('PIE'), { ...byState, rows, total }, { hidden: new Set(hidden) })
    if (ring.view !== 'ring') throw new Error(`It is drawn as ${ring.view}.`)
    const entries = ring.legend?.entries ?? []
    return {
      center: ring.center?.text,
      slices: ring.slices.map(({ point }) => point?.label),
      off: entries.flatMap(({ name, isHidden }) => (isHidden ? [name] : [])),
      texts: entries.map(({ texts }) => texts),
      keyOf: (name: string) => entries.find((entry) => entry.name === name)?.key ?? '',
    }
  }
  const rows = [row('ATL', 10), row('LAX', 9), row(null, 3)]

  test('stays off in a ring whatever the order of its next figures, and nothing else goes', () => {
    const { keyOf } = ringOf(rows, 30)
    const next = [row('LAX', 12), row(null, 11), row('ATL', 3), row('', 4, true)]
    expect(ringOf(next, 30, [keyOf('ATL'), keyOf('Others')])).toMatchObject({
      center: '23',
      slices: ['LAX', '(none)'],
      off: ['ATL', 'Others'],
    })
  })

  test('leaves a ring that can be filled again, also where all of it is off or the rest is nothing', () => {
    const { keyOf } = ringOf(rows, 22)
    const all = ['ATL', 'LAX', '(none)']
    expect(ringOf(rows, 22, all.map(keyOf))).toMatchObject({ center: '0', slices: [], off: all })
    const zero = [row('ATL', 10), row('LAX', 0)]
    expect(ringOf(zero, 10, [keyOf('ATL')])).toMatchObject({
      center: '0',
      slices: ['LAX'],
      off: ['ATL'],
      texts: [['10'], ['0', '0%']],
    })
  })

  test('comes back where it is all that is left', () => {
    const { keyOf } = ringOf(rows, 22)
    expect(ringOf([row('ATL', 10)], 10, [keyOf('ATL')])).toMatchObject({ slices: ['ATL'], off: [] })
    const [series] = weeklyByState.series
    if (series === undefined) throw new Error('There is no series.')
    for (const kind of ['LINE', 'AREA', 'BAR'] as const) {
      const all = plot(chartOption(widget(kind), weeklyByState))
      const hidden = new Set([all.series[0]?.key ?? ''])
      const alone = plot(chartOption(widget(kind), { ...weeklyByState, series: [series] }, { hidden }))
      expect(alone.series.map(({ name }) => name)).toEqual(['CA'])
      expect([alone.option.series].flat()).not.toEqual([])
    }
  })
})

test('the hours of a heat map are those of the zone of the answer, as its bars are', () => {
  const keys = [
    { dimension: 'time', value: '2001-01-01T00:00:00Z' },
    { dimension: 'state', value: 'CA' },
  ]
  const answer: LeaderboardData = {
    ...byState,
    range: { start: '2001-01-01T00:00:00Z', stop: '2001-02-01T00:00:00Z', timeZone: 'Europe/Berlin' },
    dimensions: [{ title: 'Time' }, { title: 'State' }],
    rows: [{ keys, value: 3, share: null, comparisonValue: null, isOthers: false }],
  }
  const heat = chartOption(widget('HEATMAP'), answer)
  const bar = plot(chartOption(widget('BAR'), answer))
  const spaced = (text: string) => text.replaceAll('\u202f', ' ')
  expect(heat.view === 'matrix' ? heat.rows.map(({ label }) => spaced(label)) : heat.view).toEqual([
    'Jan 1, 2001, 1:00 AM',
  ])
  expect(bar.categories.map(spaced)).toEqual(['Jan 1, 2001, 1:00 AM · CA'])
})

test('the tails of a stack stand on those below them, also of a group whose figures have ended', () => {
  const ended: TimeSeriesData = {
    ...weeklyByState,
    series: weeklyByState.series.map((series, index) =>
      index === 0
        ? { ...series, values: series.values.map((value, at) => (at > 24 ? null : value)) }
        : series,
    ),
  }
  const { option } = plot(chartOption(widget('AREA'), ended))
  const tails = [option.series].flat().flatMap((series) => {
    const { stack, data } = Object(series)
    return stack === 'open' ? [data.map(({ value }: { value: number | null }) => value)] : []
  })
  expect(tails).toHaveLength(6)
  const [own, other] = tails.map((values) => values.slice(-3))
  expect([own, other]).toEqual([
    [null, weeklyByState.series[0]?.values[24], null],
    [null, ...(weeklyByState.series[1]?.values.slice(-2) ?? [])],
  ])
})

describe('the bins of a histogram', () => {
  const binsOf = (dimension: Partial<HistogramData['dimension']>, ...edges: readonly string[]) => {
    const answer: HistogramData = {
      ...histogram,
      dimension: { ...histogram.dimension, format: null, unit: null, ...dimension },
      bins: edges.slice(1).map((exactTo, index) => {
        const exactFrom = edges[index] ?? ''
        return { from: Number(exactFrom), to: Number(exactTo), exactFrom, exactTo, count: 3 }
      }),
    }
    const chart = plot(chartOption(widget('HISTOGRAM'), answer))
    const { name, data } = Object([chart.option.xAxis].flat()[0])
    const behind = behindTable(answer)
    expect(behind.rows.map(([first]) => first?.text)).toEqual(chart.categories)
    return { name, data, labels: chart.categories, head: behind.columns[0]?.text }
  }

  test('are told apart however narrow they are', () => {
    expect(binsOf({}, '0', '0.001', '0.002')).toEqual({
      name: 'Departure delay',
      data: ['0', '0.001'],
      labels: ['0 – 0.001', '0.001 – 0.002'],
      head: 'Departure delay',
    })
    expect(binsOf({}, '9007199254740992', '9007199254740993').labels).toEqual([
      '9,007,199,254,740,992 – 9,007,199,254,740,993',
    ])
  })

  test('are written as their dimension is', () => {
    expect(binsOf({ unit: 'min' }, '-7.5', '0', '7.5')).toMatchObject({
      name: 'Departure delay (min)',
      data: ['-7.5', '0'],
      labels: ['-7.5 – 0 min', '0 – 7.5 min'],
    })
    expect(binsOf({ unit: 'min', format: 'duration' }, '0', '90')).toMatchObject({
      name: 'Departure delay',
      labels: ['0 sec – 1 hr 30 min'],
    })
    expect(binsOf({ format: 'percent' }, '0', '0.0005').labels).toEqual(['0% – 0.05%'])
  })
})
