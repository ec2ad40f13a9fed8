import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { subscribe } from '../support/events.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'
import type { Answered } from '../support/server.ts'

/** A server of the region eu, whose tenants are in databases of their own where they were told of, else in one by their id. */
const modelOver = (url: string) => ({
  dataSources: [
    { name: 'warehouse', kind: 'chdb', region: 'eu' },
    { name: 'nowhere', kind: 'clickhouse', url },
    { name: 'west', kind: 'clickhouse', url, region: 'us' },
  ],
  tenancy: { dataSource: 'warehouse', database: 'tenant_{tenantId}', sampleTenant: 'a' },
  datasets: [
    {
      ...{ name: 'orders', table: 'orders', tenancy: 'own' },
      dimensions: [{ name: 'shop', type: 'string' }],
      metrics: [{ name: 'total', aggregate: 'sum', column: 'amount' }],
    },
    {
      ...{
        name: 'bills',
        table: 'bills',
        dataSource: 'warehouse',
        database: 'everyone',
        tenantColumn: 'tenant',
      },
      dimensions: [{ name: 'kind', type: 'string' }],
      rowRules: [{ dimension: 'kind', in: { attribute: 'kinds' } }],
      metrics: [{ name: 'billed', aggregate: 'sum', column: 'amount' }],
    },
    {
      ...{
        name: 'rest',
        table: 'bills',
        dataSource: 'warehouse',
        database: 'everyone',
        tenantColumn: 'tenant',
      },
      dimensions: [{ name: 'kind', type: 'string' }],
      rowRules: [{ not: { dimension: 'kind', in: { attribute: 'kinds' } } }],
      metrics: [{ name: 'rest', aggregate: 'sum', column: 'amount' }],
    },
    {
      ...{
        name: 'elsewhere',
        table: 'bills',
        dataSource: 'nowhere',
        database: 'everyone',
        tenantColumn: 'tenant',
      },
      metrics: [{ name: 'far', aggregate: 'count' }],
    },
  ],
  dashboards: [
    {
      name: 'of_all',
      widgets: [{ name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric: 'total' } }],
    },
    { name: 'of_c', tenant: 'c', widgets: [] },
  ],
  roles: [{ name: 'boss', permissions: ['usage_read', 'audit_read'] }],
  policies: [{ name: 'viewers', dashboards: ['of_all', 'of_c'] }],
})

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer(undefined, {
    overHttp: true,
    environment: { TESSERA_REGION: 'eu', TESSERA_REGION_URLS: 'us=https://us.example.com' },
  })
  for (const [database, amount] of [
    ['tenant_a', 1],
    ['tenant_b', 2],
    ['moved', 10],
    ['tenant_c', 3],
  ] as const) {
    await server.execute(`CREATE DATABASE ${database}`)
    await server.execute(
      `CREATE TABLE ${database}.orders (shop String, amount Int64) ENGINE MergeTree ORDER BY shop AS SELECT 's', ${amount}`,
    )
  }
  await server.execute('CREATE DATABASE everyone')
  await server.execute(
    `CREATE TABLE everyone.bills (tenant String, kind String, amount Int64) ENGINE MergeTree ORDER BY tenant AS
     SELECT 'a', kind, amount FROM values('kind String, amount Int64', ('x', 1), ('y', 10), ('z', 100))`,
  )
  const document = modelOver(server.front?.url ?? '')
  await server.data(server.apiKey, applyQuery, { document })
})

afterAll(() => server.close())

const applyQuery = 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }'
const tenantFields = 'tenantId title dataSource database schema region attributes erasedAt erased'
const upsertQuery = `mutation ($input: TenantInput!) { upsertTenant(input: $input) { ${tenantFields} } }`
const eraseQuery = `mutation ($id: String!) {
  eraseTenant(tenantId: $id) { tenantId erasedBy { id } tokens dashboards auditEvents remains }
}`
const totalQuery = '{ counter(input: { metric: "total" }) { value } }'

const upsert = async (input: object) =>
  (await server.data(server.apiKey, upsertQuery, { input })).upsertTenant
