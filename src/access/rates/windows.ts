import { RateLimiterMemory } from 'rate-limiter-flexible'
import { type Budget, budgetKey, overspent, windowSeconds } from './budget.ts'

/** Counts what was spent of each budget in its minute, which begins with the first that is spent. */
export interface Windows {
  /**
   * Takes the points from all of the budgets or, where one of them has too few left, from none.
   * @throws RATE_LIMITED with the seconds until the minute of that one is over
   */
  take(budgets: readonly Budget[], points: number): Promise<void>
}

/** What was spent of one budget. */
export interface Spent {
  readonly points: number
  readonly msBeforeNext: number
}

export interface Counts {
  add(key: string, points: number): Promise<Spent>
  takeBack(key: string, points: number): Promise<void>
  get(key: string): Promise<Spent | null>
  set(key: string, points: number, seconds: number): Promise<void>
}

/** In this process. Whatever limit a key is held to is its caller's: the limiter's own is never looked at. */
export function createCounts(): Counts {
  const limiter = new RateLimiterMemory({ keyPrefix: '', points: 1, duration: windowSeconds })
  return Object.freeze({
    add: async (key: string, points: number) => {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points)
      return { points: consumedPoints, msBeforeNext }
    },
    takeBack: async (key: string, points: number) => {
      // Of a minute that is over there is nothing to give back.
      if ((await limiter.get(key)) !== null) await limiter.reward(key, points)
    },
    get: async (key: string) => {
      const found = await limiter.get(key)
      return found === null ? null : { points: found.consumedPoints, msBeforeNext: found.msBeforeNext }
    },
    set: async (key: string, points: number, seconds: number) => {
      await limiter.set(key, points, seconds)
    },
  })
}

/** For a process that shares its store with no other. */
export function createWindows(): Windows {
  const counts = createCounts()
  return Object.freeze({
    async take(budgets: readonly Budget[], points: number) {
      const taken: Budget[] = []
      for (const budget of budgets) {
        const spent = await counts.add(budgetKey(budget), points)
        taken.push(budget)
        if (spent.points <= budget.perMinute) continue
        for (const each of taken) await counts.takeBack(budgetKey(each), points)
        throw overspent(budget, spent.msBeforeNext)
      }
    },
  })
}
