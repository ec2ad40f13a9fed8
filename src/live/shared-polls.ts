import { countPlaces } from './places.ts'
import { createPoll, type Member, type Membership, type Poll } from './poll.ts'

export interface SharedPolls {
  /**
   * Watches a question with all who watch it under the same key.
   * @throws RATE_LIMITED where the tenant watches too many different ones
   */
  join(question: PolledQuestion, member: Member): Membership
  /** The model of an environment has changed. */
  renew(environment: string): void
  /** Something of these tenants has changed, as their questions name them: nobody else's are asked for it. */
  renewOf(tenants: ReadonlySet<string>): void
}

/** Whose questions they are. */
export function tenantKey(environmentId: string, tenantId: string): string {
  return JSON.stringify([environmentId, tenantId])
}

export interface PolledQuestion {
  /** A digest of everything that decides its answer, and of how often it is asked. */
  readonly key: string
  readonly environment: string
  /** Whose questions are counted together, by `tenantKey`; all who share a question are of one tenant. */
  readonly tenant: string
  readonly everyMs: number
}

export function createSharedPolls(pollsPerTenant: number): SharedPolls {
  const polls = new Map<
    string,
    { readonly environment: string; readonly tenant: string; readonly poll: Poll }
  >()
  const places = countPlaces(
    pollsPerTenant,
    (most) => `at most ${most} different live questions of one tenant`,
  )

  function start({ key, environment, tenant, everyMs }: PolledQuestion): Poll {
    const release = places.take(tenant)
    const onIdle = () => {
      polls.delete(key)
      release()
    }
    const poll = createPoll({ key, everyMs, onIdle })
    polls.set(key, { environment, tenant, poll })
    return poll
  }

  return Object.freeze({
    join: (question: PolledQuestion, member: Member) =>
      (polls.get(question.key)?.poll ?? start(question)).join(member),
    renew(environment: string) {
      for (const each of polls.values()) if (each.environment === environment) each.poll.renew()
    },
    renewOf(tenants: ReadonlySet<string>) {
      for (const each of polls.values()) if (tenants.has(each.tenant)) each.poll.renew()
    },
  })
}
