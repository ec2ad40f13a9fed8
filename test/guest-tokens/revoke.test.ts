import { randomUUID } from 'node:crypto'
import { eq, like } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashApiKey, newApiKey } from '../../src/access/api-keys.ts'
import { apiKeys, auditEvents, guestTokens } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'

const store = await openTestStore()
let server: TokenServer
let foreign: TokenServer

beforeAll(async () => {
  server = await startTokenServer(store)
  foreign = await startTokenServer(store)
})

afterAll(async () => {
  await server.close()
  await foreign.close()
  await store.close()
})

const mutation = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'

/** The answer, or the first error's code and message. */
async function revoke(input: object, by = server, apiKey = by.kit.apiKey): Promise<unknown> {
  const { body } = await by.post(apiKey, mutation, { input })
  const [error] = body.errors ?? []
  return error === undefined ? Object(body.data).revokeGuestTokens : [error.extensions?.code, error.message]
}

/** The same viewer, tenant and environment, and each of them another. */
async function mintAll() {
  const tenantId = randomUUID()
  const mint = (input: object, by = server) => by.kit.guestToken({ tenantId, subject: 'ann', ...input })
  return {
    tenantId,
    tokens: {
      first: await mint({}),
      second: await mint({}),
      otherViewer: await mint({ subject: 'bob' }),
      noViewer: await mint({ subject: null }),
      otherTenant: await mint({ tenantId: `${tenantId}!` }),
      otherEnvironment: await mint({}, foreign),
    },
  }
}

type Tokens = Awaited<ReturnType<typeof mintAll>>['tokens']

/** The names of the tokens that are refused. */
async function refusedOf(tokens: Tokens): Promise<readonly string[]> {
  const states = await Promise.all(
    Object.entries(tokens).map(async ([name, token]) => {
      const status = await (name === 'otherEnvironment' ? foreign : server).statusFor(token)
      return [name, status] as const
    }),
  )
  expect(states.filter(([, status]) => status !== 200 && status !== 401)).toEqual([])
  return states.filter(([, status]) => status === 401).map(([name]) => name)
}

describe('what is refused when the mutation has answered', () => {
  test('by id: that token alone', async () => {
    const { tokens } = await mintAll()
    expect(await revoke({ id: decodeJwt(tokens.first).jti })).toBe(1)
    expect(await refusedOf(tokens)).toEqual(['first'])
  })

  test('by viewer: all tokens of that viewer in that tenant', async () => {
    const { tokens, tenantId } = await mintAll()
    expect(await revoke({ subject: { tenantId, subject: 'ann' } })).toBe(2)
    expect(await refusedOf(tokens)).toEqual(['first', 'second'])
  })

  test('by tenant: all tokens of that tenant in that environment', async () => {
    const { tokens, tenantId } = await mintAll()
    expect(await revoke({ tenantId })).toBe(4)
    expect(await refusedOf(tokens)).toEqual(['first', 'second', 'otherViewer', 'noViewer'])
  })

  test('nothing, where it is asked for in another environment', async () => {
    const { tokens, tenantId } = await mintAll()
    expect(await revoke({ id: decodeJwt(tokens.first).jti }, foreign)).toBe(0)
    expect(await revoke({ tenantId }, foreign)).toBe(1)
    expect(await refusedOf(tokens)).toEqual(['otherEnvironment'])
  })

  test('an unknown id or tenant is no error and counts nothing', async () => {
    expect(await revoke({ id: randomUUID() })).toBe(0)
    expect(await revoke({ id: 'not a uuid' })).toBe(0)
    expect(await revoke({ tenantId: 'nobody' })).toBe(0)
  })

  test('the same again counts the same, while the tokens would have lived', async () => {
    const { tenantId } = await mintAll()
    expect([await revoke({ tenantId }), await revoke({ tenantId })]).toEqual([4, 4])
  })
})

test('tokens minted afterwards are good, in the same millisecond as well', async () => {
  const tenantId = randomUUID()
  for (let round = 0; round < 25; round += 1) {
    const before = await server.kit.guestToken({ tenantId, subject: 'ann' })
    await revoke(round % 2 === 0 ? { tenantId } : { subject: { tenantId, subject: 'ann' } })
    const after = await server.kit.guestToken({ tenantId, subject: 'ann' })
    expect([await server.statusFor(before), await server.statusFor(after)]).toEqual([401, 200])
  }
})

