import { mkdtemp, open, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const fileFormats = ['csv', 'tsv', 'parquet', 'ndjson'] as const
export type FileFormat = (typeof fileFormats)[number]

export interface FileOptions {
  /** Undefined where the file's name says it. */
  readonly format?: FileFormat | undefined
  /** Between the fields of a CSV. */
  readonly delimiter?: string | undefined
}

/** A file that is to be loaded, under a path that the engine takes as it is. */
export interface LoadFile {
  /** As it was given, for messages. */
  readonly name: string
  readonly path: string
  readonly format: FileFormat
  readonly delimiter: string
  readonly compressed: boolean
  close(): Promise<void>
}

const extensions: ReadonlyMap<string, FileFormat> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['parquet', 'parquet'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
])

/**
 * The engine reads `*`, `?`, `{a,b}` and ` :: ` in a path as patterns and archives, so it gets a link of a plain name.
 * @throws Error that names the file
 */
export async function openFile(name: string, { format, delimiter }: FileOptions): Promise<LoadFile> {
  const path = resolve(name)
  const found = await stat(path).catch((cause: unknown) => {
    throw new Error(`${name}: cannot be read.`, { cause })
  })
  if (!found.isFile()) throw new Error(`${name}: expected a file.`)
  const [, extension = '', compression = ''] = /\.([a-z]+)(?:\.(gz|zst))?$/i.exec(name) ?? []
  const known = format ?? extensions.get(extension.toLowerCase())
  if (known === undefined) {
    throw new Error(
      `${name}: its name does not say what it holds. Expected --format ${fileFormats.join('|')}.`,
    )
  }
  if (known === 'parquet' && compression !== '') {
    throw new Error(`${name}: expected a Parquet file that is not compressed once more.`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'tessera-load-'))
  const link = join(folder, compression === '' ? 'rows' : `rows.${compression.toLowerCase()}`)
  await symlink(path, link)
  return Object.freeze({
    name,
    path: link,
    format: known,
    delimiter: known === 'tsv' ? '\t' : (delimiter ?? ','),
    compressed: compression !== '',
    close: () => rm(folder, { recursive: true, force: true }),
  })
}

/**
 * Whether the last field of a CSV begins with a quote that nothing closes. The engine takes all that follows for the field,
 * so that a file that was cut off, or a stray quote, would pass for a row.
 * @param length of the last row's last field, in bytes
 */
export async function endsInsideQuotes({ path }: LoadFile, length: number): Promise<boolean> {
  if (length === 0) return false
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(Math.min(size, length + 1))
    await handle.read(tail, 0, tail.length, size - tail.length)
    return tail[0] === quote && !tail.includes(quote, 1)
  } finally {
    await handle.close()
  }
}

const quote = 0x22
