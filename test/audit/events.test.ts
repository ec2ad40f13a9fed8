import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchesTenant } from '../../src/access/tenant-patterns.ts'
import { listAuditEvents, selectAuditEvents } from '../../src/audit/read.ts'
import type { AuditFilter } from '../../src/graphql/context.ts'
import { openStore } from '../../src/store/connect.ts'
import type { Store } from '../../src/store/store.ts'
import { auditEvents } from '../../src/store/tables.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { ask } from '../support/store-rows.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { silent } from '../support/tokens.ts'

let postgres: TestPostgres
let store: Store
let server: TokenServer
/** Transactions for an environment or one of its tenants: those that run, and the most that ran at a time. */
let running = 0
let most = 0

beforeAll(async () => {
  postgres = await startPostgres()
  store = await openStore({ databaseUrl: await postgres.createDatabase(), dataFolder: '', log: silent })
  server = await startTokenServer({
    ...store,
    transaction: async (identity, work) => {
      const isCounted = 'environmentId' in identity
      if (isCounted) running += 1
      most = Math.max(most, running)
      try {
        return await store.transaction(identity, work)
      } finally {
        if (isCounted) running -= 1
      }
    },
  })
  await server.kit.audit.flush()
  await write(written)
})
afterAll(async () => {
  await server.close()
  await store.close()
  await postgres.close()
})

type Row = Partial<typeof auditEvents.$inferInsert> & { readonly requestId: string }

async function write(rows: readonly Row[]): Promise<void> {
  const base = { kind: 'export.created', outcome: 'SUCCEEDED' }
  await store.transaction(server.kit.environment, async (transaction) => {
    for (const row of rows) {
      const own = { ...server.kit.environment, ...base, id: randomUUID(), at: new Date() }
      await transaction.insert(auditEvents).values({ ...own, ...row })
    }
  })
}

const apiKeyId = randomUUID()
const at = (second: number) => new Date(Date.UTC(2001, 0, 1, 0, 0, second))
/** Told apart by their request's id; the last is the newest. */
const written: readonly Row[] = [
  { requestId: 'r1', at: at(1), kind: 'token.minted', tenantId: 'acme', subject: 'ann', apiKeyId },
  { requestId: 'r2', at: at(2), tenantId: 'acme', subject: 'bob', tokenId: 't2', address: '192.0.2.2' },
  { requestId: 'r3', at: at(3), outcome: 'REFUSED', reason: 'FORBIDDEN', tenantId: 'globex', count: 7 },
  { requestId: 'r4', at: at(3), tenantId: 'acme', subject: 'ann', tokenId: 't4', address: '2001:db8::1' },
  { requestId: 'r5', at: at(4), kind: 'policy.violated', outcome: 'REFUSED', tenantId: 'acme' },
  { requestId: 'r6', at: at(5), kind: 'token.minted' },
]

const query = `query ($filter: AuditEventFilter, $first: Int, $after: String) {
  auditEvents(filter: $filter, first: $first, after: $after) {
    edges { node { requestId tenantId subject tokenId address count apiKey { id } detail } }
    pageInfo { hasNextPage endCursor }
  } }`

async function page(credential: string, variables: object) {
  const { body } = await server.post(credential, query, variables)
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
  return Object(body.data).auditEvents
}

async function idsOf(credential: string, filter: object): Promise<readonly string[]> {
  const { edges } = await page(credential, { filter: { to: '2001-01-02T00:00:00Z', ...filter } })
  return edges.map(({ node }: { node: { requestId: string } }) => node.requestId).toSorted()
}

