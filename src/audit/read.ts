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
        tenantId === undefined ? undefined : isTenant(tenantId),
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
  const { kinds, outcomes, reasons, tenantId, from, to } = filter
  const exact = ['subject', 'apiKeyId', 'tokenId', 'requestId', 'address'] as const
  return [
    ...exact.map((name) => {
      const value = filter[name]
      return value === undefined ? undefined : eq(auditEvents[name], value)
    }),
    tenantId === undefined ? undefined : isTenant(tenantId),
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
    pattern.endsWith('*') ? startsWith(pattern.slice(0, -1)) : isTenant(pattern),
  )
  return or(sql`false`, ...conditions)
}

/** In the order of code points, which the index has: what starts alike then stands together. */
const tenantInOrder = sql`${auditEvents.tenantId} collate "C"`

function isTenant(tenantId: string): SQL {
  return sql`${tenantInOrder} = ${tenantId}`
}

function startsWith(start: string): SQL {
  const next = after(start)
  const isBelow = next === null ? sql`true` : sql`${tenantInOrder} < ${next}`
  return sql`(${tenantInOrder} >= ${start} and ${isBelow})`
}

/** The first text after all that start so; null where there is none. */
function after(start: string): string | null {
  const points = [...start]
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) ?? 0
    // Between the two stand surrogates, which no text of the store has.
    if (point < 0x10ffff)
      return [...points, String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1)].join('')
  }
  return null
}
