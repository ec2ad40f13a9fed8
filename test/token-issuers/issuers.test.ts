import { createHmac, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { sql } from 'drizzle-orm'
import { exportSPKI, importJWK } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { signGuestToken } from '../../examples/hosts/jose/guest-token.ts'
import { authenticateInTurn } from '../../src/access/authenticate-in-turn.ts'
import { authenticate } from '../../src/access/credential.ts'
import { endIssuer, insertIssuer } from '../../src/access/issuers/issuer-rows.ts'
import type { TokenIssuer } from '../../src/access/issuers/token-issuer.ts'
import { createTokenIssuers } from '../../src/access/issuers/token-issuers.ts'
import { parseNetwork } from '../../src/access/networks.ts'
import { createPlacing } from '../../src/access/places/placing.ts'
import { createRegions } from '../../src/access/places/regions.ts'
import { createRegisteredTenants } from '../../src/access/places/registered-tenants.ts'
import { tenantOf } from '../../src/access/places/tenant-rows.ts'
import { createCredentialTurns } from '../../src/access/rates/turns.ts'
import { refusalOf } from '../../src/access/refusal.ts'
import { verifyKeptToken } from '../../src/access/verify.ts'
import { TesseraError } from '../../src/errors.ts'
import { createCatalogueCache } from '../../src/model/catalogue-cache.ts'
import { auditEvents, tokenIssuers } from '../../src/store/tables.ts'
import { caught } from '../support/caught.ts'
import { type HostKey, hostClaims, newHostKey, signAsHost } from '../support/own-issuer.ts'
import { placedByRule } from '../support/placing.ts'
import type { Answered } from '../support/server.ts'
import { type SmallServer, startSmallServer } from '../support/small-server.ts'
import { openTestStore } from '../support/store.ts'
import { claimAttacks, headerAttacks } from '../support/token-attacks.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { openTokenKit, signRaw, silent } from '../support/tokens.ts'

/** Two processes of one installation; only the first may call addresses of this machine. */
const store = await openTestStore()
let here: TokenServer
let there: TokenServer
let admin: string
/** Of a host, which shows its keys. */
let host: SmallServer
let answer: (response: ServerResponse) => void
const [one, two] = [await newHostKey(), await newHostKey('ES256')]
const iss = 'https://host.example'
/** Is there for all attacks. */
const attacked = 'https://attacked.example'

beforeAll(async () => {
  const loopback = parseNetwork('127.0.0.0/8')
  const options = {
    organization: 'issuers',
    jwksTimeoutMs: 500,
    jwksNetworks: loopback === null ? [] : [loopback],
    keyTiming: { renewAfterMs: 60_000, waitAfterMs: 60_000, toleratedMs: 60_000, everyMs: 0 },
  }
  host = await startSmallServer((response) => answer(response))
  here = await startTokenServer(store, options)
  there = await startTokenServer(store, options)
  admin = here.kit.apiKey
})
afterAll(async () => {
  await here.close()
  await there.close()
  await host.close()
  await store.close()
})
afterEach(async () => {
  for (const { id, issuer } of await listed()) if (issuer !== attacked) await remove(id)
})

function publish(...keys: readonly { readonly jwk: object }[]): void {
  answer = (response) => response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
}

const fields = 'id issuer audience organizationId environmentId algorithms jwksUrl publicKeys'
const registering = `mutation ($input: TokenIssuerInput!) { registerTokenIssuer(input: $input) { ${fields} } }`
const removing = 'mutation ($id: ID!) { removeTokenIssuer(id: $id) { id } }'
const listing = `{ tokenIssuers { ${fields} } }`
const viewing = '{ viewer { tenantId subject } }'

interface Registered {
  readonly id: string
  readonly issuer: string
  readonly audience: string
  readonly organizationId: string
  readonly environmentId: string
}

async function register(input: object = {}): Promise<Registered> {
  const all = { issuer: iss, publicKeys: [one.jwk], ...input }
  const { body } = await here.post(admin, registering, { input: all })
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
  return Object(body.data).registerTokenIssuer
}

function registerUrl(input: object = {}): Promise<Registered> {
  return register({ jwksUrl: `${host.url}/jwks.json`, publicKeys: null, ...input })
}

async function remove(id: string): Promise<void> {
  const { body } = await here.post(admin, removing, { id })
  expect(body).toEqual({ data: { removeTokenIssuer: { id } } })
}

async function listed(): Promise<readonly Registered[]> {
  return Object((await here.post(admin, listing)).body.data).tokenIssuers
}

function claims(changes: object = {}) {
  return hostClaims(iss, here.kit.environment, changes)
}

function refusal({ status, body }: Answered) {
  const [error] = body.errors ?? []
  return [status, error?.extensions?.code, error?.extensions?.argument, error?.message]
}

/** Why the process refuses a token, as the audit is told. */
async function reasonFor(token: string, by = here): Promise<string | undefined> {
  const error: unknown = await authenticate(`Bearer ${token}`, by.kit.deps).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return refusalOf(error)?.reason
}

const within = { timeout: 2_000, interval: 20 }

describe('an issuer of the host’s own', () => {
  test.each(['EdDSA', 'ES256', 'RS256'])('signs guest tokens with %s, and never calls us', async (alg) => {
    const key = await newHostKey(alg)
    expect(await register({ publicKeys: [{ ...key.jwk, x5c: ['MIIB'] }] })).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...{ issuer: iss, audience: 'tessera', jwksUrl: null },
      ...here.kit.environment,
      algorithms: ['EdDSA', 'ES256', 'RS256'],
      publicKeys: [expect.objectContaining({ kid: key.kid, alg })],
    })
    const token = await signAsHost(key, claims({ sub: 'ann' }))
    const { status, body } = await here.post(token, viewing)
    expect([status, body]).toEqual([200, { data: { viewer: { tenantId: 'ATL', subject: 'ann' } } }])
    const [shown] = await listed()
    expect(JSON.stringify(shown)).not.toContain('MIIB')
    await expect.poll(() => there.statusFor(token), within).toBe(200)
  })

  it('needs no more than the example has', async () => {
    const { issuer, audience, organizationId, environmentId } = await register()
    const { kid, privateKey } = one
    const own = { issuer, audience, organizationId, environmentId, alg: 'EdDSA', kid, privateKey } as const
    const token = await signGuestToken(own, {
      tenant_id: 'ATL',
      sub: 'ann',
      dashboard_ids: [],
      allow_export: false,
    })
    expect((await here.post(token, viewing)).body.data).toEqual({
      viewer: { tenantId: 'ATL', subject: 'ann' },
    })
  })

  it('shows its keys at a URL, and rotates them there without a word to us', async () => {
    publish(one)
    await registerUrl()
    const [first, second] = [await signAsHost(one, claims()), await signAsHost(two, claims())]
    expect([await here.statusFor(first), await here.statusFor(second)]).toEqual([200, 401])
    publish(one, two)
    expect([await here.statusFor(first), await here.statusFor(second)]).toEqual([200, 200])
  })

  test.each<readonly [string, (response: ServerResponse) => void, string]>([
    ['a redirect', (response) => response.writeHead(302, { location: '/keys' }).end(), 'status 302'],
    ['more than it may', (response) => response.end('x'.repeat(70_000)), 'more than 65536 bytes'],
    ['an error', (response) => response.writeHead(500).end(), 'status 500'],
    ['a page', (response) => response.end('<html>'), 'not JSON'],
    ['another document', (response) => response.end('{"issuer":"x"}'), 'no key set'],
    ['a drop now and then', drip, 'took too long'],
  ])('whose URL answers with %s has the keys that it had, and no new one', async (_, answering, reason) => {
    publish(one)
    const { id } = await registerUrl()
    const [known, next] = [await signAsHost(one, claims()), await signAsHost(two, claims())]
    expect(await here.statusFor(known)).toBe(200)
    const before = host.asked.length
    answer = answering
    expect([await here.statusFor(next), await here.statusFor(known)]).toEqual([401, 200])
    expect(host.asked).toHaveLength(before + 1)
    await here.kit.audit.flush()
    const rows = await store.transaction(here.kit.environment, (transaction) =>
      transaction.select().from(auditEvents),
    )
    const told = rows.flatMap(({ kind, detail }) =>
      kind === 'token_issuer.keys_unavailable' && Object(detail).tokenIssuerId === id ? [detail] : [],
    )
    expect(told).toEqual([{ tokenIssuerId: id, issuer: iss, reason: expect.stringContaining(reason) }])
  })

  it('whose keys are waited for keeps nobody else waiting where many were refused', async () => {
    publish(one)
    await registerUrl()
    const catalogues = await createCatalogueCache({ store, log: silent })
    const deps = { ...here.kit.deps, catalogues, placing: placedByRule, turns: createCredentialTurns(1) }
    const look = (token: string) => authenticateInTurn(`Bearer ${token}`, '192.0.2.1', deps)
    const [next, ours] = [await signAsHost(two, claims()), await here.kit.guestToken({ tenantId: 'ATL' })]
    await catalogues.get(here.kit.environment)
    await caught(look('wrong'))
    let respond: (() => void) | null = null
    answer = (response) => {
      respond = () => response.end(JSON.stringify({ keys: [one.jwk, two.jwk] }))
    }
    const waiting = look(next)
    const answering = await vi.waitUntil(() => respond, within)
    expect((await look(ours)).kind).toBe('guest')
    answering()
    expect((await waiting).kind).toBe('guest')
  })

  it('has none of its tokens taken for a tenant that was erased, which counts as a refused one', async () => {
    await register()
    const { organizationId, environmentId } = here.kit.environment
    const catalogues = await createCatalogueCache({ store, log: silent })
    const tenants = createRegisteredTenants({ store, log: silent, outageMaxMs: 60_000 })
    const at = new Date()
    const row = { organizationId, environmentId, definition: {}, version: randomUUID(), createdAt: at }
    tenants.note(tenantOf({ ...row, tenantId: 'gone', changedAt: at, erasedAt: at, erasedBy: null }))
    const placing = createPlacing({ tenants, regions: createRegions(null, new Map()) })
    const turns = createCredentialTurns(1)
    const look = (token: string) =>
      authenticateInTurn(`Bearer ${token}`, '192.0.2.1', { ...here.kit.deps, catalogues, placing, turns })
    const [gone, kept] = [
      await signAsHost(one, claims({ tenant_id: 'gone' })),
      await signAsHost(one, claims()),
    ]
    expect((await look(kept)).kind).toBe('guest')
    expect(refusalOf(await caught(look(gone)))?.reason).toBe('tenant_erased')
    const many = await Promise.all(Array.from({ length: 300 }, () => caught(look(gone))))
    const codes = many.map((error) => (error instanceof TesseraError ? error.code : error))
    expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']))
    expect((await look(kept)).kind).toBe('guest')
  })

  it('may have an audience of its own, which its tokens then need', async () => {
    await register({ audience: 'analytics' })
    expect(await here.statusFor(await signAsHost(one, claims({ aud: 'analytics' })))).toBe(200)
    expect(await reasonFor(await signAsHost(one, claims()))).toBe('audience_wrong')
  })

  it('speaks for one environment and no other', async () => {
    await register()
    const foreign = await openTokenKit(store)
    const token = await signAsHost(one, hostClaims(iss, foreign.environment))
    expect(await reasonFor(token)).toBe('issuer_unknown')
    const mixed = { ...here.kit.environment, organizationId: foreign.environment.organizationId }
    expect(await reasonFor(await signAsHost(one, hostClaims(iss, mixed)))).toBe('environment_foreign')
    expect(Object((await there.post(foreign.apiKey, listing)).body.data).tokenIssuers).toEqual([])
    const [{ id } = { id: '' }] = await listed()
    expect(refusal(await there.post(foreign.apiKey, removing, { id })).slice(1, 3)).toEqual([
      'NOT_FOUND',
      'id',
    ])
  })

  it('is replaced by another registration of its name, and what was open ends', async () => {
    const first = await register()
    const token = await signAsHost(one, claims())
    await expect.poll(() => there.statusFor(token), within).toBe(200)
    const ended = await endedSignal(there, token)
    const second = await register({ publicKeys: [two.jwk] })
    expect(await listed()).toEqual([second])
    expect(second.id).not.toBe(first.id)
    expect(await reasonFor(token)).toBe('key_unknown')
    const next = await signAsHost(two, claims())
    expect(await here.statusFor(next)).toBe(200)
    await expect.poll(() => there.statusFor(next), within).toBe(200)
    await expect.poll(() => refusalOf(ended.reason)?.reason, within).toBe('token_revoked')
  })

  it('is replaced though the store’s clock is behind that of the one before', async () => {
    const first = await register()
    await store.transaction(here.kit.environment, (transaction) =>
      transaction.update(tokenIssuers).set({ createdAt: sql`now() + interval '1 minute'` }),
    )
    const known = createTokenIssuers({
      ...{ store, log: silent, allowedNetworks: [], onUnavailable: () => undefined },
    })
    const stop = await known.watch()
    const ids = () => known.find(here.kit.environment.environmentId, iss)?.id
    expect(ids()).toBe(first.id)
    const second = await store.transaction(here.kit.environment, async (transaction) => {
      await endIssuer(transaction, here.kit.environment, first.id)
      const keys = { kind: 'inline', keys: [one.jwk] } as const
      const asked = { issuer: iss, audience: null, algorithms: ['EdDSA'], keys } as const
      return insertIssuer(transaction, here.kit.environment, asked)
    })
    known.add(second)
    expect(ids()).toBe(second.id)
    await stop()
  })

  it('takes its tokens by another registration with the same keys, whether they were seen before or not', async () => {
    await register()
    const [seen, unseen] = [await signAsHost(one, claims()), await signAsHost(one, claims())]
    await expect.poll(() => there.statusFor(seen), within).toBe(200)
    expect(await here.statusFor(seen)).toBe(200)
    const { id } = await register()
    const statuses = () =>
      Promise.all([seen, unseen].flatMap((token) => [here.statusFor(token), there.statusFor(token)]))
    await expect.poll(statuses, within).toEqual([200, 200, 200, 200])
    await remove(id)
    await expect.poll(statuses, within).toEqual([401, 401, 401, 401])
    await register()
    await expect.poll(statuses, within).toEqual([200, 200, 200, 200])
  })
})

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 50)
  response.on('close', () => clearInterval(timer))
}

