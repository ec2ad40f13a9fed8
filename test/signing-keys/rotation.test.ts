import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { runCommand } from '../support/command-line.ts'
import {
  addEnvironment,
  type Installation,
  type OtherEnvironment,
  startInstallation,
} from '../support/installation.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

/** Two processes on one PostgreSQL. */
let postgres: TestPostgres
let databaseUrl: string
let one: Installation
let two: Installation
let other: OtherEnvironment

const apiKey = `tsk_${randomBytes(32).toString('hex')}`
const secrets = {
  TESSERA_BOOTSTRAP_API_KEY: apiKey,
  TESSERA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
}

beforeAll(async () => {
  postgres = await startPostgres()
  databaseUrl = await postgres.createDatabase()
  const environment = { DATABASE_URL: databaseUrl, ...secrets }
  one = await startInstallation(environment)
  two = await startInstallation(environment)
  other = await addEnvironment(databaseUrl)
}, 60_000)

afterAll(async () => {
  await one.close()
  await two.close()
  await postgres.close()
})

test('the pages that may ask hold on both within two seconds', async () => {
  const token = await one.guestToken(apiKey)
  const from = async (server: Installation, origin: string) =>
    (await server.post(token, { query: '{ viewer { tenantId } }' }, { origin })).status
  const set = (origins: readonly string[] | null) =>
    one.asHost(apiKey, 'mutation ($origins: [String!]) { setAllowedOrigins(origins: $origins) }', { origins })
  expect([await from(one, 'https://a.example'), await from(two, 'https://a.example')]).toEqual([200, 200])
  await set(['https://b.example'])
  expect(await from(one, 'https://a.example')).toBe(403)
  await withinTwoSeconds(async () => (await from(two, 'https://a.example')) === 403)
  expect(await from(two, 'https://b.example')).toBe(200)
  await set(null)
  await withinTwoSeconds(async () => (await from(two, 'https://a.example')) === 200)
})

const rotateMutation = `mutation ($graceSeconds: Int, $algorithm: SigningAlgorithm, $hmacSecret: String) {
  rotateSigningKey(graceSeconds: $graceSeconds, algorithm: $algorithm, hmacSecret: $hmacSecret) {
    id algorithm createdAt retiredAt expiresAt publicKey
  }
}`

async function rotate(variables: object, key = apiKey): Promise<Readonly<Record<string, unknown>>> {
  return Object((await one.asHost(key, rotateMutation, variables)).rotateSigningKey)
}

async function refusal(variables: object) {
  const { body } = await one.post(apiKey, { query: rotateMutation, variables })
  const [error] = body.errors ?? []
  return [error?.extensions?.code, error?.message]
}

/** Once it is so; it fails after two seconds. */
async function withinTwoSeconds(check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 2_000
  while (!(await check())) {
    if (performance.now() > end) throw new Error('It is not so after two seconds.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function jwksUrl(environmentId: string): string {
  return `${one.url}/.well-known/jwks.json?environment=${environmentId}`
}

async function jwks(query = ''): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return Object(await (await fetch(`${two.url}/.well-known/jwks.json${query}`)).json()).keys
}

describe('a rotated signing key', () => {
  it('signs with EdDSA at first, and with what it is told to from then on, on both processes', async () => {
    expect(decodeProtectedHeader(await one.guestToken(apiKey)).alg).toBe('EdDSA')
    for (const algorithm of ['ES256', 'RS256', 'HS256', 'EdDSA']) {
      const made = await rotate({ algorithm })
      expect(made).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        algorithm,
        createdAt: expect.any(String),
        retiredAt: null,
        expiresAt: null,
        publicKey: algorithm === 'HS256' ? null : expect.any(Object),
      })
      const token = await one.guestToken(apiKey)
      expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, kid: made.id, typ: 'guest+jwt' })
      expect(await one.viewer(token)).toEqual([200, 'acme'])
      expect(await two.viewer(token)).toEqual([200, 'acme'])
      await withinTwoSeconds(async () => decodeProtectedHeader(await two.guestToken(apiKey)).kid === made.id)
    }
  })

  it('keeps the algorithm where none is named', async () => {
    await rotate({ algorithm: 'ES256' })
    expect((await rotate({})).algorithm).toBe('ES256')
    await rotate({ algorithm: 'EdDSA' })
  })

  it('lets the one before verify for the grace time and no longer, on both processes', async () => {
    const token = await two.guestToken(apiKey)
    const { kid } = decodeProtectedHeader(token)
    await two.viewer(token)
    await rotate({ graceSeconds: 1 })
    expect(await one.viewer(token)).toEqual([200, 'acme'])
    await withinTwoSeconds(async () => (await one.viewer(token))[0] === 401)
    await withinTwoSeconds(async () => (await two.viewer(token))[0] === 401)
    await withinTwoSeconds(async () => !(await jwks()).some((key) => key.kid === kid))
  })

  it('ends every token at once without grace, here when it answers and elsewhere within two seconds', async () => {
    const token = await two.guestToken(apiKey)
    expect(await two.viewer(token)).toEqual([200, 'acme'])
    await rotate({ graceSeconds: 0 })
    expect(await one.viewer(token)).toEqual([401, undefined])
    await withinTwoSeconds(async () => (await two.viewer(token))[0] === 401)
    expect(await one.viewer(await one.guestToken(apiKey))).toEqual([200, 'acme'])
  })

  it('is refused elsewhere within two seconds although every notice is lost', async () => {
    await postgres.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tessera listener'",
    )
    const token = await two.guestToken(apiKey)
    await two.viewer(token)
    await rotate({ graceSeconds: 0 })
    await withinTwoSeconds(async () => (await two.viewer(token))[0] === 401)
  })

  it('says why in the audit, and never says a secret', async () => {
    const secret = randomBytes(32).toString('base64')
    const { id } = await rotate({ algorithm: 'HS256', hmacSecret: secret, graceSeconds: 60 })
    await withinTwoSeconds(async () => {
      const answer = await one.asHost(
        apiKey,
        '{ auditEvents(first: 20) { edges { node { kind outcome detail apiKey { name } } } } }',
      )
      expect(JSON.stringify(answer)).not.toContain(secret)
      const { edges } = Object(answer.auditEvents)
      const rotated = Object(
        edges.find(({ node }: { node: { detail: object } }) => Object(node.detail).signingKeyId === id),
      )
      if (rotated.node === undefined) return false
      expect(rotated.node).toEqual({
        kind: 'signing_key.rotated',
        outcome: 'SUCCEEDED',
        detail: { signingKeyId: id, algorithm: 'HS256', graceSeconds: 60 },
        apiKey: { name: 'bootstrap' },
      })
      return true
    })
    const shared = await one.guestToken(apiKey)
    await expect(jwtVerify(shared, Buffer.from(secret, 'base64'))).resolves.toMatchObject({
      payload: { tenant_id: 'acme' },
    })
    await rotate({ algorithm: 'EdDSA' })
  })
})

