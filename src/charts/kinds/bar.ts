import { cartesian } from '../plot/cartesian.ts'
import type { FiguresDrawer } from './drawer.ts'

export const drawBar: FiguresDrawer = ({ title, figures, options, context }) => {
  const { orientation } = options
  const stacked = options.stacked ?? 'none'
  return cartesian(title, figures, { mark: 'bar', stacked, orientation }, options, context)
}

export const drawStackedBar: FiguresDrawer = ({ title, figures, options, context }) => {
  const { orientation } = options
  const stacked = options.stacked ?? 'values'
  return cartesian(title, figures, { mark: 'bar', stacked, orientation }, options, context)
}
