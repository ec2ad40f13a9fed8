import type { CounterData, MetricInfo, TimeSeriesData } from '../answers.ts'
import type { NumberChart, NumberComparison, NumberGoal, Sparkline } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import { compactFigure, formatFigure, formatRatio } from '../format/figure.ts'
import type { ChartOptions } from '../options.ts'
import type { Point } from '../point.ts'
import { fill } from '../words.ts'
import type { Drawing } from './drawer.ts'

export function drawCounter({ title, answer, options, context }: Drawing<CounterData>): NumberChart {
  const { metric, value, exactValue, comparison } = answer
  const figure = { metric, value, exact: exactValue, at: { metric: metric.name }, sparkline: null }
  const compared =
    comparison === null
      ? null
      : comparisonOf({ ...comparison, previous: comparison.value }, metric, options, context)
  return numberOf(title, { ...figure, comparison: compared }, options, context)
}

/** The whole of a series, with its course behind it. */
export function drawSeriesNumber(drawing: Drawing<TimeSeriesData>): NumberChart | null {
  const { title, answer, options, context } = drawing
  const [series, second] = answer.series
  // One of several groups is not the whole, and one of several metrics not all that was asked for.
  if (series === undefined || second !== undefined || series.group.length > 0 || series.isOthers) return null
  const { metric, values, comparisonValues, total, comparisonTotal = null } = series
  const color = options.colors[0] ?? context.theme.colors[0] ?? '#808080'
  return numberOf(
    title,
    {
      metric,
      value: total,
      exact: null,
      at: { metric: metric.name },
      comparison:
        comparisonTotal === null && comparisonValues === null
          ? null
          : comparisonOf(changeSince(comparisonTotal, total), metric, options, context),
      sparkline: options.sparkline ? sparklineOf(values, color, context.direction === 'rtl') : null,
    },
    options,
    context,
  )
}

export interface NumberWish {
  readonly metric: MetricInfo
  readonly value: number | null
  readonly exact: string | null
  readonly at: Point | null
  readonly comparison: NumberComparison | null
  readonly sparkline: Sparkline | null
}

export function numberOf(
  title: string,
  { metric, value, exact, at, comparison, sparkline }: NumberWish,
  options: ChartOptions,
  context: ChartContext,
): NumberChart {
  const { locale, words } = context
  const isLong = value !== null && options.compact && Math.abs(value) >= 10_000
  const text = isLong ? compactFigure(value, metric, locale) : formatFigure(value, metric, locale, exact)
  const goal = options.goal === null ? null : goalOf(value, options.goal, metric, options, context)
  const told = [
    value === null ? words.noData : formatFigure(value, metric, locale, exact),
    ...(comparison === null ? [] : [`${comparison.text} ${comparison.detail}`]),
    ...(goal === null ? [] : [goal.text]),
  ]
  return {
    view: 'number',
    title,
    summary: fill(words.summary, { title, text: told.join(', ') }),
    text,
    isEmpty: value === null,
    comparison,
    goal,
    sparkline,
    at: value === null ? null : at,
  }
}

function changeSince(previous: number | null, total: number | null): Compared {
  const change = total === null || previous === null ? null : total - previous
  return {
    previous,
    change,
    changeRatio: change === null || !previous ? null : change / Math.abs(previous),
  }
}

interface Compared {
  readonly previous: number | null
  readonly change: number | null
  readonly changeRatio: number | null
}

function comparisonOf(
  { previous, change, changeRatio }: Compared,
  metric: MetricInfo,
  { lowerIsBetter }: ChartOptions,
  { locale, words }: ChartContext,
): NumberComparison {
  const detail = fill(words.comparedWith, { value: formatFigure(previous, metric, locale) })
  if (change === null) return { direction: 'flat', sentiment: 'neutral', text: '–', detail }
  // What is told as no change has no direction.
  const isFlat = change === 0 || (changeRatio !== null && Math.abs(changeRatio) < 1e-9)
  const direction = isFlat ? 'flat' : change > 0 ? 'up' : 'down'
  const isGood = (direction === 'up') !== lowerIsBetter
  const sign = change > 0 ? '+' : ''
  return {
    direction,
    sentiment: direction === 'flat' ? 'neutral' : isGood ? 'good' : 'bad',
    text:
      changeRatio === null
        ? `${sign}${formatFigure(change, metric, locale)}`
        : formatRatio(changeRatio, locale, 'always'),
    detail,
  }
}

function goalOf(
  value: number | null,
  goal: number,
  metric: MetricInfo,
  { goalLabel, lowerIsBetter }: ChartOptions,
  { locale, words }: ChartContext,
): NumberGoal {
  const isReached = value !== null && (lowerIsBetter ? value <= goal : value >= goal)
  // Of nothing, and of less than that, no figure is a share.
  const ratio = value === null || goal <= 0 ? null : value / goal
  const goalText = formatFigure(goal, metric, locale)
  return {
    label: goalLabel ?? words.goal,
    text:
      ratio === null
        ? goalText
        : fill(words.ofGoal, { ratio: formatRatio(notRoundedToAll(ratio), locale), goal: goalText }),
    ratio: ratio === null ? Number(isReached) : Math.min(Math.max(ratio, 0), 1),
    isReached,
  }
}

/** What is almost a goal, or just beyond it, is not told as 100% of it. */
function notRoundedToAll(ratio: number): number {
  if (ratio === 1) return 1
  return ratio < 1 ? Math.min(ratio, 0.999) : Math.max(ratio, 1.001)
}

/** Null where there are fewer than two figures to draw a line through. */
export function sparklineOf(
  values: readonly (number | null)[],
  color: string,
  isMirrored: boolean,
): Sparkline | null {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return null
  const least = Math.min(...known)
  const most = Math.max(...known)
  const points = values.flatMap((value, index) => {
    if (value === null) return []
    const along = (index / (values.length - 1)) * 100
    const height = most === least ? 0.5 : (value - least) / (most - least)
    return [{ x: round(isMirrored ? 100 - along : along), y: round(30 - height * 28) }]
  })
  const line = `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`
  return { line, area: `${line}L${points.at(-1)?.x ?? 0} 32L${points[0]?.x ?? 0} 32Z`, color }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
