import { TesseraError } from '../errors.ts'
import { unlessAborted } from '../warehouse/bounds.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What may keep connections that nobody uses. */
export interface Pooled extends Warehouse {
  /** Resolves once it has no more connections than so many. */
  shrink?(connections: number): Promise<void>
}

/** One database of a data source, with the connections to it. */
export interface PoolOf {
  /** Of this definition, its secrets and the database: the same for all who may share it. */
  readonly key: string
  /** Of all databases of the definition. */
  readonly group: string
  /** How many connections the pools of the group may have together; null where a pool bounds its own and there is one. */
  readonly connections: number | null
  readonly open: () => Promise<Pooled>
  /** Whether the next statement may want it, too; it is asked when nobody uses it. */
  readonly isWanted: () => boolean
}

/** For one statement or stream. */
export interface Lease {
  readonly warehouse: Warehouse
  release(): void
}

/** What is open, and no more than so much of it. */
export interface Pools {
  /**
   * Opens what is not open, and closes what was not used for longest where there is too much. Waits behind those who came
   * before and may have it; rejects with the signal's reason when it aborts first.
   * @throws what `open` throws; WAREHOUSE_UNAVAILABLE where it would have to wait and too many do, and after `close`
   */
  lease(of: PoolOf, end: AbortSignal): Promise<Lease>
  /** Closes what is no longer wanted: at once where nobody uses it, and else when the last one has done. */
  tidy(): void
  /** Ends whatever runs. */
  close(): Promise<void>
}

export interface PoolsOptions {
  /** How many may be open at a time. */
  readonly openMax: number
  /** For how long one stays open that nobody uses. */
  readonly idleMs: number
  readonly onCloseFailure: (error: unknown) => void
}

interface Pool {
  readonly of: PoolOf
  readonly opening: Promise<Pooled>
  users: number
  /** The most users that it had at a time since it was made to let go of what is above them: it may have as many connections. */
  peak: number
  idle: NodeJS.Timeout | undefined
}

/** A place in a pool; the warehouse comes when what was closed for it has gone. */
interface Taken {
  readonly pool: Pool
  readonly warehouse: Promise<Warehouse>
}

interface Waiter {
  readonly of: PoolOf
  readonly take: (taken: Taken) => void
  readonly fail: (reason: unknown) => void
}

/** What was closed to make room, or that all of it is in use. */
type Room = readonly Promise<void>[] | null

/** For one definition, so that its slowness refuses nobody else's statements; and for all of them, who hold memory. */
const waitingMax = { group: 1_000, all: 10_000 }

