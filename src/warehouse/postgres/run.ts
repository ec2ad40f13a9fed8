import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import type { Logger } from '../../log.ts'
import { type Bound, unlessAborted } from '../bounds.ts'
import type { Settings } from '../statement.ts'
import type { Cell } from '../warehouse.ts'
import { type Batch, createBatch } from './batch.ts'
import { cancelStatement } from './cancel.ts'
import type { Connections, Lease } from './connections.ts'
import { failureOf } from './failure.ts'
import { enter, type Text } from './session.ts'
import type { Address } from './source.ts'

/** How transactions are run and, whatever happens, ended. */
export interface Runner {
  /** The columns of one text's answer. Rejects at once when the bound's end comes; the engine is told to end it as well. */
  run(statement: Text, settings: Settings, bound: Bound): Promise<readonly (readonly Cell[])[]>
  /** Ends what a connection works on, and closes it. */
  abandon(lease: Lease, atWork: boolean): void
  /** Waits until what was aborted has ended, or is given up. */
  close(): Promise<void>
}

export interface RunnerOptions {
  readonly address: Address
  readonly role: string | null
  readonly connections: Connections
  readonly log: Logger
}

/** After this long a transaction that was cancelled and does not end loses its connection. */
const giveUpMs = 5_000

export function createRunner({ address, role, connections, log }: RunnerOptions): Runner {
  const unsettled = new Set<Promise<void>>()

  async function run(statement: Text, settings: Settings, bound: Bound) {
    const { batch, answered } = await start(statement, settings, bound)
    try {
      return await answered
    } catch (error) {
      const isStale = !bound.end.aborted && !batch.wasHeard() && !batch.isAtWork() && isUnavailable(error)
      if (!isStale) throw error
    }
    // The connection had died at rest, by a restart or whatever stands between. A read may be asked again.
    const again = await start(statement, settings, bound)
    return await again.answered
  }

  async function start(statement: Text, settings: Settings, { end: signal, remainingMs }: Bound) {
    const lease = await connections.take(signal)
    const batch = startBatch(lease, () => createBatch(enter(role, remainingMs(), settings), statement))
    const answered = unlessAborted(batch.columns, signal)
    void answered.then(
      () => lease.giveBack(isIdle(lease.client)),
      () => keep(end(lease, batch)),
    )
    return { batch, answered }
  }

  function startBatch(lease: Lease, make: () => Batch): Batch {
    try {
      const batch = make()
      lease.client.query(batch.query)
      return batch
    } catch (error) {
      lease.giveBack(isIdle(lease.client))
      throw error
    }
  }

  async function end(lease: Lease, batch: Batch): Promise<void> {
    lease.giveBack(await endsCleanly(lease.client, batch))
  }

  function abandon(lease: Lease, atWork: boolean): void {
    const cancelled = atWork ? cancel(lease.client, AbortSignal.timeout(giveUpMs)) : Promise.resolve()
    keep(cancelled.catch(() => undefined).then(() => lease.giveBack(false)))
  }

  function keep(ending: Promise<void>): void {
    const kept = ending.finally(() => unsettled.delete(kept))
    unsettled.add(kept)
  }

  /**
   * True once nothing of the transaction is left. A cancel that comes late finds the backend at rest, which forgets it before
   * it reads the next message: after one more way to it and back, it can hit nobody else.
   */
  async function endsCleanly(client: PoolClient, { isAtWork, columns }: Batch): Promise<boolean> {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), giveUpMs)
    try {
      if (isAtWork()) await cancel(client, patience.signal)
      await unlessAborted(
        columns.catch(() => undefined),
        patience.signal,
      )
      await unlessAborted(client.query('ROLLBACK'), patience.signal)
      return isIdle(client)
    } catch {
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  async function cancel(client: PoolClient, signal: AbortSignal): Promise<void> {
    try {
      await cancelStatement(client, address, signal)
    } catch (error) {
      log.warn({ err: failureOf(error) }, 'an aborted statement could not be ended')
      throw error
    }
  }

  async function close(): Promise<void> {
    await Promise.race([Promise.all(unsettled), delay(giveUpMs + 1_000, undefined, { ref: false })])
  }

  return Object.freeze({ run, abandon, close })
}

function isUnavailable(error: unknown): boolean {
  return failureOf(error).code === 'WAREHOUSE_UNAVAILABLE'
}

/** As the server said with its last answer. */
export function isIdle(client: PoolClient): boolean {
  return client.getTransactionStatus() === 'I'
}
