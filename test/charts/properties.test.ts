import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type GroupKey,
  type LeaderboardData,
  type MetricInfo,
  type TableData,
  type TimeSeriesData,
  visualizationKinds,
  type WidgetAnswer,
} from '../../src/charts/answers.ts'
import { behindTable } from '../../src/charts/behind-table.ts'
import type { Chart, ChartPoint } from '../../src/charts/chart.ts'
import { chartOption } from '../../src/charts/draw.ts'
import { renderSvg } from '../../src/charts/render-svg.ts'
import { days, delay, departures, onTime, range, widget } from '../support/chart-answers.ts'
import { elementsOf, parseXml } from '../support/xml.ts'

const hostileStrings = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "' onload='alert(1)",
  ']]><svg/onload=alert(1)>',
  '{a|b}{b}{c}',
  '&lt;b&gt;&#0;',
  'a\u0000b\ud800c\u202e\nd',
  '{value}',
  '',
] as const

const value = fc.oneof(
  fc.constantFrom(...hostileStrings),
  fc.constantFrom(null, true, 0, -1.5, 2001),
  fc.string({ maxLength: 20 }),
)
const figure = fc.oneof(
  fc.constant(null),
  fc.constant(0),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 100_000 }),
)
const metric: fc.Arbitrary<MetricInfo> = fc
  .record({
    of: fc.constantFrom(departures, onTime, delay),
    title: fc.constantFrom('A', ...hostileStrings),
    unit: fc.constantFrom(null, '<u>', 'min'),
    format: fc.constantFrom(null, 'percent', 'currency', 'duration', 'bytes', 'hostile'),
  })
  .map(({ of, ...changes }) => ({ ...of, ...changes }))
const keys = (count: number): fc.Arbitrary<readonly GroupKey[]> =>
  fc
    .array(value, { minLength: count, maxLength: count })
    .map((values) => values.map((each, index) => ({ dimension: `d${index}`, value: each })))

const timeSeries: fc.Arbitrary<TimeSeriesData> = fc
  .record({
    metric,
    buckets: fc.integer({ min: 0, max: 12 }),
    granularity: fc.constantFrom('MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR', '<g>'),
    groups: fc.array(keys(1), { maxLength: 4 }),
  })
  .chain((shape) =>
    fc
      .array(fc.array(figure, { minLength: 24, maxLength: 24 }), { minLength: 5, maxLength: 5 })
      .map((figures) => ({
        __typename: 'TimeSeries' as const,
        granularity: shape.granularity,
        axisRange: range,
        completeUntil: '2001-01-05T00:00:00Z',
        labels: days(shape.buckets),
        series: [...shape.groups, []].map((group, index) => ({
          metric: shape.metric,
          group,
          isOthers: group.length === 0 && shape.groups.length > 0,
          values: figures[index]?.slice(0, shape.buckets) ?? [],
          comparisonValues: index === 0 ? (figures[index]?.slice(12) ?? null) : null,
          total: figures[index]?.[0] ?? null,
        })),
      })),
  )

const leaderboard: fc.Arbitrary<LeaderboardData> = fc
  .record({ metric, dimensions: fc.integer({ min: 1, max: 2 }) })
  .chain((shape) =>
    fc
      .array(fc.record({ keys: keys(shape.dimensions), value: figure, comparisonValue: figure }), {
        maxLength: 12,
      })
      .map((rows) => ({
        __typename: 'Leaderboard' as const,
        metric: shape.metric,
        range: null,
        dimensions: Array.from({ length: shape.dimensions }, () => ({ title: '<i>d</i>' })),
        rows: [
          ...rows.map((each) => ({ ...each, share: null, isOthers: false })),
          { keys: [], value: 5, comparisonValue: null, share: null, isOthers: true },
        ],
        total: null,
      })),
  )

const table: fc.Arbitrary<TableData> = fc
  .record({
    pivot: fc.array(value, { maxLength: 3 }),
    rows: fc.array(fc.array(fc.oneof(value, figure), { minLength: 5, maxLength: 5 }), { maxLength: 6 }),
    type: fc.constantFrom('STRING', 'TIME', 'NUMBER'),
    granularity: fc.constantFrom(null, 'YEAR', 'QUARTER', 'WEEK', 'HOUR'),
  })
  .map(({ pivot, rows, type, granularity }): TableData => {
    const of = { kind: 'METRIC', type: 'NUMBER', format: null, granularity: null } as const
    const spread = pivot.length === 0 ? [[]] : pivot.map((each) => [{ dimension: 'p', value: each }])
    return {
      __typename: 'Table',
      columns: [
        {
          name: 'd0',
          title: '<b>d</b>',
          kind: 'DIMENSION',
          type: type === 'TIME' ? 'TIME' : 'STRING',
          format: null,
          granularity,
          pivot: [],
        },
        ...spread.map((keysOf) => ({ ...of, name: 'departures', title: 'Departures', pivot: keysOf })),
      ],
      pivot: pivot.length === 0 ? [] : [{ granularity }],
      cells: rows.map((row) => row.slice(0, 1 + spread.length)),
      totals: null,
      rowCount: rows.length,
      range: null,
    }
  })

