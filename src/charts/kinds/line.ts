import { cartesian } from '../plot/cartesian.ts'
import type { FiguresDrawer } from './drawer.ts'

export const drawLine: FiguresDrawer = ({ title, figures, options, context }) =>
  cartesian(title, figures, { mark: 'line', stacked: 'none', orientation: 'vertical' }, options, context)
