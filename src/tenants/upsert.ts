import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireTenant } from '../access/host-bounds.ts'
import { addressOf, namespaceOf } from '../access/places/place.ts'
import type { Regions } from '../access/places/regions.ts'
import type { RegisteredTenants } from '../access/places/registered-tenants.ts'
import {
  couldBeIn,
  type RegisteredTenant,
  selectTenants,
  type TenantDefinition,
  tenantOf,
  withoutContent,
} from '../access/places/tenant-rows.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { TenantInput } from '../graphql/context.ts'
import { lockModel } from '../model/repository.ts'
import { buildRouting } from '../model/routing.ts'
import { laterThan } from '../store/columns.ts'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../store/store.ts'
import { tenants } from '../store/tenant-tables.ts'
import { checkAlone, checkPlace } from './check-place.ts'
import { changedParts, checkTenantId, definitionOf } from './input.ts'

export interface UpsertDeps {
  readonly store: Store
  readonly registered: RegisteredTenants
  readonly regions: Regions
  readonly audit: AuditLog
  readonly requestId: string | null
}

/**
 * Tells of a tenant: where its rows are, which region it is pinned to, what else row rules may read. In force here when this
 * answers, everywhere within two seconds.
 * @throws FORBIDDEN without the scope model:write and for a tenant that the key is not for, BAD_USER_INPUT with the argument's path,
 *   WRONG_REGION
 */
export async function upsertTenant(
  host: HostIdentity,
  input: TenantInput,
  { store, registered, regions, audit, requestId }: UpsertDeps,
): Promise<RegisteredTenant> {
  requireScope(host, 'model:write')
  requireTenant(host, input.tenantId)
  checkTenantId(input.tenantId, 'input.tenantId')
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  const { tenant, changed } = await store.transaction(environment, (transaction) =>
    write(transaction, environment, input, regions),
  )
  registered.note(tenant)
  audit.record({
    kind: 'tenant.changed',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    tenantId: tenant.tenantId,
    // Names of what changed, and no contents.
    detail: { changed: changed.join(', ') },
  })
  return regions.isHere(tenant.region) ? tenant : withoutContent(tenant)
}

/** One after the other, and after a model that is being applied: the environment's row is locked. */
async function write(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  input: TenantInput,
  regions: Regions,
): Promise<{ readonly tenant: RegisteredTenant; readonly changed: readonly string[] }> {
  const model = await lockModel(transaction, environment)
  const { tenantId } = input
  const [before = null] = await selectTenants(transaction, environment, eq(tenants.tenantId, tenantId))
  const definition = heldHere(definitionOf(input, before), input, before, regions)
  const routing = buildRouting(model ?? { dataSources: [], datasets: [] })
  checkPlace(tenantId, definition, routing)
  if (model?.datasets.some(({ tenancy }) => tenancy === 'own') === true) {
    const address = addressOf(tenantId, definition, routing)
    const namespace = address === null ? null : namespaceOf(address)
    const others =
      namespace === null ? [] : await selectTenants(transaction, environment, couldBeIn(namespace))
    checkAlone(tenantId, definition, routing, others)
  }
  const tenant = await writeTenant(transaction, environment, tenantId, { definition })
  return { tenant, changed: changedParts(definition, before) }
}

/**
 * Of a tenant who is pinned to another region nothing is told here but where that is. What the store has of it otherwise, which
 * may be that of its region as well, stays as it is; who is pinned away from here leaves nothing.
 * @throws WRONG_REGION where there is more to tell
 */
function heldHere(
  definition: TenantDefinition,
  { title, attributes }: TenantInput,
  before: RegisteredTenant | null,
  regions: Regions,
): TenantDefinition {
  if (regions.isHere(definition.region)) return definition
  if (title != null || attributes != null) regions.require(definition.region)
  if (before === null || regions.isHere(before.region)) return { ...definition, title: null, attributes: {} }
  if (title !== undefined || attributes !== undefined) regions.require(definition.region)
  return definition
}

interface Written {
  readonly definition: TenantDefinition | Record<string, never>
  /** The API key that it is erased with. */
  readonly erasedBy?: string
}

/** With the lock of the environment; processes learn of it with the commit. */
export async function writeTenant(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  tenantId: string,
  { definition, erasedBy }: Written,
): Promise<RegisteredTenant> {
  const { organizationId, environmentId } = environment
  const now = sql`clock_timestamp()`
  const erased = erasedBy !== undefined && { erasedAt: now, erasedBy }
  const values = { definition, version: randomUUID(), ...erased }
  const [row] = await transaction
    .insert(tenants)
    .values({ organizationId, environmentId, tenantId, ...values, changedAt: now })
    .onConflictDoUpdate({
      target: [tenants.environmentId, tenants.tenantId],
      set: { ...values, changedAt: laterThan(tenants.changedAt) },
    })
    .returning()
  if (row === undefined) throw new Error('The store gave no tenant back.')
  await notify(transaction, 'tenants', '')
  return tenantOf(row)
}
