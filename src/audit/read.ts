import { and, desc, eq, lt, or, type SQL, sql } from 'drizzle-orm'
import type { AuditEventRecord, AuditPage } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { auditEvents } from '../store/tables.ts'

/**
 * One page of what happened in an environment, the newest first. One more row than asked for says that there is more.
 * @param tenants patterns of those that it is about; null for all, and for what is about none
 */
export async function listAuditEvents(
  store: Store,
  identity: EnvironmentIdentity,
  { first, after }: AuditPage,
  tenants: readonly string[] | null,
): Promise<readonly AuditEventRecord[]> {
  const beyond =
    after === null
      ? undefined
      : or(lt(auditEvents.at, after.at), and(eq(auditEvents.at, after.at), lt(auditEvents.id, after.id)))
  const rows = await store.transaction(identity, (transaction) =>
    transaction
      .select()
      .from(auditEvents)
      .where(and(beyond, isOf(tenants)))
      .orderBy(desc(auditEvents.at), desc(auditEvents.id))
      .limit(first + 1),
  )
  return rows.map(({ detail, ...row }) => Object.freeze({ ...row, detail: Object(detail ?? {}) }))
}

function isOf(tenants: readonly string[] | null): SQL | undefined {
  if (tenants === null) return undefined
  const conditions = tenants.map((pattern) =>
    pattern.endsWith('*')
      ? sql`starts_with(${auditEvents.tenantId}, ${pattern.slice(0, -1)})`
      : eq(auditEvents.tenantId, pattern),
  )
  return or(sql`false`, ...conditions)
}
