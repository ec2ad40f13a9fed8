import type { Cell } from '../warehouse/warehouse.ts'
import type { Sheet, SheetColumn } from './sheet.ts'

/** Without it Excel reads UTF-8 as whatever its system's old code page is. */
const byteOrderMark = '\uFEFF'

/**
 * What a spreadsheet could take for a formula, behind blanks as well, and in the wide and small forms that some of them
 * fold into the ordinary ones.
 */
const formula = /^\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]/u

/**
 * The same behind blanks, quotes and what a spreadsheet could take for the end of a field: in much of Europe that is a
 * semicolon. A run of them is looked at once, from its beginning, so that a long one costs no more than its length.
 */
const laterFormula = /(?<![;|"\s])([;|"\s]+)([=+\-@＝＋－＠﹦﹢﹣﹫])/gu

const fieldEnd = /[;\t|\r\n]/

/** RFC 4180 in UTF-8: titles in the first line, every number by all of its digits with a point, instants in UTC. */
export async function* writeCsv({ columns, rows }: Sheet): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${byteOrderMark}${line(columns.map(({ title }) => text(title)))}`)
  const printers = columns.map(printerOf)
  for await (const batch of rows) {
    let lines = ''
    for (const row of batch) lines += line(printers.map((print, index) => print(row[index] ?? null)))
    yield Buffer.from(lines)
  }
}

function line(fields: readonly string[]): string {
  // A lone empty field would be an empty line, which readers leave out.
  return fields.length === 1 && fields[0] === '' ? '""\r\n' : `${fields.join(',')}\r\n`
}

function printerOf({ type }: SheetColumn): (cell: Cell) => string {
  if (type.kind === 'text') return (cell) => (cell === null ? '' : text(String(cell)))
  return (cell) => (cell === null ? '' : String(cell))
}

/**
 * Text that could be a formula begins with an apostrophe, wherever in it that could be. An empty text stands in quotes and a null is empty, so that a
 * reader can tell them apart.
 */
function text(value: string): string {
  const within = value.replace(laterFormula, (whole, before: string, sign: string) =>
    fieldEnd.test(before) ? `${before}'${sign}` : whole,
  )
  const harmless = formula.test(value) ? `'${within}` : within
  return harmless === '' || /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
