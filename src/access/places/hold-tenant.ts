import { eq, type SQL, sql } from 'drizzle-orm'
import { TesseraError } from '../../errors.ts'
import type { EnvironmentIdentity, StoreTransaction } from '../../store/store.ts'
import { tenants } from '../../store/tenant-tables.ts'
import { isErased, selectTenants } from './tenant-rows.ts'

/**
 * As `tryHoldTenant`, before there is a token.
 * @throws BAD_USER_INPUT where the tenant was erased
 */
export async function holdTenant(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  tenantId: string,
): Promise<void> {
  if (!(await tryHoldTenant(transaction, environment, tenantId))) throw tenantErased()
}

/**
 * Until the transaction ends, an erasure of the tenant waits for it, and sees what it wrote. What other processes know of an
 * erasure is two seconds late at most; this is not. Taken before any other lock.
 * @returns false where the tenant was erased, and nothing may be kept of it
 */
export async function tryHoldTenant(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  tenantId: string,
): Promise<boolean> {
  await transaction.execute(sql`select pg_advisory_xact_lock_shared(${lockOf(environment, tenantId)})`)
  // A statement of its own, which sees what was committed while the other waited.
  const [tenant] = await selectTenants(transaction, environment, eq(tenants.tenantId, tenantId))
  return tenant === undefined || !isErased(tenant)
}

/** Waits for all who hold the tenant; who would hold it next waits until the transaction ends. Taken before any other lock. */
export async function waitForTenant(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  tenantId: string,
): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${lockOf(environment, tenantId)})`)
}

export function tenantErased(): TesseraError {
  const expected = 'a tenant that was not erased; upsertTenant takes it in again'
  return new TesseraError('BAD_USER_INPUT', { argument: 'input.tenantId', expected })
}

function lockOf({ environmentId }: EnvironmentIdentity, tenantId: string): SQL {
  return sql`hashtextextended(${`tenant ${environmentId} ${tenantId}`}, 0)`
}
