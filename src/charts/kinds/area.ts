import { cartesian } from '../plot/cartesian.ts'
import type { FiguresDrawer } from './drawer.ts'

/** Groups of one metric that adds up are stacked; of several metrics, one may be a part of another. */
export const drawArea: FiguresDrawer = ({ title, figures, options, context }) => {
  const metrics = new Set(figures.series.map(({ metric }) => metric.name))
  const addsUp = metrics.size === 1 && figures.series.every(({ metric }) => metric.additive)
  const stacked = options.stacked ?? (addsUp ? 'values' : 'none')
  return cartesian(title, figures, { mark: 'area', stacked, orientation: 'vertical' }, options, context)
}