test('of two registrations of a name at the same moment one holds, at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [first, second] = await Promise.all([register(), register({ publicKeys: [two.jwk] })])
    const [kept, ...others] = await listed()
    expect([others, [first.id, second.id].includes(kept?.id ?? '')]).toEqual([[], true])
    const [good, bad] = kept?.id === first.id ? [one, two] : [two, one]
    expect(await reasonFor(await signAsHost(good, claims()))).toBeUndefined()
    expect(await reasonFor(await signAsHost(bad, claims()))).toBe('key_unknown')
  }
})

async function endedSignal(by: TokenServer, token: string): Promise<AbortSignal> {
  const credential = await authenticate(`Bearer ${token}`, by.kit.deps)
  if (credential.kind !== 'guest') throw new Error('not a guest')
  return by.kit.deps.tokenEnds.signal(credential.claims, new AbortController().signal)
}

describe('what ends tokens ends those of issuers:', () => {
  const revoking = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'

  test.each(['id', 'subject', 'tenantId'])('a revocation by %s, on both processes', async (by) => {
    await register()
    const [jti, tenantId] = [`host ${randomUUID()}`, randomUUID()]
    const [mine, other] = [
      await signAsHost(one, claims({ jti, tenant_id: tenantId, sub: 'ann' })),
      await signAsHost(one, claims({ tenant_id: `${tenantId}!`, sub: 'ann' })),
    ]
    await expect.poll(() => there.statusFor(mine), within).toBe(200)
    const ended = await endedSignal(there, mine)
    const inputs: Record<string, object> = {
      id: { id: jti },
      subject: { subject: { tenantId, subject: 'ann' } },
      tenantId: { tenantId },
    }
    const { body } = await here.post(admin, revoking, { input: inputs[by] })
    expect(body.errors).toBeUndefined()
    expect([await here.statusFor(mine), await reasonFor(mine)]).toEqual([401, 'token_revoked'])
    await expect.poll(() => reasonFor(mine, there), within).toBe('token_revoked')
    expect(refusalOf(ended.reason)?.reason).toBe('token_revoked')
    expect(await there.statusFor(other)).toBe(200)
  })

  test('its removal, with what is open and what was kept of them', async () => {
    const { id } = await register()
    const token = await signAsHost(one, claims())
    await expect.poll(() => there.statusFor(token), within).toBe(200)
    const ended = await endedSignal(there, token)
    const credential = await authenticate(`Bearer ${token}`, here.kit.deps)
    if (credential.kind !== 'guest') throw new Error('not a guest')
    const { keyId, issuerId } = credential.claims
    const kept = { keyId, issuerId, claims: JSON.stringify(claims()) }
    const terms = { ...here.kit.deps, now: new Date() }
    expect((await verifyKeptToken(kept, terms)).issuerId).toBe(id)
    await remove(id)
    expect([await here.statusFor(token), await reasonFor(token)]).toEqual([401, 'issuer_unknown'])
    await expect.poll(() => there.statusFor(token), within).toBe(401)
    await expect.poll(() => refusalOf(ended.reason)?.reason, within).toBe('token_revoked')
    await expect(verifyKeptToken(kept, terms)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(refusal(await here.post(admin, removing, { id })).slice(1, 3)).toEqual(['NOT_FOUND', 'id'])
    const later = await startTokenServer(store, { organization: 'issuers' })
    expect(await reasonFor(token, later)).toBe('issuer_unknown')
    await later.close()
  })
})

describe('its tokens are held to what ours are held to:', () => {
  const seconds = Math.floor(Date.now() / 1000)
  /** Where the reason is another than with a token of ours. */
  const otherReasons: Readonly<Record<string, string>> = {
    'no iss': 'key_unknown',
    'another iss': 'issuer_unknown',
    'a list as iss': 'key_unknown',
    'no environment': 'issuer_unknown',
    'a foreign environment': 'issuer_unknown',
    'a path as kid': 'key_unknown',
    'an object member as kid': 'key_unknown',
  }
  /** A kid that could be one of ours. */
  let key: HostKey
  let kept: Registered

  async function reason(changes: object, header: object = {}): Promise<string | undefined> {
    const claimed = hostClaims(attacked, here.kit.environment, changes)
    const head = { alg: key.alg, kid: key.kid, typ: 'guest+jwt', ...header }
    return reasonFor(await signRaw(key.privateKey, JSON.stringify(head), JSON.stringify(claimed)))
  }

  beforeAll(async () => {
    key = await newHostKey('EdDSA', randomUUID())
    kept = await register({ issuer: attacked, publicKeys: [key.jwk] })
  })
  afterAll(() => remove(kept.id))

  test('one without a flaw is taken: these tests can fail', async () => {
    expect(await reason({})).toBeUndefined()
  })

  test.each([
    ...claimAttacks(seconds).map(([what, changes, ours]) => [what, changes, {}, ours] as const),
    ...headerAttacks.map(([what, header, ours]) => [what, {}, header, ours] as const),
    ['an API key', { api_key_id: randomUUID() }, {}, 'claims_invalid'] as const,
    ['a family', { family_id: randomUUID() }, {}, 'claims_invalid'] as const,
    ['a time of minting', { minted_at_us: seconds * 1_000_000 }, {}, 'claims_invalid'] as const,
  ])('%s', async (what, changes, header, ours) => {
    expect(await reason(changes, header)).toBe(otherReasons[what] ?? ours)
  })

  test('a key of ours signs nothing in its name, and its key nothing in ours, whatever they are called', async () => {
    const own = await here.kit.keyring.signingKey(here.kit.environment)
    await register({ publicKeys: [{ ...key.jwk, kid: own.keyId }] })
    const asOurs = { ...key, kid: own.keyId }
    expect(await reasonFor(await signAsHost(asOurs, claims()))).toBeUndefined()
    expect(await reasonFor(await signAsHost(asOurs, claims({ iss: 'tessera' })))).toBe('signature_invalid')
    const stolen = { ...key, kid: own.keyId, privateKey: own.key }
    expect(await reasonFor(await signAsHost(stolen, claims()))).toBe('signature_invalid')
    // Ending a key of ours ends none of theirs that is called the same.
    const token = await signAsHost(asOurs, claims())
    await here.post(admin, 'mutation { rotateSigningKey(graceSeconds: 0) { id } }')
    expect(await reasonFor(token)).toBeUndefined()
  })

  test('its public key is no secret of an HMAC', async () => {
    const imported = await importJWK(key.jwk, 'EdDSA')
    if (imported instanceof Uint8Array) throw new Error('not a public key')
    for (const alg of ['HS256', 'EdDSA']) {
      const parts = [{ alg, kid: key.kid, typ: 'guest+jwt' }, claims({ iss: attacked })]
      const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
      const mac = createHmac('sha256', await exportSPKI(imported))
        .update(input)
        .digest('base64url')
      expect(await reasonFor(`${input}.${mac}`)).toBe(
        alg === 'HS256' ? 'algorithm_not_allowed' : 'signature_invalid',
      )
    }
  })
})

describe('registering refuses', () => {
  const form = '1 to 200 visible ASCII characters'
  const either = 'exactly one of jwksUrl and publicKeys'
  const url = 'a URL with https of at most 500 characters, without a user name, a password or a fragment'
  const algorithms = 'one or more of EdDSA, ES256, RS256: who verifies HS256 could sign, too'
  test.each<readonly [string, object, string, string]>([
    ['no name', { issuer: '' }, 'input.issuer', form],
    ['a name with spaces', { issuer: 'a b' }, 'input.issuer', form],
    ['our own name', { issuer: 'tessera' }, 'input.issuer', 'another than Tessera’s own'],
    ['an audience with spaces', { audience: 'a b' }, 'input.audience', form],
    ['HS256', { algorithms: ['HS256'] }, 'input.algorithms', algorithms],
    ['HS256 among others', { algorithms: ['EdDSA', 'HS256'] }, 'input.algorithms', algorithms],
    ['no algorithm', { algorithms: [] }, 'input.algorithms', algorithms],
    ['neither keys nor a URL', { publicKeys: null }, 'input', either],
    ['both', { jwksUrl: 'https://host.example/jwks.json' }, 'input', either],
    ['no keys', { publicKeys: [] }, 'input.publicKeys', '1 to 50 public keys as JWK'],
    [
      'a symmetric key',
      { publicKeys: [one.jwk, { kty: 'oct', kid: 'a', k: 'AAAA' }] },
      'input.publicKeys.1',
      'a public key without its private half',
    ],
    ['a kid twice', { publicKeys: [one.jwk, one.jwk] }, 'input.publicKeys.1', 'a kid of its own'],
    ['another scheme', { publicKeys: null, jwksUrl: 'file:///etc/passwd' }, 'input.jwksUrl', url],
    ['no URL', { publicKeys: null, jwksUrl: 'jwks.json' }, 'input.jwksUrl', url],
    ['a password', { publicKeys: null, jwksUrl: 'https://a:b@host.example/' }, 'input.jwksUrl', url],
  ])('%s', async (_, input, argument, expected) => {
    const answered = await here.post(admin, registering, {
      input: { issuer: iss, publicKeys: [one.jwk], ...input },
    })
    expect(refusal(answered)).toEqual([
      200,
      'BAD_USER_INPUT',
      argument,
      `An argument is not of the allowed form. ${argument}: expected ${expected}.`,
    ])
    expect(await listed()).toEqual([])
  })

  const readable = 'the URL of a key set that can be read.'
  test.each<readonly [string, (response: ServerResponse) => void, string]>([
    [
      'a redirect',
      (response) => response.writeHead(302, { location: '/' }).end(),
      `${readable} The host answers with the status 302`,
    ],
    ['a page', (response) => response.end('<html>'), `${readable} The answer is not JSON`],
    [
      'no key',
      (response) => response.end('{"keys":[]}'),
      'the URL of a key set with a public key for EdDSA, ES256, RS256 that has a kid of its own',
    ],
  ])('a URL that answers with %s', async (_, answering, expected) => {
    answer = answering
    const input = { issuer: iss, jwksUrl: host.url }
    const [, code, argument, message] = refusal(await here.post(admin, registering, { input }))
    expect([code, argument]).toEqual(['BAD_USER_INPUT', 'input.jwksUrl'])
    expect(message).toBe(`An argument is not of the allowed form. input.jwksUrl: expected ${expected}.`)
  })

  it('addresses that are not public, which are never called', async () => {
    const strict = await startTokenServer(store)
    publish(one)
    const before = host.asked.length
    for (const jwksUrl of [host.url, 'https://169.254.169.254/', 'https://localhost/', 'https://[::1]/']) {
      const input = { issuer: iss, jwksUrl }
      const [, code, argument, message] = refusal(
        await strict.post(strict.kit.apiKey, registering, { input }),
      )
      expect([code, argument]).toEqual(['BAD_USER_INPUT', 'input.jwksUrl'])
      expect(message).toContain('The host has no address that may be called.')
    }
    expect(host.asked).toHaveLength(before)
    await strict.close()
  })

  it('more than fifty in an environment, but not another registration of one of them', async () => {
    const { apiKey, environment } = await openTokenKit(store)
    await store.transaction(environment, async (transaction) => {
      for (let index = 0; index < 50; index += 1) {
        const keys = { kind: 'inline', keys: [one.jwk] } as const
        const made = {
          issuer: `https://${index}.example`,
          audience: null,
          algorithms: ['EdDSA'],
          keys,
        } as const
        await insertIssuer(transaction, environment, made)
      }
    })
    const registerAs = (issuer: string) =>
      here.post(apiKey, registering, { input: { issuer, publicKeys: [one.jwk] } })
    expect(refusal(await registerAs(iss))).toEqual([
      200,
      'QUOTA_EXCEEDED',
      undefined,
      'The quota is used up. Expected at most 50 token issuers.',
    ])
    expect(refusal(await registerAs('https://7.example'))[1]).toBeUndefined()
  })

  test.each(['registerTokenIssuer', 'removeTokenIssuer', 'tokenIssuers'])(
    '%s without keys:write, for a key of some tenants and for guests',
    async (field) => {
      const creating = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }'
      const keyOf = async (input: object) =>
        Object((await here.post(admin, creating, { input: { name: 'x', ...input } })).body.data).createApiKey
          .secret
      const credentials = [
        await keyOf({ scopes: ['tokens:create', 'audit:read', 'model:write', 'usage:read'] }),
        await keyOf({ scopes: ['keys:write', 'tokens:create'], tenants: ['acme'] }),
        await here.kit.guestToken({ tenantId: 'ATL' }),
      ]
      const query = [registering, removing, listing].find((text) => text.includes(field)) ?? ''
      const variables = { input: { issuer: iss, publicKeys: [one.jwk] }, id: randomUUID() }
      for (const credential of credentials) {
        expect(refusal(await here.post(credential, query, variables))[1]).toBe('FORBIDDEN')
      }
    },
  )
})

