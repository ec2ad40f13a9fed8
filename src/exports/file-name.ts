import type { ExportFormat } from '../graphql/export-request.ts'

export interface FileKind {
  readonly extension: string
  readonly contentType: string
}

export const fileKinds: Readonly<Record<ExportFormat, FileKind>> = Object.freeze({
  CSV: { extension: 'csv', contentType: 'text/csv; charset=utf-8; header=present' },
  JSON_LINES: { extension: 'jsonl', contentType: 'application/x-ndjson; charset=utf-8' },
  PARQUET: { extension: 'parquet', contentType: 'application/vnd.apache.parquet' },
  XLSX: {
    extension: 'xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  SVG: { extension: 'svg', contentType: 'image/svg+xml' },
})

const lengthMax = 120

/**
 * A name that every system takes, and that shows where it ends: no control or direction characters, none that means
 * something in a path, no device of Windows, and the extension of the format whatever was asked for.
 */
export function safeFileName(wanted: string, format: ExportFormat): string {
  const { extension } = fileKinds[format]
  const plain = wanted
    .normalize('NFC')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replace(/[<>:"/\\|?*]/g, ' ')
    .replace(/\s+/g, ' ')
  const stem = withoutExtension(plain.trim(), extension)
  const short = [...stem.replace(/^[. ]+/, '')]
    .slice(0, lengthMax)
    .join('')
    .replace(/[. ]+$/, '')
  const named = short === '' ? 'export' : short
  const isDevice = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i.test(named)
  return `${isDevice ? '_' : ''}${named}.${extension}`
}

function withoutExtension(name: string, extension: string): string {
  return name.toLowerCase().endsWith(`.${extension}`) ? name.slice(0, -extension.length - 1) : name
}

/** RFC 6266: the name in ASCII for whoever knows no better, and the name itself. */
export function contentDisposition(fileName: string): string {
  const ascii = fileName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
