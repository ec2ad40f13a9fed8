import { asc } from 'drizzle-orm'
import { permitsScope, requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { coversTenants } from '../access/host-bounds.ts'
import type { ApiKeyRecord, UsedApiKey } from '../graphql/context.ts'
import type { ApiKeyRow } from '../store/loaders.ts'
import type { Store } from '../store/store.ts'
import { apiKeys } from '../store/tables.ts'

/**
 * All keys of the environment, the oldest first; for a key that is bound to tenants, those of its own tenants.
 * @throws FORBIDDEN without the scope keys:write
 */
export async function listApiKeys(host: HostIdentity, store: Store): Promise<readonly ApiKeyRecord[]> {
  requireScope(host, 'keys:write')
  const { organizationId, environmentId } = host
  const rows = await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction.select().from(apiKeys).orderBy(asc(apiKeys.createdAt), asc(apiKeys.id)),
  )
  return rows.filter((row) => coversTenants(host, row)).map(apiKeyRecord)
}

/** What a host may know of a key that something was done with: what it is called, and the rest where it could list it. */
export function usedApiKey(host: HostIdentity, row: ApiKeyRow): UsedApiKey {
  const { id, prefix } = row
  const isListed = permitsScope(host, 'keys:write') && coversTenants(host, row)
  return Object.freeze({ id, prefix, record: isListed ? apiKeyRecord(row) : null })
}

/** What may be shown of a key: everything but the hash of its secret. */
export function apiKeyRecord(row: ApiKeyRow): ApiKeyRecord {
  const { secretHash: _, organizationId: __, environmentId: ___, ...shown } = row
  return Object.freeze(shown)
}
