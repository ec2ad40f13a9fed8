import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createNeighbours, isAlone } from '../../src/access/places/neighbours.ts'
import { addressOf, noEntry, type PlaceEntry } from '../../src/access/places/place.ts'
import { createPlacing } from '../../src/access/places/placing.ts'
import { createRegions } from '../../src/access/places/regions.ts'
import { createRegisteredTenants } from '../../src/access/places/registered-tenants.ts'
import type { PlaceRule, Routing } from '../../src/access/places/routing.ts'
import { readTenants } from '../../src/access/places/tenant-rows.ts'
import { revokeGuestTokens } from '../../src/guest-tokens/revoke.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { auditEvents, guestTokens, refreshFamilies, revocations } from '../../src/store/tables.ts'
import { tenants } from '../../src/store/tenant-tables.ts'
import { eraseTenant } from '../../src/tenants/erase.ts'
import { sweepErasedTenants } from '../../src/tenants/sweep.ts'
import { upsertTenant, writeTenant } from '../../src/tenants/upsert.ts'
import { caught } from '../support/caught.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit, silent } from '../support/tokens.ts'

const noRule: PlaceRule = { dataSource: null, database: null, schema: null, region: null }

function routingWith(rule: Partial<PlaceRule>): Routing {
  return {
    rule: { ...noRule, ...rule },
    sources: new Map([
      ['house', { engine: 'clickhouse', namespace: 'default', region: null }],
      ['eu', { engine: 'clickhouse', namespace: 'default', region: 'eu' }],
      ['elephant', { engine: 'postgres', namespace: 'public', region: null }],
      ['mammoth', { engine: 'postgres', namespace: 'public', region: null }],
    ]),
    fixed: [
      { dataSource: 'house', namespace: 't_billing', database: null },
      { dataSource: 'elephant', namespace: 'for_all', database: 'books' },
      { dataSource: 'mammoth', namespace: 'for_all', database: null },
    ],
  }
}

const names = ({
  dataSource,
  database,
  schema,
}: {
  dataSource: string
  database: string | null
  schema: string | null
}) => [dataSource, database, schema] as const

describe('a place', () => {
  test.each<readonly [string, string, Partial<PlaceEntry>, Partial<PlaceRule>, readonly unknown[] | null]>([
    ['the rule', 'a', {}, { dataSource: 'house', database: 't_{tenantId}' }, ['house', 't_a', null]],
    [
      "the data source's own where nothing is said",
      'a',
      {},
      { dataSource: 'house' },
      ['house', 'default', null],
    ],
    [
      'the schema of PostgreSQL',
      'a',
      {},
      { dataSource: 'elephant', schema: 't_{tenantId}' },
      ['elephant', null, 't_a'],
    ],
    [
      'a database of PostgreSQL',
      'a',
      {},
      { dataSource: 'elephant', database: '{tenantId}' },
      ['elephant', 'a', 'public'],
    ],
    [
      'an entry before the rule, member by member',
      'a',
      { dataSource: 'eu' },
      { dataSource: 'house', database: 't_{tenantId}' },
      ['eu', 't_a', null],
    ],
    [
      'an entry of another engine with a name of its own',
      'a',
      { dataSource: 'elephant', schema: 'acme' },
      { dataSource: 'house', database: 't_{tenantId}' },
      ['elephant', null, 'acme'],
    ],
    [
      'none, where the rule names no part of the engine and the entry neither',
      'a',
      { dataSource: 'elephant' },
      { dataSource: 'house', database: 't_{tenantId}' },
      null,
    ],
    ['none without a data source', 'a', {}, { database: 't_{tenantId}' }, null],
    ['none in a data source that is gone', 'a', { dataSource: 'gone' }, { dataSource: 'house' }, null],
    ['none in another region than its own', 'a', { region: 'eu' }, { dataSource: 'house' }, null],
    [
      'one in its own region',
      'a',
      { region: 'eu', dataSource: 'eu' },
      { dataSource: 'house' },
      ['eu', 'default', null],
    ],
    ['none with a schema of ClickHouse', 'a', { schema: 'x' }, { dataSource: 'house' }, null],
    ['none for an id that makes no name', 'a-b', {}, { dataSource: 'house', database: 't_{tenantId}' }, null],
    [
      'none for an id that is too long',
      'x'.repeat(62),
      {},
      { dataSource: 'house', database: 't_{tenantId}' },
      null,
    ],
  ])('is %s', (_, tenantId, entry, rule, expected) => {
    const address = addressOf(tenantId, { ...noEntry, ...entry }, routingWith(rule))
    expect(address === null ? null : names(address)).toEqual(expected)
  })
})

