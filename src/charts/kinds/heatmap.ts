import { keyFormat } from '../cells.ts'
import type { MatrixChart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Category, FigureSeries, Figures } from '../figures.ts'
import { bareFigure } from '../format/figure.ts'
import { formatKey } from '../format/key.ts'
import { timeTicks } from '../format/ticks.ts'
import type { ChartOptions } from '../options.ts'
import { pointOf } from '../plot/points.ts'
import { shadesOf } from '../plot/shades.ts'
import { shorten } from '../plot/style.ts'
import { summaryOf } from '../plot/summary.ts'
import { inkOn } from '../theme.ts'
import type { FiguresDrawer } from './drawer.ts'

/** Beyond that nobody tells the fields apart, and a page would take long to lay them out. */
const mostCells = 6000

/** Fields of one metric: series by buckets, rows by pivoted columns, or one dimension by another. */
export const drawHeatmap: FiguresDrawer = ({ title, figures: given, options, context }) => {
  const figures = given.time === null ? spread(given, context) : given
  const { series, categories } = figures
  const [first] = series
  if (first === undefined || series.length * categories.length > mostCells) return null
  if (new Set(series.map(({ metric }) => metric.name)).size > 1) return null
  // Buckets and pivoted columns go across; the keys of the rows go down.
  const isAcross = figures.time !== null
  const shades = shadesOf(
    series.flatMap(({ values }) => values),
    first.metric,
    options,
    context,
  )
  const cell = (each: FigureSeries, category: Category, index: number) =>
    cellOf(each, category, index, shades.colorOf(each.values[index] ?? null), options, context)
  const rows = isAcross
    ? series.map((each) => ({
        label: each.name,
        detail: null,
        cells: categories.map((category, index) => cell(each, category, index)),
      }))
    : categories.map((category, index) => ({
        label: category.label,
        detail: null,
        cells: series.map((each) => cell(each, category, index)),
      }))
  const columns = isAcross ? categories.map(({ label }) => label) : series.map(({ name }) => name)
  const ticks =
    figures.time === null
      ? columns.map((column) => shorten(column, 24))
      : timeTicks(figures.time, context.size.width * 0.8, context.locale)
  return {
    view: 'matrix',
    title,
    summary: summaryOf(title, figures, context),
    corner: '',
    columns,
    ticks,
    rows,
    scale: options.legend === 'none' ? null : shades.scale,
  } satisfies MatrixChart
}

function cellOf(
  series: FigureSeries,
  category: Category,
  index: number,
  color: string,
  { labels }: ChartOptions,
  context: ChartContext,
) {
  const value = series.values[index] ?? null
  const text = labels === false || value === null ? '' : bareFigure(value, series.metric, context.locale)
  return {
    text,
    color,
    ink: inkOn(color),
    point: pointOf(category, series, index, { color, share: null, context }),
  }
}

/** Of groups by two dimensions, the second goes across. */
function spread(figures: Figures, context: ChartContext): Figures {
  const [only, second] = figures.series
  const isPair = figures.categories.every(({ keys, isOthers }) => keys.length === 2 && !isOthers)
  if (only === undefined || second !== undefined || !isPair) return figures
  const values = (place: number) => [
    ...new Set(figures.categories.map(({ keys }) => JSON.stringify(keys[place]?.value ?? null))),
  ]
  const [down, across] = [values(0), values(1)]
  const places = new Map(
    figures.categories.map(({ keys }, index) => [
      JSON.stringify(keys.map(({ value }) => value ?? null)),
      index,
    ]),
  )
  const placeOf = (row: string, column: string) => places.get(`[${row},${column}]`) ?? -1
  const label = (json: string) => formatKey(JSON.parse(json), keyFormat(context, null))
  const categoryOf = (row: string) =>
    figures.categories[across.map((column) => placeOf(row, column)).find((at) => at >= 0) ?? -1]
  return {
    time: null,
    categories: down.map((row) => {
      const category = categoryOf(row)
      const keys = category?.keys.slice(0, 1) ?? []
      const group = category?.at.group?.slice(0, 1) ?? []
      return { label: label(row), keys, isOthers: false, isOpen: false, at: { group } }
    }),
    series: across.map((column) => {
      const at = down.map((row) => placeOf(row, column))
      const category = figures.categories[at.find((place) => place >= 0) ?? -1]
      const group = category?.at.group?.slice(1) ?? []
      return {
        ...only,
        key: column,
        name: label(column),
        values: at.map((place) => only.values[place] ?? null),
        exact: at.map((place) => only.exact?.[place] ?? null),
        compared: null,
        total: null,
        at: { ...only.at, group },
      }
    }),
  }
}
