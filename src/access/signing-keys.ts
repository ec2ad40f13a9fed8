import type { KeyObject } from 'node:crypto'
import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { CryptoKey } from 'jose'
import { z } from 'zod'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'
import { open, seal } from './encryption.ts'
import { createKeyIds } from './key-id.ts'
import { generateEdDsaKey, importKey, type NewKey } from './key-material.ts'
import { type SigningAlgorithm, signingAlgorithms } from './payload.ts'

export interface VerificationKey {
  readonly organizationId: string
  readonly environmentId: string
  /** The `kid` of the tokens that it verifies. */
  readonly keyId: string
  readonly algorithm: SigningAlgorithm
  readonly key: CryptoKey
  /** From then on it verifies nothing; null while no end is set. */
  readonly endsAt: Date | null
}

export interface SigningKey {
  readonly keyId: string
  readonly algorithm: SigningAlgorithm
  readonly key: CryptoKey
}

/** The signing keys in the store. Private halves are encrypted there, each bound to its row. */
export interface SigningKeys {
  /** Whether an id could be one of ours; takes no look-up. */
  isOwn(keyId: string): boolean
  /** Null where there is no such key. */
  findToVerify(keyId: string): Promise<VerificationKey | null>
  /** The newest one that signs; makes an EdDSA key where the environment has none. */
  findToSign(environment: EnvironmentIdentity): Promise<SigningKey>
  /** Stores a key and answers its id. */
  add(environment: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey): Promise<string>
}

type SigningKeyRow = typeof signingKeys.$inferSelect

export function createSigningKeys(store: Store, encryptionKey: KeyObject): SigningKeys {
  const keyIds = createKeyIds(encryptionKey)

  function newRow(environment: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey) {
    const { organizationId, environmentId } = environment
    const id = keyIds.create()
    const privateText = JSON.stringify(key.privateJwk)
    return {
      organizationId,
      environmentId,
      id,
      algorithm,
      publicJwk: key.publicJwk,
      encryptedPrivateJwk: seal(encryptionKey, sealContext(environmentId, id), privateText),
    }
  }

  function privateJwk({ environmentId, id, encryptedPrivateJwk }: SigningKeyRow): unknown {
    try {
      return JSON.parse(open(encryptionKey, sealContext(environmentId, id), encryptedPrivateJwk))
    } catch (cause) {
      throw new Error(`Signing key ${id} does not open: it was made under another encryption key.`, { cause })
    }
  }

  return Object.freeze({
    isOwn: (keyId: string) => keyIds.isOwn(keyId),

    async findToVerify(keyId: string) {
      const [row] = await store.transaction({ signingKeyId: keyId }, (transaction) =>
        transaction.select().from(signingKeys).where(eq(signingKeys.id, keyId)),
      )
      if (row === undefined) return null
      const algorithm = parseAlgorithm(row)
      const jwk = algorithm === 'HS256' ? privateJwk(row) : row.publicJwk
      return Object.freeze({
        organizationId: row.organizationId,
        environmentId: row.environmentId,
        keyId: row.id,
        algorithm,
        key: await importKey(algorithm, jwk, 'verify'),
        endsAt: row.expiresAt,
      })
    },

    async findToSign(environment: EnvironmentIdentity) {
      const spare = await generateEdDsaKey()
      const row = await store.transaction(identityOf(environment), async (transaction) => {
        // So that two processes that start at once make one key.
        await transaction.execute(
          sql`select pg_advisory_xact_lock(hashtextextended(${`signing key ${environment.environmentId}`}, 0))`,
        )
        const [newest] = await transaction
          .select()
          .from(signingKeys)
          .where(
            and(
              isNull(signingKeys.retiredAt),
              or(isNull(signingKeys.expiresAt), gt(signingKeys.expiresAt, sql`now()`)),
            ),
          )
          .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id))
          .limit(1)
        if (newest !== undefined) return newest
        const [made] = await transaction
          .insert(signingKeys)
          .values(newRow(environment, 'EdDSA', spare))
          .returning()
        return made
      })
      if (row === undefined) throw new Error('The store gave no signing key back.')
      const algorithm = parseAlgorithm(row)
      return Object.freeze({
        keyId: row.id,
        algorithm,
        key: await importKey(algorithm, privateJwk(row), 'sign'),
      })
    },

    async add(environment: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey) {
      const row = newRow(environment, algorithm, key)
      await store.transaction(identityOf(environment), (transaction) =>
        transaction.insert(signingKeys).values(row),
      )
      return row.id
    },
  })
}

function sealContext(environmentId: string, keyId: string): string {
  return `signing key ${environmentId} ${keyId}`
}

function identityOf({ organizationId, environmentId }: EnvironmentIdentity): EnvironmentIdentity {
  return { organizationId, environmentId }
}

function parseAlgorithm(row: SigningKeyRow): SigningAlgorithm {
  return z.enum(signingAlgorithms).parse(row.algorithm)
}
