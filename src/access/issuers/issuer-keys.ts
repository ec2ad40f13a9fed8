import { LRUCache } from 'lru-cache'
import { type Aside, atOnce } from '../rates/turn.ts'
import { refused } from '../refusal.ts'
import { type FetchJwksOptions, fetchJwks, JwksUnavailable } from './fetch-jwks.ts'
import { type IssuerAlgorithm, type IssuerKey, type KeySet, readKeySet } from './key-set.ts'
import type { KeySource, TokenIssuer } from './token-issuer.ts'

/** The keys that issuers sign with, in memory. */
export interface IssuerKeys {
  /**
   * Null where the issuer has no such key.
   * @param aside how an answer of the issuer is waited for
   * @throws UNAUTHENTICATED where it could not be asked for its keys for too long
   */
  find(issuer: TokenIssuer, kid: string, aside?: Aside): Promise<IssuerKey | null>
  /** Asks for them now. @throws JwksUnavailable */
  load(source: KeySource, algorithms: readonly IssuerAlgorithm[]): Promise<KeySet>
}

export interface KeyTiming {
  /** From this age on a set is still used, and asked for again behind it. */
  readonly renewAfterMs: number
  /** With an older one a token waits for the answer. */
  readonly waitAfterMs: number
  /** How old a set may be while its URL is down. */
  readonly toleratedMs: number
  /** An issuer is asked no more often, whatever comes. */
  readonly everyMs: number
}

export const keyTiming: KeyTiming = Object.freeze({
  renewAfterMs: 300_000,
  waitAfterMs: 600_000,
  toleratedMs: 3_600_000,
  everyMs: 5_000,
})

export interface IssuerKeysOptions extends FetchJwksOptions {
  readonly timing?: KeyTiming
  /** Called once when the keys cannot be had, until they can again. */
  readonly onUnavailable: (issuer: TokenIssuer, reason: string) => void
}

const issuersMax = 1_000
/** Of one issuer, at a time. Beyond it an invented `kid` does not wait for an answer that it will not be in. */
const waitingMax = 1_000

interface Known {
  keys: KeySet
  /** Of the last answer; negative infinity before there was one. */
  answeredAt: number
  askedAt: number
  asking: Promise<void> | null
  waiting: number
  hasFailed: boolean
}

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { timing = keyTiming, onUnavailable } = options
  const sets = new LRUCache<string, Known>({ max: issuersMax })

  function knownOf(id: string): Known {
    const found = sets.get(id)
    if (found !== undefined) return found
    const never = Number.NEGATIVE_INFINITY
    const made: Known = {
      ...{ keys: new Map(), answeredAt: never, askedAt: never },
      ...{ asking: null, waiting: 0, hasFailed: false },
    }
    sets.set(id, made)
    return made
  }

  async function load(source: KeySource, algorithms: readonly IssuerAlgorithm[]): Promise<KeySet> {
    const document = source.kind === 'url' ? await fetchJwks(source.url, options) : { keys: source.keys }
    const keys = await readKeySet(document, algorithms)
    if (keys === null) throw new JwksUnavailable('The answer is no key set.')
    return keys
  }

  async function ask(issuer: TokenIssuer, known: Known): Promise<void> {
    try {
      known.keys = await load(issuer.keys, issuer.algorithms)
      known.answeredAt = performance.now()
      known.hasFailed = false
    } catch (error) {
      const reason = error instanceof JwksUnavailable ? error.message : 'The keys cannot be read.'
      if (!known.hasFailed) onUnavailable(issuer, reason)
      known.hasFailed = true
    }
  }

  /** Never fails. Whoever comes while it is asked shares the answer; null where it was asked just now. */
  function renewed(issuer: TokenIssuer, known: Known): Promise<void> | null {
    if (known.asking !== null) return known.asking
    if (performance.now() - known.askedAt < timing.everyMs) return null
    known.askedAt = performance.now()
    known.asking = ask(issuer, known).finally(() => {
      known.asking = null
    })
    return known.asking
  }

  async function wait(issuer: TokenIssuer, known: Known, aside: Aside): Promise<void> {
    if (known.waiting >= waitingMax) return
    const asking = renewed(issuer, known)
    if (asking === null) return
    known.waiting += 1
    try {
      await aside(() => asking)
    } finally {
      known.waiting -= 1
    }
  }

  return Object.freeze({
    async find(issuer: TokenIssuer, kid: string, aside: Aside = atOnce) {
      const known = knownOf(issuer.id)
      // What was given with the registration does not age.
      const ageMs = () =>
        issuer.keys.kind === 'inline' && known.answeredAt > 0 ? 0 : performance.now() - known.answeredAt
      const found = known.keys.get(kid)
      const usableMs = known.hasFailed ? timing.toleratedMs : timing.waitAfterMs
      if (found !== undefined && ageMs() < usableMs) {
        if (ageMs() >= timing.renewAfterMs) void renewed(issuer, known)
        return found
      }
      if (issuer.keys.kind === 'url' || known.answeredAt < 0) await wait(issuer, known, aside)
      if (ageMs() >= timing.toleratedMs) throw refused('issuer_keys_unavailable')
      return known.keys.get(kid) ?? null
    },
    load,
  })
}
