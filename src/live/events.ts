import type { RequestContext } from '../graphql/context.ts'
import type { LiveEvent, Outcome } from '../graphql/live.ts'
import { digestPattern, failed, isEnd, isOutdated } from './outcome.ts'
import type { Member, Membership } from './poll.ts'

export interface Watched {
  /** Joins the poll of a question. */
  readonly join: (member: Omit<Member, 'ask' | 'turns'>) => Membership
}

export interface Bound {
  readonly context: RequestContext
  /** The version of the model. */
  readonly model: number
}

export interface EventTerms {
  readonly watched: readonly Watched[]
  /** What the client says it saw last. */
  readonly lastEventId: string | undefined
  /** Binds what an event is resolved with, as the model and the token are then. */
  readonly bind: () => Promise<Bound>
  /** Of the request: for the event that says why there are no more. */
  readonly context: RequestContext
  /** Aborts with the refusal when the token ends. */
  readonly ended: AbortSignal
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal
  readonly release: () => void
}

const over = { done: true, value: undefined } as const

/**
 * What one reader is told of the questions that it watches. For a question that changes before the reader takes it, the
 * latest outcome waits and no other, so that whoever reads slowly costs no more than whoever does not.
 */
export function liveEvents(terms: EventTerms): AsyncIterableIterator<LiveEvent> {
  const { watched, bind, context, ended, gone, release } = terms
  const seen = seenIn(terms.lastEventId, watched.length)
  const waiting = new Map<number, Outcome>()
  let end: Outcome | null = null
  let isOver = false
  let wake = () => {}
  let joined: readonly Membership[] = []

  function tell(index: number, outcome: Outcome): void {
    if (outcome.digest === seen[index]) waiting.delete(index)
    else waiting.set(index, outcome)
    wake()
  }

  function stop(): void {
    for (const each of joined) each.leave()
    joined = []
    waiting.clear()
    ended.removeEventListener('abort', stopWithToken)
    gone.removeEventListener('abort', close)
    release()
    wake()
  }

  function finish(error: unknown): void {
    end ??= failed('', error)
    stop()
  }

  function stopWithToken(): void {
    finish(ended.reason)
  }

  function close(): void {
    isOver = true
    stop()
  }

  function begin(): void {
    ended.addEventListener('abort', stopWithToken)
    gone.addEventListener('abort', close)
    try {
      for (const [index, { join }] of watched.entries()) {
        joined = [...joined, join({ tell: (outcome) => tell(index, outcome), end: finish })]
      }
    } catch (error) {
      close()
      throw error
    }
    if (ended.aborted) stopWithToken()
    if (gone.aborted) close()
  }

  async function boundNow(): Promise<Bound & { readonly refusal: Outcome | null }> {
    try {
      return { ...(await bind()), refusal: null }
    } catch (error) {
      if (isEnd(error)) finish(error)
      return { context, model: 0, refusal: failed('', error) }
    }
  }

  async function take(): Promise<LiveEvent | null> {
    const [first] = waiting
    if (first === undefined) return null
    const [index] = first
    const bound = await boundNow()
    // What has come meanwhile is newer, and nothing is told past the token's end.
    const latest = waiting.get(index)
    if (latest === undefined) return null
    waiting.delete(index)
    if (isOutdated(latest, bound.model)) {
      // It may show what may not be seen any more; what is asked under the model of now comes in its place.
      joined[index]?.renew(bound.model)
      return null
    }
    const outcome = bound.refusal ?? latest
    seen[index] = outcome.digest
    const id = seen.map((digest) => digest ?? '-').join('.')
    return { id, context: bound.context, index, outcome }
  }

  async function next(): Promise<IteratorResult<LiveEvent, undefined>> {
    for (;;) {
      if (isOver) return over
      if (end !== null) {
        isOver = true
        return { done: false, value: { id: null, context, index: 0, outcome: end } }
      }
      const event = await take()
      if (event !== null) return { done: false, value: event }
      if (!isOver && end === null && waiting.size === 0)
        await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  begin()
  return {
    next,
    return: async () => {
      close()
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** The outcomes that a reader has, by question; an id that is none of ours says nothing. */
function seenIn(lastEventId: string | undefined, count: number): (string | null)[] {
  const digests = (lastEventId ?? '').split('.')
  const isOurs = digests.length === count && digests.every((each) => each === '-' || digestPattern.test(each))
  if (!isOurs) return Array.from({ length: count }, () => null)
  return digests.map((digest) => (digest === '-' ? null : digest))
}
