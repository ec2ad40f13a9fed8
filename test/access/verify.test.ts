import { createHmac, randomBytes, randomUUID } from 'node:crypto'
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
  return verifyGuestToken(token, { keyring: kit.keyring, issuer: 'tessera', audience: 'tessera', now })
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
  const refused: [string, object, string][] = [
    ['no iss', { iss: undefined }, 'claims_invalid'],
    ['another iss', { iss: 'elsewhere' }, 'issuer_wrong'],
    ['a list as iss', { iss: ['tessera'] }, 'issuer_wrong'],
    ['no aud', { aud: undefined }, 'claims_invalid'],
    ['another aud', { aud: 'elsewhere' }, 'audience_wrong'],
    ['a list as aud', { aud: ['tessera', 'elsewhere'] }, 'claims_invalid'],
    ['no jti', { jti: undefined }, 'claims_invalid'],
    ['an empty jti', { jti: '' }, 'claims_invalid'],
    ['a number as jti', { jti: 1 }, 'claims_invalid'],
    ['a fraction as time of minting', { minted_at_us: 1.5 }, 'claims_invalid'],
    ['text as time of minting', { minted_at_us: '1' }, 'claims_invalid'],
    ['no id as API key', { api_key_id: 'x' }, 'claims_invalid'],
    ['no exp', { exp: undefined }, 'claims_invalid'],
    ['text as exp', { exp: String(seconds + 60) }, 'claims_invalid'],
    ['null as exp', { exp: null }, 'claims_invalid'],
    ['a fraction as exp', { exp: seconds + 60.5 }, 'claims_invalid'],
    ['a negative exp', { exp: -1 }, 'token_expired'],
    ['exp in the far future', { exp: 1e300 }, 'claims_invalid'],
    ['expired long ago', { iat: seconds - 90_000, exp: seconds - 80_000 }, 'token_expired'],
    ['no iat', { iat: undefined }, 'claims_invalid'],
    ['text as iat', { iat: 'now' }, 'claims_invalid'],
    ['a fraction as iat', { iat: seconds - 0.5 }, 'claims_invalid'],
    ['a negative iat', { iat: -1 }, 'claims_invalid'],
    ['iat in the future', { iat: seconds + 60 }, 'token_not_yet_valid'],
    ['iat after exp', { iat: seconds + 2, exp: seconds + 1 }, 'lifetime_too_long'],
    ['nbf in the future', { nbf: seconds + 60 }, 'token_not_yet_valid'],
    ['text as nbf', { nbf: 'now' }, 'claims_invalid'],
    ['two days to live', { iat: seconds, exp: seconds + 172_800 }, 'lifetime_too_long'],
    ['no organization', { org_id: undefined }, 'claims_invalid'],
    ['no environment', { env_id: undefined }, 'claims_invalid'],
    ['a foreign organization', { org_id: randomUUID() }, 'environment_foreign'],
    ['a foreign environment', { env_id: randomUUID() }, 'environment_foreign'],
    ['no tenant', { tenant_id: undefined }, 'claims_invalid'],
    ['null as tenant', { tenant_id: null }, 'claims_invalid'],
    ['a list as tenant', { tenant_id: ['ATL'] }, 'claims_invalid'],
    ['an object as tenant', { tenant_id: { toString: 'ATL' } }, 'claims_invalid'],
    ['a number as tenant', { tenant_id: 7 }, 'claims_invalid'],
    ['an empty tenant', { tenant_id: '' }, 'claims_invalid'],
    ['a tenant with NUL', { tenant_id: 'ATL\0' }, 'claims_invalid'],
    ['a tenant with a line break', { tenant_id: 'ATL\nJFK' }, 'claims_invalid'],
    ['a tenant with DEL', { tenant_id: 'ATL\x7f' }, 'claims_invalid'],
    ['a tenant with a C1 control', { tenant_id: 'ATL\x85' }, 'claims_invalid'],
    ['a tenant with a lone surrogate', { tenant_id: 'ATL\ud800' }, 'claims_invalid'],
    ['a tenant of 257 characters', { tenant_id: 'a'.repeat(257) }, 'claims_invalid'],
    ['an empty subject', { sub: '' }, 'claims_invalid'],
    ['an unknown claim', { admin: true }, 'claims_invalid'],
    ['a grant that has no meaning yet', { allow_sharing: false }, 'claims_invalid'],
    ['text as a list of dashboards', { dashboard_ids: 'departures' }, 'claims_invalid'],
    ['null as a list of dashboards', { dashboard_ids: null }, 'claims_invalid'],
    ['a number among datasets', { dataset_ids: ['flights', 1] }, 'claims_invalid'],
    [
      'a locked filter without values',
      { locked_filters: [{ dimension: 'a', operator: 'EQUALS' }] },
      'claims_invalid',
    ],
    [
      'a locked filter with a member that is not known',
      { locked_filters: [{ dimension: 'a', operator: 'EQUALS', values: [], or: [] }] },
      'claims_invalid',
    ],
    [
      'a locked filter whose operator is not known',
      { locked_filters: [{ dimension: 'a', operator: 'LIKE', values: ['%'] }] },
      'claims_invalid',
    ],
    [
      'a locked BETWEEN with one value',
      { locked_filters: [{ dimension: 'a', operator: 'BETWEEN', values: [1] }] },
      'claims_invalid',
    ],
    [
      'a locked filter with a list as value',
      { locked_filters: [{ dimension: 'a', operator: 'EQUALS', values: [['x']] }] },
      'claims_invalid',
    ],
  ]

  it.each(refused)('%s', async (_, changes, reason) => {
    expect(await refusal(await sign(header(), payload(changes)))).toBe(reason)
  })

  it.each([
    ['a claim twice', (text: string) => text.replace('{', '{"tenant_id":"JFK",')],
    ['a claim twice, once escaped', (text: string) => text.replace('{', '{"tenant\\u005fid":"JFK",')],
    ['__proto__', (text: string) => text.replace('{', '{"__proto__":{"tenant_id":"JFK"},')],
    ['a list as payload', () => '[]'],
    ['text that is not JSON', () => 'tenant_id=ATL'],
  ])('%s', async (_, change) => {
    const token = await signRaw(key.key, JSON.stringify(header()), change(JSON.stringify(payload())))
    expect(await refusal(token)).toBe('claims_invalid')
  })

  it('bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify(payload({ tenant_id: 'AT\xff' })), 'latin1')
    expect(await refusal(await signRaw(key.key, JSON.stringify(header()), bytes))).toBe('claims_invalid')
  })
})

