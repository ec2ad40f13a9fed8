import { PassThrough, Readable } from 'node:stream'
import yazl from 'yazl'
import { TesseraError } from '../errors.ts'
import type { Sheet, SheetColumn } from './sheet.ts'
import { cellPrinter, numberFormatOf, textCell } from './xlsx-cells.ts'

/** With the line of titles; Excel has no more. */
export const xlsxRowsMax = 1_048_575

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/**
 * A workbook of one sheet, written as its rows come: what stands in memory is a batch of them. The parts are kept in a
 * zip whose directory comes last, so that a file that was cut off does not open.
 */
export async function* writeXlsx(sheet: Sheet): AsyncGenerator<Uint8Array> {
  const zip = new yazl.ZipFile()
  const out = new PassThrough()
  const worksheet = Readable.from(worksheetOf(sheet), { objectMode: false })
  const fail = (error: Error) => out.destroy(error)
  worksheet.on('error', fail)
  zip.on('error', fail)
  zip.outputStream.on('error', fail)
  for (const [path, text] of fixedParts(sheet)) zip.addBuffer(Buffer.from(declaration + text), path)
  zip.addReadStream(worksheet, 'xl/worksheets/sheet1.xml')
  zip.end()
  zip.outputStream.pipe(out)
  try {
    yield* out
  } finally {
    worksheet.destroy()
  }
}

async function* worksheetOf({ columns, rows, zone }: Sheet): AsyncGenerator<Uint8Array> {
  const titles = columns.map((column) => textCell(titleOf(column, zone.name)))
  const first = '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
  yield Buffer.from(
    `${declaration}<worksheet ${main}><sheetViews>${first}</sheetViews><sheetData><row>${titles.join('')}</row>`,
  )
  const printers = columns.map((column, index) => cellPrinter(column, index + 1, zone))
  let written = 0
  for await (const batch of rows) {
    written += batch.length
    if (written > xlsxRowsMax) throw new TesseraError('QUERY_TOO_LARGE')
    let text = ''
    for (const row of batch) {
      text += `<row>${printers.map((print, index) => print(row[index] ?? null)).join('')}</row>`
    }
    yield Buffer.from(text)
  }
  yield Buffer.from('</sheetData></worksheet>')
}

/** Cells know no zones, so that a column of instants says whose clock it shows. */
function titleOf({ title, type }: SheetColumn, zone: string): string {
  return type.kind === 'instant' ? `${title} (${zone})` : title
}

function fixedParts({ columns }: Sheet): readonly (readonly [string, string])[] {
  return [
    [
      '[Content_Types].xml',
      `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
    ],
    ['_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']])],
    [
      'xl/workbook.xml',
      `<workbook ${main} xmlns:r="${office}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relationships([
        ['worksheet', 'worksheets/sheet1.xml'],
        ['styles', 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', stylesOf(columns)],
  ]
}

function relationships(targets: readonly (readonly [string, string])[]): string {
  const entries = targets.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${office}/${type}" Target="${target}"/>`,
  )
  return `<Relationships xmlns="${packages}/relationships">${entries.join('')}</Relationships>`
}

/** A style for each column, after the general one. */
function stylesOf(columns: readonly SheetColumn[]): string {
  const codes = columns.map(numberFormatOf)
  // The ids of formats of one's own start at 164.
  const formats = codes.map(
    (code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${attribute(code || 'General')}"/>`,
  )
  const styles = codes.map(
    (_, index) =>
      `<xf numFmtId="${164 + index}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  )
  return `<styleSheet ${main}><numFmts count="${formats.length}">${formats.join('')}</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${styles.length + 1}"><xf xfId="0"/>${styles.join('')}</cellXfs></styleSheet>`
}

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
