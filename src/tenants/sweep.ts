import { and, eq, gt, sql } from 'drizzle-orm'
import { waitForTenant } from '../access/places/hold-tenant.ts'
import { isErased, tenantOf } from '../access/places/tenant-rows.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Logger } from '../log.ts'
import { type Recurring, recurring } from '../store/recurring.ts'
import type { Store } from '../store/store.ts'
import { tenants } from '../store/tenant-tables.ts'
import { blankEvents, removeRows } from './erased-rows.ts'

export interface ErasedSweepOptions {
  readonly store: Store
  readonly log: Logger
  /** What waits in it is stored first. */
  readonly audit: Pick<AuditLog, 'flush'>
  readonly everyMs?: number
}

interface Tombstone {
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly erasedAt: Date | null
}

/** A tombstone that was looked at when it was older need not be looked at again by the same process. */
const settledMs = 600_000

/**
 * Removes what was stored of tenants of before they were erased, but after: what other servers had not stored yet, or this one when
 * it ended. Looks at those of the last day: now, and every minute from then on.
 */
export function sweepErasedTenants(options: ErasedSweepOptions): Recurring {
  const { log, everyMs = 60_000 } = options
  let settled: ReadonlySet<string> = new Set()

  async function look(end: AbortSignal): Promise<void> {
    settled = await lookAtErased(options, settled, end)
  }

  return recurring(look, {
    everyMs,
    onFailure: (error) => log.warn({ err: error }, 'erased tenants cannot be looked at again yet'),
  })
}

/** @returns those that need not be looked at again */
async function lookAtErased(
  { store, audit }: ErasedSweepOptions,
  settled: ReadonlySet<string>,
  end: AbortSignal,
): Promise<ReadonlySet<string>> {
  const tombstones = await store.transaction({ purpose: 'tenants' }, (transaction) =>
    transaction
      .select({
        organizationId: tenants.organizationId,
        environmentId: tenants.environmentId,
        tenantId: tenants.tenantId,
        erasedAt: tenants.erasedAt,
        isSettled: sql<boolean>`${tenants.erasedAt} < now() - ${settledMs}::integer * interval '1 millisecond'`,
      })
      .from(tenants)
      .where(gt(tenants.erasedAt, sql`now() - interval '1 day'`)),
  )
  if (tombstones.length > 0) await audit.flush()
  const looked = new Set<string>()
  for (const of of tombstones) {
    if (end.aborted) break
    const key = keyOf(of)
    if (!settled.has(key)) await lookAt(store, of)
    if (of.isSettled) looked.add(key)
  }
  return looked
}

/** Events of its first minute after as well, also where it is back: they are told apart by their times alone. */
async function lookAt(store: Store, { organizationId, environmentId, tenantId }: Tombstone): Promise<void> {
  const environment = { organizationId, environmentId }
  await store.transaction(environment, async (transaction) => {
    await waitForTenant(transaction, environment, tenantId)
    const [row] = await transaction
      .select()
      .from(tenants)
      .where(and(eq(tenants.environmentId, environmentId), eq(tenants.tenantId, tenantId)))
    if (row === undefined) return
    // Who was told of again since has things of its own, and no token of before could be stored.
    if (isErased(tenantOf(row))) await removeRows(transaction, environment, tenantId)
    await blankEvents(transaction, tenantId)
  })
}

function keyOf({ environmentId, tenantId, erasedAt }: Tombstone): string {
  return JSON.stringify([environmentId, tenantId, erasedAt])
}
