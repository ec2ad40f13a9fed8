import { createHmac, randomUUID } from 'node:crypto'
import { buildSchema } from 'graphql'
import { CompactEncrypt, exportSPKI, generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { rateLimited } from '../../src/access/rates/budget.ts'
import type { SigningKey } from '../../src/access/signing-keys.ts'
import type { AuditEvent } from '../../src/audit/events.ts'
import { type Edge, startEdge } from '../support/edge.ts'
import {
  claimAttacks,
  headerAttacks,
  otherTexts,
  payloadTexts,
  spellingsOf,
} from '../support/token-attacks.ts'
import { base64url, signRaw } from '../support/tokens.ts'

/** As if too many had come from the address. */
const unseenLink = 'B'.repeat(43)
const seconds = Math.floor(Date.now() / 1000)
let edge: Edge
let key: SigningKey
let events: AuditEvent[] = []

beforeAll(async () => {
  const schema = buildSchema('type Query { hello: String }')
  edge = await startEdge({
    schema,
    onAudit: (event) => events.push(event),
    takeExport: async (secret) => {
      if (secret === unseenLink) throw rateLimited('fewer wrong credentials from one address', 1_000)
      return null
    },
  })
  key = await edge.kit.keyring.signingKey(edge.kit.environment)
})
beforeEach(() => {
  events = []
})
afterAll(() => edge.close())

function header(changes: object = {}): string {
  return JSON.stringify({ alg: 'EdDSA', kid: key.keyId, typ: 'guest+jwt', ...changes })
}

function payload(changes: object = {}): string {
  const { organizationId, environmentId } = edge.kit.environment
  const times = { iat: seconds - 10, exp: seconds + 3600 }
  const own = { org_id: organizationId, env_id: environmentId, tenant_id: 'ATL' }
  return JSON.stringify({ iss: 'tessera', aud: 'tessera', jti: 'token-1', ...times, ...own, ...changes })
}

function sign(head: string, body: string): Promise<string> {
  return signRaw(key.key, head, body)
}

function send(authorization: string) {
  const headers = { 'content-type': 'application/json', authorization }
  return edge.send({ headers, body: '{"query":"{ hello }"}' })
}

/** What a client is told, and the reason that the audit is. */
async function told(authorization: string) {
  const { status, headers, text } = await send(authorization)
  const { extensions, ...error } = JSON.parse(text).errors[0]
  const { requestId, ...rest } = extensions
  const audited = events.map(({ kind, outcome, reason, requestId: id, address }) => ({
    ...{ kind, outcome, reason, address },
    isOfThisRequest: id === requestId,
  }))
  return { status, challenge: headers['www-authenticate'], error: { ...error, ...rest }, audited }
}

function refusedFor(reason: string) {
  return {
    status: 401,
    challenge: 'Bearer',
    error: {
      message: 'The credential is missing, malformed, expired or not accepted.',
      code: 'UNAUTHENTICATED',
    },
    audited: [
      {
        ...{ kind: 'credential.refused', outcome: 'REFUSED', reason, address: '127.0.0.1' },
        isOfThisRequest: true,
      },
    ],
  }
}

test('a token without a flaw is taken: these tests can fail', async () => {
  const { status, text } = await send(`Bearer ${await sign(header(), payload())}`)
  expect([status, JSON.parse(text), events]).toEqual([200, { data: { hello: null } }, []])
})

test.each(claimAttacks(seconds))('a token with %s gets the same 401', async (_, changes, reason) => {
  expect(await told(`Bearer ${await sign(header(), payload(changes))}`)).toEqual(refusedFor(reason))
})

test.each(headerAttacks)('a header with %s gets the same 401', async (_, changes, reason) => {
  expect(await told(`Bearer ${await sign(header(changes), payload())}`)).toEqual(refusedFor(reason))
})

test.each(payloadTexts)('a payload with %s gets the same 401', async (_, change) => {
  const token = await sign(header(), change(payload()))
  expect(await told(`Bearer ${token}`)).toEqual(refusedFor('claims_invalid'))
})

test('a key that comes with the token gets the same 401', async () => {
  const own = await generateKeyPair('EdDSA', { extractable: true })
  const jwk = await crypto.subtle.exportKey('jwk', own.publicKey)
  const token = await signRaw(own.privateKey, header({ jwk }), payload())
  expect(await told(`Bearer ${token}`)).toEqual(refusedFor('header_not_allowed'))
})

test.each([
  ['which is said', 'HS256', 'algorithm_not_allowed'],
  ['under the name of ours', 'EdDSA', 'signature_invalid'],
])('the public key as the secret of an HMAC, %s, gets the same 401', async (_, alg, reason) => {
  const known = await edge.kit.keyring.verificationKey(key.keyId)
  if (known === null) throw new Error('There is no such key.')
  const input = `${base64url(header({ alg }))}.${base64url(payload())}`
  const mac = createHmac('sha256', await exportSPKI(known.key)).update(input)
  expect(await told(`Bearer ${input}.${mac.digest('base64url')}`)).toEqual(refusedFor(reason))
})

test('each other spelling of its signature gets the same 401', async () => {
  for (const spelling of spellingsOf(await sign(header(), payload()))) {
    events = []
    expect(await told(`Bearer ${spelling}`)).toEqual(refusedFor('token_malformed'))
  }
})

test('a JWE gets the same 401', async () => {
  const token = await new CompactEncrypt(Buffer.from(payload()))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.keyId, typ: 'guest+jwt' })
    .encrypt(crypto.getRandomValues(new Uint8Array(32)))
  expect(await told(`Bearer ${token}`)).toEqual(refusedFor('token_malformed'))
})

