import { badInput, TesseraError } from '../errors.ts'

/** What one subscription asks again and again. */
export interface Polled {
  readonly questions: number
  readonly everySeconds: number
}

/** How often the open subscriptions of each token ask, all together. */
export interface TokenPolls {
  /**
   * Returns how to give it back, once.
   * @param perMinute the requests of the token
   * @throws BAD_USER_INPUT for what is more by itself, RATE_LIMITED where it is with what is open
   */
  take(token: string, polled: Polled, perMinute: number): () => void
}

const longestSeconds = 86_400
const retryAfterSeconds = 10

/** A question that is asked again is a request: no token has more of them in a minute than it has requests. */
export function countTokenPolls(): TokenPolls {
  const open = new Map<string, Set<Polled>>()

  function take(token: string, polled: Polled, perMinute: number): () => void {
    checkInterval(polled, perMinute)
    const others = open.get(token) ?? new Set<Polled>()
    const sum = [...others, polled].reduce((total, each) => total + inMinute(each), 0)
    if (Math.floor(sum) > perMinute) {
      const expected = `at most ${perMinute} live questions a minute with one token`
      throw new TesseraError('RATE_LIMITED', { expected, retryAfterSeconds })
    }
    const own = { ...polled }
    open.set(token, others.add(own))
    return () => {
      others.delete(own)
      if (others.size === 0 && open.get(token) === others) open.delete(token)
    }
  }

  return Object.freeze({ take })
}

function inMinute({ questions, everySeconds }: Polled): number {
  return (questions * 60) / everySeconds
}

function checkInterval({ questions, everySeconds }: Polled, perMinute: number): void {
  const least = Math.max(1, Math.ceil((questions * 60) / perMinute))
  if (Number.isInteger(everySeconds) && everySeconds >= least && everySeconds <= longestSeconds) return
  throw badInput('everySeconds', `a whole number from ${least} to ${longestSeconds}`)
}