describe('whether a place is the tenant’s alone', () => {
  const alone = (
    tenantId: string,
    entry: Partial<PlaceEntry>,
    rule: Partial<PlaceRule>,
    others: Readonly<Record<string, Partial<PlaceEntry>>> = {},
  ) => {
    const routing = routingWith(rule)
    const neighbours = createNeighbours(routing)
    for (const [id, other] of Object.entries(others)) {
      const address = addressOf(id, { ...noEntry, ...other }, routing)
      if (address !== null) neighbours.add(address)
    }
    const address = addressOf(tenantId, { ...noEntry, ...entry }, routing)
    return address !== null && isAlone(address, routing, neighbours)
  }
  const own = { dataSource: 'house', database: 't_{tenantId}' }
  const shared = { dataSource: 'house' }

  test.each<readonly [string, boolean, Parameters<typeof alone>]>([
    ['by the rule', true, ['a', {}, own]],
    ['not where the rule sends everybody', false, ['a', {}, shared]],
    ['by an entry', true, ['a', { database: 'acme' }, shared]],
    ['by a data source of its own', true, ['a', { dataSource: 'eu' }, shared]],
    [
      'not with another entry of the same name',
      false,
      ['a', { database: 'acme' }, shared, { b: { database: 'acme' } }],
    ],
    [
      'not with one that differs by case alone',
      false,
      ['a', { database: 'acme' }, shared, { b: { database: 'ACME' } }],
    ],
    [
      'but with one elsewhere',
      true,
      ['a', { database: 'acme' }, shared, { b: { dataSource: 'eu', database: 'acme' } }],
    ],
    ['not in what the rule gives another', false, ['a', { database: 't_b' }, own]],
    ['nor in what differs from it by case alone', false, ['a', { database: 'T_b' }, own]],
    ['but in what the rule gives itself', true, ['a', { database: 't_a' }, own]],
    [
      'not by the rule where an entry of another leads there',
      false,
      ['b', {}, own, { a: { database: 't_b' } }],
    ],
    ['not in the place of all', false, ['a', { database: 'main' }, { ...shared, database: 'main' }]],
    ['by a schema', true, ['a', {}, { dataSource: 'elephant', schema: 't_{tenantId}' }]],
    ['by a database to connect to', true, ['a', {}, { dataSource: 'elephant', database: 't_{tenantId}' }]],
    [
      'by a database beside the one that the rule names',
      true,
      ['a', { database: 'acme' }, { dataSource: 'elephant', database: 'main' }],
    ],
    [
      'not where the rule leaves open which database it is',
      false,
      ['a', { database: 'acme' }, { dataSource: 'elephant' }],
    ],
    [
      'not with one who may be in the same database',
      false,
      ['a', { schema: 's' }, { dataSource: 'elephant' }, { b: { database: 'main', schema: 's' } }],
    ],
    ['not by an entry where a dataset for all is', false, ['a', { database: 't_billing' }, shared]],
    ['nor where its name differs from it by case alone', false, ['a', { database: 'T_Billing' }, shared]],
    ['nor by the rule', false, ['billing', {}, own]],
    ['nor in a schema', false, ['a', { schema: 'for_all' }, { dataSource: 'elephant' }]],
    [
      'nor in the database that a source names',
      false,
      ['Books', { schema: 'for_all' }, { dataSource: 'elephant', database: '{tenantId}' }],
    ],
    [
      'but in another database',
      true,
      ['a', { schema: 'for_all' }, { dataSource: 'elephant', database: '{tenantId}' }],
    ],
    [
      'unless nobody knows which database a source names',
      false,
      ['a', { schema: 'for_all' }, { dataSource: 'mammoth', database: '{tenantId}' }],
    ],
    ['but in another data source', true, ['a', { dataSource: 'eu', database: 't_billing' }, shared]],
    [
      'though others have other databases of the same schema',
      true,
      [
        'a',
        { database: 'a' },
        { dataSource: 'elephant', database: 'main' },
        { b: { database: 'b' }, c: { database: 'c' } },
      ],
    ],
  ])('%s', (_, expected, given) => {
    expect(alone(...given)).toBe(expected)
  })

  test('is known of as many as there are, though all were told of one place, and after they left it', () => {
    const routing = routingWith({ dataSource: 'house', database: 'everyone' })
    const neighbours = createNeighbours(routing)
    const inEu = (tenantId: string) => addressOf(tenantId, { ...noEntry, dataSource: 'eu' }, routing)
    const addresses = Array.from({ length: 60_000 }, (_, index) => inEu(`t${index}`)).flatMap(
      (address) => address ?? [],
    )
    for (const address of addresses) neighbours.add(address)
    const [first, second, ...rest] = addresses
    if (first === undefined || second === undefined) throw new Error('Nobody has a place.')
    expect(neighbours.meeting(first)).toEqual({ tenantId: 't1' })
    for (const address of rest) neighbours.remove(address)
    expect(neighbours.meeting(first)).toEqual({ tenantId: 't1' })
    expect(neighbours.meeting(second)).toEqual({ tenantId: 't0' })
    neighbours.remove(second)
    expect(neighbours.meeting(first)).toBeNull()
  })
})

