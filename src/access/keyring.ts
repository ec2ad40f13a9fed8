import type { KeyObject } from 'node:crypto'
import type { Logger } from '../log.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { createFreshCache } from './fresh-cache.ts'
import { createKeyEnds, type KeyEnds } from './key-ends.ts'
import { type SigningKeyChange, watchSigningKeys } from './signing-key-changes.ts'
import {
  createSigningKeys,
  type PublicKey,
  type Rotated,
  type Rotation,
  type SigningKey,
  type VerificationKey,
} from './signing-keys.ts'

export interface Keyring {
  /** The key of this id, whatever its environment; null where there is none. */
  verificationKey(keyId: string): Promise<VerificationKey | null>
  /**
   * The environment's newest key that signs; its first is made on first need.
   * @param ended the id of one that the store says has ended: where this process has not heard of it yet the store is asked
   */
  signingKey(environment: EnvironmentIdentity, ended?: string): Promise<SigningKey>
  /** Public halves of what verifies; empty where there is no such environment. */
  publicKeys(environmentId: string): Promise<readonly PublicKey[]>
  /**
   * In force here when this answers, and on every process that watches within two seconds. Whoever calls also tells the
   * revocations to the process's own.
   */
  rotate(environment: EnvironmentIdentity, rotation: Rotation): Promise<Pick<Rotated, 'row' | 'revocations'>>
  /** For tokens that were verified before. */
  readonly ends: KeyEnds
  /** Learns of what other processes change. Answers how to stop. */
  watch(): Promise<() => Promise<void>>
}

export interface KeyringOptions {
  readonly store: Store
  /** Of `parseEncryptionKey`. */
  readonly encryptionKey: KeyObject
  /** The one before, while private halves may be sealed under it. */
  readonly previousEncryptionKey?: KeyObject | undefined
  readonly log: Logger
}

/** The imported keys, in memory: no request waits for the store that comes with a key which is known. */
export function createKeyring(options: KeyringOptions): Keyring {
  const { store, encryptionKey, previousEncryptionKey = null, log } = options
  const stored = createSigningKeys(store, { current: encryptionKey, previous: previousEncryptionKey })
  const freshness = {
    entries: 10_000,
    renewAfterMs: 3_000,
    maxAgeMs: 600_000,
    maxAgeOnFailureMs: 600_000,
    absentMaxAgeMs: 1_000,
    onFailure: (error: unknown) => log.warn({ err: error }, 'signing keys cannot be read; known ones go on'),
  }
  const verifying = createFreshCache<VerificationKey>(freshness)
  const signing = createFreshCache<SigningKey>(freshness)
  const published = createFreshCache<readonly PublicKey[]>(freshness)
  /** Ids that exist although nothing shows in them: they were made under an encryption key that is gone. */
  const otherIds = new Set<string>()

  const ends = createKeyEnds()

  /** The environments that have keys, once this process is told of every one. */
  const environments = new Set<string>()
  let isWatching = false

  function apply({ environmentId, keyId, endsAt }: SigningKeyChange): void {
    environments.add(environmentId)
    if (endsAt !== null) ends.add(keyId, endsAt)
    if (!stored.isOwn(keyId)) otherIds.add(keyId)
    verifying.change(keyId, (key) => Object.freeze({ ...key, endsAt }))
    signing.forget(environmentId)
    published.forget(environmentId)
  }

  return Object.freeze({
    verificationKey(keyId: string) {
      return verifying.get(keyId, async () =>
        stored.isOwn(keyId) || otherIds.has(keyId) ? stored.findToVerify(keyId) : null,
      )
    },
    async signingKey(environment: EnvironmentIdentity, ended?: string) {
      const get = () => signing.get(environment.environmentId, () => stored.findToSign(environment))
      let key = await get()
      if (key?.keyId === ended) {
        signing.forget(environment.environmentId)
        key = await get()
      }
      if (key === null) throw new Error('A signing key was neither found nor made.')
      environments.add(environment.environmentId)
      return key
    },
    async publicKeys(environmentId: string) {
      // Anybody may ask for invented ones, and the store is not asked for them.
      if (isWatching && !environments.has(environmentId)) return []
      const keys = await published.get(environmentId, async () => {
        const found = await stored.findPublic(environmentId)
        // Invented environments must not push out known ones.
        return found.length === 0 ? null : found
      })
      return keys ?? []
    },
    async rotate(environment: EnvironmentIdentity, rotation: Rotation) {
      const { row, retired, revocations } = await stored.rotate(environment, rotation)
      const made = { environmentId: row.environmentId, keyId: row.id, endsAt: row.expiresAt }
      for (const change of [...retired, made]) apply(change)
      return { row, revocations }
    },
    ends,
    async watch() {
      const stop = await watchSigningKeys({ store, log, onChange: apply })
      isWatching = true
      return stop
    },
  })
}
