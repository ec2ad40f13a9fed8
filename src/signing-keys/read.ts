import { asc, eq } from 'drizzle-orm'
import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireAllTenants } from '../access/host-bounds.ts'
import { publicMembers } from '../access/key-material.ts'
import { parseAlgorithm, type SigningKeyRow } from '../access/signing-key-rows.ts'
import type { SigningKeyRecord } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'

/**
 * All that the environment signed with, the oldest first, but for those that ended long ago and were removed.
 * @throws FORBIDDEN without the scope keys:write and for a key of some tenants
 */
export async function listSigningKeys(
  host: HostIdentity,
  store: Store,
): Promise<readonly SigningKeyRecord[]> {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  const { organizationId, environmentId } = host
  const rows = await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .select()
      .from(signingKeys)
      .where(eq(signingKeys.environmentId, environmentId))
      .orderBy(asc(signingKeys.createdAt), asc(signingKeys.id)),
  )
  return rows.map(signingKeyRecord)
}

/** What may be shown of a key: everything but its private half. */
export function signingKeyRecord(row: SigningKeyRow): SigningKeyRecord {
  const { id, createdAt, retiredAt, expiresAt, publicJwk } = row
  const algorithm = parseAlgorithm(row)
  const publicKey = publicMembers(algorithm, publicJwk)
  return Object.freeze({ id, algorithm, createdAt, retiredAt, expiresAt, publicKey })
}