const figure = async (token: string, metric = 'total') => {
  const { counter } = await server.data(token, `{ counter(input: { metric: "${metric}" }) { value } }`)
  return Object(counter).value
}

describe('a tenant who is told of', () => {
  test('is shown as it was told, keeps what is left out, and loses what is null', async () => {
    const told = {
      tenantId: 't-1',
      title: 'One',
      attributes: { plan: 'gold' },
      region: 'eu',
      database: 'one',
    }
    const shown = { ...told, dataSource: null, schema: null, erasedAt: null, erased: false }
    expect(await upsert(told)).toEqual(shown)
    expect(await upsert({ tenantId: 't-1', title: 'Uno' })).toEqual({ ...shown, title: 'Uno' })
    expect(await upsert({ tenantId: 't-1', region: null, attributes: null })).toEqual({
      ...{ ...shown, title: 'Uno' },
      ...{ region: null, attributes: {} },
    })
  })

  test('is asked of where it is now, in the next request', async () => {
    const token = await server.guestToken({ tenantId: 'b' })
    expect(await figure(token)).toBe(2)
    await upsert({ tenantId: 'b', database: 'moved' })
    expect(await figure(token)).toBe(10)
    await upsert({ tenantId: 'b', database: null })
    expect(await figure(token)).toBe(2)
  })

  test.each<readonly [string, object, string, string | undefined]>([
    ['a data source that there is not', { dataSource: 'none' }, 'input.dataSource', undefined],
    ['a schema of ClickHouse', { schema: 'x' }, 'input.schema', undefined],
    ['a database of the engine', { database: 'System' }, 'input.database', undefined],
    ['a name that needs quotes', { database: 'a-b' }, 'input.database', undefined],
    ['a region that the data source is not of', { region: 'us' }, 'input.region', undefined],
    [
      'a region of a data source without one',
      { dataSource: 'nowhere', region: 'eu' },
      'input.region',
      undefined,
    ],
    [
      'what the rule gives another tenant',
      { database: 'TENANT_z' },
      'input',
      'TENANT_z is that of the tenant "z"',
    ],
    ['the place of a dataset for all', { database: 'Everyone' }, 'input', 'Everyone is that of all tenants'],
    ['an attribute that is none', { attributes: { x: { y: 1 } } }, 'input.attributes', undefined],
    ['an attribute that no store takes', { attributes: { x: 'a\u0000b' } }, 'input.attributes', undefined],
  ])('is refused with %s', async (_, given, argument, said) => {
    const refused = await server.refusal(server.apiKey, upsertQuery, { input: { tenantId: 'odd', ...given } })
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', argument })
    if (said !== undefined) expect(refused.message).toContain(said)
  })

  test('is refused the place of another, however its letters are written', async () => {
    await upsert({ tenantId: 'first', database: 'shared_place' })
    const refused = await server.refusal(server.apiKey, upsertQuery, {
      input: { tenantId: 'second', database: 'Shared_Place' },
    })
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'input' })
    expect(refused.message).toContain('Shared_Place is that of the tenant "first"')
    await upsert({ tenantId: 'first', database: null })
  })

  test('narrows row rules by its attributes beside those of the token, and never widens them', async () => {
    const token = await server.guestToken({ tenantId: 'a', attributes: { kinds: ['x', 'y'] } })
    expect([await figure(token, 'billed'), await figure(token, 'rest')]).toEqual([11, 100])
    await upsert({ tenantId: 'a', attributes: { kinds: ['y', 'z'] } })
    // Both must hold: y alone is among both, and a rule that takes rows out takes those of either.
    expect([await figure(token, 'billed'), await figure(token, 'rest')]).toEqual([10, 0])
    await upsert({ tenantId: 'a', attributes: { kinds: [] } })
    expect([await figure(token, 'billed'), await figure(token, 'rest')]).toEqual([0, 100])
    const bare = await server.guestToken({ tenantId: 'a' })
    await upsert({ tenantId: 'a', attributes: { kinds: ['z'] } })
    expect(await figure(bare, 'billed')).toBe(100)
    await upsert({ tenantId: 'a', attributes: null })
  })

  test('is listed by id, in pages', async () => {
    const query =
      'query ($after: String) { tenants(first: 2, after: $after) { edges { node { tenantId } } pageInfo { hasNextPage endCursor } } }'
    const ids: string[] = []
    let after: unknown = null
    for (let page = 0; page < 10; page += 1) {
      const { tenants } = Object(await server.data(server.apiKey, query, { after }))
      ids.push(...tenants.edges.map(({ node }: { node: { tenantId: string } }) => node.tenantId))
      if (tenants.pageInfo.hasNextPage !== true) break
      after = tenants.pageInfo.endCursor
    }
    expect(ids).toEqual(['a', 'b', 'first', 't-1'])
  })
})

