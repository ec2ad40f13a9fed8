import { randomUUID } from 'node:crypto'
import type { ChdbConnection } from 'chdb/connection'

/** Opens one more connection to the data folder that the process has bound. */
export type OpenConnection = () => ChdbConnection

/** A pooled connection of chDB and what is known about it. */
export interface Session {
  readonly connection: ChdbConnection
  /** Stands in the settings of each of its queries, so that another connection can end them by it. */
  readonly tag: string
  /** The parameters that were set here; they stick until they are overwritten. */
  readonly parameters: Set<string>
}

/** Parameters stand in the text, four characters for each of their bytes; the default of 256 kB is soon reached. */
const queryBytesMax = 64 * 2 ** 20

export async function openSession(open: OpenConnection): Promise<Session> {
  const session = { connection: open(), tag: `tessera-${randomUUID()}`, parameters: new Set<string>() }
  await resetSession(session)
  return session
}

/**
 * What every statement of the session runs with. A query that failed or was killed stays among the engine's
 * processes, with its memory, until its connection runs something else: this, in 0.7 ms.
 */
export async function resetSession({ connection, tag }: Session): Promise<void> {
  await connection.exec({ query: `SET log_comment = '${tag}', max_query_size = ${queryBytesMax}` })
}
