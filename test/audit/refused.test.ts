import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auditKinds } from '../../src/audit/events.ts'
import { TesseraError } from '../../src/errors.ts'
import type { Store } from '../../src/store/store.ts'
import { auditEvents } from '../../src/store/tables.ts'
import { tenants } from '../../src/store/tenant-tables.ts'
import { PolicyViolation, violationIn } from '../../src/violation.ts'
import { failureOf } from '../../src/warehouse/clickhouse/failure.ts'
import { openTestStore } from '../support/store.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'

let store: Store
let server: TokenServer

beforeAll(async () => {
  store = await openTestStore()
  server = await startTokenServer(store)
})
afterAll(async () => {
  await server.close()
  await store.close()
})

/** What was told since the last time. */
let seen = new Set<string>()
async function told() {
  await server.kit.audit.flush()
  const rows = await store.transaction(server.kit.environment, (transaction) =>
    transaction.select().from(auditEvents).orderBy(asc(auditEvents.at)),
  )
  const news = rows.filter(({ id }) => !seen.has(id))
  seen = new Set(rows.map(({ id }) => id))
  return news.map(({ id, at, organizationId, environmentId, ...event }) => event)
}
beforeEach(() => told())

const mint = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token id } }'

async function guest(input: object): Promise<{ readonly token: string; readonly id: string }> {
  const { body } = await server.post(server.kit.apiKey, mint, { input: { tenantId: 'acme', ...input } })
  await told()
  return Object(body.data).createGuestToken
}

const nobody = { apiKeyId: null, tokenId: null, tenantId: null, subject: null, detail: {}, count: 1 }
const fromHere = { requestId: expect.stringMatching(/^[\da-f-]{36}$/), address: '127.0.0.1' }

describe('the audit says of a refusal', () => {
  it('each code once for each request, and nothing of what was asked', async () => {
    const { token, id } = await guest({ subject: 'ann' })
    await server.post(token, '{ a: apiKeys { id } b: apiKeys { id } c: signingKeys { id } }')
    await server.post(token, '{ a: counter(input: { metric: "secret_words" }) { value } }')
    const head = { ...nobody, outcome: 'REFUSED', tenantId: 'acme', subject: 'ann', tokenId: id, ...fromHere }
    expect(await told()).toEqual([
      { ...head, kind: 'permission.refused', reason: 'FORBIDDEN' },
      { ...head, kind: 'permission.refused', reason: 'METRIC_NOT_ALLOWED' },
    ])
  })

  it('that an API key lacks a scope', async () => {
    const make =
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }'
    const made = await server.post(server.kit.apiKey, make, { input: { name: 'k', scopes: ['audit:read'] } })
    const { secret, apiKey } = Object(made.body.data).createApiKey
    await told()
    await server.post(secret, mint, { input: { tenantId: 'acme' } })
    const head = { ...nobody, outcome: 'REFUSED', apiKeyId: apiKey.id, ...fromHere }
    expect(await told()).toEqual([{ ...head, kind: 'permission.refused', reason: 'FORBIDDEN' }])
  })

  it('that a page is not one of the token’s', async () => {
    const { token, id } = await guest({ origins: ['https://app.example.com'] })
    await server.post(token, '{ viewer { tenantId } }', {}, { origin: 'https://evil.example' })
    const head = { ...nobody, outcome: 'REFUSED', tenantId: 'acme', tokenId: id, ...fromHere }
    expect(await told()).toEqual([{ ...head, kind: 'origin.refused', reason: 'ORIGIN_NOT_ALLOWED' }])
  })

  it('that a token asks too often', async () => {
    const { token, id } = await guest({ limits: { requestsPerMinute: 1 } })
    for (let request = 0; request < 2; request += 1) await server.post(token, '{ viewer { tenantId } }')
    const head = { ...nobody, outcome: 'REFUSED', tenantId: 'acme', tokenId: id, ...fromHere }
    expect(await told()).toEqual([{ ...head, kind: 'rate.limited', reason: 'RATE_LIMITED' }])
  })

  it('nothing where all was permitted, and of what was done from where', async () => {
    const { token } = await guest({})
    await server.post(token, '{ viewer { tenantId } }')
    expect(await told()).toEqual([])
    await server.post(server.kit.apiKey, mint, { input: { tenantId: 'acme', expiresInSeconds: 60 } })
    expect(await told()).toMatchObject([
      { kind: 'token.minted', outcome: 'SUCCEEDED', ...fromHere, detail: { lifetimeSeconds: 60 } },
    ])
  })
})

it('knows no kind of event that the docs do not', () => {
  const documented = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8')
  const rows = documented.split('\n').filter((line) => line.startsWith('| `') && !line.includes('alert.'))
  const named = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/[a-z_]+\.[a-z_]+/g) ?? [])
  expect(named.toSorted()).toEqual([...auditKinds].toSorted())
})

describe('a wall behind the first one that had to refuse', () => {
  it('is known by its rule, however deep it is in an error', () => {
    const violation = new PolicyViolation('tenancy_missing', 'A table without a tenancy cannot be read.')
    expect(violationIn(new TesseraError('INTERNAL', { cause: new Error('x', { cause: violation }) }))).toBe(
      'tenancy_missing',
    )
    expect(violationIn(new TesseraError('INTERNAL', { cause: new Error('x') }))).toBeNull()
  })

  it('is row-level security', async () => {
    const foreign = { organizationId: randomUUID(), environmentId: randomUUID() }
    const written = store.transaction(server.kit.environment, (transaction) =>
      transaction.insert(tenants).values({ ...foreign, tenantId: 'acme', definition: {} }),
    )
    expect(violationIn(await written.catch((error: unknown) => error))).toBe('store_refused')
  })

  it.each(['164', '392', '452', '497'])('is the engine with its exception %s', (code) => {
    const failure = failureOf(Object.assign(new Error('Code: …'), { code, type: 'REFUSED' }))
    expect([failure.code, violationIn(failure)]).toEqual(['INTERNAL', 'engine_refused'])
  })

  it('is no other exception of the engine', () => {
    const failure = failureOf(Object.assign(new Error('Code: …'), { code: '47', type: 'UNKNOWN_IDENTIFIER' }))
    expect([failure.code, violationIn(failure)]).toEqual(['INTERNAL', null])
  })
})
