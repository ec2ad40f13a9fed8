import type { Order } from '../select.ts'

export function printOrder({ output, descending }: Order, nameOf: (output: string) => string): string {
  return `${nameOf(output)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`
}
