import { and, eq } from 'drizzle-orm'
import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireTenant } from '../access/host-bounds.ts'
import { waitForTenant } from '../access/places/hold-tenant.ts'
import type { RegisteredTenants } from '../access/places/registered-tenants.ts'
import type { Revocations } from '../access/revocations.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { ErasedTenantRecord } from '../graphql/context.ts'
import { endTokens } from '../guest-tokens/revoke.ts'
import type { Logger } from '../log.ts'
import { lockModel, removeDashboardsOf } from '../model/repository.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { revocations } from '../store/tables.ts'
import { blankEvents, removeRows } from './erased-rows.ts'
import { checkTenantId } from './input.ts'
import { writeTenant } from './upsert.ts'

export interface EraseDeps {
  readonly store: Store
  readonly registered: RegisteredTenants
  readonly revocations: Revocations
  readonly audit: AuditLog
  readonly requestId: string | null
  readonly log?: Logger
  /** The model of the environment may be another one. */
  readonly onModelChange: () => void
}

/**
 * Ends the tenant's tokens everywhere within two seconds and erases what is kept of it but for a tombstone. From then on it has
 * no tokens until it is told of again.
 * @throws FORBIDDEN without the scope model:write and for a tenant that the key is not for, BAD_USER_INPUT
 */
export async function eraseTenant(
  host: HostIdentity,
  tenantId: string,
  deps: EraseDeps,
): Promise<ErasedTenantRecord> {
  requireScope(host, 'model:write')
  requireTenant(host, tenantId)
  checkTenantId(tenantId, 'tenantId')
  const { store, registered, audit, requestId } = deps
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  // What waits would be stored after what is there was blanked.
  await audit.flush()
  const { tenant, revocation, ...removed } = await store.transaction(environment, (transaction) =>
    erase(transaction, environment, { tenantId, apiKeyId }),
  )
  deps.revocations.add(revocation)
  registered.note(tenant)
  if (removed.dashboards > 0) deps.onModelChange()
  const erased = {
    ...removed,
    auditEvents: removed.auditEvents + (await blankLate(environment, tenantId, deps)),
  }
  const detail = { tokens: erased.tokens, dashboards: erased.dashboards, auditEvents: erased.auditEvents }
  audit.record({
    kind: 'tenant.erased',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    tenantId,
    detail,
  })
  return Object.freeze({ tenantId, erasedAt: tenant.erasedAt ?? new Date(), erasedBy: apiKeyId, ...erased })
}

async function erase(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  { tenantId, apiKeyId }: { readonly tenantId: string; readonly apiKeyId: string },
) {
  // First, so that nobody waits for the environment while this waits for mints.
  await waitForTenant(transaction, environment, tenantId)
  const model = await lockModel(transaction, environment)
  const { revocation, count: tokens } = await endTokens(transaction, environment, {
    kind: 'tenant',
    tenantId,
  })
  await removeRows(transaction, environment, tenantId)
  await removeRevocations(transaction, environment, tenantId)
  const dashboards = model === null ? 0 : await removeDashboardsOf(transaction, environment, model, tenantId)
  const tenant = await writeTenant(transaction, environment, tenantId, { definition: {}, erasedBy: apiKeyId })
  // Only of who has a tombstone.
  const auditEvents = await blankEvents(transaction, tenantId)
  return { tenant, revocation, tokens, dashboards, auditEvents }
}

/** Those of one person alone, whose name they tell: the tenant's own, which is newer, ends the same tokens. */
async function removeRevocations(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  tenantId: string,
): Promise<void> {
  const ofTenant = and(eq(revocations.environmentId, environmentId), eq(revocations.tenantId, tenantId))
  await transaction.delete(revocations).where(and(ofTenant, eq(revocations.kind, 'viewer')))
}

/** What was recorded here until this process knew; what it records from then on says nothing. */
async function blankLate(
  environment: EnvironmentIdentity,
  tenantId: string,
  { store, audit, log }: EraseDeps,
): Promise<number> {
  await audit.flush()
  try {
    return await store.transaction(environment, (transaction) => blankEvents(transaction, tenantId))
  } catch (error) {
    // It is erased all the same, and looked at again later.
    log?.warn({ err: error }, 'audit events of an erased tenant were not looked at again')
    return 0
  }
}
