import type { FigureSeries } from '../figures.ts'

export interface CartesianWish {
  readonly mark: 'line' | 'area' | 'bar'
  readonly stacked: 'none' | 'values' | 'shares'
  /** null is what can be read best. */
  readonly orientation: 'vertical' | 'horizontal' | null
}

/** A series as it is drawn. */
export interface Drawing {
  readonly series: FigureSeries
  readonly color: string
  /** Among all series, those that are switched off included. */
  readonly index: number
  /** What is drawn: the values, or their shares of a stack. */
  readonly values: readonly (number | null)[]
  readonly axis: number
  readonly isStacked: boolean
  readonly mark: CartesianWish['mark']
  readonly isHorizontal: boolean
  /** Written at the marks; null where they are not. */
  readonly labels: readonly string[] | null
}