test('a refusal says what every refusal says, and the audit says why and who ended it', async () => {
  const { tokens, tenantId } = await mintAll()
  const { jti = '' } = decodeJwt(tokens.first)
  await revoke({ subject: { tenantId, subject: 'ann' } })
  const { status, body } = await server.post(tokens.first, '{ viewer { tenantId } }')
  const { status: unsigned, body: expected } = await server.post(
    `${tokens.first}x`,
    '{ viewer { tenantId } }',
  )
  const withoutId = (errors: typeof body.errors) =>
    errors?.map(({ extensions, ...error }) => ({ ...error, extensions: { ...extensions, requestId: '' } }))
  expect([status, withoutId(body.errors)]).toEqual([unsigned, withoutId(expected.errors)])

  await server.kit.audit.flush()
  const events = await store.transaction(server.kit.environment, (transaction) =>
    transaction.select().from(auditEvents),
  )
  const { host } = server.kit
  expect(events.filter((event) => event.tenantId === tenantId && event.kind !== 'token.minted')).toEqual([
    expect.objectContaining({
      ...{ kind: 'token.revoked', outcome: 'SUCCEEDED', reason: null, apiKeyId: host.apiKeyId },
      ...{ subject: 'ann', tokenId: null, detail: { by: 'viewer', tokens: 2 } },
    }),
    expect.objectContaining({
      ...{ kind: 'credential.refused', outcome: 'REFUSED', reason: 'token_revoked', apiKeyId: null },
      ...{ subject: 'ann', tokenId: jti, address: '127.0.0.1', detail: {} },
    }),
  ])
})

test('by id, the audit says whose token it was, of one that began what goes on as well', async () => {
  const tenantId = randomUUID()
  const { jti: id = '' } = decodeJwt(
    await server.kit.guestToken({ tenantId, subject: 'ann', withRefreshToken: true }),
  )
  const { organizationId, environmentId } = server.kit.environment
  const within = { organizationId, environmentId }
  await revoke({ id })
  // As a day after the token's end.
  await store.transaction(within, (transaction) =>
    transaction.delete(guestTokens).where(eq(guestTokens.id, id)),
  )
  await revoke({ id })
  await revoke({ id: `${id}!` })
  await server.kit.audit.flush()
  const events = await store.transaction(within, (transaction) =>
    transaction
      .select()
      .from(auditEvents)
      .where(like(auditEvents.tokenId, `${id}%`))
      .orderBy(auditEvents.at),
  )
  const told = events
    .filter(({ kind }) => kind === 'token.revoked')
    .map(({ tenantId: whose, subject, tokenId }) => [whose, subject, tokenId])
  expect(told).toEqual([
    [tenantId, 'ann', id],
    [tenantId, 'ann', id],
    [null, null, `${id}!`],
  ])
})

test('a key without the scope tokens:create ends nothing', async () => {
  const tenantId = randomUUID()
  const token = await server.kit.guestToken({ tenantId })
  const apiKey = await keyWith(['keys:write', 'audit:read'])
  expect(await revoke({ tenantId }, server, apiKey)).toEqual([
    'FORBIDDEN',
    'The credential does not permit this. Expected an API key with the scope tokens:create.',
  ])
  expect(await revoke({ tenantId }, server, token)).toEqual([
    'FORBIDDEN',
    'The credential does not permit this.',
  ])
  expect(await server.statusFor(token)).toBe(200)
})

