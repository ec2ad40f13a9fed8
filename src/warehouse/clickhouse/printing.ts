import type { ColumnReference, Order, Select } from '../select.ts'
import type { ParameterType } from '../statement.ts'

/** What printing a part of a select needs of the whole. */
export interface Printing {
  readonly bind: (type: ParameterType, value: string) => string
  readonly nullable: (reference: ColumnReference) => boolean
  readonly order: (order: Order) => string
  readonly select: (select: Select) => string
}
