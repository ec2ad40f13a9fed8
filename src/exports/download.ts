import type { ExportFormat } from '../graphql/export-request.ts'
import { writeCsv } from './csv.ts'
import { fileKinds } from './file-name.ts'
import { writeJsonLines } from './json-lines.ts'
import type { KeptExport } from './links.ts'
import { writeParquet } from './parquet.ts'
import { type Exporter, prepareExport } from './prepare.ts'
import type { Sheet, WriteSheet } from './sheet.ts'
import { type AskTyped, drawSvg } from './svg.ts'
import { writeXlsx } from './xlsx.ts'

export interface Download {
  readonly fileName: string
  readonly contentType: string
  /** Throws wherever the file cannot be finished. */
  readonly bytes: AsyncIterable<Uint8Array>
}

const writers: Readonly<Record<Exclude<ExportFormat, 'SVG'>, WriteSheet>> = Object.freeze({
  CSV: writeCsv,
  JSON_LINES: writeJsonLines,
  PARQUET: writeParquet,
  XLSX: writeXlsx,
})

/**
 * Asks, as the guest may now, and has the first rows when it returns: what fails by then has an answer of its own.
 * @param ask as the same guest
 * @throws what the question is refused with, and failures of the warehouse
 */
export async function openDownload(
  exporter: Exporter,
  { input, fileName }: KeptExport,
  signal: AbortSignal,
  ask: AskTyped,
): Promise<Download> {
  const { sheet } = await prepareExport(exporter, input)
  const { format } = input
  const { contentType } = fileKinds[format]
  if (format === 'SVG') {
    const picture = await drawSvg(input, ask)
    return { fileName, contentType, bytes: oneChunk(picture) }
  }
  const begun = await withFirstRows(await sheet(signal))
  return { fileName, contentType, bytes: writers[format](begun) }
}

async function* oneChunk(text: string): Download['bytes'] {
  yield Buffer.from(text, 'utf8')
}

async function withFirstRows(sheet: Sheet): Promise<Sheet> {
  const iterator = sheet.rows[Symbol.asyncIterator]()
  const first = await iterator.next()

  async function* rows(): Sheet['rows'] {
    try {
      if (first.done !== true) yield first.value
      for (let next = first; next.done !== true; ) {
        next = await iterator.next()
        if (next.done !== true) yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }

  return { ...sheet, rows: rows() }
}