describe('a tenant who is pinned to a region', () => {
  test('sees what is in its region alone', async () => {
    const token = await server.guestToken({ tenantId: 'a' })
    expect(await figure(token, 'far')).toBe(3)
    await upsert({ tenantId: 'a', region: 'eu' })
    expect(await figure(token)).toBe(1)
    expect(await server.refusal(token, '{ counter(input: { metric: "far" }) { value } }')).toMatchObject({
      code: 'METRIC_NOT_ALLOWED',
    })
    await upsert({ tenantId: 'a', region: null })
  })
})

describe('a tenant who is pinned to another region', () => {
  const misdirected = {
    code: 'WRONG_REGION',
    message: 'The tenant is answered for in another region.',
    region: 'us',
    url: 'https://us.example.com',
    requestId: expect.any(String),
  }
  const wrong = (answered: Answered) => {
    const [error] = answered.body.errors ?? []
    return [answered.status, { message: error?.message, ...error?.extensions }]
  }

  test('is asked nothing of and minted nothing for, is told where to go, and nothing but its id is in the audit', async () => {
    const subject = `person-${randomUUID()}`
    const claims = { tenantId: 'w', subject, role: 'boss', allowExport: true }
    const token = await server.guestToken(claims)
    const refreshing =
      'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { refreshToken } }'
    const minted = await server.data(server.apiKey, refreshing, {
      input: { ...claims, withRefreshToken: true },
    })
    const refreshToken = String(Object(minted.createGuestToken).refreshToken)
    const exporting =
      'mutation { createExport(input: { format: CSV, table: { metrics: ["far"], dimensions: [] } }) { url } }'
    const link = String(Object((await server.data(token, exporting)).createExport).url)
    // Whoever fetches by the standard repeats a 421 by itself, so that each is two.
    const limited = await server.guestToken({ tenantId: 'w', limits: { requestsPerMinute: 4 } })

    await upsert({ tenantId: 'w', dataSource: 'west', database: 'west_w', region: 'us' })
    const live = 'subscription { widgetData(id: "x") { __typename } }'
    for (const query of [
      totalQuery,
      '{ viewer { tenantId } }',
      exporting,
      live,
      '{ auditEvents { edges { cursor } } }',
      '{',
    ]) {
      expect(wrong(await server.post(token, { query }))).toEqual([421, misdirected])
    }
    const statuses = []
    for (const query of [totalQuery, totalQuery, totalQuery])
      statuses.push((await server.post(limited, { query })).status)
    expect(statuses).toEqual([421, 421, 429])
    const download = await fetch(new URL(link, server.url))
    expect([download.status, Object(await download.json()).errors[0].extensions]).toMatchObject([
      421,
      { code: 'WRONG_REGION', url: 'https://us.example.com' },
    ])
    const asHost = [
      [refreshing, { input: claims }],
      [
        'query ($input: ExplainInput!) { explain(input: $input) { outcome } }',
        { input: { token: claims, question: { counter: { metric: 'total' } } } },
      ],
      [
        'mutation ($token: String!) { refreshGuestToken(refreshToken: $token) { id } }',
        { token: refreshToken },
      ],
    ] as const
    for (const [query, variables] of asHost) {
      const [, error] = wrong(await server.post(server.apiKey, { query, variables }))
      expect(error).toEqual(misdirected)
    }

    const told =
      '{ auditEvents(first: 200, filter: { tenantId: "w", reasons: ["WRONG_REGION"] }) { edges { node { subject address tokenId detail } } } }'
    const events = await vi.waitFor(async () => {
      const { edges } = Object(await server.data(server.apiKey, told)).auditEvents
      if (edges.length === 0) throw new Error('Nothing was stored yet.')
      return edges
    }, 10_000)
    for (const { node } of events) {
      expect(node).toEqual({ subject: null, address: null, tokenId: null, detail: {} })
    }
    // What is told of it is told in its own region.
    expect(
      await server.refusal(server.apiKey, upsertQuery, {
        input: { tenantId: 'w', attributes: { plan: 'x' } },
      }),
    ).toMatchObject({ code: 'WRONG_REGION' })
    // Back again, the refresh token was not used up by the refusals.
    await upsert({ tenantId: 'w', region: null, dataSource: null, database: null })
    const query = 'mutation ($token: String!) { refreshGuestToken(refreshToken: $token) { id } }'
    expect(await server.data(server.apiKey, query, { token: refreshToken })).toMatchObject({
      refreshGuestToken: { id: expect.any(String) },
    })
  })
})

