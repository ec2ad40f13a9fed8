import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let token: string

beforeAll(async () => {
  server = await startTestServer()
  token = await server.guestToken({ tenantId: 'ATL' })
})

afterAll(() => server.close())

const query = '{ viewer { tenantId } }'

function parts(): [Record<string, unknown>, Record<string, unknown>, string] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [decode(header), decode(payload), signature]
}

function decode(segment: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function signedElsewhere(claims: object, headers: object = {}): Promise<string> {
  const [header, payload] = parts()
  const { privateKey } = await generateKeyPair('EdDSA')
  return new SignJWT({ ...payload, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', ...header, ...headers })
    .sign(privateKey)
}

const seconds = () => Math.floor(Date.now() / 1000)

/** What each attack sends as a bearer token. */
const attacks: Record<string, () => string | Promise<string>> = {
  'another tenant written into the token': () => {
    const [header, payload, signature] = parts()
    return `${encode(header)}.${encode({ ...payload, tenant_id: 'JFK' })}.${signature}`
  },
  'a later end written into the token': () => {
    const [header, payload, signature] = parts()
    return `${encode(header)}.${encode({ ...payload, exp: seconds() + 80_000 })}.${signature}`
  },
  'no signature': () => token.split('.').slice(0, 2).join('.'),
  'an empty signature': () => `${token.split('.').slice(0, 2).join('.')}.`,
  'alg none': () => {
    const [header, payload] = parts()
    return `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`
  },
  'alg none and the old signature': () => {
    const [header, payload, signature] = parts()
    return `${encode({ ...header, alg: 'none' })}.${encode(payload)}.${signature}`
  },
  'a key of the attacker’s': () => signedElsewhere({}),
  'a key of the attacker’s and an unknown kid': () =>
    signedElsewhere({}, { kid: '00000000-0000-4000-8000-000000000000' }),
  'another type': () => {
    const [header, payload, signature] = parts()
    return `${encode({ ...header, typ: 'JWT' })}.${encode(payload)}.${signature}`
  },
  'a foreign environment': () => signedElsewhere({ env_id: '00000000-0000-4000-8000-000000000000' }),
  'the API key where a token belongs, cut short': () => server.apiKey.slice(0, -1),
  'words that are no token': () => 'let-me-in',
  'nine kilobytes': () => `${token}${'A'.repeat(9_000)}`,
}

describe('refused with 401, always the same', () => {
  test.each(Object.keys(attacks))('%s', async (name) => {
    const bearer = (await attacks[name]?.()) ?? ''
    const { status, body } = await server.post(bearer, { query })
    const [error] = body.errors ?? []
    expect([status, body.data ?? null, error?.message, error?.extensions?.code]).toEqual([
      401,
      null,
      'The credential is missing, malformed, expired or not accepted.',
      'UNAUTHENTICATED',
    ])
  })

  test('a token of ours whose time is over', async () => {
    const brief = await server.guestToken({ tenantId: 'ATL', expiresInSeconds: 3 })
    expect((await server.post(brief, { query })).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 3_100))
    expect((await server.post(brief, { query })).status).toBe(401)
  })

  test('nothing at all, and a typo that would have got a suggestion', async () => {
    const { status, body } = await server.post(null, { query: '{ viewr { tenantId } }' })
    expect([status, JSON.stringify(body).includes('viewer')]).toEqual([401, false])
  })
})

test('and the token itself is accepted: these tests can fail', async () => {
  expect(await server.post(token, { query })).toMatchObject({
    status: 200,
    body: { data: { viewer: { tenantId: 'ATL' } } },
  })
})