describe('bad input', () => {
  const form = 'of 1 to 256 characters without control characters or lone surrogates'
  const said = (argument: string, expected: string) => [
    'BAD_USER_INPUT',
    `An argument is not of the allowed form. ${argument}: expected ${expected}.`,
  ]
  const cases: readonly (readonly [string, object, readonly string[]])[] = [
    ['an empty tenant', { tenantId: '' }, said('input.tenantId', `a tenant id ${form}`)],
    ['a tenant too long', { tenantId: 'x'.repeat(257) }, said('input.tenantId', `a tenant id ${form}`)],
    ['a control character', { tenantId: 'a\u0000b' }, said('input.tenantId', `a tenant id ${form}`)],
    [
      'a lone surrogate',
      { subject: { tenantId: 'a', subject: '\ud800' } },
      said('input.subject.subject', `a name ${form}`),
    ],
    [
      'an empty viewer',
      { subject: { tenantId: 'a', subject: '' } },
      said('input.subject.subject', `a name ${form}`),
    ],
    [
      'a viewer of no tenant',
      { subject: { tenantId: '', subject: 'ann' } },
      said('input.subject.tenantId', `a tenant id ${form}`),
    ],
    [
      'an empty id',
      { id: '' },
      said('input.id', 'a token id of 1 to 128 characters without control characters or lone surrogates'),
    ],
  ]
  test.each(cases)('%s', async (_, input, expected) => {
    expect(await revoke(input)).toEqual(expected)
  })

  test.each([[{}], [{ tenantId: null }], [{ id: 'x', tenantId: 'y' }], [{ tenantId: ['a'] }]])(
    '%j is refused by the schema',
    async (input) => {
      expect(await revoke(input)).toEqual(['BAD_USER_INPUT', expect.stringContaining('"$input"')])
    },
  )
})

describe('an API key that is revoked', () => {
  const query =
    'mutation ($id: ID!, $endTokens: Boolean) { revokeApiKey(id: $id, endTokens: $endTokens) { id revokedAt } }'

  async function revokeKey(id: string, endTokens: boolean | undefined, by = server, apiKey = by.kit.apiKey) {
    const { body } = await by.post(apiKey, query, { id, endTokens })
    return body.errors?.[0]?.extensions?.code ?? Object(body.data).revokeApiKey
  }

  const mintWith = async (apiKey: string) => {
    const { body } = await server.post(
      apiKey,
      'mutation { createGuestToken(input: { tenantId: "a" }) { token } }',
    )
    return String(Object(body.data).createGuestToken?.token)
  }

  async function idOf(apiKey: string): Promise<string> {
    const rows = await store.transaction(server.kit.environment, (transaction) =>
      transaction.select().from(apiKeys),
    )
    return rows.find(({ secretHash }) => secretHash === hashApiKey(apiKey))?.id ?? ''
  }

  test('is refused within two seconds, and its tokens go on', async () => {
    const apiKey = await keyWith(['tokens:create'])
    const token = await mintWith(apiKey)
    const id = await idOf(apiKey)
    expect(await revokeKey(id, undefined)).toEqual({ id, revokedAt: expect.any(String) })
    await expect
      .poll(async () => (await server.post(apiKey, '{ __typename }')).status, { timeout: 2_000 })
      .toBe(401)
    expect(await server.statusFor(token)).toBe(200)
  })

  test('takes its tokens with it where that is asked for, then or later', async () => {
    const apiKey = await keyWith(['tokens:create'])
    const [token, other] = [await mintWith(apiKey), await server.kit.guestToken({ tenantId: 'a' })]
    const id = await idOf(apiKey)
    const revoked = await revokeKey(id, false)
    expect(await server.statusFor(token)).toBe(200)
    expect(await revokeKey(id, true)).toEqual(revoked)
    expect([await server.statusFor(token), await server.statusFor(other)]).toEqual([401, 200])
  })

  test('has to be one of the environment’s own, and the key that asks needs keys:write', async () => {
    const apiKey = await keyWith(['tokens:create'])
    const id = await idOf(apiKey)
    expect(await revokeKey(id, true, foreign)).toBe('NOT_FOUND')
    expect(await revokeKey(randomUUID(), true)).toBe('NOT_FOUND')
    expect(await revokeKey('x', true)).toBe('NOT_FOUND')
    expect(await revokeKey(id, true, server, apiKey)).toBe('FORBIDDEN')
    expect((await server.post(apiKey, '{ __typename }')).status).toBe(200)
  })
})

async function keyWith(scopes: string[]): Promise<string> {
  const { secret, prefix } = newApiKey()
  const { organizationId, environmentId } = server.kit.environment
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction.insert(apiKeys).values({
      ...{ organizationId, environmentId, id: randomUUID(), name: 'a key', prefix, scopes },
      secretHash: hashApiKey(secret),
    }),
  )
  return secret
}