const usageQuery =
  'query ($input: UsageInput!) { usage(input: $input) { tenantId day questions rowsRead exports tokensMinted } }'
const day = new Date().toISOString().slice(0, 10)
const start = `${day}T00:00:00Z`
const stop = new Date(Date.parse(start) + 2 * 86_400_000).toISOString()
const today = { start, stop }

test('a tenant without a place is told nothing of what is in places, and its host why', async () => {
  const credential = await server.guestToken({ tenantId: 'a-b' })
  const never = '{ counter(input: { metric: "never" }) { value } }'
  const refused = await server.refusal(credential, totalQuery)
  const unknown = await server.refusal(credential, never)
  expect(refused).toEqual({ ...unknown, allowed: expect.anything() })
  const { datasets } = Object(await server.data(credential, '{ datasets { name } }'))
  expect(datasets.map(({ name }: { name: string }) => name)).toEqual(['bills', 'rest', 'elsewhere'])
  const query =
    'query ($input: ExplainInput!) { explain(input: $input) { outcome code rules { source text } } }'
  const input = { token: { tenantId: 'a-b' }, question: { counter: { metric: 'total' } } }
  const { explain } = Object(await server.data(server.apiKey, query, { input }))
  expect(explain).toMatchObject({ outcome: 'REFUSED', code: 'METRIC_NOT_ALLOWED' })
  expect(explain.rules).toContainEqual({
    source: 'place of the tenant',
    text: expect.stringMatching(/^orders: not there, because the tenant has no place: /),
  })
})

describe('a live widget', () => {
  test('goes with its tenant, and ends where that is answered for elsewhere', async () => {
    const credential = await server.guestToken({ tenantId: 'b' })
    const id = Buffer.from('Widget:of_all/total').toString('base64url')
    const query = `subscription { widgetData(id: "${id}", everySeconds: 1) { ... on Counter { value } } }`
    const live = await subscribe({ url: server.url, credential, query })
    const next = async () => Object((await live.next())?.data)
    expect(await next()).toEqual({ data: { widgetData: { value: 2 } } })
    await upsert({ tenantId: 'b', database: 'moved' })
    expect(await next()).toEqual({ data: { widgetData: { value: 10 } } })
    await upsert({ tenantId: 'b', dataSource: 'west', region: 'us' })
    expect((await next()).errors[0].extensions).toMatchObject({ code: 'WRONG_REGION', region: 'us' })
    expect(await live.next()).toMatchObject({ event: 'complete' })
    expect(await live.next()).toBeNull()
    await upsert({ tenantId: 'b', dataSource: null, region: null, database: null })
  })
})

