import { countPlaces } from './places.ts'
import { createPoll, type Member, type Poll } from './poll.ts'

export interface SharedPolls {
  /**
   * Watches a question with all who watch it under the same key; returns how to leave.
   * @throws RATE_LIMITED where the tenant watches too many different ones
   */
  join(question: PolledQuestion, member: Member): () => void
}

export interface PolledQuestion {
  /** A digest of everything that decides its answer, and of how often it is asked. */
  readonly key: string
  /** Whose questions are counted together. */
  readonly tenant: string
  readonly everyMs: number
}

export function createSharedPolls(pollsPerTenant: number): SharedPolls {
  const polls = new Map<string, Poll>()
  const places = countPlaces(
    pollsPerTenant,
    (most) => `at most ${most} different live questions of one tenant`,
  )

  function start({ key, tenant, everyMs }: PolledQuestion): Poll {
    const release = places.take(tenant)
    const onIdle = () => {
      polls.delete(key)
      release()
    }
    const poll = createPoll({ key, everyMs, onIdle })
    polls.set(key, poll)
    return poll
  }

  return Object.freeze({
    join: (question: PolledQuestion, member: Member) =>
      (polls.get(question.key) ?? start(question)).join(member),
  })
}
