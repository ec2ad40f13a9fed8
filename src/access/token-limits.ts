import { LRUCache } from 'lru-cache'
import pLimit, { type LimitFunction } from 'p-limit'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { TesseraError } from '../errors.ts'
import type { Scope } from './scope.ts'

/** What tokens may do at once and in a minute, counted in this process. */
export interface TokenUse {
  /** @throws RATE_LIMITED with the seconds until the next request may come */
  admit(scope: Scope): Promise<void>
  /** Runs when fewer than `concurrentQueries` (6 by default) of the token's queries run; others wait for their turn. */
  inTurn<Result>(scope: Scope, run: () => Promise<Result>): Promise<Result>
}

const tokensMax = 100_000
/** Of a token that says nothing of it: one token alone must not take every connection that there is. */
const concurrentByDefault = 6
/** Of one token. Beyond it a page waits for answers that it will not live to see. */
const waitingMax = 1_000

export function createTokenUse(): TokenUse {
  /** By the limit itself: a limiter counts every token up to the same number. */
  const limiters = new LRUCache<number, RateLimiterMemory>({ max: 1_000 })
  const turns = new LRUCache<string, LimitFunction>({ max: tokensMax })

  function limiterFor(requestsPerMinute: number): RateLimiterMemory {
    const known = limiters.get(requestsPerMinute)
    if (known !== undefined) return known
    const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 })
    limiters.set(requestsPerMinute, limiter)
    return limiter
  }

  function turnsOf(key: string, concurrentQueries: number): LimitFunction {
    const known = turns.get(key)
    if (known !== undefined) {
      // A policy may have changed it.
      if (known.concurrency !== concurrentQueries) known.concurrency = concurrentQueries
      return known
    }
    const limit = pLimit(concurrentQueries)
    turns.set(key, limit)
    return limit
  }

  return Object.freeze({
    async admit(scope: Scope): Promise<void> {
      const { requestsPerMinute } = scope.permissions.limits
      if (requestsPerMinute === null) return
      try {
        await limiterFor(requestsPerMinute).consume(keyOf(scope))
      } catch (state) {
        if (!(state instanceof RateLimiterRes)) throw state
        throw rateLimited(
          Math.ceil(state.msBeforeNext / 1000),
          `at most ${requestsPerMinute} requests a minute`,
        )
      }
    },
    async inTurn<Result>(scope: Scope, run: () => Promise<Result>): Promise<Result> {
      const concurrentQueries = scope.permissions.limits.concurrentQueries ?? concurrentByDefault
      const limit = turnsOf(keyOf(scope), concurrentQueries)
      if (limit.pendingCount >= waitingMax) throw rateLimited(1, `at most ${waitingMax} queries that wait`)
      return limit(run)
    },
  })
}

/** Token ids are unique in an environment alone: another environment's issuer could repeat one. */
function keyOf({ environmentId, tokenId }: Scope): string {
  return `${environmentId} ${tokenId}`
}

function rateLimited(seconds: number, expected: string): TesseraError {
  return new TesseraError('RATE_LIMITED', { retryAfterSeconds: Math.max(1, seconds), expected })
}
