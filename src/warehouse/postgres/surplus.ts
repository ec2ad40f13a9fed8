import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'

/** Connections that a pool of the driver's has and is to have no more. */
export interface Surplus {
  /** Whether one that is given back is to be closed. */
  exists(): boolean
  /** Closes those at rest until so many are left, or waits for those in use; resolves when as many have gone. */
  closeTo(most: number): Promise<void>
}

/** After this long a server that does not let go of one is waited for no more. */
const giveUpMs = 6_000

export function createSurplus(pool: Pool): Surplus {
  let count = 0
  let waiting: (() => void)[] = []

  pool.on('remove', () => {
    count = Math.max(0, count - 1)
    if (count > 0) return
    for (const resolve of waiting) resolve()
    waiting = []
  })

  async function closeTo(most: number): Promise<void> {
    count = Math.max(0, pool.totalCount - most)
    if (count === 0) return
    const gone = new Promise<void>((resolve) => waiting.push(resolve))
    // The driver closes a connection that is at rest for whoever has taken it alone.
    for (let left = Math.min(count, pool.idleCount); left > 0; left -= 1) {
      pool.connect().then(
        (client) => client.release(true),
        () => undefined,
      )
    }
    await Promise.race([gone, delay(giveUpMs, undefined, { ref: false })])
  }

  return Object.freeze({ exists: () => count > 0, closeTo })
}