describe('a host', () => {
  it.each<readonly [object, readonly string[]]>([
    [{}, ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']],
    [{ kinds: ['token.minted'] }, ['r1', 'r6']],
    [{ kinds: ['token.minted', 'policy.violated'] }, ['r1', 'r5', 'r6']],
    [{ kinds: ['model.applied'] }, []],
    [{ outcomes: [] }, []],
    [{ kinds: [] }, []],
    [{ outcomes: ['REFUSED'] }, ['r3', 'r5']],
    [{ reasons: ['FORBIDDEN'] }, ['r3']],
    [{ tenantId: 'acme' }, ['r1', 'r2', 'r4', 'r5']],
    [{ tenantId: 'acme', subject: 'ann' }, ['r1', 'r4']],
    [{ apiKeyId }, ['r1']],
    [{ tokenId: 't4' }, ['r4']],
    [{ requestId: 'r2' }, ['r2']],
    [{ address: '192.0.2.2' }, ['r2']],
    [{ address: '::ffff:192.0.2.2' }, ['r2']],
    [{ address: '2001:DB8::1' }, ['r4']],
    [{ from: '2001-01-01T00:00:03Z', to: '2001-01-01T00:00:04Z' }, ['r3', 'r4']],
    [{ from: null, to: null, kinds: null, address: '192.0.2.3' }, []],
  ])('finds events by %j', async (filter, expected) => {
    expect(await idsOf(server.kit.apiKey, filter)).toEqual(expected)
  })

  it.each([
    ['apiKeyId', 'x', 'the id of an API key'],
    ['address', '192.0.2', 'an IP address'],
    ['from', 'yesterday', 'an RFC 3339 instant'],
    ['subject', 'a\0', 'a name of 1 to 256 characters without control characters or lone surrogates'],
    ['kinds', Array.from({ length: 51 }, () => 'token.minted'), 'at most 50 kinds'],
  ])('is told what is wrong with filter.%s', async (name, value, expected) => {
    const { body } = await server.post(server.kit.apiKey, query, { filter: { [name]: value } })
    expect(body.errors?.map(({ message, extensions }) => [extensions?.code, message])).toEqual([
      ['BAD_USER_INPUT', `An argument is not of the allowed form. filter.${name}: expected ${expected}.`],
    ])
  })

  it.each([
    ['kinds', ['token.minted', 'credentials.refused'], 1, 'a kind of events', 'credential.refused'],
    ['kinds', ['toString'], 0, 'a kind of events', 'token.minted'],
    ['outcomes', ['refused'], 0, 'SUCCEEDED, REFUSED or FAILED', 'FAILED'],
  ])(
    'is told of a misspelt one of filter.%s, %j, what it may have meant',
    async (name, value, index, expected, first) => {
      const { body } = await server.post(server.kit.apiKey, query, { filter: { [name]: value } })
      const [error] = body.errors ?? []
      const argument = `filter.${name}.${index}`
      expect([error?.message, error?.extensions]).toEqual([
        `An argument is not of the allowed form. ${argument}: expected ${expected}.`,
        {
          code: 'BAD_USER_INPUT',
          argument,
          expected,
          allowed: expect.any(Array),
          requestId: expect.any(String),
        },
      ])
      expect(Object(error?.extensions?.allowed)[0]).toBe(first)
    },
  )

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2001-02-30T00:00:00Z'])(
    'is told that a cursor of %s is none',
    async (instant) => {
      const after = Buffer.from(`${instant} ${randomUUID()}`).toString('base64url')
      const { body } = await server.post(server.kit.apiKey, query, { after })
      expect(body.errors?.map(({ message, extensions }) => [extensions?.code, message])).toEqual([
        [
          'BAD_USER_INPUT',
          'An argument is not of the allowed form. after: expected a cursor that this field answered with.',
        ],
      ])
    },
  )

  it.each([['start-*'], ['start-1'], ['start*'], ['\u{10ffff}*'], ['a\ud7ff*'], ['*'], ['start-*', 'other']])(
    'of the tenants %j reads of these and no others',
    async (...patterns) => {
      const tenantIds = [
        'start',
        'start-',
        'start-1',
        'start-é',
        'start-\u{10ffff}z',
        'start.',
        'START-1',
        'other',
      ]
      tenantIds.push('\u{10ffff}', '\u{10ffff}z', '\ue000', 'a\ud7ff1', 'a\ue0001')
      const on = new Date(Date.UTC(2002, 0, patterns.length))
      await write(tenantIds.map((tenantId) => ({ requestId: 'of a tenant', at: on, tenantId })))
      await write([{ requestId: 'of no tenant', at: on }])
      const asked = { first: 500, after: null, filter: { from: on, to: new Date(on.getTime() + 1) } }
      const found = await listAuditEvents(store, server.kit.environment, asked, patterns)
      const expected = tenantIds.filter((id) => patterns.some((pattern) => matchesTenant(pattern, id)))
      expect(new Set(found.map(({ tenantId }) => tenantId))).toEqual(new Set(expected))
    },
  )

  it('takes its turns at the store, three at a time', async () => {
    most = 0
    const fields = Array.from(
      { length: 12 },
      (_, index) => `a${index}: auditEvents(first: 1) { edges { cursor } }`,
    )
    const { body } = await server.post(server.kit.apiKey, `{ ${fields.join(' ')} }`)
    expect([body.errors, Object.keys(Object(body.data)).length]).toEqual([undefined, 12])
    // Beside them the audit itself may store something.
    expect([3, 4]).toContain(most)
  })

  it('pages through each event once while others are added', async () => {
    const filter = { to: '2001-01-02T00:00:00Z', from: '2001-01-01T00:00:01Z' }
    const seen: string[] = []
    let after: string | null = null
    do {
      const { edges, pageInfo } = await page(server.kit.apiKey, { filter, first: 1, after })
      seen.push(...edges.map(({ node }: { node: { requestId: string } }) => node.requestId))
      await write([{ requestId: `new ${seen.length}`, at: at(10 + seen.length) }])
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null)
    expect(seen.filter((id) => id !== 'r3' && id !== 'r4')).toEqual(['r6', 'r5', 'r2', 'r1'])
    expect(seen.slice(2, 4).toSorted()).toEqual(['r3', 'r4'])
  })
})

