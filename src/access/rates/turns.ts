import { hash, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import pLimit from 'p-limit'
import { refusalOf } from '../refusal.ts'
import { addressGroup } from './address-group.ts'
import { rateLimited } from './budget.ts'
import { createCounts } from './windows.ts'

/** How credentials are looked at: at once, or in turn where many from the same address were refused. */
export interface CredentialTurns {
  /**
   * @param look finds null, or throws what is a refusal, where it is worth nothing
   * @throws RATE_LIMITED without a look, and whatever `look` throws
   */
  take<Found>(presented: Presented, look: () => Promise<Found>): Promise<Found>
}

export interface Presented {
  readonly kind: 'token' | 'api_key' | 'refresh_token' | 'export_link'
  readonly text: string
  /** Null where it is not known. */
  readonly address: string | null
}

/** Hexadecimal: addresses share 65,536 counts, so that no number of them takes more. Which share one is chance at each start. */
const keyDigits = 4
const acceptedMax = 50_000
/** Of each kind, of all addresses that were refused too often. */
const waitingMax = 100

/**
 * A flood of wrong credentials takes turns, one at a time: it costs a part of one core and one connection to the store,
 * however many come; those that find too many waiting are refused without a look. Nobody is locked out by it. What was accepted
 * when it was last looked at goes past the turns, and is checked as ever, one ahead of all that come with it; once it is refused,
 * it takes turns with the others. What is new and good waits among them, and whoever was refused without a look comes again a
 * second later.
 */
export function createCredentialTurns(refusedPerAddress: number): CredentialTurns {
  const counts = createCounts()
  const seed = randomBytes(32).toString('base64')
  const accepted = new LRUCache<string, true>({ max: acceptedMax })
  const leaders = new Map<string, Promise<void>>()
  const turns = { token: pLimit(1), api_key: pLimit(1), refresh_token: pLimit(1), export_link: pLimit(1) }

  function digestOf(text: string): string {
    return hash('sha256', `${seed} ${text}`, 'hex')
  }

  async function refuse(key: string, digest: string): Promise<void> {
    accepted.delete(digest)
    await counts.add(key, 1)
  }

  async function seen<Found>(key: string, digest: string, look: () => Promise<Found>): Promise<Found> {
    try {
      const found = await look()
      if (found === null) await refuse(key, digest)
      else accepted.set(digest, true)
      return found
    } catch (error) {
      if (refusalOf(error) !== null) await refuse(key, digest)
      throw error
    }
  }

  /** Those that come with the same text meanwhile wait for this one, which may be refused. */
  function ahead<Found>(digest: string, looking: Promise<Found>): Promise<Found> {
    const settled = looking.then(nothing, nothing).then(() => void leaders.delete(digest))
    leaders.set(digest, settled)
    return looking
  }

  return Object.freeze({
    async take<Found>({ kind, text, address }: Presented, look: () => Promise<Found>): Promise<Found> {
      const key = digestOf(addressGroup(address)).slice(0, keyDigits)
      const digest = digestOf(text)
      const spent = await counts.get(key)
      if (spent === null || spent.points < refusedPerAddress) return seen(key, digest, look)
      const leader = leaders.get(digest)
      if (leader !== undefined) await leader
      if (accepted.has(digest)) {
        const looking = seen(key, digest, look)
        return leader === undefined ? ahead(digest, looking) : looking
      }
      const turn = turns[kind]
      if (turn.pendingCount >= waitingMax)
        throw rateLimited('fewer wrong credentials from one address', 1_000)
      return turn(() => seen(key, digest, look))
    },
  })
}

function nothing(): void {}

/** @param authorization the value of the header, of whatever form */
export function presentedIn(
  authorization: string | undefined,
  address: string | null | undefined,
): Presented {
  const text = authorization ?? ''
  return { kind: kindOf(text), text, address: address ?? null }
}

function kindOf(authorization: string): Presented['kind'] {
  if (authorization.startsWith('Bearer tsk_')) return 'api_key'
  return authorization.startsWith('Bearer tsr_') ? 'refresh_token' : 'token'
}
