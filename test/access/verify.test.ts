import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { CompactEncrypt, exportSPKI, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseEncryptionKey } from '../../src/access/encryption.ts'
import { unrestricted } from '../../src/access/grants.ts'
import { createKeyIds } from '../../src/access/key-id.ts'
import { refusalOf } from '../../src/access/refusal.ts'
import type { SigningKey, VerificationKey } from '../../src/access/signing-keys.ts'
import { verifyGuestToken } from '../../src/access/verify.ts'
import { errorCodes, TesseraError } from '../../src/errors.ts'
import type { EnvironmentIdentity } from '../../src/store/store.ts'
import { openTestStore } from '../support/store.ts'
import {
  claimAttacks,
  headerAttacks,
  otherTexts,
  payloadTexts,
  spellingsOf,
} from '../support/token-attacks.ts'
import { base64url, openTokenKit, signRaw, type TokenKit } from '../support/tokens.ts'

const now = new Date('2026-03-01T12:00:00Z')
const seconds = now.getTime() / 1000
const store = await openTestStore()
let kit: TokenKit
let key: SigningKey

beforeAll(async () => {
  kit = await openTokenKit(store)
  key = await kit.keyring.signingKey(kit.environment)
})
afterAll(() => store.close())

function header(changes: object = {}): object {
  return { alg: 'EdDSA', kid: key.keyId, typ: 'guest+jwt', ...changes }
}

function payload(changes: object = {}): object {
  return {
    iss: 'tessera',
    aud: 'tessera',
    jti: 'token-1',
    iat: seconds - 10,
    exp: seconds + 3600,
    org_id: kit.environment.organizationId,
    env_id: kit.environment.environmentId,
    tenant_id: 'ATL',
    ...changes,
  }
}

function sign(head: object, body: object): Promise<string> {
  return signRaw(key.key, JSON.stringify(head), JSON.stringify(body))
}

function verify(token: string) {
  return verifyGuestToken(token, { ...kit.deps, now })
}

async function refusal(token: string) {
  const error = await verify(token).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TesseraError)) throw new Error('It was not refused.', { cause: error })
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'UNAUTHENTICATED',
    message: errorCodes.UNAUTHENTICATED.text,
  })
  return refusalOf(error)?.reason
}

describe('a guest token', () => {
  it('gives its claims when all of it holds', async () => {
    const body = payload({
      sub: 'ann',
      nbf: seconds - 10,
      api_key_id: kit.host.apiKeyId,
      family_id: '00000000-0000-4000-8000-00000000000f',
      minted_at_us: 1_772_366_390_000_001,
      dashboard_ids: ['departures'],
      dataset_ids: [],
      locked_filters: [
        { dataset: 'flights', dimension: 'carrier', operator: 'EQUALS', values: ['DL', 1, true] },
      ],
    })
    const claims = await verify(await sign(header(), body))
    expect({ ...claims }).toEqual({
      organizationId: kit.environment.organizationId,
      environmentId: kit.environment.environmentId,
      tenantId: 'ATL',
      subject: 'ann',
      tokenId: 'token-1',
      issuedAt: new Date('2026-03-01T11:59:50Z'),
      expiresAt: new Date('2026-03-01T13:00:00Z'),
      keyId: key.keyId,
      issuerId: null,
      apiKeyId: kit.host.apiKeyId,
      familyId: '00000000-0000-4000-8000-00000000000f',
      mintedAt: 1_772_366_390_000_001,
      role: null,
      policy: null,
      attributes: new Map(),
      grants: {
        ...unrestricted,
        dashboards: { all: false, names: new Set(['departures']) },
        datasets: { all: false, names: new Set() },
        lockedFilters: [
          { dataset: 'flights', dimension: 'carrier', operator: 'EQUALS', values: ['DL', 1, true] },
        ],
      },
    })
  })

  it('grants everything where it says nothing, and has no subject', async () => {
    const claims = await verify(await sign(header(), payload()))
    expect(claims.subject).toBeNull()
    expect(claims.grants).toEqual(unrestricted)
  })

  it('may be of a server whose clock runs five seconds ahead, and no more', async () => {
    await expect(verify(await sign(header(), payload({ iat: seconds + 5 })))).resolves.toBeDefined()
    expect(await refusal(await sign(header(), payload({ iat: seconds + 6 })))).toBe('token_not_yet_valid')
  })

  it('lives a day at the most, and to the last second', async () => {
    const day = { iat: seconds - 86_399, exp: seconds + 1 }
    await expect(verify(await sign(header(), payload(day)))).resolves.toBeDefined()
    expect(await refusal(await sign(header(), payload({ ...day, iat: day.iat - 1 })))).toBe(
      'lifetime_too_long',
    )
    expect(await refusal(await sign(header(), payload({ exp: seconds })))).toBe('token_expired')
  })

  it.each([
    ['in Latin', 'ATL'],
    ['in Greek', 'Ἀθῆναι'],
    ['of an emoji, which is a pair of surrogates', '🛫'],
    ['with quotes and slashes', `it's "a/b"; --`],
    ['of 256 characters', 'a'.repeat(256)],
  ])('may have a tenant id %s', async (_, tenantId) => {
    const claims = await verify(await sign(header(), payload({ tenant_id: tenantId })))
    expect(claims.tenantId).toBe(tenantId)
  })
})

