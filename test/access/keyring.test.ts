import { randomBytes, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { authenticate } from '../../src/access/credential.ts'
import { parseEncryptionKey } from '../../src/access/encryption.ts'
import { generateKey } from '../../src/access/key-material.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import type { SigningAlgorithm } from '../../src/access/payload.ts'
import { createSigningKeys } from '../../src/access/signing-keys.ts'
import type { Store } from '../../src/store/store.ts'
import { signingKeys } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit, silent } from '../support/tokens.ts'

const store = await openTestStore()
afterAll(() => store.close())

function newEncryptionKey() {
  const text = randomBytes(32).toString('base64')
  const key = parseEncryptionKey(text)
  if (key === null) throw new Error('not a key')
  return { text, key }
}

function counted(inner: Store) {
  const count = { transactions: 0 }
  const outer: Store = {
    ...inner,
    transaction: (identity, work) => {
      count.transactions += 1
      return inner.transaction(identity, work)
    },
  }
  return { count, outer }
}

describe('the keyring', () => {
  it('makes one EdDSA key for an environment, though many processes ask at once', async () => {
    const kit = await openTokenKit(store)
    const { key } = newEncryptionKey()
    const rings = Array.from({ length: 5 }, () => createKeyring({ store, encryptionKey: key, log: silent }))
    const made = await Promise.all(rings.map((ring) => ring.signingKey(kit.environment)))
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1)
    expect(made[0]?.algorithm).toBe('EdDSA')
    const rows = await store.transaction(kit.environment, (transaction) =>
      transaction.select().from(signingKeys),
    )
    expect(rows.map(({ id, algorithm }) => ({ id, algorithm }))).toEqual([
      { id: made[0]?.keyId, algorithm: 'EdDSA' },
    ])
  })

  it('keeps the private half encrypted in the store', async () => {
    const kit = await openTokenKit(store)
    await kit.keyring.signingKey(kit.environment)
    const rows = await store.transaction(kit.environment, (transaction) =>
      transaction.select().from(signingKeys),
    )
    expect(rows).toHaveLength(1)
    for (const { publicJwk, encryptedPrivateJwk } of rows) {
      expect(Object.keys(Object(publicJwk)).sort()).toEqual(['crv', 'kty', 'x'])
      expect(encryptedPrivateJwk).toMatch(/^v1\.[\w-]{100,}$/)
      expect(Buffer.from(encryptedPrivateJwk.slice(3), 'base64url').toString('latin1')).not.toContain('kty')
    }
  })

  it('says so where a private half was made under another encryption key', async () => {
    const kit = await openTokenKit(store)
    const { keyId } = await kit.keyring.signingKey(kit.environment)
    const other = createKeyring({ store, encryptionKey: newEncryptionKey().key, log: silent })
    await expect(other.signingKey(kit.environment)).rejects.toThrow(
      `Signing key ${keyId} does not open: it was made under another encryption key.`,
    )
  })

  it('does not open a private half that was moved into another row', async () => {
    const { text, key } = newEncryptionKey()
    const one = await openTokenKit(store, { encryptionKey: text })
    const two = await openTokenKit(store, { encryptionKey: text })
    await one.keyring.signingKey(one.environment)
    const { keyId } = await two.keyring.signingKey(two.environment)
    const [row] = await store.transaction(one.environment, (transaction) =>
      transaction.select().from(signingKeys),
    )
    await store.transaction(two.environment, (transaction) =>
      transaction.update(signingKeys).set({ encryptedPrivateJwk: row?.encryptedPrivateJwk ?? '' }),
    )
    const fresh = createKeyring({ store, encryptionKey: key, log: silent })
    await expect(fresh.signingKey(two.environment)).rejects.toThrow(`Signing key ${keyId} does not open`)
  })

  it('asks the store once for a key, and never for invented ones', async () => {
    const { text, key } = newEncryptionKey()
    const kit = await openTokenKit(store, { encryptionKey: text })
    const { keyId } = await kit.keyring.signingKey(kit.environment)
    const { count, outer } = counted(store)
    const ring = createKeyring({ store: outer, encryptionKey: key, log: silent })
    for (let index = 0; index < 1_000; index += 1) {
      expect(await ring.verificationKey(randomUUID())).toBeNull()
      expect((await ring.verificationKey(keyId))?.environmentId).toBe(kit.environment.environmentId)
    }
    expect(count.transactions).toBe(1)
  })

  it('never asks the store for the public keys of invented environments', async () => {
    const kit = await openTokenKit(store)
    const { keyId } = await kit.keyring.signingKey(kit.environment)
    const { count, outer } = counted(store)
    const ring = createKeyring({ store: outer, encryptionKey: newEncryptionKey().key, log: silent })
    const stop = await ring.watch()
    const before = count.transactions
    const invented = await Promise.all(Array.from({ length: 500 }, () => ring.publicKeys(randomUUID())))
    expect(invented.flat()).toEqual([])
    expect(count.transactions - before).toBeLessThan(5)
    expect((await ring.publicKeys(kit.environment.environmentId)).map(({ kid }) => kid)).toEqual([keyId])
    await stop()
  })

  it('goes on with known keys while the store is out', async () => {
    const { text, key } = newEncryptionKey()
    const kit = await openTokenKit(store, { encryptionKey: text })
    const { keyId } = await kit.keyring.signingKey(kit.environment)
    const state = { out: false }
    const failing: Store = {
      ...store,
      transaction: (identity, work) =>
        state.out ? Promise.reject(new Error('the store is out')) : store.transaction(identity, work),
    }
    const ring = createKeyring({ store: failing, encryptionKey: key, log: silent })
    await ring.verificationKey(keyId)
    state.out = true
    expect((await ring.verificationKey(keyId))?.keyId).toBe(keyId)
  })

  it('signs with the newest key that is not retired', async () => {
    const { text, key } = newEncryptionKey()
    const kit = await openTokenKit(store, { encryptionKey: text })
    const first = await kit.keyring.signingKey(kit.environment)
    await store.transaction(kit.environment, (transaction) =>
      transaction.update(signingKeys).set({ retiredAt: new Date() }).where(eq(signingKeys.id, first.keyId)),
    )
    const ring = createKeyring({ store, encryptionKey: key, log: silent })
    const second = await ring.signingKey(kit.environment)
    expect(second.keyId).not.toBe(first.keyId)
    expect((await ring.verificationKey(first.keyId))?.keyId).toBe(first.keyId)
  })

  it('lets go of keys that ended more than two days ago when the next one is made', async () => {
    const [kit, other] = [await openTokenKit(store), await openTokenKit(store)]
    const kids: string[] = []
    for (const { environment, keyring } of [kit, kit, kit, other]) {
      const key = await generateKey('EdDSA')
      kids.push((await keyring.rotate(environment, { algorithm: 'EdDSA', key, graceSeconds: 0 })).row.id)
    }
    const endAgo = (index: number, hours: number, { environment } = kit) =>
      store.transaction(environment, (transaction) =>
        transaction
          .update(signingKeys)
          .set({ expiresAt: new Date(Date.now() - hours * 3_600_000) })
          .where(eq(signingKeys.id, kids[index] ?? '')),
      )
    await endAgo(0, 49)
    await endAgo(1, 47)
    await endAgo(3, 49, other)
    const key = await generateKey('EdDSA')
    const { row } = await kit.keyring.rotate(kit.environment, { algorithm: 'EdDSA', key, graceSeconds: 0 })
    const left = async ({ environment } = kit) =>
      (await store.transaction(environment, (transaction) => transaction.select().from(signingKeys))).map(
        ({ id }) => id,
      )
    expect(new Set(await left())).toEqual(new Set([kids[1], kids[2], row.id]))
    expect(await left(other)).toEqual([kids[3]])
  })
})

