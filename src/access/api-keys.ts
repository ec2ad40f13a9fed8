import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Logger } from '../log.ts'
import type { ApiKeyRow } from '../store/loaders.ts'
import type { Store } from '../store/store.ts'
import { apiKeys } from '../store/tables.ts'
import { apiKeyScopes } from './api-key-scopes.ts'
import { createFreshCache } from './fresh-cache.ts'
import type { HostBounds, HostKey } from './host.ts'
import { type Network, parseNetwork } from './networks.ts'
import { type ProvenIdentity, refused } from './refusal.ts'

/** What an API key must look like, in words; for the message of a configuration that has a wrong one. */
export const apiKeyForm =
  '`tsk_` and 32 to 200 letters, digits, `_` or `-`, such as `tsk_$(openssl rand -hex 32)`'

const apiKeyPattern = /^tsk_[\w-]{32,200}$/
const prefixLetters = 'abcdefghijklmnopqrstuvwxyz0123456789'

export function isApiKey(text: string): boolean {
  return apiKeyPattern.test(text)
}

export interface NewApiKey {
  /** `tsk_`, a visible prefix, `_` and 256 random bits. It is shown once and never stored. */
  readonly secret: string
  /** What may be shown of it later. */
  readonly prefix: string
}

export function newApiKey(): NewApiKey {
  const letters = Array.from({ length: 8 }, () => prefixLetters.charAt(randomInt(prefixLetters.length)))
  const prefix = `tsk_${letters.join('')}`
  return { prefix, secret: `${prefix}_${randomBytes(32).toString('base64url')}` }
}

/** A secret has 256 bits of its own, so a plain hash of it can't be guessed back. */
export function hashApiKey(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

export interface ApiKeys {
  /**
   * @param address where it comes from; null where that is not known, which no key of some networks takes
   * @throws TesseraError UNAUTHENTICATED where the key is unknown, expired, revoked or comes from elsewhere
   */
  verify(secret: string, now: Date, address?: string | null): Promise<HostKey>
}

interface StoredApiKey extends HostKey {
  readonly secretHash: string
  readonly revokedAt: Date | null
}

export interface ApiKeysOptions {
  readonly store: Store
  readonly log: Logger
  /** Called for each key that is let in. */
  readonly onUse?: (key: HostKey) => void
}

/** Answers are kept for two seconds: as long as a revoked key goes on at the most. */
export function createApiKeys({ store, log, onUse }: ApiKeysOptions): ApiKeys {
  const known = createFreshCache<StoredApiKey>({
    entries: 10_000,
    renewAfterMs: 1_000,
    maxAgeMs: 2_000,
    maxAgeOnFailureMs: 2_000,
    absentMaxAgeMs: 1_000,
    onFailure: (error) => log.warn({ err: error }, 'API keys cannot be read'),
  })

  return Object.freeze({
    async verify(secret: string, now: Date, address: string | null = null) {
      if (!isApiKey(secret)) throw refused('api_key_malformed')
      const hash = hashApiKey(secret)
      const key = await known.get(hash, () => findByHash(store, hash))
      if (key === null || !sameHash(key.secretHash, hash)) throw refused('api_key_unknown')
      // By the store's clock, which may be ahead of this process's; it is never set for later.
      if (key.revokedAt !== null) throw refused('api_key_revoked', proven(key))
      if (key.expiresAt !== null && key.expiresAt <= now) throw refused('api_key_expired', proven(key))
      if (!comesFrom(key, address)) throw refused('api_key_network', proven(key))
      onUse?.(key)
      return key
    },
  })
}

async function findByHash(store: Store, hash: string): Promise<StoredApiKey | null> {
  const [row] = await store.transaction({ apiKeyHash: hash }, (transaction) =>
    transaction.select().from(apiKeys).where(eq(apiKeys.secretHash, hash)),
  )
  if (row === undefined) return null
  return Object.freeze({
    organizationId: row.organizationId,
    environmentId: row.environmentId,
    apiKeyId: row.id,
    ...boundsOf(row),
    secretHash: row.secretHash,
    revokedAt: row.revokedAt,
  })
}

/** @throws Error where the row holds what was never written: such a key opens nothing */
export function boundsOf(row: Pick<ApiKeyRow, keyof HostBounds>): HostBounds {
  const { scopes, tenants, networks, expiresAt } = row
  return {
    scopes: z.array(z.enum(apiKeyScopes)).parse(scopes),
    tenants,
    networks: networks?.map(parseStoredNetwork) ?? null,
    expiresAt,
  }
}

function parseStoredNetwork(text: string): Network {
  const network = parseNetwork(text)
  if (network === null) throw new Error('An API key has a network that is none.')
  return network
}

function comesFrom({ networks }: HostBounds, address: string | null): boolean {
  if (networks === null) return true
  return address !== null && networks.some((network) => network.includes(address))
}

function sameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}

function proven({ organizationId, environmentId, apiKeyId }: StoredApiKey): ProvenIdentity {
  return { organizationId, environmentId, apiKeyId }
}
