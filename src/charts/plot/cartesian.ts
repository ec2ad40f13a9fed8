import type { LegendEntry, PlotChart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { FigureSeries, Figures } from '../figures.ts'
import type { ChartOptions } from '../options.ts'
import { fill } from '../words.ts'
import { barSeries, paler } from './bar-series.ts'
import { categoryAxis, readsBetterAcross } from './category-axis.ts'
import { colorFor } from './colors.ts'
import type { CartesianWish, Drawing } from './drawing.ts'
import { goalLine } from './goal.ts'
import { lineSeries } from './line-series.ts'
import { plotSeries } from './plot-series.ts'
import { sharesOf } from './shares.ts'
import { stackingOf } from './stacking.ts'
import { baseOption, gridOption, textWidth } from './style.ts'
import { summaryOf } from './summary.ts'
import { valueAxes } from './value-axes.ts'
import { valueLabels } from './value-labels.ts'

/** Lines, areas and bars over an axis of time or of groups. */
export function cartesian(
  title: string,
  given: Figures,
  wish: CartesianWish,
  options: ChartOptions,
  viewer: ChartContext,
): PlotChart {
  const figures = withAxis(given)
  // What is alone has no legend to switch it on again.
  const context = figures.series.length < 2 ? { ...viewer, hidden: nothing } : viewer
  const isHorizontal = isAcross(figures, wish, context)
  const stacking = stackingOf(figures, wish)
  const isShown = ({ key }: FigureSeries) => !context.hidden.has(key)
  const visible = figures.series.filter(isShown)
  const told = given.series.filter(isShown)
  const labels = valueLabels({ visible: told, figures, wish, isHorizontal, stacking }, options, context)
  const axes = valueAxes(
    {
      series: visible,
      isHorizontal,
      fromZero: wish.mark !== 'line',
      isShares: stacking === 'shares',
      isBare: labels !== null && isHorizontal,
    },
    options,
    context,
  )
  const drawings = figures.series
    .map((series, index): Drawing => {
      const values = stacking === 'shares' ? sharesOf(series, visible) : series.values
      return {
        series,
        color: colorFor(series, index, options, context),
        index,
        values,
        axis: axes.indexOf(series),
        isStacked: stacking !== 'none',
        mark: wish.mark,
        isHorizontal,
        labels,
      }
    })
    .filter(({ series }) => !context.hidden.has(series.key))
  const drawn = drawings.map((drawing) =>
    wish.mark === 'bar'
      ? barSeries(drawing, figures, drawings.length, options, context)
      : lineSeries(drawing, figures, drawings.length, options, context),
  )
  const goal = goalLine(options, isHorizontal, context)
  const category = categoryAxis({ figures, isHorizontal, hasGap: wish.mark === 'bar' }, context)
  const across = goal === null ? [category] : [category, goal.axis]
  const [x, y] = isHorizontal ? [axes.axes, across] : [across, axes.axes]
  return {
    view: 'plot',
    title,
    summary: summaryOf(title, given, context),
    mark: wish.mark,
    parts: wish.mark !== 'bar' ? ['line'] : goal === null ? ['bar'] : ['bar', 'line'],
    option: {
      ...baseOption(context),
      grid: gridOption(margins(axes.axes, labels, isHorizontal, context)),
      xAxis: x,
      yAxis: y,
      series: goal === null ? drawn.flat() : [...drawn.flat(), goal.series],
    },
    legend: legendOf(figures, wish, stacking !== 'none', options, context),
    categories: figures.categories.map(({ label }) => label),
    series: plotSeries(drawings, drawn, given, stacking, context),
    pointer: isHorizontal ? 'y' : 'x',
    isStacked: stacking !== 'none',
  }
}

const nothing: ReadonlySet<string> = new Set()

/** No axis can be made for figures that are almost nothing or beyond all measure; so they are drawn at its ends. */
function withAxis({ series, ...rest }: Figures): Figures {
  const drawn = (value: number | null) => {
    if (value === null) return null
    return Math.abs(value) < 1e-15 ? 0 : Math.min(Math.max(value, -1e60), 1e60)
  }
  return {
    ...rest,
    series: series.map((each) => ({
      ...each,
      values: each.values.map(drawn),
      compared: each.compared === null ? null : each.compared.map(drawn),
    })),
  }
}

function isAcross(figures: Figures, { mark, orientation }: CartesianWish, context: ChartContext): boolean {
  if (mark !== 'bar') return false
  return orientation === null ? readsBetterAcross(figures, context) : orientation === 'horizontal'
}

function margins(
  axes: readonly Readonly<Record<string, unknown>>[],
  labels: readonly string[] | null,
  isHorizontal: boolean,
  { direction }: ChartContext,
) {
  const isNamed = axes.some(({ name }) => name !== '')
  const room = labels === null ? 0 : Math.max(...labels.map((label) => textWidth(label)), 0)
  const beside = isHorizontal ? room + 8 : 4
  return {
    top: isNamed ? 24 : labels === null || isHorizontal ? 8 : 20,
    bottom: 0,
    left: direction === 'rtl' ? beside : 0,
    right: direction === 'rtl' ? 0 : beside,
  }
}

function legendOf(
  figures: Figures,
  { mark }: CartesianWish,
  isStacked: boolean,
  options: ChartOptions,
  context: ChartContext,
) {
  const { series } = figures
  const isCompared = series.some(({ compared }) => compared !== null) && series.length <= 2
  if (options.legend === 'none' || (series.length < 2 && !isCompared)) return null
  const entries = series.flatMap((each, index): LegendEntry[] => {
    const color = colorFor(each, index, options, context)
    const isHidden = context.hidden.has(each.key)
    const own = { key: each.key, name: each.name, color, texts: [], isHidden, canHide: series.length > 1 }
    const before = fill(context.words.previous, { name: each.name })
    return [
      { ...own, mark: mark === 'bar' || (mark === 'area' && isStacked) ? 'square' : 'line' },
      ...(each.compared === null || !isCompared
        ? []
        : [
            {
              ...own,
              key: `${each.key} before`,
              name: before,
              ...(mark === 'bar'
                ? { mark: 'square' as const, color: paler(color, context) }
                : { mark: 'dashed' as const }),
              canHide: false,
            },
          ]),
    ]
  })
  return { place: options.legend === 'end' ? ('end' as const) : ('bottom' as const), entries }
}
