import type { FigureSeries } from '../figures.ts'

/** Of the stack of each category; null where there is nothing to share. */
export function sharesOf(series: FigureSeries, all: readonly FigureSeries[]): readonly (number | null)[] {
  return series.values.map((value, index) => {
    if (value === null) return null
    const whole = all.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)
    return whole > 0 ? value / whole : null
  })
}
