import { expect, test } from 'vitest'
import { type VisualizationKind, visualizationKinds, type WidgetAnswer } from '../../src/charts/answers.ts'
import type { Chart, PlotChart } from '../../src/charts/chart.ts'
import type { ChartContext } from '../../src/charts/context.ts'
import { chartOption } from '../../src/charts/draw.ts'
import {
  answers,
  byState,
  counter,
  daily,
  monthly,
  topDestinations,
  weeklyByState,
  widget,
} from '../support/chart-answers.ts'

function drawnAs(chart: Chart): string {
  return chart.view === 'plot' ? chart.mark : chart.view
}

function row(kinds: Partial<Record<VisualizationKind, string>>, otherwise: string) {
  return Object.fromEntries(visualizationKinds.map((kind) => [kind, kinds[kind] ?? otherwise]))
}

const groups = {
  LINE: 'bar',
  AREA: 'bar',
  BAR: 'bar',
  STACKED_BAR: 'bar',
  HISTOGRAM: 'bar',
  FUNNEL: 'bar',
  TEXT: 'text',
}
const series = { ...groups, LINE: 'line', AREA: 'area', HEATMAP: 'matrix' }

test('each answer is drawn in each kind: as asked where it fits, as a table at the last', () => {
  const table = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      Object.fromEntries(
        visualizationKinds.map((kind) => [kind, drawnAs(chartOption(widget(kind), answer))]),
      ),
    ]),
  )
  expect(table).toEqual({
    counter: row({ TABLE: 'table', PIVOT: 'table', TEXT: 'text' }, 'number'),
    daily: row({ ...series, NUMBER: 'number', PIE: 'ring', MAP: 'bar' }, 'table'),
    weeklyByState: row({ ...series, PIE: 'ring', MAP: 'map' }, 'table'),
    monthly: row({ ...series, PIE: 'bar', HEATMAP: 'table', MAP: 'bar' }, 'table'),
    topDestinations: row({ ...groups, PIE: 'ring', MAP: 'map', HEATMAP: 'matrix' }, 'table'),
    byState: row({ ...groups, PIE: 'ring', MAP: 'map', HEATMAP: 'matrix' }, 'table'),
    table: row({ ...groups, PIE: 'bar', MAP: 'bar' }, 'table'),
    pivot: row({ ...groups, PIE: 'bar', MAP: 'bar' }, 'table'),
    heat: row({ ...groups, PIE: 'bar', MAP: 'bar', HEATMAP: 'matrix' }, 'table'),
    histogram: row(
      { LINE: 'bar', AREA: 'bar', BAR: 'bar', STACKED_BAR: 'bar', HISTOGRAM: 'bar', TEXT: 'text' },
      'table',
    ),
    funnel: row(
      {
        LINE: 'bar',
        AREA: 'bar',
        BAR: 'bar',
        STACKED_BAR: 'bar',
        PIE: 'bar',
        HISTOGRAM: 'bar',
        FUNNEL: 'bar',
        TEXT: 'text',
      },
      'table',
    ),
    retention: row(
      { LINE: 'line', AREA: 'line', HEATMAP: 'matrix', COHORT: 'matrix', TEXT: 'text' },
      'table',
    ),
  })
})

function plot(
  kind: VisualizationKind,
  answer: WidgetAnswer,
  options: unknown = {},
  context: Partial<ChartContext> = {},
): PlotChart {
  const chart = chartOption(widget(kind, options), answer, context)
  if (chart.view !== 'plot') throw new Error(`${kind} is drawn as ${chart.view}`)
  return chart
}

function seriesOf({ option }: PlotChart): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(option.series) ? option.series : []
}

function valuesOf(series: Readonly<Record<string, unknown>> | undefined): readonly unknown[] {
  const data: unknown = series?.data
  return Array.isArray(data) ? data.map((item: { value: unknown }) => item.value) : []
}

test('a line is dashed from the first bucket in which rows may still come', () => {
  const chart = plot('LINE', {
    ...daily,
    labels: daily.labels.slice(-8),
    series: daily.series.map((each) => ({ ...each, values: [10, 11, 12, 13, 14, 15, null, null] })),
  })
  const all = seriesOf(chart)
  expect(all.map((each) => [valuesOf(each), Reflect.get(Object(each.lineStyle), 'type')])).toEqual([
    [[10, 11, 12, null, null, null, null, null], 'solid'],
    [
      [null, null, 12, 13, 14, 15, null, null],
      [3, 3],
    ],
  ])
  expect(chart.series.map(({ indexes }) => indexes)).toEqual([[0, 1]])
})