describe('registered tenants', () => {
  let store: Store
  let environment: EnvironmentIdentity
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    store = await openTestStore()
    environment = await ensureEnvironment(store, { organization: 'places', environment: 'test' })
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
    await store.close()
  })

  async function watching(outageMaxMs: number) {
    const tenants = createRegisteredTenants({ store, log: silent, outageMaxMs })
    stops.push(await tenants.watch())
    return tenants
  }
  const write = (tenantId: string, database: string) =>
    store.transaction(environment, (transaction) =>
      writeTenant(transaction, environment, tenantId, {
        definition: {
          title: null,
          dataSource: null,
          database,
          schema: null,
          region: null,
          attributes: {},
          isBack: true,
        },
      }),
    )
  const claims = (tenantId: string) => ({
    ...{ organizationId: environment.organizationId, environmentId: environment.environmentId },
    ...{ tenantId, subject: null, tokenId: 'x', attributes: new Map() },
  })

  test('move on every process within two seconds, and whoever meets another then is nowhere alone', async () => {
    const here = await watching(60_000)
    const there = await watching(60_000)
    const routing = routingWith({ dataSource: 'house' })
    const placing = createPlacing({ tenants: there, regions: createRegions(null, new Map()) })
    here.note(await write('a', 'first'))
    await vi.waitFor(() =>
      expect(placing.of(claims('a'), routing).place).toMatchObject({ database: 'first', isOwn: true }),
    )
    await write('b', 'FIRST')
    await vi.waitFor(() => expect(placing.of(claims('a'), routing).place).toMatchObject({ isOwn: false }))
    await write('a', 'second')
    await vi.waitFor(() =>
      expect(placing.of(claims('a'), routing).place).toMatchObject({ database: 'second', isOwn: true }),
    )
    expect(placing.of(claims('b'), routing).place).toMatchObject({ database: 'FIRST', isOwn: true })
  })

  test('move though the store’s clock is behind that of the one before', async () => {
    await write('late', 'first')
    await store.transaction(environment, (transaction) =>
      transaction
        .update(tenants)
        .set({ changedAt: sql`now() + interval '1 minute'` })
        .where(eq(tenants.tenantId, 'late')),
    )
    const here = await watching(60_000)
    const placing = createPlacing({ tenants: here, regions: createRegions(null, new Map()) })
    const routing = routingWith({ dataSource: 'house' })
    expect(placing.of(claims('late'), routing).place).toMatchObject({ database: 'first' })
    here.note(await write('late', 'second'))
    expect(placing.of(claims('late'), routing).place).toMatchObject({ database: 'second' })
  })

  test('may be pinned by a rule that was not met yet: until then a server of a region tells nothing of them', async () => {
    const registered = createRegisteredTenants({ store, log: silent, outageMaxMs: 60_000 })
    const stop = await registered.watch()
    const isSecret = (own: string | null, rule: Partial<PlaceRule> | null) => {
      const placing = createPlacing({ tenants: registered, regions: createRegions(own, new Map()) })
      if (rule !== null) {
        try {
          placing.requireHere('an environment', 'somebody', routingWith(rule))
        } catch {
          // Pinned to another region.
        }
      }
      return placing.isSecret('an environment', 'somebody')
    }
    expect([isSecret('us', null), isSecret('us', {}), isSecret('us', { region: 'eu' })]).toEqual([
      true,
      false,
      true,
    ])
    expect([isSecret(null, null), isSecret(null, { region: 'eu' })]).toEqual([false, true])
    await stop()
  })

  test('are not trusted where the store could not be asked for longer than an outage may last', async () => {
    const tenants = await watching(60_000)
    const routing = routingWith({ dataSource: 'house' })
    const regions = createRegions(null, new Map())
    expect(createPlacing({ tenants, regions }).of(claims('z'), routing).place).toMatchObject({
      database: 'default',
    })
    const unread = createRegisteredTenants({ store, log: silent, outageMaxMs: 60_000 })
    const ask = async () => createPlacing({ tenants: unread, regions }).of(claims('z'), routing)
    expect(await caught(ask())).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { retryAfterSeconds: 1 },
    })
  })

  test('keep in their region what was told of them there, whatever a server of another region is told', async () => {
    const { host, audit } = await openTokenKit(store)
    stops.push(audit.close)
    const serverOf = async (region: string) => {
      const registered = await watching(60_000)
      const deps = { store, registered, audit, requestId: null, regions: createRegions(region, new Map()) }
      return (input: object) => upsertTenant(host, { tenantId: 'w', ...input }, deps)
    }
    const [eu, us] = [await serverOf('eu'), await serverOf('us')]
    const told = { title: 'W', attributes: new Map([['kinds', ['x']]]) }
    await eu({ region: 'eu', title: 'W', attributes: { kinds: ['x'] } })
    expect(await us({})).toMatchObject({ region: 'eu', title: null, attributes: new Map() })
    expect(await caught(us({ attributes: null }))).toMatchObject({ code: 'WRONG_REGION' })
    expect(await eu({})).toMatchObject(told)
    // Who is pinned away from here leaves nothing.
    expect(await eu({ region: 'us' })).toMatchObject({ title: null, attributes: new Map() })
    expect(await us({})).toMatchObject({ title: null, attributes: new Map() })
  })

  test('who were erased are minted nothing by a server that does not know it yet, and leave no names of people', async () => {
    const { host, audit, guestToken, revocations: ends, environment: own } = await openTokenKit(store)
    stops.push(audit.close)
    const registered = await watching(60_000)
    const of = { tenantId: 'gone', subject: 'somebody' }
    await guestToken({ ...of, withRefreshToken: true })
    const revoking = { store, revocations: ends, audit, requestId: null }
    await revokeGuestTokens(host, { subject: of }, revoking)
    const erased = await eraseTenant(host, 'gone', {
      ...revoking,
      registered,
      onModelChange: () => undefined,
    })
    expect(erased).toMatchObject({ tenantId: 'gone', tokens: 1, auditEvents: 2 })
    // The kit's own servers know of no tenants.
    expect(await caught(guestToken(of))).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'input.tenantId', expected: expect.stringContaining('not erased') },
    })
    const left = await store.transaction(own, async (transaction) => [
      await transaction.select().from(guestTokens),
      await transaction.select().from(refreshFamilies),
      await transaction.select().from(revocations),
    ])
    expect(left).toMatchObject([[], [], [{ kind: 'tenant', tenantId: 'gone', subject: null }]])
  })

  test('are read whole where they are not known, and no more than that', async () => {
    const { version } = await write('known', 'one')
    await write('unknown', 'two')
    const isKnown = (of: { readonly tenantId: string }) => of.tenantId !== 'unknown'
    const ids = async (all: boolean, known: Parameters<typeof readTenants>[2]) =>
      (await readTenants(store, all, known)).map(({ tenantId }) => tenantId)
    expect([await ids(false, isKnown), await ids(true, isKnown)]).toEqual([['unknown'], ['unknown']])
    expect([await ids(false, () => true), await ids(true, () => true)]).toEqual([[], []])
    expect(await ids(false, (of) => of.version !== version)).toEqual(['known'])
  })

  test('who were erased are looked at again by every server that starts, also where they are back', async () => {
    const { host, audit, revocations: ends, environment: own } = await openTokenKit(store)
    stops.push(audit.close)
    const registered = await watching(60_000)
    const regions = createRegions(null, new Map())
    const deps = { store, revocations: ends, audit, requestId: null, registered, regions }
    for (const tenantId of ['away', 'back']) {
      await eraseTenant(host, tenantId, { ...deps, onModelChange: () => undefined })
    }
    await upsertTenant(host, { tenantId: 'back' }, deps)
    const late = { ...own, at: new Date(), outcome: 'SUCCEEDED', subject: 'somebody', address: '192.0.2.1' }
    await store.transaction(own, async (transaction) => {
      for (const tenantId of ['away', 'back', 'never']) {
        const kind = 'stored late'
        await transaction.insert(auditEvents).values({ ...late, id: randomUUID(), kind, tenantId })
      }
    })
    const sweep = sweepErasedTenants({ store, log: silent, audit })
    stops.push(sweep.close)
    const subjects = async () => {
      const rows = await store.transaction(own, (transaction) => transaction.select().from(auditEvents))
      const told = rows.filter(({ kind }) => kind === 'stored late')
      return Object.fromEntries(told.map(({ tenantId, subject }) => [tenantId, subject]))
    }
    await expect.poll(subjects).toEqual({ away: null, back: null, never: 'somebody' })
  })
})
