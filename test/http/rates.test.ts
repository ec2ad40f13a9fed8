import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashApiKey } from '../../src/access/api-keys.ts'
import { parseNetwork } from '../../src/access/networks.ts'
import type { Store } from '../../src/store/store.ts'
import { generousRates } from '../support/rates.ts'
import type { Answered } from '../support/server.ts'
import { openTestStore } from '../support/store.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'

let store: Store
const servers: TokenServer[] = []

beforeAll(async () => {
  store = await openTestStore()
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  await store.close()
})

async function serverWith(
  rates: Readonly<Record<string, string>>,
  over: Store = store,
): Promise<TokenServer> {
  const proxy = parseNetwork('127.0.0.0/8')
  if (proxy === null) throw new Error('No network.')
  const server = await startTokenServer(over, {
    rates: { ...generousRates, ...rates },
    proxyTrust: { proxies: [proxy], header: 'x-forwarded-for' },
  })
  servers.push(server)
  return server
}

const viewer = '{ viewer { tenantId } }'
const statusOf = ({ status }: Answered) => status
const expectedIn = ({ body }: Answered) => body.errors?.[0]?.extensions?.expected

describe('the requests of a minute', () => {
  test('of all tokens of a tenant are counted together, and those of another by themselves', async () => {
    const server = await serverWith({ TESSERA_RATE_PER_TENANT: '4' })
    const [one, other] = [await token(server, 'ATL'), await token(server, 'ATL')]
    const answers = []
    for (const each of [one, other, one, other, one]) answers.push(await server.post(each, viewer))
    expect(answers.map(statusOf)).toEqual([200, 200, 200, 200, 429])
    expect(expectedIn(answers[4] ?? never())).toBe(
      'at most 4 requests a minute for one tenant, each question counted as one',
    )
    expect(await server.statusFor(await token(server, 'ORD'))).toBe(200)
  })

  test('of a token that has used up its own are none of its tenant’s', async () => {
    const server = await serverWith({ TESSERA_RATE_PER_TOKEN: '2', TESSERA_RATE_PER_TENANT: '4' })
    const [greedy, modest] = [await token(server, 'ATL'), await token(server, 'ATL')]
    const statuses = []
    for (const each of [greedy, greedy, greedy, greedy, greedy, modest, modest]) {
      statuses.push(await server.statusFor(each))
    }
    expect(statuses).toEqual([200, 200, 429, 429, 429, 200, 200])
  })

  test('of a token are as many as it says, also where that is more than those of others', async () => {
    const server = await serverWith({ TESSERA_RATE_PER_TOKEN: '1' })
    const more = await server.kit.guestToken({ tenantId: 'ATL', limits: { requestsPerMinute: 2 } })
    const statuses = [
      await server.statusFor(more),
      await server.statusFor(more),
      await server.statusFor(more),
    ]
    expect(statuses).toEqual([200, 200, 429])
  })

  test('of an API key are counted, and those of another by themselves', async () => {
    const server = await serverWith({ TESSERA_RATE_PER_API_KEY: '3' })
    const make = 'mutation { createApiKey(input: { name: "other", scopes: ["tokens:create"] }) { secret } }'
    const { body } = await server.post(server.kit.apiKey, make)
    const { secret } = Object(body.data).createApiKey
    const keys = '{ a: apiKeys { id } b: apiKeys { id } }'
    const answers = [await server.post(server.kit.apiKey, keys), await server.post(server.kit.apiKey, keys)]
    expect(answers.map(statusOf)).toEqual([200, 429])
    expect(expectedIn(answers[1] ?? never())).toBe(
      'at most 3 requests a minute with one API key, each question counted as one',
    )
    const mint = 'mutation { createGuestToken(input: { tenantId: "ATL" }) { id } }'
    expect((await server.post(secret, mint)).status).toBe(200)
  })

  test('from one address are counted over all tokens, and a /64 of IPv6 is one', async () => {
    const server = await serverWith({ TESSERA_RATE_PER_ADDRESS: '2' })
    const from = async (address: string) => {
      const each = await token(server, `tenant of ${address}`)
      return (await server.post(each, viewer, {}, { 'x-forwarded-for': address })).status
    }
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toEqual([
      200, 200, 429,
    ])
    expect(await from('192.0.2.2')).toBe(200)
    const ofOneNetwork = ['2001:db8::1', '2001:db8:0:0:ffff::1', '2001:db8::2']
    const statuses = []
    for (const address of ofOneNetwork) statuses.push(await from(address))
    expect(statuses).toEqual([200, 200, 429])
    expect(await from('2001:db8:0:1::1')).toBe(200)
  })
})

test('a request from another page is one, and is not answered at all once the budget is spent', async () => {
  const server = await serverWith({ TESSERA_RATE_PER_TENANT: '2' })
  const bound = await server.kit.guestToken({ tenantId: 'ATL', origins: ['https://app.example.com'] })
  const from = async (origin: string) => statusOf(await server.post(bound, viewer, {}, { origin }))
  const evil = 'https://evil.example'
  expect([await from(evil), await from(evil), await from(evil)]).toEqual([403, 403, 429])
  expect(await from('https://app.example.com')).toBe(429)
  expect(await server.statusFor(await token(server, 'ORD'))).toBe(200)
})