describe('a signed token is refused for its claims:', () => {
  it('iat after exp', async () => {
    const token = await sign(header(), payload({ iat: seconds + 2, exp: seconds + 1 }))
    expect(await refusal(token)).toBe('lifetime_too_long')
  })

  it.each(claimAttacks(seconds))('%s', async (_, changes, reason) => {
    expect(await refusal(await sign(header(), payload(changes)))).toBe(reason)
  })

  it.each(payloadTexts)('%s', async (_, change) => {
    const token = await signRaw(key.key, JSON.stringify(header()), change(JSON.stringify(payload())))
    expect(await refusal(token)).toBe('claims_invalid')
  })

  it('bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify(payload({ tenant_id: 'AT\xff' })), 'latin1')
    expect(await refusal(await signRaw(key.key, JSON.stringify(header()), bytes))).toBe('claims_invalid')
  })
})

describe('a token is refused for its header:', () => {
  it.each(headerAttacks)('%s', async (_, changes, reason) => {
    expect(await refusal(await sign(header(changes), payload()))).toBe(reason)
  })

  it('an embedded key that did sign it', async () => {
    const own = await generateKeyPair('EdDSA', { extractable: true })
    const jwk = await crypto.subtle.exportKey('jwk', own.publicKey)
    const token = await signRaw(own.privateKey, JSON.stringify(header({ jwk })), JSON.stringify(payload()))
    expect(await refusal(token)).toBe('header_not_allowed')
  })

  it('a member twice', async () => {
    const head = JSON.stringify(header()).replace('{', '{"alg":"none",')
    expect(await refusal(await signRaw(key.key, head, JSON.stringify(payload())))).toBe('token_malformed')
  })

  it('a kid of ours that was never stored, and asks the store for no invented one', async () => {
    const secret = parseEncryptionKey(randomBytes(32).toString('base64'))
    if (secret === null) throw new Error('not a key')
    const foreign = createKeyIds(secret).create()
    expect(await refusal(await sign(header({ kid: foreign }), payload()))).toBe('key_unknown')
  })
})

