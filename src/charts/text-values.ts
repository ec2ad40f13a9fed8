import type { WidgetAnswer } from './answers.ts'
import type { ChartContext } from './context.ts'
import { figureAt } from './figures.ts'
import { figuresOf } from './figures-of.ts'
import { formatCount, formatFigure, formatRatio } from './format/figure.ts'

/** What a text may name in braces: `{value}`, `{metric}`, `{previous}`, `{change}`, `{ratio}`, `{label}`, `{count}`. */
export function textValues(
  answer: WidgetAnswer,
  context: ChartContext,
): Readonly<Record<string, string>> & { readonly value?: string } {
  const { locale } = context
  if (answer.__typename === 'Counter') {
    const { metric, value, exactValue, comparison } = answer
    const before = comparison === null ? null : comparison.value
    const change = comparison?.change ?? null
    const ratio = comparison?.changeRatio ?? null
    return {
      metric: metric.title,
      value: formatFigure(value, metric, locale, exactValue),
      previous: formatFigure(before, metric, locale),
      change: formatFigure(change, metric, locale),
      ratio: ratio === null ? '–' : formatRatio(ratio, locale, 'always'),
    }
  }
  const figures = figuresOf(answer, context)
  const [series] = figures?.series ?? []
  const [category] = figures?.categories ?? []
  if (figures === null || series === undefined) return {}
  return {
    metric: series.metric.title,
    value:
      figures.time === null ? figureAt(series, 0, locale) : formatFigure(series.total, series.metric, locale),
    label: figures.time === null ? (category?.label ?? '–') : series.name,
    count: formatCount(figures.categories.length, locale),
  }
}
