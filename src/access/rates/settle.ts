import { createHash } from 'node:crypto'
import { lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { EnvironmentIdentity, Store } from '../../store/store.ts'
import { rateWindows } from '../../store/tables.ts'
import { windowSeconds } from './budget.ts'

/** What a process spent of one budget since it last said so; less than nothing where some of that was given back. */
export interface Spending {
  readonly key: string
  readonly points: number
}

/** What all processes spent of it in the minute that it is in. */
export interface Settled extends Spending {
  readonly secondsLeft: number
}

const answerSchema = z.object({
  rows: z.array(z.object({ key: z.string(), points: z.coerce.number(), seconds: z.coerce.number() })),
})

/**
 * Adds to what the store has, in one statement, and takes away no more than there is: what is given back when its minute is over
 * is no present of the next. The rows are always in the same order: two at once never wait for each other in a ring.
 */
export async function settleSpendings(
  store: Store,
  environment: EnvironmentIdentity,
  spendings: readonly Spending[],
): Promise<readonly Settled[]> {
  const { organizationId, environmentId } = environment
  const byDigest = new Map(spendings.map((spending) => [digestOf(spending.key), spending]))
  const digests = [...byDigest.keys()].sort()
  const points = digests.map((digest) => byDigest.get(digest)?.points ?? 0)
  const answer = await store.transaction(environment, (transaction) =>
    transaction.execute(sql`
      insert into rate_windows as known (organization_id, environment_id, key, points, ends_at)
      select ${organizationId}::uuid, ${environmentId}::uuid, spent.key, spent.points, now() + make_interval(secs => ${windowSeconds})
      from unnest(${sql.param(digests)}::text[], ${sql.param(points)}::bigint[]) as spent (key, points)
      on conflict (environment_id, key) do update set
        points = greatest(0, excluded.points + case when known.ends_at > now() then greatest(0, known.points) else 0 end),
        ends_at = case when known.ends_at > now() then known.ends_at else excluded.ends_at end
      returning key, points, extract(epoch from ends_at - now()) as seconds`),
  )
  return answerSchema.parse(answer).rows.flatMap(({ key: digest, points: all, seconds }) => {
    const spending = byDigest.get(digest)
    return spending === undefined
      ? []
      : [{ key: spending.key, points: Math.max(0, all), secondsLeft: seconds }]
  })
}

/** Removes the environment's minutes that are over. */
export async function sweepRates(store: Store, environment: EnvironmentIdentity): Promise<void> {
  await store.transaction(environment, (transaction) =>
    transaction.delete(rateWindows).where(lt(rateWindows.endsAt, sql`now()`)),
  )
}

/** Keys have ids of tenants and addresses of people in them, which this table has no need to tell. */
function digestOf(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('base64url')
}