describe('a token is refused for its signature:', () => {
  it('none at all, with alg none', async () => {
    const unsigned = `${base64url(JSON.stringify(header({ alg: 'none' })))}.${base64url(JSON.stringify(payload()))}.`
    expect(await refusal(unsigned)).toBe('token_malformed')
    expect(await refusal(`${unsigned}AAAA`)).toBe('algorithm_not_allowed')
  })

  it('the public key taken for an HMAC secret', async () => {
    const { key: publicKey } = await requireKey(kit.keyring.verificationKey(key.keyId))
    const pem = await exportSPKI(publicKey)
    const raw = Buffer.from(await crypto.subtle.exportKey('raw', publicKey))
    for (const secret of [pem, pem.trim(), raw]) {
      const input = `${base64url(JSON.stringify(header({ alg: 'HS256' })))}.${base64url(JSON.stringify(payload()))}`
      const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
      expect(await refusal(token)).toBe('algorithm_not_allowed')
      const renamed = token.replace(/^[^.]+/, base64url(JSON.stringify(header())))
      expect(await refusal(renamed)).toBe('signature_invalid')
    }
  })

  it('by another key', async () => {
    const own = await generateKeyPair('EdDSA')
    const token = await signRaw(own.privateKey, JSON.stringify(header()), JSON.stringify(payload()))
    expect(await refusal(token)).toBe('signature_invalid')
  })

  it('of another payload', async () => {
    const [head, , signature] = (await sign(header(), payload())).split('.')
    const body = base64url(JSON.stringify(payload({ tenant_id: 'JFK' })))
    expect(await refusal(`${head}.${body}.${signature}`)).toBe('signature_invalid')
  })

  it('by the key of another environment that claims this one, and the reverse', async () => {
    const other = await openTokenKit(store)
    const otherKey = await other.keyring.signingKey(other.environment)
    const otherHead = JSON.stringify(header({ kid: otherKey.keyId }))
    expect(await refusal(await signRaw(otherKey.key, otherHead, JSON.stringify(payload())))).toBe(
      'environment_foreign',
    )
    const otherBody = JSON.stringify(payload(claimsOf(other.environment)))
    expect(await refusal(await signRaw(key.key, JSON.stringify(header()), otherBody))).toBe(
      'environment_foreign',
    )
    await expect(verify(await signRaw(otherKey.key, otherHead, otherBody))).resolves.toMatchObject(
      other.environment,
    )
  })
})

describe('a text is refused that is no compact JWS:', () => {
  it('a JWE, even one whose parts are ours', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32))
    const token = await new CompactEncrypt(Buffer.from(JSON.stringify(payload())))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.keyId, typ: 'guest+jwt' })
      .encrypt(secret)
    expect(token.split('.')).toHaveLength(5)
    expect(await refusal(token)).toBe('token_malformed')
  })

  it.each(otherTexts)('%s', async (_, text) => {
    expect(await refusal(text)).toBe('token_malformed')
  })

  it('one of more than 8 kB, though it is signed', async () => {
    const names = Array.from({ length: 700 }, (_, index) => `dashboard ${index}`)
    const token = await sign(header(), payload({ dashboard_ids: names }))
    expect(token.length).toBeGreaterThan(9_000)
    expect(await refusal(token)).toBe('token_too_large')
  })

  it('another spelling of the same bytes', async () => {
    const token = await sign(header(), payload())
    const spellings = spellingsOf(token)
    expect(spellings).toHaveLength(15)
    for (const spelling of spellings) expect(await refusal(spelling)).toBe('token_malformed')
  })

  it('any text that is one character away from a token that holds', async () => {
    const token = await sign(header(), payload())
    const characters = 'ABCxyz019-_.+/= "\\\n\0é'
    const change = fc.record({
      index: fc.nat(token.length - 1),
      character: fc.constantFrom(...characters),
      how: fc.constantFrom('replace', 'insert', 'remove'),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ index, character, how }) => {
        const kept = how === 'insert' ? index : index + 1
        const changed = token.slice(0, index) + (how === 'remove' ? '' : character) + token.slice(kept)
        fc.pre(changed !== token)
        expect(await refusal(changed)).toBeDefined()
      }),
      { numRuns: 1_000 },
    )
  })
})

function claimsOf({ organizationId, environmentId }: EnvironmentIdentity): object {
  return { org_id: organizationId, env_id: environmentId }
}

async function requireKey(found: Promise<VerificationKey | null>): Promise<VerificationKey> {
  const loaded = await found
  if (loaded === null) throw new Error('There is no such key.')
  return loaded
}