test('what is not known is a gap and said to be none, and never 0', () => {
  const chart = plot('LINE', monthly)
  expect(valuesOf(seriesOf(chart)[0])).toEqual([9.1, 8.4, null, 11.2, 7.7, 12.9])
  expect(chart.series[0]?.point(2)).toEqual({
    label: 'Mar 2001',
    series: 'Average delay',
    text: 'No data',
    details: [{ name: 'Average delay, before', text: '8.6 min' }],
    color: '#3366cc',
    at: null,
  })
})

test('metrics that are written in two ways have an axis each', () => {
  const { option } = plot('LINE', monthly)
  const axes = Array.isArray(option.yAxis) ? option.yAxis : []
  expect(axes.map(({ position, name }) => [position, name])).toEqual([
    ['left', 'min'],
    ['right', ''],
  ])
  expect(axes.map(({ axisLabel }) => axisLabel.formatter(0.75))).toEqual(['0.75', '75%'])
})

test('a point leads back to its figure: bucket, groups, nulls and others', () => {
  const chart = plot('STACKED_BAR', weeklyByState)
  expect([0, 4, 5].map((place) => chart.series[place]?.point(1)?.at)).toEqual([
    {
      metric: 'departures',
      bucket: '2001-01-08T00:00:00.000Z',
      group: [{ dimension: 'destination_state', value: 'CA' }],
    },
    {
      metric: 'departures',
      bucket: '2001-01-08T00:00:00.000Z',
      group: [{ dimension: 'destination_state', value: null }],
    },
    { metric: 'departures', bucket: '2001-01-08T00:00:00.000Z', others: true },
  ])
  const data: unknown = seriesOf(chart)[5]?.data
  expect(Array.isArray(data) ? data[1].at : null).toEqual(chart.series[5]?.point(1)?.at)
})

test('a stack of what does not add up stays apart, and shares are of what is shown', () => {
  expect(seriesOf(plot('STACKED_BAR', monthly)).map(({ stack }) => stack)).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  const values = weeklyByState.series.map((each) => each.values[0])
  const hidden = new Set(
    plot('AREA', weeklyByState)
      .series.slice(2)
      .map(({ key }) => key),
  )
  const [first, second] = plot('AREA', weeklyByState, { stacked: 'shares' }, { hidden }).series
  expect([first?.height(0), second?.height(0)]).toEqual([
    (values[0] ?? 0) / ((values[0] ?? 0) + (values[1] ?? 0)),
    1,
  ])
})

test('figures that do not add up are stacked only where the author says so', () => {
  const series = weeklyByState.series.map((each) => ({
    ...each,
    metric: { ...each.metric, additive: false },
  }))
  const uniques = { ...weeklyByState, series }
  const stacks = [{}, { stacked: true }, { stacked: 'shares' }].map(
    (options) => plot('STACKED_BAR', uniques, options).isStacked,
  )
  expect(stacks).toEqual([false, true, true])
})

