import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLoaders } from '../../src/store/loaders.ts'
import type { Store } from '../../src/store/store.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit } from '../support/tokens.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

async function asHost(query: string): Promise<Record<string, unknown>> {
  const { body } = await server.post(server.apiKey, { query })
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
  return Object(body.data)
}

const eventsQuery = (page: string) =>
  `{ auditEvents(${page}) { edges { node { id kind tenantId apiKey { id prefix } } } pageInfo { hasNextPage endCursor } } }`

describe('a host', () => {
  test('lists its keys without their secrets', async () => {
    const { apiKeys } = await asHost('{ apiKeys { prefix scopes revokedAt } }')
    expect(apiKeys).toEqual([{ prefix: server.apiKey.slice(0, 8), scopes: ['admin'], revokedAt: null }])
  })

  test('reads what happened, the newest first and page by page, with the key that it was done with', async () => {
    for (const tenantId of ['ATL', 'JFK', 'LAX']) await server.guestToken({ tenantId })
    const seen: unknown[] = []
    for (let after = ''; seen.length < 4; ) {
      const { auditEvents } = await asHost(eventsQuery(`first: 2${after}`))
      const { edges, pageInfo } = Object(auditEvents)
      // Events are stored within about a second.
      if (seen.length === 0 && edges[0]?.node.tenantId !== 'LAX') {
        await new Promise((resolve) => setTimeout(resolve, 100))
        continue
      }
      seen.push(
        ...edges.map(({ node }: { node: Record<string, unknown> }) => [
          node.kind,
          node.tenantId,
          Object(node.apiKey).prefix,
        ]),
      )
      after = `, after: "${pageInfo.endCursor}"`
    }
    const prefix = server.apiKey.slice(0, 8)
    expect(seen).toEqual([
      ['token.minted', 'LAX', prefix],
      ['token.minted', 'JFK', prefix],
      ['token.minted', 'ATL', prefix],
      ['model.applied', null, prefix],
    ])
  })

  test.each([
    ['first: 0', 'first', 'a whole number from 1 to 500'],
    ['after: "x"', 'after', 'a cursor that this field answered with'],
    ['last: 1', 'last', 'first and after'],
  ])('is told what is wrong with %s', async (page, argument, expected) => {
    const { body } = await server.post(server.apiKey, { query: eventsQuery(page) })
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument, expected })
  })

  test('is who it takes: a guest is refused', async () => {
    const token = await server.guestToken({ tenantId: 'ATL' })
    const { body } = await server.post(token, { query: '{ apiKeys { id } }' })
    expect(body.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  })
})

test('look-ups of one tick are one statement, and each row is read once', async () => {
  const store = await openTestStore()
  const { environment, host } = await openTokenKit(store)
  let transactions = 0
  const counted: Store = {
    ...store,
    transaction: (identity, work) => {
      transactions += 1
      return store.transaction(identity, work)
    },
  }
  const { apiKeys } = createLoaders(counted, environment)
  const unknown = '00000000-0000-4000-8000-000000000000'
  const rows = await Promise.all([host.apiKeyId, unknown, host.apiKeyId].map((id) => apiKeys.load(id)))
  expect([rows.map((row) => row?.id ?? null), transactions]).toEqual([
    [host.apiKeyId, null, host.apiKeyId],
    1,
  ])
  await store.close()
})
