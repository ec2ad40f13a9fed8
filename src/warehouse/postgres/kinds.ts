import type { ColumnType } from '../../catalogue/column.ts'
import { exactnessOf } from '../exactness.ts'
import type { Expression, Select } from '../select.ts'

/** What an expression is in PostgreSQL. `integer`: of at most 64 bits; `internal`: for a select above alone. */
export type Kind =
  | 'text'
  | 'uuid'
  | 'boolean'
  | 'integer'
  | 'numeric'
  | 'float'
  | 'date'
  | 'instant'
  | 'internal'

export function kindOfType(type: ColumnType): Kind {
  switch (type.kind) {
    case 'string':
      return 'text'
    case 'integer':
      return type.bits < 64 || (type.bits === 64 && type.signed) ? 'integer' : 'numeric'
    case 'decimal':
      return 'numeric'
    default:
      return type.kind
  }
}

type Reading = Pick<Select, 'from'> | null

/** @param select whose output it is, or would be; null where nothing is below */
export function kindOf(expression: Expression, select: Reading): Kind {
  switch (expression.kind) {
    case 'column':
      return expression.asTruth === true ? 'boolean' : kindOfType(expression.column.type)
    case 'column_if':
    case 'raw':
    case 'merged':
    case 'any_of':
      return kindOf(expression.of, select)
    case 'output':
      return kindBelow(expression.name, select)
    case 'aggregate':
      return kindOfAggregate(
        expression.function,
        expression.of === null ? null : kindOf(expression.of, select),
      )
    case 'value_at_end':
      return kindOf(expression.of, select) === 'float' ? 'float' : 'numeric'
    case 'number':
      return Number.isSafeInteger(expression.value) ? 'integer' : 'float'
    case 'arithmetic':
      return exactnessOf(expression) === null ? 'float' : 'numeric'
    case 'ratio':
      return 'float'
    case 'bin':
      return expression.bins.kind === 'edges' ? 'float' : 'numeric'
    case 'test':
    case 'among':
    case 'is_subtotal':
      return 'boolean'
    case 'state':
    case 'buckets_since':
      return 'internal'
    case 'place':
    case 'bucket':
    case 'time_end':
    case 'funnel_level':
    case 'first_bucket':
    case 'period':
    case 'row_count':
      return 'integer'
  }
}

/** Of an output of the select whose rows are read. */
function kindBelow(name: string, select: Reading): Kind {
  const below = select !== null && 'select' in select.from ? select.from.select : null
  const output = below?.outputs.find((each) => each.name === name)
  if (below === null || output === undefined) throw new Error(`Nothing below is called ${name}.`)
  return kindOf(output.expression, below)
}

function kindOfAggregate(name: string, of: Kind | null): Kind {
  switch (name) {
    case 'count':
    case 'count_distinct':
    case 'count_distinct_approximate':
      return 'integer'
    case 'sum':
      return of === 'float' ? 'float' : 'numeric'
    case 'min':
    case 'max':
      return of ?? 'numeric'
    default:
      return 'float'
  }
}
