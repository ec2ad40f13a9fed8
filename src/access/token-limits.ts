import { LRUCache } from 'lru-cache'
import pLimit, { type LimitFunction } from 'p-limit'
import type { HostIdentity } from './host.ts'
import type { Permitted } from './layers.ts'
import { rateLimited } from './rates/budget.ts'

/** A token, wherever its tenant's rows are. */
type Limited = Omit<Permitted, 'at'>

/** What tokens may do at once, counted in this process. */
export interface TokenUse {
  /** Runs when fewer than `concurrentQueries` (6 by default) of the token's queries run; others wait for their turn. */
  inTurn<Result>(token: Limited, run: () => Promise<Result>): Promise<Result>
  /** The same for an API key's reading of the audit, three at a time: one key alone must not take every connection either. */
  hostInTurn<Result>(host: HostIdentity, run: () => Promise<Result>): Promise<Result>
  /** Whether one more would run at once. */
  isFree(token: Limited): boolean
}

const tokensMax = 100_000
/** Of a token that says nothing of it: one token alone must not take every connection that there is. */
const concurrentByDefault = 6
const concurrentOfHosts = 3
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

  function turnsFor(token: Limited): LimitFunction {
    return turnsOf(keyOf(token), token.permissions.limits.concurrentQueries ?? concurrentByDefault)
  }

  return Object.freeze<TokenUse>({
    isFree: (token: Limited) => {
      const { activeCount, pendingCount, concurrency } = turnsFor(token)
      return activeCount + pendingCount < concurrency
    },
    inTurn: (token, run) => runIn(turnsFor(token), run),
    // No token's id has a line break.
    hostInTurn: ({ environmentId, apiKeyId }, run) =>
      runIn(turnsOf(`${environmentId}\n${apiKeyId}`, concurrentOfHosts), run),
  })
}

async function runIn<Result>(limit: LimitFunction, run: () => Promise<Result>): Promise<Result> {
  if (limit.pendingCount >= waitingMax) throw rateLimited(`at most ${waitingMax} queries that wait`, 1_000)
  return limit(run)
}

/** Token ids are unique in an environment alone: another environment's issuer could repeat one. */
function keyOf({ environmentId, tokenId }: Limited): string {
  return `${environmentId} ${tokenId}`
}
