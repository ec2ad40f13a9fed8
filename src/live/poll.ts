import type { WidgetAnswer } from '../analytics/answers.ts'
import type { Outcome } from '../graphql/live.ts'
import { runInFirstTurn, type Turns } from './first-turn.ts'
import { answered, failed, isEnd, isOutdated } from './outcome.ts'

/** What was answered, and the version of the model that it was asked under. */
export interface Asked {
  readonly model: number
  readonly answer: WidgetAnswer | { readonly kind: 'failure'; readonly error: unknown }
}

/** One who watches a question. */
export interface Member {
  /** Asks it for this member. */
  readonly ask: (signal: AbortSignal) => Promise<Asked>
  /** Of the member's token, which is asked for no more at a time than it may. */
  readonly turns: Turns
  readonly tell: (outcome: Outcome) => void
  /** The member's credential is at an end. */
  readonly end: (error: unknown) => void
}

export interface Membership {
  leave(): void
  /** The model has this version now: what was asked under an older one is not told any more. */
  renew(model: number): void
}

export interface Poll {
  /** Tells the latest outcome at once where there is one. */
  join(member: Member): Membership
  /** The model or the tenant has changed: begins a round, at once if there was none just now, and tells nothing of an earlier one. */
  renew(): void
}

export interface PollTerms {
  readonly key: string
  readonly everyMs: number
  /** The last member has left; the poll is never joined again. */
  readonly onIdle: () => void
}

/** However often something changes, a question is not asked more often for it. */
const renewEveryMs = 1_000

/** Whoever joins later is not shown an older answer than this, however rarely it is asked. */
const staleMs = 10_000

/**
 * Asks one question for all of its members, again and again, the next time only after the last one was answered. They know
 * themselves what is new to them. A failure is told like an answer, and the poll goes on. It lives while it has members.
 */
export function createPoll({ key, everyMs, onIdle }: PollTerms): Poll {
  const members = new Set<Member>()
  const over = new AbortController()
  let latest: Outcome | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  let isAsking = false
  /** The round that is being asked began before a change of the model. */
  let isLate = false
  let timer: NodeJS.Timeout | undefined
  /** Lets one who joins while all others wait for a turn take the first. */
  let offer = (_: Member) => {}

  async function tick(): Promise<void> {
    clearTimeout(timer)
    isAsking = true
    isLate = false
    askedAt = performance.now()
    const outcome = await nextOutcome()
    isAsking = false
    if (outcome === null || over.signal.aborted) return
    if (isLate) return tickAfter(renewEveryMs)
    latest = outcome
    tickAfter(everyMs)
    for (const member of members) member.tell(outcome)
  }

  /** Since the last one began. */
  function tickAfter(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(tick, Math.max(0, askedAt + ms - performance.now()))
  }

  /** Null where no member is left. */
  async function nextOutcome(): Promise<Outcome | null> {
    while (members.size > 0) {
      const turn = runInFirstTurn(members, askedAs)
      offer = turn.offer
      try {
        const outcome = await turn.result
        if (outcome !== null) return outcome
      } catch (error) {
        return failed(key, error)
      }
    }
    return null
  }

  /** For each member in its turn, so that none of their tokens does it for all; null where that one may not ask any more. */
  async function askedAs(member: Member): Promise<Outcome | null> {
    members.delete(member)
    members.add(member)
    try {
      const { model, answer } = await member.ask(over.signal)
      return answer.kind === 'failure' ? failed(key, answer.error, model) : answered(key, answer, model)
    } catch (error) {
      if (!isEnd(error)) return failed(key, error)
      // The others may.
      if (members.has(member)) member.end(error)
      leave(member)
      return null
    }
  }

  function leave(member: Member): void {
    if (!members.delete(member) || members.size > 0) return
    clearTimeout(timer)
    over.abort()
    onIdle()
  }

  function renew(): void {
    latest = null
    if (isAsking) isLate = true
    else tickAfter(renewEveryMs)
  }

  return Object.freeze({
    join(member: Member) {
      members.add(member)
      if (isAsking) offer(member)
      const isFresh = performance.now() - askedAt < Math.min(everyMs, staleMs)
      if (latest !== null && isFresh) member.tell(latest)
      else if (!isAsking) void tick()
      return {
        leave: () => leave(member),
        renew: (model: number) => {
          if (latest !== null && isOutdated(latest, model)) renew()
        },
      }
    },
    renew,
  })
}
