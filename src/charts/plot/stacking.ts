import type { Figures } from '../figures.ts'
import type { CartesianWish } from './drawing.ts'

/** Only what is written in the same way is stacked, and only parts of a whole, none below 0, have shares of it. */
export function stackingOf(figures: Figures, { stacked }: CartesianWish): CartesianWish['stacked'] {
  if (stacked === 'none' || figures.series.length < 2) return 'none'
  const metrics = figures.series.map(({ metric }) => metric)
  const first = metrics[0]
  const isOneKind = metrics.every(({ format, unit, currency }) => {
    return format === first?.format && unit === first.unit && currency === first.currency
  })
  if (!isOneKind) return 'none'
  const isPositive = figures.series.every(({ values }) => values.every((value) => (value ?? 0) >= 0))
  const isWhole = isPositive && figures.lacks !== 'series'
  return stacked === 'shares' && !isWhole ? 'values' : stacked
}
