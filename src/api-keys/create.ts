import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { requireScope } from '../access/api-key-scopes.ts'
import { hashApiKey, newApiKey } from '../access/api-keys.ts'
import type { HostBounds, HostIdentity } from '../access/host.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { badInput } from '../errors.ts'
import type { ApiKeyInput, CreatedApiKey } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { apiKeys } from '../store/tables.ts'
import { askedBounds, requireWithin } from './bounds.ts'
import { apiKeyRecord } from './read.ts'

export interface CreateDeps {
  readonly store: Store
  readonly audit: AuditLog
  readonly requestId: string | null
}

const nameSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cs}\p{Cc}]*$/u)

/**
 * A key of the host's own environment.
 * @throws FORBIDDEN without the scope keys:write and for more than the host's own key has, BAD_USER_INPUT with the
 *   argument's path
 */
export async function createApiKey(
  host: HostIdentity,
  input: ApiKeyInput,
  { store, audit, requestId }: CreateDeps,
): Promise<CreatedApiKey> {
  requireScope(host, 'keys:write')
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  if (!nameSchema.safeParse(input.name).success) {
    throw badInput(
      'input.name',
      'a name of 1 to 100 characters without control characters or lone surrogates',
    )
  }
  const bounds = askedBounds(input, host, new Date())
  requireWithin(bounds, host, 'input')
  const created = await store.transaction(environment, (transaction) =>
    insertApiKey(transaction, environment, { name: input.name, bounds, rotatedFrom: null }),
  )
  const { id, prefix } = created.apiKey
  audit.record({
    kind: 'api_key.created',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: { apiKeyId: id, prefix, scopes: bounds.scopes.join(' ') },
  })
  return created
}

export interface NewKeyRow {
  readonly name: string
  readonly bounds: HostBounds
  readonly rotatedFrom: string | null
}

export async function insertApiKey(
  transaction: StoreTransaction,
  { organizationId, environmentId }: EnvironmentIdentity,
  { name, bounds, rotatedFrom }: NewKeyRow,
): Promise<CreatedApiKey> {
  const { secret, prefix } = newApiKey()
  const { scopes, tenants, networks, expiresAt } = bounds
  const [row] = await transaction
    .insert(apiKeys)
    .values({
      organizationId,
      environmentId,
      id: randomUUID(),
      name,
      prefix,
      secretHash: hashApiKey(secret),
      scopes: [...scopes],
      tenants: tenants === null ? null : [...tenants],
      networks: networks?.map(({ text }) => text) ?? null,
      rotatedFrom,
      expiresAt,
    })
    .returning()
  if (row === undefined) throw new Error('The store gave no API key back.')
  return Object.freeze({ apiKey: apiKeyRecord(row), secret })
}
