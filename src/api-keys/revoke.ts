import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { requireScope } from '../access/api-key-scopes.ts'
import { boundsOf } from '../access/api-keys.ts'
import type { HostIdentity } from '../access/host.ts'
import { coversTenants } from '../access/host-bounds.ts'
import { TesseraError } from '../errors.ts'
import type { ApiKeyRecord } from '../graphql/context.ts'
import { endTokens, type RevokeDeps } from '../guest-tokens/revoke.ts'
import { apiKeys } from '../store/tables.ts'
import { requireWithin } from './bounds.ts'
import { apiKeyRecord } from './read.ts'

/**
 * Ends a key of the host's environment, itself included: within two seconds it is refused everywhere. One that was
 * revoked before keeps its time.
 * @throws FORBIDDEN without the scope keys:write, NOT_FOUND where the host can see no such key
 */
export async function revokeApiKey(
  host: HostIdentity,
  id: string,
  { endTokens: endsTokens }: { readonly endTokens: boolean },
  { store, revocations, audit, requestId }: RevokeDeps,
): Promise<ApiKeyRecord> {
  requireScope(host, 'keys:write')
  if (!z.uuid().safeParse(id).success) throw new TesseraError('NOT_FOUND', { argument: 'id' })
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  const { row, ended } = await store.transaction(environment, async (transaction) => {
    const [row] = await transaction
      .update(apiKeys)
      .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())` })
      .where(and(eq(apiKeys.environmentId, environmentId), eq(apiKeys.id, id)))
      .returning()
    // A key of some tenants ends none of others; the transaction takes back what it set.
    if (row === undefined || !coversTenants(host, row))
      throw new TesseraError('NOT_FOUND', { argument: 'id' })
    if (host.tenants !== null) requireWithin(boundsOf(row), host, 'id')
    const target = { kind: 'api_key', apiKeyId: row.id } as const
    return { row, ended: endsTokens ? await endTokens(transaction, environment, target) : null }
  })
  if (ended !== null) revocations.add(ended.revocation)
  audit.record({
    kind: 'api_key.revoked',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: { apiKeyId: row.id, prefix: row.prefix, ...(ended !== null && { tokens: ended.count }) },
  })
  return apiKeyRecord(row)
}