test('switching a series off leaves the others their colors', () => {
  const all = plot('LINE', weeklyByState)
  const rest = plot('LINE', weeklyByState, {}, { hidden: new Set([all.series[0]?.key ?? '']) })
  expect(rest.series.map(({ name, color }) => [name, color])).toEqual(
    all.series.slice(1).map(({ name, color }) => [name, color]),
  )
  expect(rest.legend?.entries.map(({ isHidden }) => isHidden)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})

test('from right to left, time runs to the left and the values stand on the right', () => {
  const { option } = plot('LINE', monthly, {}, { direction: 'rtl' })
  expect(Reflect.get(Object([option.xAxis].flat()[0]), 'inverse')).toBe(true)
  expect([option.yAxis].flat().map((axis) => Reflect.get(Object(axis), 'position'))).toEqual([
    'right',
    'left',
  ])
})

test('an axis of thousands of buckets has the texts of a few, and none of those without one', () => {
  const labels = Array.from({ length: 5000 }, (_, hour) => new Date(hour * 3_600_000).toISOString())
  const hourly = { ...daily, granularity: 'HOUR', labels }
  const { data, axisLabel } = Object([plot('LINE', hourly).option.xAxis].flat()[0])
  const written = labels.flatMap((_, index) => (axisLabel.interval(index) ? [data[index]] : []))
  expect(written).toEqual(['Jan 1970', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul'])
})

test('a number compares, and less may be better', () => {
  const chart = chartOption(widget('NUMBER', { goal: 130_000, lowerIsBetter: true }), counter)
  expect(chart).toEqual({
    view: 'number',
    title: 'Departures',
    summary: 'Departures: 124,711, +4.2% compared with 119,680, 95.9% of 130,000',
    text: '124,711',
    isEmpty: false,
    comparison: { direction: 'up', sentiment: 'bad', text: '+4.2%', detail: 'compared with 119,680' },
    goal: { label: 'Goal', text: '95.9% of 130,000', ratio: 124_711 / 130_000, isReached: true },
    sparkline: null,
    at: { metric: 'departures' },
  })
})

test('a figure that is not there is a dash', () => {
  const chart = chartOption(widget('NUMBER'), { ...counter, value: null, exactValue: null, comparison: null })
  expect([chart.view === 'number' && chart.text, chart.summary]).toEqual(['–', 'Departures: No data'])
})

test('a ring is of parts of a whole: not of figures that do not add up, nor of any below 0', () => {
  const kinds = [
    byState,
    { ...byState, metric: { ...byState.metric, name: 'count', additive: false } },
    { ...byState, rows: byState.rows.map((each, index) => (index === 0 ? { ...each, value: -1 } : each)) },
    { ...byState, rows: byState.rows.map((each) => ({ ...each, value: 0 })) },
  ].map((answer) => drawnAs(chartOption(widget('PIE'), answer)))
  expect(kinds).toEqual(['ring', 'bar', 'bar', 'bar'])
})

function ringOf(answer: WidgetAnswer) {
  const chart = chartOption(widget('PIE'), answer)
  if (chart.view !== 'ring') return chart.view
  return {
    center: chart.center?.text,
    entries: chart.legend?.entries.map(({ name, texts, color }) => [name, ...texts, color]),
    at: chart.slices.map(({ point }) => point?.at),
  }
}

test('the shares of a ring are of the whole, also where the answer leaves groups out', () => {
  const rows = byState.rows.slice(0, 2).map((each, index) => ({ ...each, value: [10, 8][index] ?? null }))
  const group = (value: string) => ({
    metric: 'departures',
    group: [{ dimension: 'destination_state', value }],
  })
  expect(ringOf({ ...byState, rows, total: 1000 })).toEqual({
    center: '1K',
    entries: [
      ['FL', '10', '1%', '#3366cc'],
      ['TX', '8', '0.8%', expect.any(String)],
      ['Others', '982', '98.2%', '#757d8a'],
    ],
    at: [group('FL'), group('TX'), null],
  })
  const whole = ringOf({ ...byState, rows, total: 18.000_000_000_1 })
  expect(whole).toMatchObject({ center: '18', at: [group('FL'), group('TX')] })
})

test('groups that are more than their whole are no ring', () => {
  const rows = byState.rows.slice(0, 2)
  expect(ringOf({ ...byState, rows, total: 30_000 })).toBe('plot')
})

test('names that would not fit under upright bars stand beside lying ones, unless the model says otherwise', () => {
  const pointer = (options: unknown) =>
    plot('BAR', topDestinations, options, { size: { width: 400, height: 300 } }).pointer
  expect([pointer({}), pointer({ orientation: 'vertical' })]).toEqual(['y', 'x'])
})

test('the text of the author is read before figures are put into it', () => {
  const text =
    '# {metric}\n\nNow **{value}**, see [here](https://example.com/a) or [there](javascript:1).\n\n- {unknown}'
  const hostile = { ...counter, metric: { ...counter.metric, title: '[x](https://evil.example) **b**' } }
  const chart = chartOption(widget('TEXT', { text }), hostile)
  const plain = { isStrong: false, isEmphasized: false, href: null }
  expect(chart.view === 'text' && chart.blocks).toEqual([
    { kind: 'heading', spans: [{ ...plain, text: '[x](https://evil.example) **b**' }] },
    {
      kind: 'paragraph',
      spans: [
        { ...plain, text: 'Now ' },
        { ...plain, text: '124,711', isStrong: true },
        { ...plain, text: ', see ' },
        { ...plain, text: 'here', href: 'https://example.com/a' },
        { ...plain, text: ' or ' },
        { ...plain, text: 'there' },
        { ...plain, text: '.' },
      ],
    },
    { kind: 'item', spans: [{ ...plain, text: '{unknown}' }] },
  ])
})

test('a text without a question shows its own words', () => {
  const chart = chartOption({ ...widget('TEXT'), description: 'All times are local.' }, null)
  expect(chart.summary).toBe('Departures: All times are local.')
})
