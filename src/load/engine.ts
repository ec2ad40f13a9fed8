import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { quoteString } from '../warehouse/clickhouse/quote.ts'

export type LoadingTarget =
  | { readonly kind: 'chdb'; readonly path: string }
  | { readonly kind: 'clickhouse'; readonly urls: readonly string[] }

/** Rows of a file, as one of the engine's formats. */
export interface FileRows {
  /** An absolute path, which the engine would read as a pattern where it holds `*`, `?` or `{`. */
  readonly file: string
  readonly format: string
  /** The columns of the file. */
  readonly structure: string
  /** The table's columns, in its order, out of the file's. */
  readonly select: string
}

/**
 * What loading needs of an engine. Its statements are made of constants and of names that whoever sits at the command line
 * gave, quoted; no request comes near them.
 */
export interface LoadingEngine {
  run(statement: string): Promise<void>
  /** The answer's lines. Runs beside an insert. */
  lines(statement: string): Promise<readonly string[]>
  insert(into: string, rows: FileRows): Promise<void>
  close(): Promise<void>
}

export function openLoadingEngine(target: LoadingTarget): Promise<LoadingEngine> {
  return target.kind === 'chdb' ? openChdb(target.path) : Promise.resolve(openServer(target.urls[0] ?? ''))
}

/** chDB reads the file by itself. */
async function openChdb(path: string): Promise<LoadingEngine> {
  const { ChdbConnection } = await import('chdb/connection')
  const writer = new ChdbConnection({ path })
  // A connection of chDB runs one statement at a time.
  const reader = new ChdbConnection({ path })
  const run = async (query: string) => {
    await finished(await writer.exec({ query }))
  }
  for (const connection of [writer, reader]) await finished(await connection.exec({ query: roomForColumns }))
  return {
    run,
    lines: async (query) => linesOf(await finished(await reader.exec({ query }))),
    insert: (into, { file, format, structure, select }) =>
      run(
        `INSERT INTO ${into} SELECT ${select} FROM file(${quoteString(file)}, ${format}, ${quoteString(structure)})`,
      ),
    close: async () => {
      await Promise.all([writer.close(), reader.close()])
    },
  }
}

/** A column takes 2 kB of the statement that looks at a file, which would leave room for a hundred. */
const roomForColumns =
  'SET max_query_size = 67108864, max_ast_elements = 5000000, max_expanded_ast_elements = 5000000'

/** A server gets the file as it is, and parses it itself. */
function openServer(url: string): LoadingEngine {
  const log = { level: ClickHouseLogLevel.OFF }
  const client = createClient({ url, request_timeout: 600_000, log })
  return {
    run: async (query) => {
      await client.command({ query })
    },
    lines: async (query) => linesOf(await finished(await client.exec({ query }))),
    insert: async (into, { file, format, structure, select }) => {
      const query = `INSERT INTO ${into} SELECT ${select} FROM input(${quoteString(structure)}) FORMAT ${format}`
      await finished(await client.exec({ query, values: createReadStream(file) }))
    },
    close: () => client.close(),
  }
}

function finished({ stream }: { readonly stream: Readable }): Promise<string> {
  return text(stream)
}

function linesOf(answer: string): readonly string[] {
  return answer.split('\n').filter((line) => line !== '')
}
