import { setMaxListeners } from 'node:events'
import { refused } from './refusal.ts'

/** What of a verified token says when it ends. */
export interface EndingToken {
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly tokenId: string
  readonly expiresAt: Date
}

/** When tokens end, for what outlives the check at its beginning: subscriptions, downloads, answers in parts. */
export interface TokenEnds {
  /**
   * Aborts when the token ends, with the refusal as its reason; at once where it has ended. Nothing is left of it
   * once `over` has aborted.
   */
  signal(token: EndingToken, over: AbortSignal): AbortSignal
}

/**
 * The wall clock is looked at this often: a timer alone stands still while the machine sleeps, does not see a clock that
 * was set, and rings at once where it is to wait more than 24 days.
 */
const lookAgainMs = 60_000

export function createTokenEnds(): TokenEnds {
  return Object.freeze({
    signal(token: EndingToken, over: AbortSignal): AbortSignal {
      const ended = new AbortController()
      // Every part of a request may listen.
      setMaxListeners(0, ended.signal)
      waitForExpiry(token, ended, over)
      return ended.signal
    },
  })
}

function waitForExpiry(token: EndingToken, ended: AbortController, over: AbortSignal): void {
  if (over.aborted) return
  let timer: NodeJS.Timeout | undefined
  const stop = () => clearTimeout(timer)
  over.addEventListener('abort', stop, { once: true })
  look()

  function look(): void {
    const remainingMs = token.expiresAt.getTime() - Date.now()
    if (remainingMs > 0) {
      timer = setTimeout(look, Math.min(remainingMs, lookAgainMs)).unref()
      return
    }
    over.removeEventListener('abort', stop)
    const { organizationId, environmentId, tenantId, tokenId } = token
    ended.abort(refused('token_expired', { organizationId, environmentId, tenantId, tokenId }))
  }
}
