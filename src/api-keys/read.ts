import { asc } from 'drizzle-orm'
import type { ApiKeyRecord } from '../graphql/context.ts'
import type { ApiKeyRow } from '../store/loaders.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { apiKeys } from '../store/tables.ts'

/** All keys of an environment, the oldest first. */
export async function listApiKeys(
  store: Store,
  identity: EnvironmentIdentity,
): Promise<readonly ApiKeyRecord[]> {
  const rows = await store.transaction(identity, (transaction) =>
    transaction.select().from(apiKeys).orderBy(asc(apiKeys.createdAt), asc(apiKeys.id)),
  )
  return rows.map(apiKeyRecord)
}

/** What may be shown of a key: everything but the hash of its secret. */
export function apiKeyRecord(row: ApiKeyRow): ApiKeyRecord {
  const { id, name, prefix, scopes, createdAt, expiresAt, revokedAt, lastUsedAt } = row
  return Object.freeze({ id, name, prefix, scopes, createdAt, expiresAt, revokedAt, lastUsedAt })
}
