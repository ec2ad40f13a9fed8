import type { ChartContext } from '../context.ts'
import { type FigureSeries, type Figures, figureAt } from '../figures.ts'
import type { ChartOptions } from '../options.ts'
import type { CartesianWish } from './drawing.ts'
import { textWidth } from './style.ts'

interface LabelWish {
  readonly visible: readonly FigureSeries[]
  readonly figures: Figures
  readonly wish: CartesianWish
  readonly isHorizontal: boolean
  readonly stacking: CartesianWish['stacked']
}

/** The figures of a single series of bars, written at their ends where there is room and nothing is compared. */
export function valueLabels(
  { visible, figures, wish, isHorizontal, stacking }: LabelWish,
  options: ChartOptions,
  { locale, size }: ChartContext,
): readonly string[] | null {
  const [series, second] = visible
  if (options.labels === false || wish.mark !== 'bar' || series === undefined || second !== undefined)
    return null
  if (stacking !== 'none') return null
  const labels = series.values.map((value, index) => (value === null ? '' : figureAt(series, index, locale)))
  const count = Math.max(figures.categories.length, 1)
  if (isHorizontal) return size.height / count >= (series.compared === null ? 15 : 26) ? labels : null
  if (figures.time !== null && options.labels !== true) return null
  const widest = Math.max(...labels.map((label) => textWidth(label)))
  return widest <= (size.width - 56) / count - 4 && series.compared === null ? labels : null
}
