import type { Expression, Order, Select } from '../select.ts'
import { quoteIdentifier } from './quote.ts'

/** By an output of the select or of one below it. This engine orders UUIDs by their second half, and all others by their text. */
export function printOrder({ output, descending }: Order, select: Select): string {
  const name = quoteIdentifier(output)
  const key = isUuid(select, output) ? `toString(${name})` : name
  return `${key} ${descending ? 'DESC' : 'ASC'} NULLS LAST`
}

function isUuid(select: Select, name: string): boolean {
  const own = select.outputs.find((output) => output.name === name)
  return own === undefined ? isUuidBelow(select, name) : holdsUuid(own.expression, select)
}

function isUuidBelow({ from }: Select, name: string): boolean {
  return 'select' in from && isUuid(from.select, name)
}

function holdsUuid(expression: Expression, select: Select): boolean {
  switch (expression.kind) {
    case 'column':
      return expression.column.type.kind === 'uuid'
    case 'raw':
    case 'column_if':
      return expression.of.column.type.kind === 'uuid'
    case 'output':
      return isUuidBelow(select, expression.name)
    case 'any_of':
      return isUuidBelow(select, expression.of.name)
    default:
      return false
  }
}
