import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createClient } from '@clickhouse/client'
import type { DemoTable } from './tables.ts'

export type DemoTarget =
  | { readonly kind: 'chdb'; readonly path: string }
  | { readonly kind: 'clickhouse'; readonly url: string }

/** What loading needs of an engine. Its statements are constants of this folder; no request comes near them. */
export interface LoadingEngine {
  run(statement: string): Promise<void>
  /** The answer's lines. Runs beside an insert. */
  lines(statement: string): Promise<readonly string[]>
  insert(into: string, table: DemoTable): Promise<void>
  close(): Promise<void>
}

export function openLoadingEngine(target: DemoTarget): Promise<LoadingEngine> {
  return target.kind === 'chdb' ? openChdb(target.path) : Promise.resolve(openServer(target.url))
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
  return {
    run,
    lines: async (query) => linesOf(await finished(await reader.exec({ query }))),
    insert: (into, { file, format, structure, select }) =>
      run(
        `INSERT INTO ${into} SELECT ${select} FROM file(${literal(file)}, ${format}, ${literal(structure)})`,
      ),
    close: async () => {
      await Promise.all([writer.close(), reader.close()])
    },
  }
}

/** A server gets the file as it is, and parses it itself. */
function openServer(url: string): LoadingEngine {
  const client = createClient({ url, request_timeout: 600_000 })
  return {
    run: async (query) => {
      await client.command({ query })
    },
    lines: async (query) => linesOf(await finished(await client.exec({ query }))),
    insert: async (into, { file, format, structure, select }) => {
      const query = `INSERT INTO ${into} SELECT ${select} FROM input(${literal(structure)}) FORMAT ${format}`
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

function literal(value: string): string {
  return `'${value.replaceAll(/['\\]/g, '\\$&')}'`
}