describe('rotateSigningKey refuses', () => {
  const secretForm =
    '32 to 512 random bytes in base64, as `openssl rand -base64 32` makes, and no value from documentation'
  test.each([
    ['a negative grace', { graceSeconds: -1 }, 'graceSeconds: expected a whole number from 0 to 86400.'],
    ['more than a day', { graceSeconds: 86_401 }, 'graceSeconds: expected a whole number from 0 to 86400.'],
    [
      'a secret for another algorithm',
      { algorithm: 'RS256', hmacSecret: randomBytes(32).toString('base64') },
      'hmacSecret: expected none, unless the algorithm is HS256.',
    ],
    [
      'a secret below 256 bits',
      { algorithm: 'HS256', hmacSecret: randomBytes(31).toString('base64') },
      `hmacSecret: expected ${secretForm}.`,
    ],
    [
      'a known default',
      { algorithm: 'HS256', hmacSecret: 'super-secret-jwt-token-with-at-least-32-characters-long' },
      `hmacSecret: expected ${secretForm}.`,
    ],
    [
      'a known default in base64',
      {
        algorithm: 'HS256',
        hmacSecret: Buffer.from('your-256-bit-secret-your-256-bit-secret').toString('base64'),
      },
      `hmacSecret: expected ${secretForm}.`,
    ],
    [
      'zeros',
      { algorithm: 'HS256', hmacSecret: Buffer.alloc(32).toString('base64') },
      `hmacSecret: expected ${secretForm}.`,
    ],
  ])('%s', async (_, variables, message) => {
    const before = await jwks()
    expect(await refusal(variables)).toEqual([
      'BAD_USER_INPUT',
      `An argument is not of the allowed form. ${message}`,
    ])
    expect(await jwks()).toEqual(before)
  })
})

