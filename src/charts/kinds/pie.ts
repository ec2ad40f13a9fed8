import type { LegendEntry } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import { type Category, type FigureSeries, type Figures, figureAt } from '../figures.ts'
import { compactFigure, formatRatio } from '../format/figure.ts'
import type { ChartOptions } from '../options.ts'
import { colorFor } from '../plot/colors.ts'
import { pointOf } from '../plot/points.ts'
import { summaryOf } from '../plot/summary.ts'
import { inkOn } from '../theme.ts'
import type { FiguresDrawer } from './drawer.ts'

const mostSlices = 12

/**
 * A ring. Only parts of a whole have slices: figures that add up, none below 0, and not too many to tell apart. The
 * whole is that of the answer: groups that it leaves out are one slice together.
 */
export const drawPie: FiguresDrawer = ({ title, figures, options, context }) => {
  const slices = slicesOf(figures, context)
  if (slices === null || slices.length > mostSlices) return null
  if (slices.length > 0 && slices.every(({ value }) => value <= 0)) return null
  // What is alone has no legend to switch it on again.
  const isHidden = ({ key }: Slice) => slices.length > 1 && context.hidden.has(key)
  const shown = slices.filter((slice) => !isHidden(slice))
  const whole = shown.reduce((sum, { value }) => sum + value, 0)
  const shareOf = ({ value }: Slice) => (whole > 0 ? value / whole : 0)
  const metric = slices[0]?.series.metric ?? null
  const colorOf = new Map(
    slices.map((slice, index) => [
      slice.key,
      colorFor({ ...slice.category, name: slice.category.label }, index, options, context),
    ]),
  )
  const color = ({ key }: Slice) => colorOf.get(key) ?? context.theme.others
  let turned = 0
  return {
    view: 'ring',
    title,
    summary: summaryOf(title, asOneSeries(shown, figures), context),
    slices: shown.map((slice) => {
      const from = turned
      const share = shareOf(slice)
      turned += share
      const look = { color: color(slice), share, context }
      const point = pointOf(slice.category, slice.series, slice.place, look)
      return {
        color: color(slice),
        ink: inkOn(color(slice)),
        from,
        to: turned,
        text: context.patterns && share > 0.04 ? slice.category.label : '',
        point: slice.isRest && point !== null ? { ...point, at: null } : point,
      }
    }),
    legend: legendOf(slices, { color, shareOf, isHidden }, options, context),
    center:
      metric === null ? null : { text: compactFigure(whole, metric, context.locale), caption: metric.title },
    isMirrored: context.direction === 'rtl',
  }
}

interface Slice {
  /** Tells it from the others, whatever order they come in. */
  readonly key: string
  readonly category: Category
  readonly series: FigureSeries
  readonly place: number
  readonly value: number
  /** What the answer leaves out, so that no rows can be asked for by it. */
  readonly isRest: boolean
}

/** The groups of one series, or the totals of several; null where they are no parts of a whole. */
function slicesOf(figures: Figures, context: ChartContext): readonly Slice[] | null {
  const { time, categories, series, lacks } = figures
  const [first, second] = series
  if (first === undefined) return []
  const isWhole = series.every(({ metric, values }) => {
    return metric.additive && values.every((value) => (value ?? 0) >= 0)
  })
  if (lacks === (time === null ? 'categories' : 'series')) return null
  if (time === null) {
    if (second !== undefined || !isWhole) return null
    const slices = categories.flatMap((category, place): Slice[] => {
      const value = first.values[place] ?? null
      return value === null
        ? []
        : [{ key: keyOf(category), category, series: first, place, value, isRest: false }]
    })
    return withRest(slices, first, context)
  }
  if (!isWhole || new Set(series.map(({ metric }) => metric.name)).size > 1) return null
  if (series.some(({ total, values }) => total === null && values.some((value) => value !== null)))
    return null
  return series.flatMap((each) => {
    if (each.total === null) return []
    const { name: label, isOthers, key, total } = each
    const whole = { ...each, values: [total], compared: null }
    const category = { label, keys: [], isOthers, isOpen: false, at: {} }
    return [{ key, category, series: whole, place: 0, value: total, isRest: false }]
  })
}

function keyOf({ keys, isOthers }: Category): string {
  return isOthers ? 'others' : JSON.stringify(keys.map(({ value }) => value ?? null))
}

/** Null where the groups are more than the whole, so that they overlap or others are below 0. */
function withRest(slices: readonly Slice[], series: FigureSeries, { words }: ChartContext) {
  const { total } = series
  if (total === null || slices.some(({ category }) => category.isOthers)) return slices
  const rest = slices.reduce((left, { value }) => left - value, total)
  if (Math.abs(rest) <= Math.abs(total) * 1e-9) return slices
  if (rest < 0) return null
  const category = { label: words.others, keys: [], isOthers: true, isOpen: false, at: {} }
  const own = { ...series, values: [rest], exact: [], compared: null }
  return [...slices, { key: keyOf(category), category, series: own, place: 0, value: rest, isRest: true }]
}

function asOneSeries(slices: readonly Slice[], figures: Figures): Figures {
  const [first] = figures.series
  const values = slices.map(({ value }) => value)
  const exact = slices.map(({ series, place }) => series.exact?.[place] ?? null)
  return {
    time: null,
    categories: slices.map(({ category }) => category),
    series: first === undefined ? [] : [{ ...first, name: first.metric.title, values, exact, at: {} }],
  }
}

interface Look {
  readonly color: (slice: Slice) => string
  readonly shareOf: (slice: Slice) => number
  readonly isHidden: (slice: Slice) => boolean
}

function legendOf(
  slices: readonly Slice[],
  look: Look,
  options: ChartOptions,
  { locale, size, legendPlace }: ChartContext,
) {
  if (options.legend === 'none') return null
  const entries = slices.map((slice): LegendEntry => {
    const isHidden = look.isHidden(slice)
    const value = figureAt(slice.series, slice.place, locale)
    return {
      key: slice.key,
      name: slice.category.label,
      color: look.color(slice),
      mark: 'square',
      texts: isHidden ? [value] : [value, formatRatio(look.shareOf(slice), locale)],
      isHidden,
      canHide: slices.length > 1,
    }
  })
  const byWidth = legendPlace ?? (size.width >= 340 ? 'end' : 'bottom')
  const place = options.legend === 'auto' ? byWidth : options.legend
  return { place, entries } as const
}
