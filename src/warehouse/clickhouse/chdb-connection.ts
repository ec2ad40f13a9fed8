import type { ClickHouseClientConfigOptions } from '@clickhouse/client'
import type { Logger } from '../../log.ts'
import { unlessAborted } from '../bounds.ts'
import { createPool } from '../pool.ts'
import { createKiller } from './chdb-kill.ts'
import { type OpenConnection, openSession, resetSession, type Session } from './chdb-session.ts'
import { failureOf } from './failure.ts'
import { withParameters } from './parameters.ts'

/** What the ordinary client takes in place of its HTTP connection. */
export type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>
type ExecOptions = Parameters<Connection['exec']>[0]
type ExecResult = Awaited<ReturnType<Connection['exec']>>

export interface ChdbPoolOptions {
  readonly open: OpenConnection
  readonly connections: number
  readonly log: Logger
  /** After this long an aborted query that doesn't end takes its connection out of the pool. */
  readonly giveUpMs?: number
}

const waitingMax = 1_000

/**
 * A pool of chDB's connections, each of which runs one query at a time, as one connection of the client. An aborted
 * query would go on in the engine and block its connection (19.7 s seen), so it is killed, and its connection is
 * handed out again only when the query and the kill are both over: a kill never hits another request's query.
 */
export async function openChdbPool(options: ChdbPoolOptions): Promise<Connection> {
  const { open, connections, log, giveUpMs = 10_000 } = options
  const killer = createKiller(open, giveUpMs, log)
  const sessions = new Set(await Promise.all(Array.from({ length: connections }, () => openSession(open))))
  const pool = createPool([...sessions], waitingMax)
  /** Queries that someone waits for, or that are being ended. */
  const unsettled = new Set<Promise<void>>()

  async function exec(options: ExecOptions): Promise<ExecResult> {
    refuseSettings(options)
    const {
      query,
      query_params: parameters = {},
      abort_signal: signal = new AbortController().signal,
    } = options
    const session = await pool.acquire(signal)
    if (signal.aborted) {
      pool.release(session)
      throw signal.reason
    }
    const answer = start(session, query, parameters)
    const returned = giveBack(session, answer, signal).finally(() => unsettled.delete(returned))
    unsettled.add(returned)
    return unlessAborted(answer, signal)
  }

  async function start(
    session: Session,
    query: string,
    parameters: Record<string, unknown>,
  ): Promise<ExecResult> {
    const stale = [...session.parameters].filter((name) => !(name in parameters))
    const text = withParameters(query, parameters, stale)
    for (const name of Object.keys(parameters)) session.parameters.add(name)
    // Without the signal: with it the promise would settle long before the engine is done with the connection.
    const answer = await session.connection.exec({ query: text })
    for (const name of stale) session.parameters.delete(name)
    return answer
  }

  async function giveBack(session: Session, answer: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const settled = answer.then(
      () => 'answered' as const,
      () => 'failed' as const,
    )
    const outcome = await unlessAborted(settled, signal).catch(() => 'aborted' as const)
    try {
      if (outcome === 'aborted' && !(await killer.end(session, settled)))
        return await replace(session, settled)
      if (outcome !== 'answered') await resetSession(session)
      pool.release(session)
    } catch (error) {
      log.error({ err: failureOf(error) }, 'a connection of chDB was lost')
    }
  }

  async function replace(lost: Session, settled: Promise<unknown>): Promise<void> {
    log.error('a connection of chDB does not end its query and is replaced')
    sessions.delete(lost)
    settled
      .then(() => lost.connection.close())
      .catch((error) => log.warn({ err: failureOf(error) }, 'a lost connection of chDB could not be closed'))
    const session = await openSession(open)
    sessions.add(session)
    pool.release(session)
  }

  async function close(): Promise<void> {
    pool.close()
    await Promise.all(unsettled)
    await killer.close()
    await Promise.all([...sessions].map((session) => session.connection.close()))
  }

  return {
    exec,
    query: exec,
    close,
    command: async (options) => {
      const { stream, ...result } = await exec(options)
      stream.destroy()
      return result
    },
    ping: async ({ abort_signal: signal }) => {
      try {
        await exec({ query: 'SELECT 1', ...(signal && { abort_signal: signal }) })
        return { success: true }
      } catch (error) {
        return { success: false, error: error instanceof Error ? error : new Error(String(error)) }
      }
    },
    insert: () => Promise.reject(new Error('A warehouse is only read.')),
  }
}

/** Settings that are given beside a statement stick to the connection, and a backslash in one escapes into SQL. */
function refuseSettings({ clickhouse_settings: settings = {} }: ExecOptions): void {
  if (Object.keys(settings).length > 0) throw new Error('Settings for chDB stand in the statement itself.')
}
