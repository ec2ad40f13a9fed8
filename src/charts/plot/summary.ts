import type { ChartContext } from '../context.ts'
import { type Figures, figureAt } from '../figures.ts'
import { fill } from '../words.ts'

/** One sentence: what is drawn, and where each of the first series is highest and lowest. */
export function summaryOf(title: string, figures: Figures, { locale, words }: ChartContext): string {
  const told = figures.series.slice(0, 3).map((series) => {
    const { name, values } = series
    let highest = -1
    let lowest = -1
    for (const [index, value] of values.entries()) {
      if (value === null) continue
      if (highest < 0 || value > (values[highest] ?? value)) highest = index
      if (lowest < 0 || value < (values[lowest] ?? value)) lowest = index
    }
    if (highest < 0) return `${name}: ${words.noData}`
    const write = (index: number) => ({
      value: figureAt(series, index, locale),
      label: figures.categories[index]?.label ?? '',
    })
    return `${name}: ${fill(words.highest, write(highest))}, ${fill(words.lowest, write(lowest))}`
  })
  const rest = figures.series.length > 3 ? ' …' : ''
  const text = told.length === 0 ? words.noData : `${told.join('; ')}${rest}`
  return fill(words.summary, { title, text })
}