test('an issuer that is registered while all are read anew is known from then on', async () => {
  const added: TokenIssuer = {
    ...{ id: randomUUID(), ...here.kit.environment, issuer: iss, audience: null, algorithms: ['EdDSA'] },
    ...{ keys: { kind: 'inline', keys: [one.jwk] }, createdAt: new Date() },
  }
  const issuers = createTokenIssuers({
    ...{ log: silent, allowedNetworks: [], onUnavailable: () => undefined },
    store: {
      ...store,
      transaction: async (identity, work) => {
        const rows = await store.transaction(identity, work)
        issuers.add(added)
        return rows
      },
    },
  })
  const stop = await issuers.watch()
  expect(issuers.find(here.kit.environment.environmentId, iss)).toBe(added)
  await stop()
})

test.each<readonly [string, () => object, () => object]>([
  [
    'with which keys',
    () => ({ publicKeys: [one.jwk, two.jwk] }),
    () => ({ kids: `${one.jwk.kid} ${two.jwk.kid}` }),
  ],
  [
    'where its keys are, but for what may be a secret there',
    () => ({ jwksUrl: `${host.url}/jwks.json?token=hush`, publicKeys: null }),
    () => ({ jwksUrl: `${host.url}/jwks.json?…`, kids: one.jwk.kid }),
  ],
])('the audit tells who registered and removed it, and %s', async (_, input, keys) => {
  publish(one)
  const { id } = await register(input())
  await remove(id)
  await here.kit.audit.flush()
  const rows = await store.transaction(here.kit.environment, (transaction) =>
    transaction.select().from(auditEvents),
  )
  const about = rows.filter(({ detail }) => Object(detail).tokenIssuerId === id)
  const head = { outcome: 'SUCCEEDED', apiKeyId: here.kit.host.apiKeyId }
  const detail = { tokenIssuerId: id, issuer: iss }
  expect(about.map(({ kind, outcome, apiKeyId, detail }) => ({ kind, outcome, apiKeyId, detail }))).toEqual([
    { ...head, kind: 'token_issuer.registered', detail: { ...detail, ...keys() } },
    { ...head, kind: 'token_issuer.removed', detail },
  ])
})
