import type { ColumnReference } from '../select.ts'
import { quoteIdentifier } from './quote.ts'

/** Short names for the columns of one statement: `flights.delay` of a model can be longer than PostgreSQL's names. */
export function createNames(): (reference: ColumnReference) => string {
  const names = new Map<string, string>()
  return ({ alias, column }) => {
    const key = JSON.stringify([alias, column.name])
    const name = names.get(key) ?? quoteIdentifier(`c${names.size}`)
    names.set(key, name)
    return name
  }
}