describe('a guest', () => {
  const mint = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token } }'
  async function tokenOf(input: object): Promise<string> {
    const { body } = await server.post(server.kit.apiKey, mint, { input })
    return Object(body.data).createGuestToken.token
  }

  it.each([{}, { role: 'viewer' }, { role: 'analyst' }])('reads nothing with %j', async (grants) => {
    const token = await tokenOf({ tenantId: 'acme', ...grants })
    const { body } = await server.post(token, query)
    expect([body.data, body.errors?.map(({ message, extensions }) => [extensions?.code, message])]).toEqual([
      null,
      [
        [
          'FORBIDDEN',
          'The credential does not permit this. Expected a role or policy with the permission audit_read.',
        ],
      ],
    ])
  })

  it('with the permission reads of its own tenant, without what is the host’s or other people’s', async () => {
    const token = await tokenOf({ tenantId: 'acme', subject: 'ann', role: 'admin' })
    const { edges } = await page(token, { filter: { to: '2001-01-01T00:00:09Z' } })
    const other = { tenantId: 'acme', apiKey: null, detail: {}, count: 1 }
    expect(edges.map(({ node }: { node: object }) => node)).toEqual([
      { ...other, requestId: 'r4', subject: 'ann', tokenId: 't4', address: '2001:db8::1' },
      { ...other, requestId: null, subject: 'bob', tokenId: null, address: null },
      { ...other, requestId: 'r1', subject: 'ann', tokenId: null, address: null },
    ])
    const { edges: foreign } = await page(token, { filter: { tenantId: 'globex' } })
    expect(foreign).toEqual([])
  })

  it('without a name is nobody whose events have none', async () => {
    const token = await tokenOf({ tenantId: 'globex', role: 'admin' })
    const { edges } = await page(token, { filter: { to: '2001-01-01T00:00:09Z' } })
    expect(edges.map(({ node }: { node: object }) => node)).toEqual([
      {
        ...{ requestId: null, tenantId: 'globex', subject: null, tokenId: null, address: null },
        ...{ apiKey: null, detail: {}, count: 7 },
      },
    ])
  })

  it('takes its turns at the store like those of its questions', async () => {
    const limits = { concurrentQueries: 2 }
    const token = await tokenOf({ tenantId: 'acme', role: 'admin', limits })
    most = 0
    const fields = Array.from(
      { length: 12 },
      (_, index) => `a${index}: auditEvents(first: 1) { edges { cursor } }`,
    )
    const { body } = await server.post(token, `{ ${fields.join(' ')} }`)
    expect([body.errors, Object.keys(Object(body.data)).length]).toEqual([undefined, 12])
    expect([2, 3]).toContain(most)
  })

  it.each([{ apiKeyId }, { tokenId: 't2' }, { requestId: 'r2' }, { address: '192.0.2.2' }])(
    'looks for nothing by %j',
    async (filter) => {
      const token = await tokenOf({ tenantId: 'acme', subject: 'ann', role: 'admin' })
      const { body } = await server.post(token, query, { filter })
      expect(body.errors?.map(({ message, extensions }) => [extensions?.code, message])).toEqual([
        [
          'FORBIDDEN',
          `The credential does not permit this. filter.${Object.keys(filter)[0]}: expected an API key.`,
        ],
      ])
    },
  )
})

