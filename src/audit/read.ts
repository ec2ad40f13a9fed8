import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import type { AuditEventRecord, AuditFilter, AuditPage } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { auditEvents } from '../store/tables.ts'

/**
 * One page of what happened in an environment, the newest first. One more row than asked for says that there is more.
 * @param identity with a tenant for what that tenant alone may see
 * @param tenants patterns of those that it is about; null for all, and for what is about none
 */
export async function listAuditEvents(
  store: Store,
  identity: EnvironmentIdentity,
  page: AuditPage,
  tenants: readonly string[] | null,
): Promise<readonly AuditEventRecord[]> {
  const rows = await store.transaction(identity, (transaction) =>
    selectAuditEvents(transaction, identity, page, tenants),
  )
  return rows.map(({ detail, ...row }) => Object.freeze({ ...row, detail: Object(detail ?? {}) }))
}

/** Each usual filter has an index of its own, in the order of the pages. */
export function selectAuditEvents(
  transaction: StoreTransaction,
  { environmentId, tenantId }: EnvironmentIdentity,
  { first, after, filter }: AuditPage,
  tenants: readonly string[] | null,
) {
  return transaction
    .select()
    .from(auditEvents)
    .where(
      and(
        // Row-level security says the same; said here it is looked up.
        eq(auditEvents.environmentId, environmentId),
        tenantId === undefined ? undefined : eq(auditEvents.tenantId, tenantId),
        after === null ? undefined : isBefore(after),
        isOf(tenants),
        ...matches(filter),
      ),
    )
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(first + 1)
}

/** As one comparison, which an index answers. */
function isBefore({ at, id }: NonNullable<AuditPage['after']>): SQL {
  return sql`(${auditEvents.at}, ${auditEvents.id}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`
}

function matches(filter: AuditFilter): readonly (SQL | undefined)[] {
  const { kinds, outcomes, reasons, from, to } = filter
  const exact = ['tenantId', 'subject', 'apiKeyId', 'tokenId', 'requestId', 'address'] as const
  return [
    ...exact.map((name) => {
      const value = filter[name]
      return value === undefined ? undefined : eq(auditEvents[name], value)
    }),
    isAmong(auditEvents.kind, kinds),
    isAmong(auditEvents.outcome, outcomes),
    isAmong(auditEvents.reason, reasons),
    from === undefined ? undefined : gte(auditEvents.at, from),
    to === undefined ? undefined : lt(auditEvents.at, to),
  ]
}

/** None of them is none at all. */
function isAmong(
  column: typeof auditEvents.kind | typeof auditEvents.outcome | typeof auditEvents.reason,
  names: readonly string[] | undefined,
): SQL | undefined {
  if (names === undefined) return undefined
  return names.length === 0 ? sql`false` : inArray(column, [...names])
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
