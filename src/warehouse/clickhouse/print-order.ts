import type { Order } from '../select.ts'
import { quoteIdentifier } from './quote.ts'

export function printOrder({ output, descending }: Order): string {
  return `${quoteIdentifier(output)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`
}
