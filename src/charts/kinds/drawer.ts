import type { Chart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import type { ChartOptions } from '../options.ts'

export interface Drawing<Answer> {
  readonly title: string
  readonly answer: Answer
  readonly options: ChartOptions
  readonly context: ChartContext
}

export type Drawer<Answer> = (drawing: Drawing<Answer>) => Chart

/** Null where these figures can't be drawn so; they are then drawn in a way that fits. */
export type FiguresDrawer = (drawing: {
  readonly title: string
  readonly figures: Figures
  readonly options: ChartOptions
  readonly context: ChartContext
}) => Chart | null
