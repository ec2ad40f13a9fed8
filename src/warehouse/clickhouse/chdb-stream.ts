import { setTimeout as delay } from 'node:timers/promises'
import { parseError } from '@clickhouse/client'
import type { Logger } from '../../log.ts'
import { unlessAborted } from '../bounds.ts'
import { createPool } from '../pool.ts'
import type { Parameter } from '../statement.ts'
import { createKiller } from './chdb-kill.ts'
import { type OpenConnection, openSession, type Session } from './chdb-session.ts'
import { failureOf } from './failure.ts'
import { namedParameters, withParameters } from './parameters.ts'

export interface ChdbStreams {
  stream(text: string, parameters: readonly Parameter[], signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Waits until what was aborted has ended. */
  close(): Promise<void>
}

type Chunks = ReturnType<Session['connection']['chdb']['queryStream']>
type Fetched = Awaited<ReturnType<AsyncIterator<{ raw(): Uint8Array }>['next']>>

const waitingMax = 100
/** After this long a computation that was killed and does not end is left to itself. */
const giveUpMs = 10_000

/**
 * Streams of rows, each on a connection of its own that is closed with it, so that whoever takes rows slowly keeps none
 * from the queries. The engine computes a chunk when it is asked for one: a slow client costs neither time nor memory,
 * and only while a chunk is computed is there something to kill.
 * @param streamsMax how many there may be at a time; others wait
 */
export function createChdbStreams(
  open: OpenConnection,
  { streamsMax, log }: { readonly streamsMax: number; readonly log: Logger },
): ChdbStreams {
  const killer = createKiller(open, giveUpMs, log)
  const places = createPool(
    Array.from({ length: streamsMax }, (_, place) => place),
    waitingMax,
  )
  const running = new Set<Promise<void>>()

  async function* stream(text: string, parameters: readonly Parameter[], signal: AbortSignal) {
    const place = await places.acquire(signal)
    let over = () => {}
    const ended = new Promise<void>((resolve) => {
      over = resolve
    }).finally(() => running.delete(ended))
    running.add(ended)
    try {
      yield* rowsOf(text, parameters, signal)
    } finally {
      places.release(place)
      over()
    }
  }

  async function* rowsOf(text: string, parameters: readonly Parameter[], signal: AbortSignal) {
    const session = await openSession(open)
    try {
      const bound = namedParameters(parameters)
      // Alone and ahead: a stream is of one statement.
      if (parameters.length > 0) await session.connection.exec({ query: withParameters('', bound, []) })
      const chunks = session.connection.chdb.queryStream(text, { format: 'JSONCompactEachRow' })
      try {
        yield* fetchAll(session, chunks, signal)
      } finally {
        chunks.cancel()
      }
    } catch (error) {
      signal.throwIfAborted()
      throw engineError(error)
    } finally {
      await closeSession(session)
    }
  }

  async function* fetchAll(session: Session, chunks: Chunks, signal: AbortSignal) {
    const iterator = chunks[Symbol.asyncIterator]()
    while (true) {
      signal.throwIfAborted()
      const fetching = iterator.next()
      const fetched = await fetchedOr(session, fetching, signal)
      if (fetched.done === true) return
      yield fetched.value.raw()
    }
  }

  /** What is being computed when the signal aborts is killed, because the connection cannot be closed before it ends. */
  async function fetchedOr(
    session: Session,
    fetching: Promise<Fetched>,
    signal: AbortSignal,
  ): Promise<Fetched> {
    try {
      return await unlessAborted(fetching, signal)
    } catch (error) {
      if (signal.aborted) {
        const settled = fetching.catch(() => undefined)
        if (!(await killer.end(session, settled))) log.error('a stream of chDB does not end')
      }
      throw error
    }
  }

  async function closeSession({ connection }: Session): Promise<void> {
    try {
      await connection.close()
    } catch (error) {
      log.warn({ err: failureOf(error) }, 'a stream of chDB could not be closed')
    }
  }

  async function close(): Promise<void> {
    places.close()
    await Promise.race([Promise.all(running), delay(giveUpMs, undefined, { ref: false })])
    await killer.close()
  }

  return Object.freeze({ stream, close })
}

/** Streams reject with errors of another class than queries; the engine's words are the same. */
function engineError(error: unknown): unknown {
  return error instanceof Error && /^Code: \d+\. DB::Exception/.test(error.message)
    ? parseError(error.message)
    : error
}
