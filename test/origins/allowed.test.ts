import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openEnvironmentOrigins } from '../../src/access/environment-origins.ts'
import { TesseraError } from '../../src/errors.ts'
import type { Store } from '../../src/store/store.ts'
import { openTestStore } from '../support/store.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { silent } from '../support/tokens.ts'

let store: Store
let server: TokenServer
let token: string

beforeAll(async () => {
  store = await openTestStore()
  server = await startTokenServer(store)
  token = await server.kit.guestToken({ tenantId: 'ATL' })
})
afterAll(async () => {
  await server.close()
  await store.close()
})

const viewer = '{ viewer { tenantId } }'
const mutation = 'mutation ($origins: [String!]) { setAllowedOrigins(origins: $origins) }'

const set = (origins?: readonly string[] | null) => server.post(server.kit.apiKey, mutation, { origins })

/** The status, and the code of a refusal. */
async function from(origin: string | null, credential = token) {
  const headers = origin === null ? {} : { origin }
  const { status, body } = await server.post(credential, viewer, {}, headers)
  return [status, body.errors?.[0]?.extensions?.code]
}

const letIn = [200, undefined]
const refused = [403, 'ORIGIN_NOT_ALLOWED']

describe('an environment’s list of origins', () => {
  beforeEach(async () => {
    await set(['https://app.example.com', 'https://*.example.org'])
  })

  test('lets its pages in and no others, and programs that name none', async () => {
    expect(await from('https://app.example.com')).toEqual(letIn)
    expect(await from('https://eu.example.org')).toEqual(letIn)
    for (const page of ['https://evil.example', 'https://example.org', 'null', 'https://*.example.org', '']) {
      expect(await from(page)).toEqual(refused)
    }
    expect(await from(null)).toEqual(letIn)
  })

  test('narrows what a token lists, and the token it', async () => {
    const origins = ['https://app.example.com', 'https://other.example']
    const bound = await server.kit.guestToken({ tenantId: 'ATL', origins })
    expect(await from('https://app.example.com', bound)).toEqual(letIn)
    expect(await from('https://other.example', bound)).toEqual(refused)
    expect(await from('https://eu.example.org', bound)).toEqual(refused)
    expect(await from(null, bound)).toEqual(refused)
  })

  test('lets no page in where it is empty, and any where it was taken away', async () => {
    await set([])
    expect([await from('https://app.example.com'), await from(null)]).toEqual([refused, letIn])
    const { body } = await set(null)
    expect(body).toEqual({ data: { setAllowedOrigins: null } })
    expect(await from('https://evil.example')).toEqual(letIn)
  })

  test('is what preflights are answered from, which have no token', async () => {
    const preflight = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'POST' }
      const { status, headers: sent } = await fetch(`${server.url}/graphql`, { method: 'OPTIONS', headers })
      return [status, sent.get('vary'), sent.get('access-control-allow-origin')]
    }
    expect(await preflight('https://eu.example.org')).toEqual([204, 'Origin', 'https://eu.example.org'])
    expect(await preflight('https://evil.example')).toEqual([204, 'Origin', null])
    await set(null)
    expect(await preflight('https://eu.example.org')).toEqual([204, 'Origin', null])
  })

  test('is told to hosts, and who changed it to the audit', async () => {
    const { body } = await server.post(server.kit.apiKey, '{ allowedOrigins }')
    expect(body).toEqual({ data: { allowedOrigins: ['https://app.example.com', 'https://*.example.org'] } })
    await from('https://evil.example')
    await server.kit.audit.flush()
    const events = '{ auditEvents(first: 2) { edges { node { kind outcome reason } } } }'
    const kept = Object((await server.post(server.kit.apiKey, events)).body.data).auditEvents.edges
    expect(kept.map(({ node }: { node: object }) => node)).toEqual([
      { kind: 'origin.refused', outcome: 'REFUSED', reason: 'ORIGIN_NOT_ALLOWED' },
      { kind: 'origins.changed', outcome: 'SUCCEEDED', reason: null },
    ])
  })

  test('says in the audit which pages came and went', async () => {
    const pages = Array.from(
      { length: 100 },
      (_, index) => `https://${String(index).padStart(20, 'a')}.example`,
    )
    for (const origins of [['https://app.example.com', 'https://evil.example'], null, [], pages])
      await set(origins)
    await server.kit.audit.flush()
    const events =
      '{ auditEvents(first: 4, filter: { kinds: ["origins.changed"] }) { edges { node { detail } } } }'
    const { edges } = Object((await server.post(server.kit.apiKey, events)).body.data).auditEvents
    const evil = { added: 'https://evil.example', removed: 'https://*.example.org' }
    expect(edges.map(({ node }: { node: { detail: object } }) => node.detail).toReversed()).toEqual([
      { entries: 2, ...evil },
      { any: true, removed: 'https://app.example.com https://evil.example' },
      { entries: 0 },
      { entries: 100, added: `${pages.slice(0, 54).join(' ')} and 46 more` },
    ])
  })

  test('takes nothing that is no origin, nor a hundred and one of them, nor nothing at all', async () => {
    const form =
      'an origin as browsers send it: scheme, host and port if it is not the default, such as https://app.example.com, or https://*.example.com for the hosts below one'
    const refusals = []
    const many = Array.from({ length: 101 }, (_, index) => `https://a${index}.example.com`)
    for (const origins of [['https://a.example', 'https://*.com'], many, undefined]) {
      const { body } = await set(origins)
      refusals.push(body.errors?.map(({ message, extensions }) => [extensions?.code, message]))
    }
    expect(refusals).toEqual([
      [['BAD_USER_INPUT', `An argument is not of the allowed form. origins.1: expected ${form}.`]],
      [['BAD_USER_INPUT', 'An argument is not of the allowed form. origins: expected at most 100 of them.']],
      [
        [
          'BAD_USER_INPUT',
          'An argument is not of the allowed form. origins: expected a list, or null to take it away.',
        ],
      ],
    ])
    expect(await from('https://app.example.com')).toEqual(letIn)
  })

  test('is for keys with keys:write alone, of all tenants', async () => {
    const codes = []
    for (const bounds of ['scopes: ["tokens:create"]', 'scopes: ["keys:write"], tenants: ["ATL"]']) {
      const make = `mutation { createApiKey(input: { name: "k", ${bounds} }) { secret } }`
      const { secret } = Object((await server.post(server.kit.apiKey, make)).body.data).createApiKey
      for (const [query, variables] of [
        ['{ allowedOrigins }', {}],
        [mutation, { origins: [] }],
      ] as const) {
        codes.push((await server.post(secret, query, variables)).body.errors?.[0]?.extensions?.code)
      }
    }
    expect(codes).toEqual(Array(4).fill('FORBIDDEN'))
  })
})

test('a list that was stored is in force and told of, though the store can’t be read right after', async () => {
  let isAway = false
  const origins = await openEnvironmentOrigins({
    ...{ log: silent, everyMs: 3_600_000 },
    store: {
      ...store,
      transaction: async (identity, work) => {
        if (isAway) throw new TesseraError('STORE_UNAVAILABLE')
        const answer = await store.transaction(identity, work)
        isAway = 'environmentId' in identity
        return answer
      },
    },
  })
  const { environment } = server.kit
  const own = ['https://own.example.com']
  const before = origins.listOf(environment.environmentId)
  expect(await origins.set(environment, own)).toEqual(before)
  expect(origins.listOf(environment.environmentId)).toEqual(own)
  isAway = false
  await origins.set(environment, null)
  expect(origins.listOf(environment.environmentId)).toBe(null)
  await origins.close()
})