describe('usage', () => {
  test('is counted by tenant and day, for its host, and for guests who may see it of their own tenant', async () => {
    const guest = await server.guestToken({ tenantId: 'u', role: 'boss', allowExport: true })
    await server.guestToken({ tenantId: 'u2' })
    await figure(guest, 'far')
    await figure(guest, 'far')
    await server.data(
      guest,
      'mutation { createExport(input: { format: CSV, table: { metrics: ["far"], dimensions: [] } }) { url } }',
    )
    const expected = { tenantId: 'u', day: `${day}T00:00:00.000Z`, questions: 2, exports: 1, tokensMinted: 1 }
    const ofHost = await server.data(server.apiKey, usageQuery, { input: { start, stop, tenantId: 'u' } })
    expect(ofHost.usage).toEqual([{ ...expected, rowsRead: expect.any(Number) }])
    const all = await server.data(server.apiKey, usageQuery, { input: { start, stop } })
    expect(all.usage).toContainEqual(
      expect.objectContaining({ tenantId: 'u2', questions: 0, tokensMinted: 1 }),
    )
    const ofGuest = await server.data(guest, usageQuery, { input: { start, stop } })
    expect(ofGuest.usage).toEqual([expect.objectContaining(expected)])
    expect((await server.data(guest, usageQuery, { input: { start, stop, tenantId: 'u2' } })).usage).toEqual(
      [],
    )
    const plain = await server.guestToken({ tenantId: 'u' })
    expect(await server.refusal(plain, usageQuery, { input: { start, stop } })).toMatchObject({
      code: 'FORBIDDEN',
    })
    const tooLong = { start, stop: '2100-01-01T00:00:00Z' }
    expect(await server.refusal(server.apiKey, usageQuery, { input: tooLong })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.stop',
    })
  })
})

describe('a tenant who was erased', () => {
  test('has no tokens, and nothing is left of it but a tombstone, until it is told of again', async () => {
    const subject = `person-${randomUUID()}`
    const token = await server.guestToken({ tenantId: 'c', subject })
    expect(await figure(token)).toBe(3)
    await upsert({ tenantId: 'c', title: 'Customer C', attributes: { plan: 'gold' } })
    const { eraseTenant } = await server.data(server.apiKey, eraseQuery, { id: 'c' })
    expect(eraseTenant).toEqual({
      ...{ tenantId: 'c', erasedBy: { id: expect.any(String) }, tokens: 1, dashboards: 1 },
      auditEvents: expect.any(Number),
      remains: expect.stringContaining("the host's own data sources are the host's"),
    })
    expect((await server.post(token, { query: totalQuery })).status).toBe(401)
    expect(await server.mintingRefusal({ tenantId: 'c' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.tenantId',
    })
    const input = { ...today, tenantId: 'c' }
    expect((await server.data(server.apiKey, usageQuery, { input })).usage).toEqual([])
    const { exportModel } = Object(await server.data(server.apiKey, '{ exportModel }'))
    expect(exportModel.dashboards.map(({ name }: { name: string }) => name)).toEqual(['of_all'])
    expect(exportModel.policies).toEqual([{ name: 'viewers', dashboards: ['of_all'] }])

    const events = Object(
      await server.data(
        server.apiKey,
        '{ auditEvents(filter: { tenantId: "c" }) { edges { node { kind subject address detail tenantId } } } }',
      ),
    ).auditEvents.edges.map(({ node }: { node: { kind: string } }) => node)
    expect(JSON.stringify(events)).not.toContain(subject)
    expect(events.map(({ kind }: { kind: string }) => kind)).toContain('token.minted')
    for (const event of events.filter(({ kind }: { kind: string }) => kind !== 'tenant.erased')) {
      expect(event).toMatchObject({ subject: null, address: null, detail: {} })
    }

    const { tenants } = Object(
      await server.data(
        server.apiKey,
        `{ tenants(first: 100) { edges { node { ${tenantFields} erasedBy { id } } } } }`,
      ),
    )
    const tombstone = tenants.edges.find(({ node }: { node: { tenantId: string } }) => node.tenantId === 'c')
    expect(tombstone.node).toMatchObject({
      title: null,
      attributes: {},
      erased: true,
      erasedAt: expect.any(String),
    })
    await upsert({ tenantId: 'c' })
    expect(await figure(await server.guestToken({ tenantId: 'c' }))).toBe(3)
    expect((await server.post(token, { query: totalQuery })).status).toBe(401)
  })
})
