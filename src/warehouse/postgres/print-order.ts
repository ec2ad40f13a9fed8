import type { Order } from '../select.ts'

/** @param isKnown where there is no null, the order that PostgreSQL has by default is that of an index read from its end */
export function printOrder(
  { output, descending }: Order,
  nameOf: (output: string) => string,
  isKnown = false,
): string {
  const direction = descending ? 'DESC' : 'ASC'
  return isKnown ? `${nameOf(output)} ${direction}` : `${nameOf(output)} ${direction} NULLS LAST`
}
