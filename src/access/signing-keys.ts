import { and, asc, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { CryptoKey } from 'jose'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'
import type { EncryptionKeys } from './encryption.ts'
import { generateKey, importKey, type NewKey, publicMembers } from './key-material.ts'
import type { SigningAlgorithm } from './payload.ts'
import { insertRevocation } from './revocation-rows.ts'
import type { Revocation } from './revocation-set.ts'
import type { SigningKeyChange } from './signing-key-changes.ts'
import { createSigningKeyRows, endedLongAgo, parseAlgorithm, type SigningKeyRow } from './signing-key-rows.ts'

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

/** A public half as RFC 7517 writes it. */
export type PublicKey = Readonly<Record<string, string>>

export interface Rotation {
  readonly algorithm: SigningAlgorithm
  readonly key: NewKey
  /** For so long the keys before it go on verifying, at the most. */
  readonly graceSeconds: number
}

export interface Rotated {
  /** The key that signs now. */
  readonly row: SigningKeyRow
  readonly retired: readonly SigningKeyChange[]
  /** Of those that ended with it. */
  readonly revocations: readonly Revocation[]
}

/** The signing keys in the store. */
export interface SigningKeys {
  /** Whether an id was made here; takes no look-up. */
  isOwn(keyId: string): boolean
  /** Null where there is no such key. */
  findToVerify(keyId: string): Promise<VerificationKey | null>
  /** The newest one that signs; makes an EdDSA key where the environment has none. */
  findToSign(environment: EnvironmentIdentity): Promise<SigningKey>
  /** Public halves of what verifies, in an environment that may not be there. */
  findPublic(environmentId: string): Promise<readonly PublicKey[]>
  /** Stores a key and answers its id. */
  add(environment: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey): Promise<string>
  /** From the commit on the new key signs and none before it does. Lets go of those that ended long ago. */
  rotate(environment: EnvironmentIdentity, rotation: Rotation): Promise<Rotated>
}

export function createSigningKeys(store: Store, encryptionKeys: EncryptionKeys): SigningKeys {
  const rows = createSigningKeyRows(encryptionKeys)

  return Object.freeze({
    isOwn: rows.isOwn,

    async findToVerify(keyId: string) {
      const [row] = await store.transaction({ signingKeyId: keyId }, (transaction) =>
        transaction.select().from(signingKeys).where(eq(signingKeys.id, keyId)),
      )
      if (row === undefined) return null
      const algorithm = parseAlgorithm(row)
      const jwk = algorithm === 'HS256' ? rows.privateJwk(row) : row.publicJwk
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
      const spare = await generateKey('EdDSA')
      const row = await store.transaction(identityOf(environment), async (transaction) => {
        await lock(transaction, environment)
        const [newest] = await transaction
          .select()
          .from(signingKeys)
          .where(and(isNull(signingKeys.retiredAt), verifies))
          .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id))
          .limit(1)
        return newest ?? insert(transaction, rows.create(environment, 'EdDSA', spare))
      })
      const algorithm = parseAlgorithm(row)
      const key = await importKey(algorithm, rows.privateJwk(row), 'sign')
      return Object.freeze({ keyId: row.id, algorithm, key })
    },

    async findPublic(environmentId: string) {
      const found = await store.transaction({ purpose: 'signing_keys' }, (transaction) =>
        transaction
          .select({ id: signingKeys.id, algorithm: signingKeys.algorithm, publicJwk: signingKeys.publicJwk })
          .from(signingKeys)
          .where(and(eq(signingKeys.environmentId, environmentId), verifies))
          .orderBy(asc(signingKeys.createdAt), asc(signingKeys.id)),
      )
      return found.flatMap((row) => {
        const algorithm = parseAlgorithm(row)
        const members = publicMembers(algorithm, row.publicJwk)
        return members === null ? [] : [{ ...members, kid: row.id, alg: algorithm, use: 'sig' }]
      })
    },

    async add(environment: EnvironmentIdentity, algorithm: SigningAlgorithm, key: NewKey) {
      const row = rows.create(environment, algorithm, key)
      await store.transaction(identityOf(environment), (transaction) => insert(transaction, row))
      return row.id
    },

    rotate(environment: EnvironmentIdentity, { algorithm, key, graceSeconds }: Rotation) {
      const end = sql`now() + make_interval(secs => ${graceSeconds})`
      return store.transaction(identityOf(environment), async (transaction) => {
        await lock(transaction, environment)
        const own = eq(signingKeys.environmentId, environment.environmentId)
        await transaction.delete(signingKeys).where(and(own, endedLongAgo))
        const retired = await transaction
          .update(signingKeys)
          .set({
            retiredAt: sql`coalesce(${signingKeys.retiredAt}, now())`,
            expiresAt: sql`least(${signingKeys.expiresAt}, ${end})`,
            changedAt: sql`now()`,
          })
          .where(and(own, verifies))
          .returning()
        const revocations = graceSeconds === 0 ? await revokeAll(transaction, environment, retired) : []
        const row = await insert(transaction, rows.create(environment, algorithm, key))
        await notify(transaction, 'signing_keys', '')
        return { row, retired: retired.map(changeOf), revocations }
      })
    },
  })
}

const verifies = or(isNull(signingKeys.expiresAt), gt(signingKeys.expiresAt, sql`now()`))

/** So that two processes that start at once make one key, and one of two rotations comes after the other. */
async function lock(transaction: StoreTransaction, { environmentId }: EnvironmentIdentity): Promise<void> {
  await transaction.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`signing key ${environmentId}`}, 0))`,
  )
}

/** Their end is an instant of the store's clock, and a process whose own is behind would go on until then. */
async function revokeAll(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  ended: readonly SigningKeyRow[],
): Promise<readonly Revocation[]> {
  const revocations: Revocation[] = []
  for (const { id: keyId } of ended) {
    const target = { kind: 'signing_key', keyId } as const
    revocations.push(await insertRevocation(transaction, environment, target, null))
  }
  return revocations
}

function changeOf({ environmentId, id: keyId, expiresAt: endsAt }: SigningKeyRow): SigningKeyChange {
  return { environmentId, keyId, endsAt }
}

async function insert(
  transaction: StoreTransaction,
  row: typeof signingKeys.$inferInsert,
): Promise<SigningKeyRow> {
  const [made] = await transaction.insert(signingKeys).values(row).returning()
  if (made === undefined) throw new Error('The store gave no signing key back.')
  return made
}

function identityOf({ organizationId, environmentId }: EnvironmentIdentity): EnvironmentIdentity {
  return { organizationId, environmentId }
}
