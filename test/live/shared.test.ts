import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClickHouseFront } from '../support/clickhouse-front.ts'
import { type Subscription, subscribe } from '../support/events.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const model = grantsModel(
  '{ policies: [{ name: sellers, datasets: [orders] }, { name: twins, datasets: [orders] }] }',
)
let server: GrantsServer
let front: ClickHouseFront

beforeAll(async () => {
  server = await startGrantsServer(model, { overHttp: true })
  if (server.front === null) throw new Error('No front.')
  front = server.front
})
afterAll(() => server.close())

const id = Buffer.from('Widget:sales/total').toString('base64url')

async function watch(credential: string, everySeconds: number, controls: object = {}): Promise<Subscription> {
  const query = `subscription ($id: ID!, $everySeconds: Int!, $filters: [FilterInput!]) {
    widgetData(id: $id, everySeconds: $everySeconds, filters: $filters) { ... on Counter { value } }
  }`
  return subscribe({ url: server.url, credential, query, variables: { id, everySeconds, ...controls } })
}

async function figureOf(live: Subscription): Promise<unknown> {
  return Object((await live.next())?.data).data?.widgetData.value
}

test('a thousand of one tenant who watch one figure cost one statement for each interval', async () => {
  const everySeconds = 3
  const perToken = 20
  const tokens = await Promise.all(
    Array.from({ length: 1_000 / perToken }, (_, person) =>
      server.guestToken({ tenantId: 'acme', subject: `person ${person}` }),
    ),
  )
  const startedAt = performance.now()
  const before = front.received.length
  const lives: Subscription[] = []
  for (const token of tokens) {
    lives.push(...(await Promise.all(Array.from({ length: perToken }, () => watch(token, everySeconds)))))
  }
  expect(await Promise.all(lives.map(figureOf))).toEqual(lives.map(() => 210))
  await server.execute(
    `insert into demo.orders values ('acme', '2024-05-01 00:00:00', '2024-05-02 00:00:00', '2024-05-03', 'c1', 'north', 'bolt', 5, 1, true)`,
  )
  expect(await Promise.all(lives.map(figureOf))).toEqual(lives.map(() => 215))
  const statements = front.received.length - before
  const intervals = (performance.now() - startedAt) / 1_000 / everySeconds
  expect(statements).toBeGreaterThan(1)
  expect(statements).toBeLessThanOrEqual(Math.floor(intervals) + 1)
  for (const live of lives) live.close()
  // Until the last of them was seen to go.
  for (let seen = -1; seen !== front.received.length; ) {
    seen = front.received.length
    await new Promise((resolve) => setTimeout(resolve, everySeconds * 1_500))
  }
}, 120_000)

/** Statements of the first poll, when two begin to watch. */
async function statementsFor(
  first: readonly [object, object?],
  second: readonly [object, object?],
): Promise<{ statements: number; values: readonly unknown[] }> {
  const before = front.received.length
  const lives: Subscription[] = []
  for (const [token, controls] of [first, second]) {
    lives.push(await watch(await server.guestToken(token), 3_600, controls))
  }
  const values = await Promise.all(lives.map(figureOf))
  for (const live of lives) live.close()
  return { statements: front.received.length - before, values }
}

const acme = { tenantId: 'acme', subject: 'ann' }
const north = [{ dimension: 'region', values: ['north'] }]

test.each([
  ['the same', [acme], [acme], 215, 215],
  [
    'tokens that can be refreshed',
    [{ ...acme, withRefreshToken: true }],
    [{ ...acme, withRefreshToken: true }],
    215,
    215,
  ],
  [
    'tokens of two people, of which one lives longer',
    [acme],
    [{ ...acme, subject: 'bob', expiresInSeconds: 60 }],
    215,
    215,
  ],
] as const)('%s are one question', async (_, first, second, ...values) => {
  expect(await statementsFor(first, second)).toEqual({ statements: 1, values })
})

test.each([
  ['two tenants', [acme], [{ ...acme, tenantId: 'else' }], 215, 999],
  ['a lock', [acme], [{ ...acme, lockedFilters: [{ dataset: 'orders', ...north[0] }] }], 215, 105],
  [
    'another value of a lock',
    [{ ...acme, lockedFilters: [{ dataset: 'orders', dimension: 'region', values: ['east'] }] }],
    [{ ...acme, lockedFilters: [{ dataset: 'orders', ...north[0] }] }],
    40,
    105,
  ],
  ['an attribute', [acme], [{ ...acme, attributes: { region: 'north' } }], 215, 215],
  [
    'policies that grant the same',
    [{ ...acme, policy: 'sellers' }],
    [{ ...acme, policy: 'twins' }],
    215,
    215,
  ],
  ['a grant that changes nothing here', [acme], [{ ...acme, allowExport: false }], 215, 215],
  ['a filter', [acme], [acme, { filters: north }], 215, 105],
] as const)('%s make two questions of it', async (_, first, second, ...values) => {
  expect(await statementsFor(first, second)).toEqual({ statements: 2, values })
})