const answer: fc.Arbitrary<WidgetAnswer> = fc.oneof(timeSeries, leaderboard, table)
const kind = fc.constantFrom(...visualizationKinds)
const options = fc.oneof(
  fc.constant({}),
  fc.record({
    stacked: fc.constantFrom('shares', true),
    goal: figure,
    text: fc.constantFrom('{value} {label}', ...hostileStrings),
    legend: fc.constantFrom('end', false),
    colors: fc.constant({ CA: '#fff"><script>' }),
    bars: fc.boolean(),
    labels: fc.boolean(),
  }),
  fc.anything(),
)
const context = fc.record({
  direction: fc.constantFrom('ltr' as const, 'rtl' as const),
  locale: fc.constantFrom('en-US', 'ar', 'not a locale'),
  timeZone: fc.constantFrom(null, 'Asia/Kathmandu', 'Nowhere/Land'),
  patterns: fc.boolean(),
  size: fc.constantFrom({ width: 600, height: 300 }, { width: 0, height: 0 }, { width: 90, height: 40 }),
})

/** Paths at which something stands that can't be drawn; functions are ECharts' own formatters. */
function notDrawable(of: unknown, path: string): readonly string[] {
  if (of === undefined || (typeof of === 'number' && !Number.isFinite(of))) return [path]
  if (typeof of !== 'object' || of === null || of instanceof Set) return []
  return Object.entries(of).flatMap(([key, each]) => notDrawable(each, `${path}.${key}`))
}

function pointsOf(chart: Chart): readonly ChartPoint[] {
  const known = (points: readonly (ChartPoint | null)[]) => points.filter((point) => point !== null)
  switch (chart.view) {
    case 'plot':
      return chart.series.flatMap(({ count, point }) =>
        known(Array.from({ length: count }, (_, index) => point(index))),
      )
    case 'ring':
      return known(chart.slices.map(({ point }) => point))
    case 'matrix':
      return chart.rows.flatMap(({ cells }) => known(cells.map(({ point }) => point)))
    case 'map':
      return chart.places.map(({ point }) => point)
    default:
      return []
  }
}

test('of any answer, options and viewer there is a chart that holds nothing that can not be drawn', () => {
  fc.assert(
    fc.property(kind, answer, options, context, (asked, data, wanted, viewer) => {
      const chart = chartOption(widget(asked, wanted), data, viewer)
      expect(notDrawable(chart, 'chart')).toEqual([])
      expect(chart.summary).not.toMatch(/NaN|undefined/)
      for (const point of pointsOf(chart)) expect(notDrawable(point, 'point')).toEqual([])
    }),
    { numRuns: 400 },
  )
})

test('every point names keys that the answer has, and no two figures of a chart share one', () => {
  fc.assert(
    fc.property(kind, timeSeries, (asked, data) => {
      const distinct = new Set(data.series.map(({ group }) => JSON.stringify(group)))
      fc.pre(distinct.size === data.series.length)
      const points = pointsOf(chartOption(widget(asked), data)).flatMap(({ at }) => (at === null ? [] : [at]))
      const groups = new Set(data.series.map(({ group }) => JSON.stringify(group)))
      for (const { bucket, group, others } of points) {
        if (bucket !== undefined) expect(data.labels).toContain(bucket)
        if (others !== true) expect(groups).toContain(JSON.stringify(group ?? []))
      }
      expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length)
    }),
    { numRuns: 200 },
  )
})

const harmless = new Set([
  'svg',
  'g',
  'rect',
  'text',
  'tspan',
  'path',
  'line',
  'circle',
  'polyline',
  'polygon',
  'defs',
  'clipPath',
  'linearGradient',
  'stop',
  'pattern',
  'image',
  'ellipse',
  'style',
])

test('no name becomes markup in a picture, and no attribute runs anything', async () => {
  await fc.assert(
    fc.asyncProperty(kind, answer, options, context, async (asked, data, wanted, viewer) => {
      const svg = await renderSvg(
        { ...widget(asked, wanted), title: '<script>alert(1)</script>' },
        data,
        { width: 400, height: 240 },
        viewer,
      )
      for (const { name, attributes } of elementsOf(parseXml(svg))) {
        expect(harmless).toContain(name)
        expect(Object.keys(attributes).filter((each) => /^on|href/i.test(each))).toEqual([])
      }
    }),
    { numRuns: 120 },
  )
})

test('the table behind has a cell for each column in each row', () => {
  fc.assert(
    fc.property(answer, (data) => {
      const { columns, rows } = behindTable(data)
      expect(rows.filter((row) => row.length !== columns.length)).toEqual([])
      expect(rows.flat().filter(({ text }) => typeof text !== 'string')).toEqual([])
    }),
    { numRuns: 150 },
  )
})
