import { and, asc, eq, gt, or, type SQL, sql } from 'drizzle-orm'
import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import type { Regions } from '../access/places/regions.ts'
import { type RegisteredTenant, tenantOf, withoutContent } from '../access/places/tenant-rows.ts'
import type { TenantPage } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'
import { tenants } from '../store/tenant-tables.ts'

/**
 * One page of those who were told of or erased, by id. One more than asked for says that there are more.
 * @throws FORBIDDEN without the scope model:write
 */
export async function listTenants(
  host: HostIdentity,
  { first, after }: TenantPage,
  { store, regions }: { readonly store: Store; readonly regions: Regions },
): Promise<readonly RegisteredTenant[]> {
  requireScope(host, 'model:write')
  const { organizationId, environmentId } = host
  const byId = sql`${tenants.tenantId} collate "C"`
  const rows = await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .select()
      .from(tenants)
      .where(
        and(
          eq(tenants.environmentId, environmentId),
          after === null ? undefined : gt(byId, after),
          isOf(host.tenants),
        ),
      )
      .orderBy(asc(byId))
      .limit(first + 1),
  )
  return rows.map(tenantOf).map((tenant) => (regions.isHere(tenant.region) ? tenant : withoutContent(tenant)))
}

/** Those that a key is for; an empty list is for none. */
export function isOf(patterns: readonly string[] | null): SQL | undefined {
  if (patterns === null) return undefined
  return or(sql`false`, ...patterns.map(matches))
}

function matches(pattern: string): SQL {
  return pattern.endsWith('*')
    ? sql`starts_with(${tenants.tenantId}, ${pattern.slice(0, -1)})`
    : eq(tenants.tenantId, pattern)
}