describe('a token is refused for its header:', () => {
  const refused: [string, object, string][] = [
    ['no alg', { alg: undefined }, 'header_not_allowed'],
    ['alg none', { alg: 'none' }, 'algorithm_not_allowed'],
    ['alg None', { alg: 'None' }, 'algorithm_not_allowed'],
    ['alg Ed25519, which is not how the key is stored', { alg: 'Ed25519' }, 'algorithm_not_allowed'],
    ['alg RS256', { alg: 'RS256' }, 'algorithm_not_allowed'],
    ['alg HS256', { alg: 'HS256' }, 'algorithm_not_allowed'],
    ['a list as alg', { alg: ['EdDSA'] }, 'header_not_allowed'],
    ['no typ', { typ: undefined }, 'header_not_allowed'],
    ['typ JWT', { typ: 'JWT' }, 'type_not_allowed'],
    ['typ at+jwt', { typ: 'at+jwt' }, 'type_not_allowed'],
    ['typ in upper case', { typ: 'GUEST+JWT' }, 'type_not_allowed'],
    ['typ as a media type', { typ: 'application/guest+jwt' }, 'type_not_allowed'],
    ['no kid', { kid: undefined }, 'header_not_allowed'],
    ['a number as kid', { kid: 1 }, 'header_not_allowed'],
    ['a path as kid', { kid: '../../../../dev/null' }, 'header_not_allowed'],
    ['SQL as kid', { kid: "' or '1'='1" }, 'header_not_allowed'],
    ['an object member as kid', { kid: '__proto__' }, 'header_not_allowed'],
    ['an unknown kid', { kid: randomUUID() }, 'key_unknown'],
    ['jku', { jku: 'https://attacker.example/jwks.json' }, 'header_not_allowed'],
    ['x5u', { x5u: 'https://attacker.example/x5u.pem' }, 'header_not_allowed'],
    ['x5c', { x5c: ['MIIB'] }, 'header_not_allowed'],
    ['crit', { crit: ['exp'], exp: 1 }, 'header_not_allowed'],
    ['an empty crit', { crit: [] }, 'header_not_allowed'],
    ['b64 false', { b64: false, crit: ['b64'] }, 'header_not_allowed'],
    ['b64 true', { b64: true }, 'header_not_allowed'],
    ['zip', { zip: 'DEF' }, 'header_not_allowed'],
    ['cty', { cty: 'JWT' }, 'header_not_allowed'],
    ['enc', { enc: 'A256GCM' }, 'header_not_allowed'],
  ]

  it.each(refused)('%s', async (_, changes, reason) => {
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

  it.each([
    ['nothing', ''],
    ['one part', 'a'],
    ['two parts', 'a.b'],
    ['four parts', 'a.b.c.d'],
    ['dots', '...'],
    ['JSON', '{"payload":"","signatures":[]}'],
    ['a header that is not JSON', 'AAAA.AAAA.AAAA'],
    ['characters of other alphabets', 'а.б.в'],
    ['a line break at the end', 'YQ.YQ.YQ\n'],
  ])('%s', async (_, text) => {
    expect(await refusal(text)).toBe('token_malformed')
  })

  it('one of more than 8 kB, though it is signed', async () => {
    const names = Array.from({ length: 700 }, (_, index) => `dashboard ${index}`)
    const token = await sign(header(), payload({ dashboard_ids: names }))
    expect(token.length).toBeGreaterThan(9_000)
    expect(await refusal(token)).toBe('token_too_large')
  })

  it('any text that is one character away from a token that holds, unless it spells the same bytes', async () => {
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
        fc.pre(!spellsTheSame(changed, token))
        expect(await refusal(changed)).toBeDefined()
      }),
      { numRuns: 1_000 },
    )
  })
})

function spellsTheSame(one: string, other: string): boolean {
  const bytes = (token: string) =>
    token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'))
  return bytes(one).join('.') === bytes(other).join('.')
}

function claimsOf({ organizationId, environmentId }: EnvironmentIdentity): object {
  return { org_id: organizationId, env_id: environmentId }
}

async function requireKey(found: Promise<VerificationKey | null>): Promise<VerificationKey> {
  const loaded = await found
  if (loaded === null) throw new Error('There is no such key.')
  return loaded
}