describe('/.well-known/jwks.json', () => {
  it('has what a verifier needs, with its type and for a minute', async () => {
    const token = await one.guestToken(apiKey)
    const response = await fetch(`${one.url}/.well-known/jwks.json`)
    expect([
      response.status,
      ...['content-type', 'cache-control', 'access-control-allow-origin'].map((name) =>
        response.headers.get(name),
      ),
    ]).toEqual([200, 'application/jwk-set+json', 'public, max-age=60', '*'])
    const set = JSON.parse(await response.text())
    await expect(jwtVerify(token, createLocalJWKSet(set), { issuer: 'tessera' })).resolves.toMatchObject({
      payload: { tenant_id: 'acme' },
    })
    const remote = createRemoteJWKSet(new URL(`${two.url}/.well-known/jwks.json`))
    await expect(jwtVerify(token, remote)).resolves.toMatchObject({ protectedHeader: { typ: 'guest+jwt' } })
  })

  it('has public members alone, and nothing of a symmetric key', async () => {
    const allowed = new Set(['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'])
    for (const algorithm of ['RS256', 'ES256', 'HS256', 'EdDSA']) await rotate({ algorithm })
    const keys = await jwks()
    expect(new Set(keys.map(({ alg }) => alg))).toEqual(new Set(['EdDSA', 'ES256', 'RS256']))
    expect(keys.flatMap((key) => Object.keys(key)).filter((name) => !allowed.has(name))).toEqual([])
  })

  it('is of one environment: no key of another verifies', async () => {
    const foreign = await one.guestToken(other.apiKey)
    const { env_id } = decodeJwt(foreign)
    expect(env_id).toBe(other.environmentId)
    const own = createRemoteJWKSet(new URL(`${one.url}/.well-known/jwks.json`))
    await expect(jwtVerify(foreign, own)).rejects.toThrow('no applicable key found in the JSON Web Key Set')
    const theirs = createRemoteJWKSet(new URL(jwksUrl(other.environmentId)))
    await expect(jwtVerify(foreign, theirs)).resolves.toMatchObject({ payload: { env_id } })
    expect(await one.viewer(foreign)).toEqual([200, 'acme'])
  })

  it('has no key for an environment that there is not, and is not kept then', async () => {
    const response = await fetch(jwksUrl(crypto.randomUUID()))
    expect([await response.json(), response.headers.get('cache-control')]).toEqual([{ keys: [] }, 'no-store'])
  })

  test.each(['?environment=x', '?environment=', `?environment=${'a'.repeat(36)}`])(
    'refuses %s',
    async (query) => {
      const response = await fetch(`${one.url}/.well-known/jwks.json${query}`)
      const { errors } = Object(await response.json())
      expect([response.status, errors[0].extensions.code, errors[0].extensions.argument]).toEqual([
        400,
        'BAD_USER_INPUT',
        'environment',
      ])
    },
  )
})

describe('signing keys of two environments', () => {
  it('do not show in each other, and one’s rotation leaves the other’s tokens', async () => {
    const theirs = await one.guestToken(other.apiKey)
    const mine = await one.guestToken(apiKey)
    const listed = async (key: string) =>
      Object(await one.asHost(key, '{ signingKeys { id } }')).signingKeys.map(({ id }: { id: string }) => id)
    const [foreign, own] = [await listed(other.apiKey), await listed(apiKey)]
    expect(foreign).toEqual([decodeProtectedHeader(theirs).kid])
    expect(own.filter((id: string) => foreign.includes(id))).toEqual([])
    await rotate({ graceSeconds: 0 }, other.apiKey)
    expect(await one.viewer(theirs)).toEqual([401, undefined])
    expect(await one.viewer(mine)).toEqual([200, 'acme'])
  })
})

/** At the end: the two processes cannot read what is sealed under a key that they do not have. */
describe('tessera rekey', () => {
  const newKey = randomBytes(32).toString('hex')
  const both = {
    TESSERA_ENCRYPTION_KEY: newKey,
    TESSERA_ENCRYPTION_KEY_PREVIOUS: secrets.TESSERA_ENCRYPTION_KEY,
  }

  it('says what is missing, with the status 78', async () => {
    const form = '32 bytes in base64 or 64 hexadecimal digits, as `openssl rand -base64 32` makes'
    expect(
      await runCommand(['rekey'], { DATABASE_URL: databaseUrl, TESSERA_ENCRYPTION_KEY: newKey }),
    ).toEqual({
      status: 78,
      output: '',
      errors: `The configuration is wrong.\n  TESSERA_ENCRYPTION_KEY_PREVIOUS: expected the key so far: ${form}.\n`,
    })
  })

  it('leaves every token good, for servers that start with the new key alone', async () => {
    await rotate({ algorithm: 'HS256' })
    const symmetric = await one.guestToken(apiKey)
    await rotate({ algorithm: 'EdDSA' })
    const token = await one.guestToken(apiKey)
    const { status, output, errors } = await runCommand(['rekey'], { DATABASE_URL: databaseUrl, ...both })
    expect([status, errors]).toEqual([0, ''])
    expect(output).toMatch(/^Signing keys encrypted with the new key: \d+\. Had it already: 0\.\n/)
    const again = await runCommand(['rekey'], { DATABASE_URL: databaseUrl, ...both })
    expect(again.output).toMatch(/^Signing keys encrypted with the new key: 0\. Had it already: \d+\.\n/)
    const three = await startInstallation({
      DATABASE_URL: databaseUrl,
      TESSERA_BOOTSTRAP_API_KEY: apiKey,
      TESSERA_ENCRYPTION_KEY: newKey,
    })
    expect(await three.viewer(token)).toEqual([200, 'acme'])
    expect(await three.viewer(symmetric)).toEqual([200, 'acme'])
    expect(decodeProtectedHeader(await three.guestToken(apiKey)).kid).toBe(decodeProtectedHeader(token).kid)
    await three.close()
  })
})
