import { LRUCache } from 'lru-cache'
import pLimit, { type LimitFunction } from 'p-limit'
import { rateLimited } from './rates/budget.ts'
import type { Scope } from './scope.ts'

/** What tokens may do at once, counted in this process. */
export interface TokenUse {
  /** Runs when fewer than `concurrentQueries` (6 by default) of the token's queries run; others wait for their turn. */
  inTurn<Result>(scope: Scope, run: () => Promise<Result>): Promise<Result>
  /** Whether one more would run at once. */
  isFree(scope: Scope): boolean
}

const tokensMax = 100_000
/** Of a token that says nothing of it: one token alone must not take every connection that there is. */
const concurrentByDefault = 6
/** Of one token. Beyond it a page waits for answers that it will not live to see. */
const waitingMax = 1_000

export function createTokenUse(): TokenUse {
  const turns = new LRUCache<string, LimitFunction>({ max: tokensMax })

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

  function turnsFor(scope: Scope): LimitFunction {
    return turnsOf(keyOf(scope), scope.permissions.limits.concurrentQueries ?? concurrentByDefault)
  }

  return Object.freeze({
    isFree: (scope: Scope) => {
      const { activeCount, pendingCount, concurrency } = turnsFor(scope)
      return activeCount + pendingCount < concurrency
    },
    async inTurn<Result>(scope: Scope, run: () => Promise<Result>): Promise<Result> {
      const limit = turnsFor(scope)
      if (limit.pendingCount >= waitingMax)
        throw rateLimited(`at most ${waitingMax} queries that wait`, 1_000)
      return limit(run)
    },
  })
}

/** Token ids are unique in an environment alone: another environment's issuer could repeat one. */
function keyOf({ environmentId, tokenId }: Scope): string {
  return `${environmentId} ${tokenId}`
}
