import type { ColumnReference, Expression, Operand, Select } from '../select.ts'
import type { ParameterType } from '../statement.ts'
import type { Kind } from './kinds.ts'

/** What printing a part of a select needs of the whole. */
export interface Printing {
  /** The placeholder of a value, cast to the type that it has in PostgreSQL. */
  readonly bind: (type: ParameterType | 'instant', value: string) => string
  /** The short name under which a view has a column. */
  readonly column: (reference: ColumnReference) => string
  /** The name of an output, of this select or of the one below. */
  readonly output: (name: string) => string
  readonly kindOf: (of: Expression | Operand) => Kind
  /** Whether it may be null, or hold what is read as null. */
  readonly nullable: (reference: ColumnReference) => boolean
  /** Whether the time of this name is one, in all rows at hand. */
  readonly isKnown: (column: string) => boolean
  /** The rows of a select that stands by itself. */
  readonly select: (select: Select) => string
}
