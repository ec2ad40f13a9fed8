import { hash, randomBytes } from 'node:crypto'
import { addressGroup } from './address-group.ts'
import { windowSeconds } from './budget.ts'

/** How many credentials of an address were refused in its minute, which begins with the first of them. */
export interface RefusalCounts {
  add(address: string | null): void
  of(address: string | null): number
}

/** Addresses share 65,536 counts, so that no number of them takes more. Which share one is chance at each start. */
const slots = 2 ** 16

/** Answers at once, from a megabyte that is all it ever takes. */
export function createRefusalCounts(now: () => number = () => performance.now()): RefusalCounts {
  const seed = randomBytes(32).toString('base64')
  const counts = new Uint32Array(slots)
  const endsAt = new Float64Array(slots)
  // A flood comes mostly from one address, and who asked last asks again.
  let latest: { readonly address: string | null; readonly slot: number } | null = null

  function slotOf(address: string | null): number {
    if (latest?.address === address) return latest.slot
    const digest = hash('sha256', `${seed} ${addressGroup(address)}`, 'hex')
    latest = { address, slot: Number.parseInt(digest.slice(0, 4), 16) }
    return latest.slot
  }

  function countIn(slot: number): number {
    return now() < (endsAt[slot] ?? 0) ? (counts[slot] ?? 0) : 0
  }

  return Object.freeze({
    add: (address: string | null) => {
      const slot = slotOf(address)
      const known = countIn(slot)
      if (known === 0) endsAt[slot] = now() + windowSeconds * 1_000
      counts[slot] = known + 1
    },
    of: (address: string | null) => countIn(slotOf(address)),
  })
}
