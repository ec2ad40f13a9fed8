import type { Cell } from '../warehouse/warehouse.ts'
import type { Sheet, SheetColumn } from './sheet.ts'

/**
 * An object for each row, by the columns' names. Numbers are numbers with all of their digits, more than a double
 * holds included: JSON bounds none, and a column stays of one type.
 */
export async function* writeJsonLines({ columns, rows }: Sheet): AsyncGenerator<Uint8Array> {
  const printers = columns.map((column) => memberOf(column))
  for await (const batch of rows) {
    let lines = ''
    for (const row of batch) {
      lines += `{${printers.map((print, index) => print(row[index] ?? null)).join(',')}}\n`
    }
    yield Buffer.from(lines)
  }
}

function memberOf({ name, type }: SheetColumn): (cell: Cell) => string {
  const key = JSON.stringify(name)
  const isNumber = type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'number'
  return (cell) => `${key}:${isNumber && cell !== null ? String(cell) : JSON.stringify(cell)}`
}
