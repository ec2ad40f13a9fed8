import { inflateRawSync } from 'node:zlib'

export type WorkbookCell =
  | { readonly text: string }
  | { readonly number: number; readonly format?: string }
  | { readonly truth: boolean }
  | null

export interface Workbook {
  readonly cells: readonly (readonly WorkbookCell[])[]
  readonly formats: readonly string[]
}

/** The one sheet of a workbook. Throws where a cell is anything else than text, a number or a truth, such as a formula. */
export function readWorkbook(bytes: Buffer): Workbook {
  const parts = unzip(bytes)
  const part = (name: string) => {
    const found = parts.get(name)
    if (found === undefined) throw new Error(`The workbook has no ${name}.`)
    return found.toString('utf8')
  }
  const formats = [...part('xl/styles.xml').matchAll(/formatCode="([^"]*)"/g)].map(([, code = '']) =>
    unescaped(code),
  )
  const sheet = part('xl/worksheets/sheet1.xml')
  const rows = [...sheet.matchAll(/<row>(.*?)<\/row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<c\/>|<c .*?<\/c>/gs)].map(([cell]) => parseCell(cell, formats)),
  )
  return { cells: rows, formats }
}

function parseCell(cell: string, formats: readonly string[]): WorkbookCell {
  if (cell === '<c/>') return null
  const text = /^<c t="inlineStr"><is><t xml:space="preserve">(.*)<\/t><\/is><\/c>$/s.exec(cell)?.[1]
  if (text !== undefined) return { text: unescaped(text) }
  const truth = /^<c t="b"><v>([01])<\/v><\/c>$/.exec(cell)?.[1]
  if (truth !== undefined) return { truth: truth === '1' }
  const [, style = '', number] = /^<c s="(\d+)"><v>([^<]*)<\/v><\/c>$/.exec(cell) ?? []
  if (number === undefined) throw new Error(`Not a cell: ${cell}`)
  const format = formats[Number(style) - 1] ?? 'General'
  return { number: Number(number), ...(format !== 'General' && { format }) }
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** By the directory at the end, which a file that was cut off lacks. */
function unzip(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw new Error('The zip has no directory.')
  const parts = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const method = bytes.readUInt16LE(at + 10)
    const length = bytes.readUInt32LE(at + 20)
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const local = bytes.readUInt32LE(at + 42)
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(begin, begin + length)
    const path = bytes.toString('utf8', at + 46, at + 46 + (name ?? 0))
    parts.set(path, method === 0 ? packed : inflateRawSync(packed))
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return parts
}