export function createPools({ openMax, idleMs, onCloseFailure }: PoolsOptions): Pools {
  /** In the order of their last use, the least recently used first. */
  const pools = new Map<string, Pool>()
  const waiting = new Set<Waiter>()
  /** By what is being closed, the group whose connections it has until then. */
  const closings = new Map<Promise<void>, string>()
  let closed = false

  async function lease(of: PoolOf, end: AbortSignal): Promise<Lease> {
    end.throwIfAborted()
    if (closed) throw new TesseraError('WAREHOUSE_UNAVAILABLE')
    const { pool, warehouse } = await wait(of, end)
    try {
      return { warehouse: await unlessAborted(warehouse, end), release: once(() => release(pool)) }
    } catch (error) {
      release(pool)
      throw error
    }
  }

  function wait(of: PoolOf, end: AbortSignal): Promise<Taken> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(waiter)
        end.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        waiter.fail(end.reason)
        serve()
      }
      const waiter: Waiter = {
        of,
        take: (taken) => {
          leave()
          resolve(taken)
        },
        fail: (reason) => {
          leave()
          reject(reason)
        },
      }
      end.addEventListener('abort', onAbort)
      waiting.add(waiter)
      serve()
      if (waiting.has(waiter) && isCrowded(of.group)) waiter.fail(new TesseraError('WAREHOUSE_UNAVAILABLE'))
    })
  }

  function isCrowded(group: string): boolean {
    if (waiting.size > waitingMax.all) return true
    if (waiting.size <= waitingMax.group) return false
    return [...waiting].filter(({ of }) => of.group === group).length > waitingMax.group
  }

  /** In the order in which they came, so that each gets in at last; those of other groups don't wait for a busy one. */
  function serve(): void {
    const held = new Set<string>()
    let isFull = false
    for (const waiter of [...waiting]) {
      const { group, key } = waiter.of
      if (held.has(group) || (isFull && !pools.has(key))) continue
      const taken = take(waiter.of)
      if (taken === 'full') isFull = true
      else if (taken === 'held') held.add(group)
      else waiter.take(taken)
    }
  }

  function take(of: PoolOf): Taken | 'held' | 'full' {
    const known = pools.get(of.key)
    const needsConnection = known === undefined || known.users === known.peak
    if (needsConnection && !makeRoomInGroup(of)) return 'held'
    const closing = known === undefined ? makeRoom() : []
    if (closing === null) return 'full'
    const freed = Promise.all([...closing, ...(needsConnection ? closingOf(of) : [])])
    const pool = known ?? add(of, freed)
    pools.delete(of.key)
    pools.set(of.key, pool)
    pool.users += 1
    pool.peak = Math.max(pool.peak, pool.users)
    clearTimeout(pool.idle)
    return { pool, warehouse: freed.then(() => pool.opening) }
  }

  function add(of: PoolOf, freed: Promise<unknown>): Pool {
    const pool: Pool = { of, opening: freed.then(of.open), users: 0, peak: 0, idle: undefined }
    pool.opening.catch(() => {
      if (pools.get(of.key) === pool) pools.delete(of.key)
      serve()
    })
    return pool
  }

  function makeRoom(): Room {
    if (pools.size < openMax) return []
    const idle = [...pools.values()].find(({ users }) => users === 0)
    return idle === undefined ? null : [remove(idle)]
  }

  function makeRoomInGroup({ key, group, connections }: PoolOf): boolean {
    if (connections === null) return true
    const ofGroup = [...pools.values()].filter(({ of }) => of.group === group)
    let free = connections - ofGroup.reduce((sum, { peak }) => sum + peak, 0)
    const evicted: Pool[] = []
    for (const pool of ofGroup) {
      if (free > 0) break
      if (pool.users > 0 || pool.of.key === key) continue
      free += pool.peak
      evicted.push(pool)
    }
    const wide = free > 0 ? undefined : ofGroup.find(({ users, peak }) => users > 0 && users < peak)
    if (free <= 0 && wide === undefined) return false
    for (const pool of evicted) remove(pool)
    if (wide !== undefined) narrow(wide)
    return true
  }

  /** What it keeps for users that it no longer has is for others. */
  function narrow(pool: Pool): void {
    pool.peak = pool.users
    closing(pool, shrink(pool))
  }

  async function shrink(pool: Pool): Promise<void> {
    const warehouse = await pool.opening.catch(() => null)
    await warehouse?.shrink?.(pool.peak)
  }

  function closingOf({ group, connections }: PoolOf): readonly Promise<void>[] {
    if (connections === null) return []
    return [...closings].flatMap(([closing, of]) => (of === group ? [closing] : []))
  }

  function release(pool: Pool): void {
    pool.users -= 1
    if (pool.users === 0) rest(pool)
    serve()
  }

  function rest(pool: Pool): void {
    if (pools.get(pool.of.key) !== pool) return
    if (!pool.of.isWanted()) return void remove(pool)
    pool.idle = setTimeout(() => {
      remove(pool)
      serve()
    }, idleMs)
    pool.idle.unref()
  }

  function remove(pool: Pool): Promise<void> {
    clearTimeout(pool.idle)
    pools.delete(pool.of.key)
    return closing(pool, closeOf(pool))
  }

  function closing({ of }: Pool, work: Promise<void>): Promise<void> {
    const done = work.catch(onCloseFailure).finally(() => closings.delete(done))
    closings.set(done, of.group)
    return done
  }

  async function closeOf({ opening }: Pool): Promise<void> {
    const warehouse = await opening.catch(() => null)
    await warehouse?.close()
  }

  function tidy(): void {
    for (const pool of [...pools.values()]) if (pool.users === 0 && !pool.of.isWanted()) remove(pool)
    serve()
  }

  async function close(): Promise<void> {
    closed = true
    for (const waiter of [...waiting]) waiter.fail(new TesseraError('WAREHOUSE_UNAVAILABLE'))
    for (const pool of [...pools.values()]) remove(pool)
    await Promise.all(closings.keys())
  }

  return Object.freeze({ lease, tidy, close })
}

function once(call: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    call()
  }
}
