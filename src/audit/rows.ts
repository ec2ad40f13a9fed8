import { randomUUID } from 'node:crypto'
import type { Store } from '../store/store.ts'
import { auditEvents } from '../store/tables.ts'
import type { AuditEvent } from './events.ts'

export type AuditRow = typeof auditEvents.$inferInsert

/** The id is made here, so that a batch that was stored although its answer was lost is not stored twice. */
export function rowOf(event: AuditEvent, environment: NonNullable<AuditEvent['environment']>): AuditRow {
  return {
    id: randomUUID(),
    organizationId: environment.organizationId,
    environmentId: environment.environmentId,
    at: new Date(),
    kind: event.kind,
    outcome: event.outcome,
    reason: event.reason ?? null,
    tenantId: event.tenantId ?? null,
    subject: event.subject ?? null,
    apiKeyId: event.apiKeyId ?? null,
    tokenId: event.tokenId ?? null,
    requestId: event.requestId ?? null,
    address: event.address ?? null,
    count: event.count ?? 1,
    detail: event.detail ?? {},
  }
}

export function byEnvironment(rows: readonly AuditRow[]): readonly (readonly AuditRow[])[] {
  const groups = new Map<string, AuditRow[]>()
  for (const row of rows) {
    const group = groups.get(row.environmentId)
    if (group === undefined) groups.set(row.environmentId, [row])
    else group.push(row)
  }
  return [...groups.values()]
}

/** Of one environment. */
export async function insertRows(store: Store, rows: readonly AuditRow[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const { organizationId, environmentId } = first
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .insert(auditEvents)
      .values([...rows])
      .onConflictDoNothing(),
  )
}
