import { ChdbConnection } from 'chdb/connection'

/** What one HTTP request asks of the engine. */
export interface FrontQuery {
  readonly text: string
  readonly queryId: string
  readonly database: string | null
  readonly parameters: ReadonlyMap<string, string>
  readonly settings: ReadonlyMap<string, string>
}

export interface FrontAnswer {
  readonly body: Buffer
  readonly readRows: string
  readonly readBytes: string
}

/** Runs each query on a connection of its own, as a server runs each request in a context of its own. */
export function createFrontQueries(path: string) {
  const running = new Set<string>()

  async function run(query: FrontQuery): Promise<FrontAnswer> {
    const connection = new ChdbConnection({ path })
    running.add(query.queryId)
    try {
      await prepare(connection, query)
      const { stream, summary } = await connection.exec({ query: withTagForId(query.text) })
      return {
        body: Buffer.concat(await stream.toArray()),
        readRows: summary?.read_rows ?? '0',
        readBytes: summary?.read_bytes ?? '0',
      }
    } finally {
      running.delete(query.queryId)
      await connection.close()
    }
  }

  /** Ends whatever still runs, so that a test leaves nothing behind. */
  async function close(): Promise<void> {
    const control = new ChdbConnection({ path })
    for (let attempt = 0; running.size > 0 && attempt < 50; attempt++) {
      for (const id of running) {
        await control.exec({ query: `KILL QUERY WHERE Settings['log_comment'] = ${quoted(id)} ASYNC` })
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await control.close()
  }

  return { run, close }
}

/** chDB gives queries ids of its own, so the request's id goes where `KILL QUERY` finds it again. */
async function prepare(connection: ChdbConnection, query: FrontQuery): Promise<void> {
  const { queryId, database, parameters, settings } = query
  const assignments = [
    `log_comment = ${quoted(queryId)}`,
    'max_query_size = 67108864',
    ...[...settings].map(([name, value]) => `${plainName(name)} = ${quoted(value)}`),
  ]
  await connection.exec({ query: `SET ${assignments.join(', ')}` })
  for (const [name, value] of parameters) {
    await connection.exec({ query: `SET param_${plainName(name)} = ${quoted(value)}` })
  }
  if (database !== null) await connection.exec({ query: `USE ${plainName(database)}` })
}

function withTagForId(text: string): string {
  return /^\s*KILL\s+QUERY/i.test(text) ? text.replace(/\bquery_id\b/g, "Settings['log_comment']") : text
}

function quoted(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
  return `'${bytes.join('')}'`
}

function plainName(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`Not a plain name: ${name}`)
  return name
}
