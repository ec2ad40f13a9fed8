import type { Metric } from '../catalogue/metric.ts'
import { formatFigure as written } from '../charts/format/figure.ts'
import type { Figure } from './answers.ts'

/** A figure by the rules that charts write it by, in the locale of its metric. */
export function formatFigure({ value, exact }: Figure, { format, unit }: Metric): string {
  const { style = null, digits = null, currency = null, locale = 'en-US' } = format ?? {}
  return written(value, { format: style, digits, currency, unit }, locale, exact)
}
