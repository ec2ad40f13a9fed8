import { TesseraError } from '../../errors.ts'
import { type Bound, unlessAborted } from '../bounds.ts'
import type { Settings } from '../statement.ts'
import type { RowBatch } from '../warehouse.ts'
import type { Connections, Lease } from './connections.ts'
import { openCursor } from './cursor.ts'
import { setUpFailure } from './failure.ts'
import { isIdle, type Runner } from './run.ts'
import { begin, commit, enter, type Text } from './session.ts'

export interface StreamerOptions {
  readonly role: string | null
  readonly connections: Connections
  readonly runner: Pick<Runner, 'abandon'>
}

export type Streamer = (statement: Text, settings: Settings, bound: Bound) => AsyncGenerator<RowBatch>

/**
 * The rows of a statement by a cursor: the engine computes a batch when it is asked for one. Whenever the bound's end comes, also
 * while nobody takes, or nobody takes any more, the connection is closed, and with it the transaction.
 */
export function createStreamer({ role, connections, runner }: StreamerOptions): Streamer {
  /** A connection with a transaction; where one had died at rest, another. */
  async function begun(end: AbortSignal): Promise<Lease> {
    const lease = await connections.take(end)
    if (await begins(lease, end)) return lease
    const another = await connections.take(end)
    if (await begins(another, end)) return another
    throw new TesseraError('WAREHOUSE_UNAVAILABLE')
  }

  async function begins(lease: Lease, end: AbortSignal): Promise<boolean> {
    try {
      await unlessAborted(lease.client.query(begin.text), end)
      return true
    } catch {
      runner.abandon(lease, false)
      end.throwIfAborted()
      return false
    }
  }

  return async function* rows(statement, settings, { end, remainingMs }) {
    const lease = await begun(end)
    let isOver = false
    let atWork = true
    let left = statement.rowsMax ?? Number.POSITIVE_INFINITY
    const abandon = () => {
      if (!isOver) runner.abandon(lease, atWork)
      isOver = true
    }
    end.addEventListener('abort', abandon, { once: true })
    try {
      await unlessAborted(raiseWalls(lease, enter(role, remainingMs(), settings)), end)
      const cursor = openCursor(lease, statement)
      while (true) {
        atWork = true
        const batch = await unlessAborted(cursor.read(), end)
        atWork = false
        if (batch.length === 0) break
        left -= batch.length
        if (left < 0) throw new TesseraError('QUERY_TOO_LARGE')
        yield batch
        end.throwIfAborted()
      }
      await unlessAborted(lease.client.query(commit.text), end)
      if (isIdle(lease.client)) {
        isOver = true
        lease.giveBack(true)
      }
    } finally {
      end.removeEventListener('abort', abandon)
      abandon()
    }
  }
}

/** What follows is only sent once the walls stand. */
async function raiseWalls({ client }: Lease, walls: Text): Promise<void> {
  try {
    await client.query(walls.text, [...walls.values])
  } catch (error) {
    throw setUpFailure(error)
  }
}
