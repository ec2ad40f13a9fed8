import { cartesian } from '../plot/cartesian.ts'
import type { FiguresDrawer } from './drawer.ts'

export const drawBar: FiguresDrawer = ({ title, figures, options, context }) => {
  const { orientation } = options
  const stacked = options.stacked ?? 'none'
  return cartesian(title, figures, { mark: 'bar', stacked, orientation }, options, context)
}

/** Means and distinct counts have no sum: they stand apart unless the author says otherwise. */
export const drawStackedBar: FiguresDrawer = ({ title, figures, options, context }) => {
  const { orientation } = options
  const addsUp = figures.series.every(({ metric }) => metric.additive)
  const stacked = options.stacked ?? (addsUp ? 'values' : 'none')
  return cartesian(title, figures, { mark: 'bar', stacked, orientation }, options, context)
}
