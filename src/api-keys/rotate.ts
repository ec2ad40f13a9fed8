import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { requireScope } from '../access/api-key-scopes.ts'
import { boundsOf } from '../access/api-keys.ts'
import type { HostIdentity } from '../access/host.ts'
import { coversTenants } from '../access/host-bounds.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { CreatedApiKey } from '../graphql/context.ts'
import { apiKeys } from '../store/tables.ts'
import { requireWithin } from './bounds.ts'
import { type CreateDeps, insertApiKey } from './create.ts'

/** Long enough for a release of whoever holds the key. */
const graceMaxSeconds = 30 * 86_400

/**
 * A new key in the place of another, which may be the host's own.
 * @throws FORBIDDEN without the scope keys:write and where the key has more than the host's own: its secret would be
 *   handed out; NOT_FOUND where the host can see none; BAD_USER_INPUT where it has ended
 */
export async function rotateApiKey(
  host: HostIdentity,
  id: string,
  { graceSeconds }: { readonly graceSeconds: number },
  { store, audit, requestId }: CreateDeps,
): Promise<CreatedApiKey> {
  requireScope(host, 'keys:write')
  if (!z.uuid().safeParse(id).success) throw new TesseraError('NOT_FOUND', { argument: 'id' })
  if (graceSeconds < 0 || graceSeconds > graceMaxSeconds) {
    throw badInput('graceSeconds', `a whole number from 0 to ${graceMaxSeconds}`)
  }
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  const created = await store.transaction(environment, async (transaction) => {
    const own = and(eq(apiKeys.environmentId, environmentId), eq(apiKeys.id, id))
    const [row] = await transaction.select().from(apiKeys).where(own).for('update')
    if (row === undefined || !coversTenants(host, row))
      throw new TesseraError('NOT_FOUND', { argument: 'id' })
    const bounds = boundsOf(row)
    requireWithin(bounds, host, 'id')
    if (row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= new Date())) {
      throw badInput('id', 'a key that was not revoked and has not expired')
    }
    const end = sql`now() + make_interval(secs => ${graceSeconds})`
    await transaction
      .update(apiKeys)
      .set({
        expiresAt: sql`least(${apiKeys.expiresAt}, ${end})`,
        // An end that is now by the store's clock is later for a process whose own is behind.
        ...(graceSeconds === 0 && { revokedAt: sql`now()` }),
      })
      .where(own)
    return insertApiKey(transaction, environment, { name: row.name, bounds, rotatedFrom: row.id })
  })
  audit.record({
    kind: 'api_key.rotated',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: { apiKeyId: created.apiKey.id, rotatedFrom: id, graceSeconds },
  })
  return created
}