describe('a stored key', () => {
  async function pairOf(algorithm: SigningAlgorithm) {
    if (algorithm === 'HS256') {
      const jwk = { kty: 'oct', k: randomBytes(32).toString('base64url') }
      return { publicJwk: null, privateJwk: jwk, sign: Buffer.from(jwk.k, 'base64url') }
    }
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
    return {
      publicJwk: await exportJWK(publicKey),
      privateJwk: await exportJWK(privateKey),
      sign: privateKey,
    }
  }

  it.each(['EdDSA', 'ES256', 'RS256', 'HS256'] as const)(
    'of %s verifies its tokens and no others',
    async (algorithm) => {
      const { text, key } = newEncryptionKey()
      const kit = await openTokenKit(store, { encryptionKey: text })
      const { sign, ...pair } = await pairOf(algorithm)
      const kid = await createSigningKeys(store, { current: key, previous: null }).add(
        kit.environment,
        algorithm,
        pair,
      )
      const token = (alg: string, material: typeof sign) =>
        new SignJWT({ ...claimsOf(kit.environment), tenant_id: 'ATL' })
          .setProtectedHeader({ alg, kid, typ: 'guest+jwt' })
          .setIssuer('tessera')
          .setAudience('tessera')
          .setJti('1')
          .setIssuedAt()
          .setExpirationTime('1h')
          .sign(material)
      await expect(authenticate(`Bearer ${await token(algorithm, sign)}`, kit.deps)).resolves.toMatchObject({
        kind: 'guest',
        claims: { tenantId: 'ATL' },
      })
      for (const other of ['EdDSA', 'ES256', 'RS256', 'HS256'] as const) {
        if (other === algorithm) continue
        const { sign: foreign } = await pairOf(other)
        await expect(authenticate(`Bearer ${await token(other, foreign)}`, kit.deps)).rejects.toMatchObject({
          code: 'UNAUTHENTICATED',
          details: { cause: { reason: 'algorithm_not_allowed' } },
        })
      }
      const { sign: foreign } = await pairOf(algorithm)
      await expect(authenticate(`Bearer ${await token(algorithm, foreign)}`, kit.deps)).rejects.toMatchObject(
        {
          code: 'UNAUTHENTICATED',
          details: { cause: { reason: 'signature_invalid' } },
        },
      )
    },
  )

  it.each([
    ['a short HMAC secret', 'HS256', { kty: 'oct', k: randomBytes(31).toString('base64url') }],
    ['a public key as HMAC secret', 'HS256', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }],
    ['an HMAC secret as EdDSA key', 'EdDSA', { kty: 'oct', k: randomBytes(32).toString('base64url') }],
    ['a P-384 key as ES256', 'ES256', { kty: 'EC', crv: 'P-384', x: 'AAAA', y: 'AAAA' }],
    [
      'an RSA key of 1024 bits',
      'RS256',
      { kty: 'RSA', n: randomBytes(128).toString('base64url'), e: 'AQAB' },
    ],
  ] as const)('is not taken: %s', async (_, algorithm, jwk) => {
    const { text, key } = newEncryptionKey()
    const kit = await openTokenKit(store, { encryptionKey: text })
    const stored = createSigningKeys(store, { current: key, previous: null })
    const kid = await stored.add(kit.environment, algorithm, { publicJwk: jwk, privateJwk: jwk })
    await expect(stored.findToVerify(kid)).rejects.toThrow()
  })
})

function claimsOf({
  organizationId,
  environmentId,
}: {
  organizationId: string
  environmentId: string
}): object {
  return { org_id: organizationId, env_id: environmentId }
}
