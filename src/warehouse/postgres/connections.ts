import { Pool, type PoolClient } from 'pg'
import type { Logger } from '../../log.ts'
import { unlessAborted } from '../bounds.ts'
import { type BreakerLimits, createBreaker } from '../breaker.ts'
import { createPool } from '../pool.ts'
import { failureOf, wasReached } from './failure.ts'
import { notOfProtocol } from './frames.ts'
import { GuardedClient } from './guarded-client.ts'
import { type Address, driverConfig } from './source.ts'
import { createSurplus } from './surplus.ts'

/** A connection for one user at a time. */
export interface Lease {
  readonly client: PoolClient
  /** Back to the others only where its transaction has certainly ended; else it is closed, and another takes its place. */
  giveBack(isClean: boolean): void
}

export interface Connections {
  /**
   * Waits behind those who came before. Rejects with the signal's reason when it aborts first.
   * @throws whatever the driver does where no connection can be made
   */
  take(signal: AbortSignal): Promise<Lease>
  /** Closes what is above so many, and resolves once it has gone. */
  closeTo(most: number): Promise<void>
  /** Whoever waits gets WAREHOUSE_UNAVAILABLE; connections that are given back are closed. */
  close(): Promise<void>
}

const waitingMax = 1_000
/** A server that is there answers sooner; one that is not must not hold a place for as long as a statement may take. */
const connectTimeoutMs = 5_000
const idleTimeoutMs = 30_000

export interface ConnectionsOptions {
  /** Of the data source, for the log. */
  readonly name: string
  readonly address: Address
  readonly max: number
  readonly log: Logger
  readonly idleTimeoutMillis?: number
  /** Of the breaker; its own where nothing is said. */
  readonly limits?: BreakerLimits
}

/** At most so many connections, made when they are needed and closed after half a minute without need. */
export function createConnections({
  name,
  address,
  max,
  log,
  idleTimeoutMillis = idleTimeoutMs,
  limits,
}: ConnectionsOptions): Connections {
  const pool = new Pool({
    ...driverConfig(address),
    Client: GuardedClient,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis,
  })
  pool.on('error', (error) =>
    log.warn({ err: failureOf(error) }, 'an idle connection to PostgreSQL was lost'),
  )
  // The pool listens while a connection is idle; without this one, a backend that dies at another time would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  // The driver's pool has an order, too, but nobody can leave it.
  const places = createPool(
    Array.from({ length: max }, (_, place) => place),
    waitingMax,
  )
  const surplus = createSurplus(pool)
  let making = 0
  const breaker = createBreaker({ name, log, look, ...(limits && { limits }) })

  async function look(): Promise<void> {
    const client = await connect().catch(() => null)
    client?.release()
  }

  async function connect(): Promise<PoolClient> {
    making += 1
    try {
      const client = await pool.connect()
      breaker.answered()
      return client
    } catch (error) {
      if (wasReached(error)) breaker.answered()
      else breaker.missed(failureOf(error))
      throw wasUnderstood(error) ? error : notOfProtocol(error)
    } finally {
      making -= 1
    }
  }

  async function take(signal: AbortSignal): Promise<Lease> {
    const place = await places.acquire(signal)
    const connecting = breaker.pass(signal).then(connect)
    const settled = connecting.catch(() => null)
    try {
      const client = await unlessAborted(connecting, signal)
      return leaseOf(client, place)
    } catch (error) {
      // A connection that comes too late is for the next one.
      void settled.then((client) => {
        client?.release()
        places.release(place)
      })
      throw error
    }
  }

  function leaseOf(client: PoolClient, place: number): Lease {
    let isGiven = false
    return {
      client,
      giveBack: (isClean) => {
        if (isGiven) return
        isGiven = true
        client.release(!isClean || surplus.exists())
        places.release(place)
      },
    }
  }

  async function close(): Promise<void> {
    places.close()
    const ended = pool.end()
    // A server that does not answer is not waited for: the connection is closed as it comes.
    if (making === 0) await ended
  }

  return Object.freeze({ take, closeTo: surplus.closeTo, close })
}

/** Until there is a connection, whatever the driver trips over came from the server. */
function wasUnderstood(error: unknown): boolean {
  return wasReached(error) || failureOf(error).code !== 'INTERNAL'
}
