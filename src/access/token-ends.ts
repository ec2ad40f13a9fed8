import { setMaxListeners } from 'node:events'
import { TesseraError } from '../errors.ts'
import type { KeyEnds } from './key-ends.ts'
import { refused } from './refusal.ts'
import type { RevocableToken } from './revocation-set.ts'
import type { Revocations } from './revocations.ts'

/** What of a verified token says when it ends. */
export interface EndingToken extends RevocableToken {
  readonly expiresAt: Date
}

/** When tokens end: by themselves or before their time. */
export interface TokenEnds {
  /**
   * Takes no store round trip.
   * @throws UNAUTHENTICATED where it has ended, STORE_UNAVAILABLE where that could not be known for too long
   */
  requireLive(token: EndingToken, now: Date): void
  /**
   * For what outlives the check at its beginning: questions, subscriptions, downloads, answers in parts. Aborts when the token
   * ends, with the error as its reason; at once where it has ended. Nothing is left of it once `over` has aborted.
   */
  signal(token: EndingToken, over: AbortSignal): AbortSignal
}

/**
 * The wall clock is looked at this often: a timer alone stands still while the machine sleeps, does not see a clock that
 * was set, and rings at once where it is to wait more than 24 days.
 */
const lookAgainMs = 60_000

export function createTokenEnds(revocations: Revocations, keys: KeyEnds): TokenEnds {
  const open = new Map<AbortController, EndingToken>()

  /** Null while it goes on. */
  function endOf(token: EndingToken, now: Date): TesseraError | null {
    if (token.expiresAt <= now) return refused('token_expired', provenOf(token))
    if (keys.hasEnded(token.keyId, now)) return refused('key_ended', provenOf(token))
    if (!revocations.isPlausible(token)) return refused('claims_invalid', provenOf(token))
    if (revocations.covers(token)) return refused('token_revoked', provenOf(token))
    if (revocations.isCurrent()) return null
    return new TesseraError('STORE_UNAVAILABLE', { retryAfterSeconds: 1 })
  }

  function look(token: EndingToken, ended: AbortController): void {
    const reason = endOf(token, new Date())
    if (reason !== null) ended.abort(reason)
  }

  function lookAtAll(): void {
    for (const [ended, token] of open) look(token, ended)
  }

  revocations.onChange(lookAtAll)
  keys.onChange(lookAtAll)

  return Object.freeze({
    requireLive(token: EndingToken, now: Date) {
      const reason = endOf(token, now)
      if (reason !== null) throw reason
    },
    signal(token: EndingToken, over: AbortSignal): AbortSignal {
      const ended = new AbortController()
      // Every part of a request may listen.
      setMaxListeners(0, ended.signal)
      if (over.aborted) return ended.signal
      look(token, ended)
      if (ended.signal.aborted) return ended.signal
      open.set(ended, token)
      const stopTimer = onExpiry(token, () => look(token, ended))
      const forget = () => {
        stopTimer()
        open.delete(ended)
      }
      ended.signal.addEventListener('abort', forget)
      over.addEventListener('abort', forget, { signal: ended.signal })
      return ended.signal
    },
  })
}

/** Answers how to wait no longer. */
function onExpiry({ expiresAt }: EndingToken, call: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    const remainingMs = expiresAt.getTime() - Date.now()
    if (remainingMs <= 0) return call()
    timer = setTimeout(wait, Math.min(remainingMs, lookAgainMs)).unref()
  }
  wait()
  return () => clearTimeout(timer)
}

function provenOf({ organizationId, environmentId, tenantId, subject, tokenId }: EndingToken) {
  return { organizationId, environmentId, tenantId, subject, tokenId }
}
