import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { apiKeys } from '../store/tables.ts'
import { apiKeyForm, hashApiKey, isApiKey, newApiKey } from './api-keys.ts'

const environmentVariable = 'TESSERA_BOOTSTRAP_API_KEY'

/**
 * The environment's first admin key. A given secret becomes exactly that key, as often as this runs; keys that were
 * given at earlier starts stay as they are. Without one, a key is made where the environment has none at all.
 * @returns the secret of a key that was made just now, to be shown this once; null otherwise
 * @throws Error where the given secret is of another form, revoked, expired or a key of another environment
 */
export async function ensureBootstrapKey(
  store: Store,
  { organizationId, environmentId }: EnvironmentIdentity,
  given?: string,
): Promise<string | null> {
  if (given !== undefined && !isApiKey(given))
    throw new Error(`${environmentVariable}: expected ${apiKeyForm}.`)
  const made = newApiKey()
  const secret = given ?? made.secret
  const secretHash = hashApiKey(secret)
  const row = {
    organizationId,
    environmentId,
    id: randomUUID(),
    name: 'bootstrap',
    // Of a key that someone chose, only four characters are shown.
    prefix: given === undefined ? made.prefix : given.slice(0, 'tsk_'.length + 4),
    secretHash,
    scopes: ['admin'],
  }
  return store.transaction({ organizationId, environmentId }, async (transaction) => {
    // So that two processes that start at once make one key.
    await transaction.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`bootstrap key ${environmentId}`}, 0))`,
    )
    if (given === undefined) {
      const [any] = await transaction.select({ id: apiKeys.id }).from(apiKeys).limit(1)
      if (any !== undefined) return null
      await transaction.insert(apiKeys).values(row)
      return secret
    }
    await transaction.insert(apiKeys).values(row).onConflictDoNothing()
    const [stored] = await transaction.select().from(apiKeys).where(eq(apiKeys.secretHash, secretHash))
    if (stored === undefined) throw new Error(`${environmentVariable}: it is a key of another environment.`)
    if (stored.revokedAt !== null || stored.expiresAt !== null) {
      throw new Error(`${environmentVariable}: the key was revoked or given an end; give another one.`)
    }
    if (!stored.scopes.includes('admin'))
      throw new Error(`${environmentVariable}: it is no admin key; give another one.`)
    return null
  })
}
