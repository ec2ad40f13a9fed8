import pLimit from 'p-limit'
import type { Logger } from '../../log.ts'
import type { EnvironmentIdentity, Store } from '../../store/store.ts'
import { type Budget, budgetKey, overspent } from './budget.ts'
import { settleSpendings, sweepRates } from './settle.ts'
import { createCounts, createWindows, type Spent, type Windows } from './windows.ts'

export interface SharedWindows extends Windows {
  /** While the store is out: then this process counts alone, up to a part of each limit. */
  isAlone(): boolean
  close(): void
}

export interface SharedWindowsOptions {
  readonly store: Store
  readonly log: Logger
  readonly everyMs?: number
  /** How long a request waits for the store where it has to. */
  readonly patienceMs?: number
}

/** What this process spent of a budget and the store does not know of yet. */
interface Unsettled {
  readonly environment: EnvironmentIdentity
  points: number
  /** On the way to the store. */
  underWay: number
}

/**
 * A process spends this part of what was left when it last heard from the store, without asking: N processes together
 * spend at most N sixteenths of a limit beyond it.
 */
const aheadOf = 16
/** Of each limit, without the store: four processes that cannot tell each other spend no more than one may. */
const aloneOf = 4
const keysAtOnce = 1_000
const sweepEveryMs = 60_000

/**
 * For processes that share a PostgreSQL. What is spent is counted here and settled with the store in the background, so that
 * a request waits for it only where the budget could be at its end.
 */
export function createSharedWindows(options: SharedWindowsOptions): SharedWindows {
  const { store, log, everyMs = 1_000, patienceMs = 500 } = options
  const counts = createCounts()
  const alone = createWindows()
  const unsettled = new Map<string, Unsettled>()
  const swept = new Map<string, number>()
  const deciding = pLimit(1)
  let isAlone = false
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  const timer = setInterval(() => {
    if (unsettled.size > 0 || isAlone) void settle()
  }, everyMs)
  timer.unref()

  function openOf({ environment }: Budget, key: string): Unsettled {
    const known = unsettled.get(key)
    if (known !== undefined) return known
    const fresh = { environment, points: 0, underWay: 0 }
    unsettled.set(key, fresh)
    return fresh
  }

  /** What was under way when a caller came does not have the caller's own: that is settled after it. */
  function settle(): Promise<void> {
    if (running === null) {
      running = settleAll().finally(() => {
        running = null
      })
      return running
    }
    next ??= running.then(() => {
      next = null
      return settle()
    })
    return next
  }

  async function settleAll(): Promise<void> {
    const batch = [...unsettled]
    for (const [, open] of batch) {
      open.underWay = open.points
      open.points = 0
    }
    try {
      if (batch.length === 0) await store.ping()
      for (const [environment, entries] of byEnvironment(batch)) await settleThose(environment, entries)
      tell(false)
    } catch (error) {
      // Of minutes that are over by the time that the store is back.
      unsettled.clear()
      tell(true, error)
    }
  }

  async function settleThose(environment: EnvironmentIdentity, entries: readonly [string, Unsettled][]) {
    for (let from = 0; from < entries.length; from += keysAtOnce) {
      const some = new Map(entries.slice(from, from + keysAtOnce))
      const spendings = [...some].map(([key, open]) => ({ key, points: open.underWay }))
      for (const { key, points, secondsLeft } of await settleSpendings(store, environment, spendings)) {
        const open = some.get(key)
        if (open === undefined) continue
        open.underWay = 0
        await counts.set(key, points + open.points, Math.max(0.001, secondsLeft))
        if (open.points === 0 && unsettled.get(key) === open) unsettled.delete(key)
      }
    }
    await sweep(environment)
  }

  async function sweep(environment: EnvironmentIdentity): Promise<void> {
    const { environmentId } = environment
    const now = performance.now()
    if (now - (swept.get(environmentId) ?? Number.NEGATIVE_INFINITY) < sweepEveryMs) return
    swept.set(environmentId, now)
    await sweepRates(store, environment)
  }

  function tell(isOut: boolean, error?: unknown): void {
    if (isOut === isAlone) return
    isAlone = isOut
    if (isOut)
      log.error(
        { err: error },
        `the store is out: each limit is counted here alone, up to 1/${aloneOf} of it`,
      )
    else log.info('the store answers: limits are counted together again')
  }

  /** False where the store did not answer in time. */
  async function settledInTime(): Promise<boolean> {
    let timeout: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timeout = setTimeout(resolve, patienceMs, true)
    })
    const isLate = await Promise.race([settle().then(() => false), late])
    clearTimeout(timeout)
    if (isLate) tell(true, new Error(`The store did not answer within ${patienceMs} ms.`))
    return !isAlone
  }

  async function takeHere(budgets: readonly Budget[], points: number): Promise<boolean> {
    let isNear = false
    for (const budget of budgets) {
      const key = budgetKey(budget)
      const open = openOf(budget, key)
      open.points += points
      const spent = await counts.add(key, points)
      const own = open.points + open.underWay
      if (own * aheadOf > budget.perMinute - (spent.points - own)) isNear = true
    }
    return isNear
  }

  async function giveBack(budgets: readonly Budget[], points: number): Promise<void> {
    for (const budget of budgets) {
      const key = budgetKey(budget)
      openOf(budget, key).points -= points
      await counts.takeBack(key, points)
    }
  }

  /** The first that has too little left. */
  async function shortOf(budgets: readonly Budget[], points: number) {
    for (const budget of budgets) {
      const spent = await counts.get(budgetKey(budget))
      if (spent !== null && spent.points + points > budget.perMinute) return { budget, spent }
    }
    return null
  }

  /** One by one: who is refused gives back before the next looks, so that as many get through as there is room for. */
  function decide(budgets: readonly Budget[], points: number) {
    return deciding(async () => {
      const over = await shortOf(budgets, 0)
      if (over !== null) await giveBack(budgets, points)
      return over
    })
  }

  function refuse({ budget, spent }: { readonly budget: Budget; readonly spent: Spent }): never {
    // Others may have given some back since: the next settling tells.
    openOf(budget, budgetKey(budget))
    throw overspent(budget, spent.msBeforeNext)
  }

  return Object.freeze({
    async take(budgets: readonly Budget[], points: number) {
      if (isAlone) return alone.take(budgets.map(partOf), points)
      const short = await shortOf(budgets, points)
      if (short !== null) refuse(short)
      const isNear = await takeHere(budgets, points)
      if (!isNear) return
      if (!(await settledInTime())) return alone.take(budgets.map(partOf), points)
      const over = await decide(budgets, points)
      if (over !== null) refuse(over)
    },
    isAlone: () => isAlone,
    close: () => clearInterval(timer),
  })
}

function partOf(budget: Budget): Budget {
  return { ...budget, perMinute: Math.ceil(budget.perMinute / aloneOf) }
}

function byEnvironment(batch: readonly (readonly [string, Unsettled])[]) {
  const groups = new Map<string, [EnvironmentIdentity, [string, Unsettled][]]>()
  for (const [key, open] of batch) {
    const { environment } = open
    const group = groups.get(environment.environmentId) ?? [environment, []]
    group[1].push([key, open])
    groups.set(environment.environmentId, group)
  }
  return groups.values()
}