describe('among 60,000 events', () => {
  beforeAll(async () => {
    const { organizationId, environmentId } = server.kit.environment
    await store.transaction(server.kit.environment, (transaction) =>
      ask(
        transaction,
        sql`insert into audit_events (organization_id, environment_id, id, at, kind, outcome, reason, tenant_id, subject, api_key_id, token_id, request_id, address, detail)
          select ${organizationId}::uuid, ${environmentId}::uuid, gen_random_uuid(), now() - n * interval '1 minute', 'kind ' || n % 500,
            case when n % 3000 = 0 then 'REFUSED' else 'SUCCEEDED' end, case when n % 100 = 0 then 'reason ' || n end,
            'tenant ' || n % 500, 'subject ' || n % 500, gen_random_uuid(), 'token ' || n, 'request ' || n, 'address ' || n % 500, '{}'
          from generate_series(1, 60000) as n`,
      ),
    )
    // As whoever owns the tables, whose statistics they are.
    const database = (
      await store.transaction(server.kit.environment, (transaction) =>
        ask(transaction, sql`select current_database() as name`),
      )
    )[0]?.name
    await postgres.analyze(String(database))
  })

  async function indexesFor(
    filter: AuditFilter,
    tenantId?: string,
    tenants: readonly string[] | null = null,
  ): Promise<readonly string[]> {
    const identity = { ...server.kit.environment, ...(tenantId !== undefined && { tenantId }) }
    const plan = await store.transaction(identity, (transaction) => {
      const after = { at: new Date(), id: randomUUID() }
      const select = selectAuditEvents(transaction, identity, { first: 50, after, filter }, tenants)
      return ask(transaction, sql`explain ${select.getSQL()}`)
    })
    const text = plan.map((row) => String(Object.values(row)[0])).join('\n')
    return [...text.matchAll(/Seq Scan|using (\w+)|Bitmap Index Scan on (\w+)/g)].map(
      ([whole, used, mapped]) => used ?? mapped ?? whole,
    )
  }

  it.each<readonly [AuditFilter, string]>([
    [{}, 'audit_events_at'],
    [{ kinds: ['kind 7'] }, 'audit_events_kind'],
    [{ outcomes: ['REFUSED'] }, 'audit_events_outcome'],
    [{ reasons: ['reason 700'] }, 'audit_events_reason'],
    [{ tenantId: 'tenant 7' }, 'audit_events_tenant'],
    [{ subject: 'subject 7' }, 'audit_events_subject'],
    [{ apiKeyId }, 'audit_events_api_key'],
    [{ tokenId: 'token 7' }, 'audit_events_token'],
    [{ requestId: 'request 7' }, 'audit_events_request'],
    [{ address: 'address 7' }, 'audit_events_address'],
    [{ from: new Date(Date.now() - 3_600_000), to: new Date() }, 'audit_events_at'],
  ])('those of %j are looked up', async (filter, index) => {
    expect(await indexesFor(filter)).toEqual([index])
  })

  it('those of a tenant are looked up for the tenant itself', async () => {
    expect(await indexesFor({}, 'tenant 7')).toEqual(['audit_events_tenant'])
  })
  it('those of tenants that begin alike are looked up, unless most do', async () => {
    expect(await indexesFor({}, undefined, ['acme-*'])).toEqual(['audit_events_tenant'])
    expect(await indexesFor({}, undefined, ['tenant 7'])).toEqual(['audit_events_tenant'])
    expect(await indexesFor({}, undefined, ['tenant *'])).toEqual(['audit_events_at'])
  })
})
