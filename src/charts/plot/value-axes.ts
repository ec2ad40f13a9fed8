import type { MetricInfo } from '../answers.ts'
import type { ChartContext } from '../context.ts'
import type { FigureSeries } from '../figures.ts'
import { tickFigure } from '../format/figure.ts'
import type { ChartOptions } from '../options.ts'

export interface ValueAxes {
  readonly axes: readonly Readonly<Record<string, unknown>>[]
  /** The axis of a series. */
  readonly indexOf: (series: FigureSeries) => number
}

export interface ValueAxesWish {
  readonly series: readonly FigureSeries[]
  readonly isHorizontal: boolean
  /** Marks that begin at 0, as bars and areas do. */
  readonly fromZero: boolean
  readonly isShares: boolean
  /** Values are written at the marks, so that the axis is not. */
  readonly isBare: boolean
}

/**
 * One axis, or two where the metrics are written in two ways: minutes on one side, percent on the other. A third way
 * shares the second.
 */
export function valueAxes(wish: ValueAxesWish, options: ChartOptions, context: ChartContext): ValueAxes {
  const ways = [...new Set(wish.series.map(({ metric }) => wayOf(metric)))]
  const several = ways.length > 1 && !wish.isHorizontal && !wish.isShares
  const indexOf = ({ metric }: FigureSeries) => (several && ways.indexOf(wayOf(metric)) > 0 ? 1 : 0)
  const axes = (several ? [0, 1] : [0]).map((index) =>
    valueAxis(
      wish,
      wish.series.filter((series) => indexOf(series) === index),
      index,
      options,
      context,
    ),
  )
  return { axes, indexOf }
}

function wayOf({ format, unit, currency }: MetricInfo): string {
  return JSON.stringify([format ?? 'number', unit, currency])
}

function valueAxis(
  wish: ValueAxesWish,
  series: readonly FigureSeries[],
  index: number,
  options: ChartOptions,
  context: ChartContext,
) {
  const { theme, locale, direction, size } = context
  const metric = series[0]?.metric ?? null
  const isFirst = index === 0
  const length = wish.isHorizontal ? size.width : size.height
  const format = wish.isShares ? percent : (metric ?? percent)
  const title = (isFirst ? options.axisTitle : null) ?? (wish.isShares ? null : unitOf(metric))
  const atEnd = (direction === 'rtl') === isFirst
  return {
    type: 'value',
    show: !wish.isBare,
    position: wish.isHorizontal ? 'bottom' : atEnd ? 'right' : 'left',
    inverse: wish.isHorizontal && direction === 'rtl',
    name: wish.isBare || wish.isHorizontal ? '' : (title ?? ''),
    nameLocation: 'end',
    nameGap: 10,
    nameTextStyle: { color: theme.muted, fontSize: 11, align: atEnd ? 'right' : 'left', padding: 0 },
    splitNumber: Math.min(Math.max(Math.floor(length / (wish.isHorizontal ? 110 : 56)), 2), 6),
    scale: !startsAtZero(wish, series, options),
    ...(wish.isShares ? { max: 1, interval: 0.25 } : {}),
    ...(wish.isBare && hasPositive(series) ? { max: 'dataMax' } : {}),
    ...(isFirst && options.min !== null ? { min: options.min } : {}),
    ...(isFirst && options.max !== null ? { max: options.max } : {}),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      color: theme.muted,
      fontSize: 11,
      hideOverlap: true,
      formatter: (value: number) => tickFigure(value, format, locale),
    },
    splitLine: { show: isFirst && !wish.isBare, lineStyle: { color: theme.grid, width: 1 } },
  }
}

/** Without a scale beside it, the longest bar takes all the room there is. */
function hasPositive(series: readonly FigureSeries[]): boolean {
  return series.some(({ values }) => values.some((value) => value !== null && value > 0))
}

const percent = { format: 'percent', digits: null, currency: null, unit: null }

function unitOf(metric: MetricInfo | null): string | null {
  return metric === null || metric.format === 'duration' || metric.format === 'bytes' ? null : metric.unit
}

/** Lines may leave 0 out, where all of them are far from it. */
function startsAtZero(
  { fromZero, isShares }: ValueAxesWish,
  series: readonly FigureSeries[],
  options: ChartOptions,
): boolean {
  if (fromZero || isShares) return true
  if (options.zero !== null) return options.zero
  let least = options.goal ?? Number.POSITIVE_INFINITY
  let most = options.goal ?? Number.NEGATIVE_INFINITY
  for (const { values, compared } of series) {
    for (const value of [...values, ...(compared ?? [])]) {
      if (value === null) continue
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  }
  return !(least > most / 2 || most < least / 2)
}
