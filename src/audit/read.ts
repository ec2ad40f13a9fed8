import { and, desc, eq, lt, or } from 'drizzle-orm'
import type { AuditEventRecord, AuditPage } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { auditEvents } from '../store/tables.ts'

/** One page of what happened in an environment, the newest first. One more row than asked for says that there is more. */
export async function listAuditEvents(
  store: Store,
  identity: EnvironmentIdentity,
  { first, after }: AuditPage,
): Promise<readonly AuditEventRecord[]> {
  const beyond =
    after === null
      ? undefined
      : or(lt(auditEvents.at, after.at), and(eq(auditEvents.at, after.at), lt(auditEvents.id, after.id)))
  const rows = await store.transaction(identity, (transaction) =>
    transaction
      .select()
      .from(auditEvents)
      .where(beyond)
      .orderBy(desc(auditEvents.at), desc(auditEvents.id))
      .limit(first + 1),
  )
  return rows.map(({ detail, ...row }) => Object.freeze({ ...row, detail: Object(detail ?? {}) }))
}
