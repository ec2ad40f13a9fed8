import { hash, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TesseraError } from '../../errors.ts'
import { refusalOf } from '../refusal.ts'
import { rateLimited } from './budget.ts'
import { createRefusalCounts } from './refusal-counts.ts'
import { type Aside, atOnce, createTurn } from './turn.ts'

/** How credentials are looked at: at once, or in turn where many from the same address were refused. */
export interface CredentialTurns {
  /**
   * @param look finds null, or throws what is a refusal, where it is worth nothing
   * @throws RATE_LIMITED without a look, and whatever `look` throws
   */
  take<Found>(presented: Presented, look: (aside: Aside) => Promise<Found>): Promise<Found>
  /** Whether `take` would do no more than refuse it without a look. Takes some microseconds. */
  turnsAway(presented: Presented): boolean
}

export interface Presented {
  readonly kind: 'token' | 'api_key' | 'refresh_token' | 'export_link'
  readonly text: string
  /** Null where it is not known. */
  readonly address: string | null
}

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
  const refusals = createRefusalCounts()
  const seed = randomBytes(32).toString('base64')
  const accepted = new LRUCache<string, true>({ max: acceptedMax })
  const leaders = new Map<string, Promise<void>>()
  const bounds = { waitingMax, tooManyAside: turnedAway }
  const atStore = () => createTurn({ ...bounds, restMaxMs: 20 })
  const turns = {
    token: createTurn({ ...bounds, restMaxMs: 2 }),
    api_key: atStore(),
    refresh_token: atStore(),
    export_link: atStore(),
  }

  function digestOf(text: string): string {
    return hash('sha256', `${seed} ${text}`, 'base64')
  }

  function isSuspect(address: string | null): boolean {
    return refusals.of(address) >= refusedPerAddress
  }

  async function seen<Found>(address: string | null, digest: string, look: () => Promise<Found>) {
    const refuse = () => {
      accepted.delete(digest)
      refusals.add(address)
    }
    try {
      const found = await look()
      if (found === null) refuse()
      else accepted.set(digest, true)
      return found
    } catch (error) {
      if (refusalOf(error) !== null) refuse()
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
    async take<Found>(
      { kind, text, address }: Presented,
      look: (aside: Aside) => Promise<Found>,
    ): Promise<Found> {
      const digest = digestOf(text)
      const lookAtOnce = () => seen(address, digest, () => look(atOnce))
      if (!isSuspect(address)) return lookAtOnce()
      const leader = leaders.get(digest)
      if (leader !== undefined) await leader
      if (accepted.has(digest)) return leader === undefined ? ahead(digest, lookAtOnce()) : lookAtOnce()
      const turn = turns[kind]
      if (turn.isFull()) throw turnedAway()
      return turn.take((aside) => seen(address, digest, () => look(aside)))
    },
    turnsAway({ kind, text, address }: Presented) {
      if (!turns[kind].isFull() || !isSuspect(address)) return false
      const digest = digestOf(text)
      return !accepted.has(digest) && !leaders.has(digest)
    },
  })
}

function nothing(): void {}

/** What those are told whose credential is not looked at. */
export function turnedAway(): TesseraError {
  return rateLimited('fewer wrong credentials from one address', 1_000)
}

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
