import type { ChartPoint } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import { type Category, type FigureSeries, figureAt } from '../figures.ts'
import { formatFigure, formatRatio } from '../format/figure.ts'
import { joinPoints, type Point } from '../point.ts'
import { fill } from '../words.ts'

export function pointAt(category: Category, series: FigureSeries): Point {
  return joinPoints(series.at, category.at)
}

/** What is told of a figure that is pointed at. */
export function pointOf(
  category: Category,
  series: FigureSeries,
  index: number,
  { color, share, context }: { color: string; share: number | null; context: ChartContext },
): ChartPoint | null {
  const { words, locale } = context
  const value = series.values[index] ?? null
  const compared = series.compared?.[index] ?? null
  if (value === null && compared === null) return null
  const details = [
    ...(share === null ? [] : [{ name: words.share, text: formatRatio(share, locale) }]),
    ...(compared === null
      ? []
      : [
          {
            name: fill(words.previous, { name: series.name }),
            text: formatFigure(compared, series.metric, locale),
          },
        ]),
    ...(category.isOpen ? [{ name: '', text: words.unfinished }] : []),
  ]
  return {
    label: category.label,
    series: series.name,
    text: value === null ? words.noData : figureAt(series, index, locale),
    details,
    color,
    at: value === null ? null : pointAt(category, series),
  }
}