describe('the tokens of a minute', () => {
  const mint = (tenantId: string) => `createGuestToken(input: { tenantId: "${tenantId}" }) { id }`

  test('are counted for each tenant, alias by alias, with the time to wait at each that is refused', async () => {
    const server = await serverWith({ TESSERA_MINT_RATE_PER_TENANT: '2' })
    const many = `mutation { a: ${mint('ATL')} b: ${mint('ATL')} c: ${mint('ATL')} }`
    const { status, body } = await server.post(server.kit.apiKey, many)
    expect([status, body.data]).toEqual([200, null])
    expect(body.errors?.map(({ message, extensions }) => [message, extensions?.code])).toEqual([
      ['Too many requests. Expected at most 2 tokens a minute for one tenant.', 'RATE_LIMITED'],
    ])
    expect(body.errors?.[0]?.extensions?.retryAfterSeconds).toSatisfy(
      (seconds) => seconds >= 1 && seconds <= 60,
    )
    const other = await server.post(server.kit.apiKey, `mutation { ${mint('ORD')} }`)
    expect(other.body.errors).toBeUndefined()
  })

  test('are counted for each key, and those that were refused for another reason are not', async () => {
    const server = await serverWith({ TESSERA_MINT_RATE_PER_API_KEY: '1' })
    const codes = []
    for (const each of [mint(''), mint('ATL'), mint('ORD')]) {
      const { body } = await server.post(server.kit.apiKey, `mutation { ${each} }`)
      codes.push(body.errors?.[0]?.extensions?.code)
    }
    expect(codes).toEqual(['BAD_USER_INPUT', undefined, 'RATE_LIMITED'])
  })
})

test('a refresh token has a budget of its own, and is not used up where it is refused', async () => {
  const server = await serverWith({ TESSERA_RATE_PER_ADDRESS: '1' })
  const mint =
    'mutation { createGuestToken(input: { tenantId: "ATL", withRefreshToken: true }) { id refreshToken } }'
  const { body } = await server.post(server.kit.apiKey, mint, {}, { 'x-forwarded-for': '192.0.2.9' })
  const { id, refreshToken } = Object(body.data).createGuestToken
  const refresh = `mutation { refreshGuestToken(refreshToken: "${refreshToken}") { token } }`
  const from = (address: string) => server.post(refreshToken, refresh, {}, { 'x-forwarded-for': address })
  await server.post(server.kit.apiKey, '{ apiKeys { id } }', {}, { 'x-forwarded-for': '192.0.2.7' })
  expect(statusOf(await from('192.0.2.7'))).toBe(429)
  const refreshed = Object((await from('192.0.2.8')).body.data).refreshGuestToken
  expect(decodeJwt(refreshed.token).family_id).toBe(id)
})

test('once a key was invented and the policy of a token is gone, a hundred of a flood of invented keys wait for the store, the others are told to come later, and who is known or comes from elsewhere is served meanwhile', async () => {
  let opened: Promise<void> = Promise.resolve()
  let known = ''
  const slow: Store = {
    ...store,
    transaction: async (identity, work) => {
      if ('apiKeyHash' in identity && identity.apiKeyHash !== known) await opened
      return store.transaction(identity, work)
    },
  }
  const server = await serverWith({ TESSERA_REFUSED_RATE_PER_ADDRESS: '2' }, slow)
  const guest = await token(server, 'ATL')
  const { apiKey } = server.kit
  known = hashApiKey(apiKey)
  const invented = () => server.post(`tsk_${randomBytes(32).toString('hex')}`, viewer)
  expect(statusOf(await invented())).toBe(401)
  expect(await server.statusFor(await tokenOfLostPolicy(server))).toBe(401)
  let open = () => {}
  opened = new Promise((resolve) => {
    open = resolve
  })
  const early: Answered[] = []
  const flood = Array.from({ length: 110 }, async () => {
    const answer = await invented()
    early.push(answer)
    return answer
  })
  await expect.poll(() => early.length, { timeout: 10_000 }).toBe(9)
  expect(early.map(({ status, body }) => [status, body.errors?.[0]?.message])).toEqual(
    Array(9).fill([429, 'Too many requests. Expected fewer wrong credentials from one address.']),
  )
  const headers = { 'content-type': 'application/json', authorization: `Bearer tsk_${'0'.repeat(64)}` }
  const unseen = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: '{}' })
  expect([unseen.status, unseen.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await server.statusFor(guest)).toBe(200)
  const make = 'mutation { createApiKey(input: { name: "new", scopes: ["keys:write"] }) { secret } }'
  const { secret } = Object((await server.post(apiKey, make)).body.data).createApiKey
  const keys = '{ apiKeys { id } }'
  const elsewhere = { 'x-forwarded-for': '192.0.2.1' }
  expect(statusOf(await server.post('tsk_wrong', keys, {}, elsewhere))).toBe(401)
  expect(statusOf(await server.post(secret, keys))).toBe(429)
  open()
  const statuses = (await Promise.all(flood)).map(statusOf)
  expect(statuses.filter((status) => status === 401)).toHaveLength(101)
  expect(statusOf(await server.post(secret, keys))).toBe(200)
})

function token(server: TokenServer, tenantId: string): Promise<string> {
  return server.kit.guestToken({ tenantId })
}

async function tokenOfLostPolicy({ post, kit }: TokenServer): Promise<string> {
  const apply = 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }'
  const document = { dataSources: [], datasets: [] }
  await post(kit.apiKey, apply, { document: { ...document, policies: [{ name: 'week' }] } })
  const mint = 'mutation { createGuestToken(input: { tenantId: "ATL", policy: "week" }) { token } }'
  const { body } = await post(kit.apiKey, mint)
  await post(kit.apiKey, apply, { document })
  return Object(body.data).createGuestToken.token
}

function never(): never {
  throw new Error('There is no such answer.')
}
