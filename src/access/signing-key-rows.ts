import { lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { EnvironmentIdentity } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'
import { type EncryptionKeys, openUnderEither, seal } from './encryption.ts'
import { createKeyIds } from './key-id.ts'
import type { NewKey } from './key-material.ts'
import { type SigningAlgorithm, signingAlgorithms } from './payload.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect
export type NewSigningKeyRow = typeof signingKeys.$inferInsert

/** Signing keys as they stand in the store: private halves sealed, each for its own row. */
export interface SigningKeyRows {
  /** Whether an id was made under the installation's encryption key, or the one before; takes no look-up. */
  isOwn(keyId: string): boolean
  create(environment: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey): NewSigningKeyRow
  /** @throws Error that names the key where it was sealed under another encryption key */
  privateJwk(row: SigningKeyRow): unknown
}

export function createSigningKeyRows(encryptionKeys: EncryptionKeys): SigningKeyRows {
  const { current, previous } = encryptionKeys
  const keyIds = createKeyIds(current)
  const previousKeyIds = previous === null ? null : createKeyIds(previous)

  return Object.freeze({
    isOwn: (keyId: string) => keyIds.isOwn(keyId) || previousKeyIds?.isOwn(keyId) === true,

    create({ organizationId, environmentId }: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey) {
      const id = keyIds.create()
      const privateText = JSON.stringify(key.privateJwk)
      return {
        organizationId,
        environmentId,
        id,
        algorithm,
        publicJwk: key.publicJwk,
        encryptedPrivateJwk: seal(current, sealContext({ environmentId, id }), privateText),
      }
    },

    privateJwk(row: SigningKeyRow): unknown {
      try {
        return JSON.parse(openUnderEither(encryptionKeys, sealContext(row), row.encryptedPrivateJwk))
      } catch (cause) {
        throw new Error(`Signing key ${row.id} does not open: it was made under another encryption key.`, {
          cause,
        })
      }
    },
  })
}

/** What a private half is bound to. */
export function sealContext({ environmentId, id }: Pick<SigningKeyRow, 'environmentId' | 'id'>): string {
  return `signing key ${environmentId} ${id}`
}

export function parseAlgorithm(row: Pick<SigningKeyRow, 'algorithm'>): SigningAlgorithm {
  return z.enum(signingAlgorithms).parse(row.algorithm)
}

/** Those that ended longer ago than a token lives, private halves and shared secrets included: none of theirs is good any more. */
export const endedLongAgo = lt(signingKeys.expiresAt, sql`now() - interval '2 days'`)
