import type { Drawn } from './drawn.ts'
import type { Point } from './point.ts'

export interface TableChart extends Drawn {
  readonly view: 'table'
  /** Above the columns, where a pivot made them: rows of heads over several columns. */
  readonly groups: readonly (readonly TableHead[])[]
  readonly columns: readonly TableHead[]
  readonly rows: readonly (readonly TableCell[])[]
  readonly totals: readonly TableCell[] | null
  /** Where there are more rows than are shown. */
  readonly note: string | null
}

export interface TableHead {
  readonly text: string
  readonly align: 'start' | 'end'
  /** How many columns it stands over. */
  readonly span: number
  /** Whether its cells name their row. */
  readonly isKey: boolean
}

export interface TableCell {
  readonly text: string
  readonly align: 'start' | 'end'
  readonly isKey: boolean
  /** From 0 to 1, for a bar behind the text; null without one. */
  readonly bar: number | null
  readonly at: Point | null
}
