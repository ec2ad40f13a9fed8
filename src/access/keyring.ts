import type { KeyObject } from 'node:crypto'
import type { Logger } from '../log.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { createFreshCache } from './fresh-cache.ts'
import { createSigningKeys, type SigningKey, type VerificationKey } from './signing-keys.ts'

export interface Keyring {
  /** The key of this id, whatever its environment; null where there is none. */
  verificationKey(keyId: string): Promise<VerificationKey | null>
  /** The environment's newest key that signs; its first is made on first need. */
  signingKey(environment: EnvironmentIdentity): Promise<SigningKey>
}

export interface KeyringOptions {
  readonly store: Store
  /** Of `parseEncryptionKey`. */
  readonly encryptionKey: KeyObject
  readonly log: Logger
}

/**
 * The imported keys, in memory: no request waits for the store that comes within ten seconds of another with the same key,
 * and a key that was ended in the store verifies for at most ten seconds more.
 */
export function createKeyring({ store, encryptionKey, log }: KeyringOptions): Keyring {
  const stored = createSigningKeys(store, encryptionKey)
  const freshness = {
    entries: 10_000,
    renewAfterMs: 3_000,
    maxAgeMs: 10_000,
    maxAgeOnFailureMs: 600_000,
    absentMaxAgeMs: 1_000,
    onFailure: (error: unknown) => log.warn({ err: error }, 'signing keys cannot be read; known ones go on'),
  }
  const verifying = createFreshCache<VerificationKey>(freshness)
  const signing = createFreshCache<SigningKey>(freshness)

  return Object.freeze({
    verificationKey(keyId: string) {
      return verifying.get(keyId, async () => (stored.isOwn(keyId) ? stored.findToVerify(keyId) : null))
    },
    async signingKey(environment: EnvironmentIdentity) {
      const key = await signing.get(environment.environmentId, () => stored.findToSign(environment))
      if (key === null) throw new Error('A signing key was neither found nor made.')
      return key
    },
  })
}