test('a token of 9 kB gets the same 401', async () => {
  const names = Array.from({ length: 500 }, (_, index) => `dashboard ${index}`)
  const token = await sign(header(), payload({ dashboard_ids: names }))
  expect(token.length).toBeGreaterThan(9_000)
  expect(await told(`Bearer ${token}`)).toEqual(refusedFor('token_too_large'))
})

const spokenTexts = otherTexts.filter(([, text]) => /^[\w.~+/=-]+$/.test(text))

test.each(spokenTexts)('%s instead of a token gets the same 401', async (_, text) => {
  expect(await told(`Bearer ${text}`)).toEqual(refusedFor('token_malformed'))
})

test.each([
  ['an API key without its beginning', () => edge.apiKey.slice(4), 'token_malformed'],
  ['a token that begins as an API key does', () => `tsk_${edge.token}`, 'api_key_malformed'],
  ['a token that begins as a refresh token does', () => `tsr_${edge.token}`, 'refresh_malformed'],
  [
    'an API key that was never made',
    () => `tsk_${randomUUID().replaceAll('-', '').repeat(2)}`,
    'api_key_unknown',
  ],
  ['two tokens', () => `${edge.token} ${edge.token}`, 'credential_malformed'],
])('%s gets the same 401', async (_, credential, reason) => {
  expect(await told(`Bearer ${credential()}`)).toEqual(refusedFor(reason))
})

test.each([
  ['', 'credential_malformed'],
  ['Bearer', 'credential_malformed'],
  ['bearer x', 'credential_malformed'],
  ['Basic eDp5', 'credential_malformed'],
  ['Bearer  x', 'credential_malformed'],
])('the Authorization header %j gets the same 401', async (authorization, reason) => {
  expect(await told(authorization)).toEqual(refusedFor(reason))
})

test('links of exports that are guessed are told to the audit, and so are those that are not looked at', async () => {
  const get = (secret: string, headers = {}) =>
    edge.send({ method: 'GET', path: `/exports/${secret}`, headers })
  const unknown = 'A'.repeat(43)
  expect((await get(unknown, { 'sec-purpose': 'prefetch' })).status).toBe(404)
  expect(events).toEqual([])
  const [guessed, unseen] = [await get(unknown), await get(unseenLink)]
  expect([guessed.status, unseen.status]).toEqual([404, 429])
  const own = { outcome: 'REFUSED', environment: null, address: '127.0.0.1' }
  const [of, ofUnseen] = [guessed, unseen].map(({ headers }) => ({ requestId: headers['x-request-id'] }))
  expect(events).toEqual([
    { ...own, ...of, kind: 'credential.refused', reason: 'export_link_unknown' },
    { ...own, ...ofUnseen, kind: 'rate.limited', reason: 'unseen' },
  ])
})
