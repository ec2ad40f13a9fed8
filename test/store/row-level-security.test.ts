import { randomUUID } from 'node:crypto'
import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import * as secretTables from '../../src/store/secret-tables.ts'
import type { EnvironmentIdentity, Identity, Store } from '../../src/store/store.ts'
import * as tables from '../../src/store/tables.ts'
import * as tenantTables from '../../src/store/tenant-tables.ts'
import { writeTenant } from '../../src/tenants/upsert.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'
import { ask, insertRow, keyOf, refusal, rowOf, where } from '../support/store-rows.ts'

/** Tables of which a tenant sees its own rows alone, and those whose rows of tenants have names. */
const tenantsOnly = new Set([
  ...['tenants', 'guest_tokens', 'refresh_families', 'export_links', 'audit_events'],
  'usage_days',
])
const named = new Set(['dashboards', 'widgets'])

const log = createLogger('silent')

/** Every table that there is, so that one without policies fails here. */
const allTables = Object.values({ ...tables, ...secretTables, ...tenantTables }).flatMap(
  (table): readonly PgTable[] => (is(table, PgTable) ? [table] : []),
)
const names: readonly string[] = allTables.map((table) => getTableName(table))
const ofTenants: readonly string[] = allTables
  .filter((table) => 'tenantId' in getTableColumns(table))
  .map((table) => getTableName(table))
const changeable = names.filter((name) => name !== 'audit_events')

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

const kinds: Record<string, () => Promise<Store>> = {
  PGlite: () => openTestStore(),
  'PostgreSQL, migrated by an ordinary role': async () =>
    openStore({ databaseUrl: await postgres.createDatabase(), dataFolder: '', log }),
  'PostgreSQL, migrated by a superuser': async () =>
    openStore({ databaseUrl: await postgres.createSuperuserDatabase(), dataFolder: '', log }),
}

describe.each(Object.keys(kinds))('row-level security on %s', (kind) => {
  let store: Store
  let mine: EnvironmentIdentity
  let foreign: EnvironmentIdentity
  /** Another environment of the same organization. */
  let sibling: EnvironmentIdentity

  beforeAll(async () => {
    const opened = await kinds[kind]?.()
    if (opened === undefined) throw new Error('No store.')
    store = opened
    mine = await ensureEnvironment(store, { organization: 'mine', environment: 'test' })
    foreign = await ensureEnvironment(store, { organization: 'foreign', environment: 'test' })
    sibling = await ensureEnvironment(store, { organization: 'mine', environment: 'other' })
    for (const identity of [mine, foreign, sibling]) {
      for (const name of names.filter((name) => name !== 'organizations' && name !== 'environments')) {
        for (const tenantId of ofTenants.includes(name) ? [null, 'a', 'b'] : [null]) {
          await store.transaction(identity, (transaction) =>
            insertRow(transaction, name, rowOf(name, identity, tenantId)),
          )
        }
      }
    }
  })

  afterAll(() => store.close())

  const strangersOf = (name: string) => (name === 'organizations' ? [foreign] : [foreign, sibling])

  const count = async (identity: Identity, name: string, where = sql`true`) => {
    const rows = await store.transaction(identity, (transaction) =>
      ask(transaction, sql`select count(*)::int as n from ${sql.identifier(name)} where ${where}`),
    )
    return rows[0]?.n
  }

  test.each(names)('%s: the rows of another environment are not there', async (name) => {
    for (const stranger of strangersOf(name)) {
      expect(await count(stranger, name, where(keyOf(name, stranger)))).toBeGreaterThan(0)
      expect(await count(mine, name, where(keyOf(name, stranger)))).toBe(0)
    }
    expect(await count(mine, name, where(keyOf(name, mine)))).toBe(await count(mine, name))
  })

  test.each(changeable)('%s: nor can they be changed or removed', async (name) => {
    const table = sql.identifier(name)
    for (const stranger of strangersOf(name)) {
      const key = keyOf(name, stranger)
      const before = await count(stranger, name)
      await store.transaction(mine, async (transaction) => {
        const set = sql`${sql.identifier(Object.keys(key)[0] ?? '')} = ${Object.values(key)[0]}`
        const changed = await ask(
          transaction,
          sql`update ${table} set ${set} where ${where(key)} returning 1`,
        )
        const removed = await ask(transaction, sql`delete from ${table} where ${where(key)} returning 1`)
        expect([changed.length, removed.length]).toEqual([0, 0])
      })
      expect(await count(stranger, name)).toBe(before)
    }
  })

  test.each(changeable)('%s: nor can a row of one’s own be moved to another environment', async (name) => {
    for (const stranger of [
      ...strangersOf(name),
      { organizationId: randomUUID(), environmentId: randomUUID() },
    ]) {
      const set = sql.join(
        Object.entries(keyOf(name, stranger)).map(([column, id]) => sql`${sql.identifier(column)} = ${id}`),
        sql`, `,
      )
      const moved = store.transaction(mine, (transaction) =>
        ask(transaction, sql`update ${sql.identifier(name)} set ${set}`),
      )
      expect(await refusal(moved)).toBe(`new row violates row-level security policy for table "${name}"`)
    }
  })

  test.each(names)('%s: nor can a row be written into another environment', async (name) => {
    const unknown = { organizationId: randomUUID(), environmentId: randomUUID() }
    // The row of a stranger is there already: the policy must speak before the key does.
    for (const stranger of [...strangersOf(name), unknown]) {
      const written = store.transaction(mine, (transaction) =>
        insertRow(transaction, name, rowOf(name, stranger, null)),
      )
      expect(await refusal(written)).toBe(`new row violates row-level security policy for table "${name}"`)
    }
  })

  test('audit_events: what was written can be neither changed nor removed', async () => {
    const removed = store.transaction(mine, (transaction) => ask(transaction, sql`delete from audit_events`))
    expect(await refusal(removed)).toBe('permission denied for table audit_events')
    const changed = store.transaction(mine, (transaction) =>
      ask(transaction, sql`update audit_events set kind = 'x'`),
    )
    expect(await refusal(changed)).toBe('permission denied for table audit_events')
  })

  test('audit_events: a tenant sees no alarm about itself', async () => {
    const alarm = { ...rowOf('audit_events', mine, 'a'), kind: 'policy.violated' }
    await store.transaction(mine, (transaction) => insertRow(transaction, 'audit_events', alarm))
    const ofAlarms = sql`kind = 'policy.violated'`
    expect(await count(mine, 'audit_events', ofAlarms)).toBe(1)
    expect(await count({ ...mine, tenantId: 'a' }, 'audit_events', ofAlarms)).toBe(0)
  })

  test('audit_events: who, where and what is taken out of those of one erased tenant of the own environment, up to a minute after, and nothing else', async () => {
    const tenantId = 'blanked'
    const told = {
      subject: 'ann',
      address: '192.0.2.1',
      detail: '{"bytes": 1}',
      request_id: 'r',
      at: '2020-01-01',
    }
    const row = { ...rowOf('audit_events', foreign, tenantId), ...told }
    await store.transaction(foreign, (transaction) => insertRow(transaction, 'audit_events', row))
    const erasure = { ...rowOf('audit_events', foreign, tenantId), ...told, kind: 'tenant.erased' }
    await store.transaction(foreign, (transaction) => insertRow(transaction, 'audit_events', erasure))
    const later = { ...rowOf('audit_events', foreign, tenantId), ...told, kind: 'later', at: '2100-01-01' }
    await store.transaction(foreign, (transaction) => insertRow(transaction, 'audit_events', later))
    const blanked = async (identity: Identity, of = tenantId) => {
      const rows = await store.transaction(identity, (transaction) =>
        ask(transaction, sql`select tessera_blank_audit_events(${of}) as n`),
      )
      return rows[0]?.n
    }
    expect(await blanked(foreign)).toBe(0)
    await store.transaction(foreign, (transaction) =>
      writeTenant(transaction, foreign, tenantId, { definition: {}, erasedBy: randomUUID() }),
    )
    const strangers = [mine, { ...foreign, tenantId }, { purpose: 'audit_retention' } as const]
    for (const identity of strangers) expect(await blanked(identity)).toBe(0)
    expect([await blanked(foreign, 'other'), await blanked(foreign), await blanked(foreign)]).toEqual([
      0, 1, 0,
    ])
    const left = await store.transaction(foreign, (transaction) =>
      ask(
        transaction,
        sql`select id, kind, outcome, at, count, subject, address, detail, request_id from audit_events where tenant_id = ${tenantId} order by kind desc`,
      ),
    )
    expect(left).toEqual([
      {
        ...{
          id: expect.any(String),
          kind: 'test',
          outcome: 'DONE',
          at: expect.anything(),
          count: 1,
          request_id: 'r',
        },
        ...{ subject: null, address: null, detail: null },
      },
      // That which tells of the erasure stays.
      expect.objectContaining({ kind: 'tenant.erased', address: '192.0.2.1', detail: { bytes: 1 } }),
      expect.objectContaining({ kind: 'later', subject: 'ann', address: '192.0.2.1', detail: { bytes: 1 } }),
    ])
    expect(new Date(String(left[0]?.at)).getUTCFullYear()).toBe(2020)
  })

  test('audit_events: those that are older than what is kept go, and none that is younger than a week', async () => {
    for (const days of [6, 8, 40]) {
      const row = { ...rowOf('audit_events', foreign, 'a'), kind: `${days} days` }
      const at = new Date(Date.now() - days * 86_400_000).toISOString()
      await store.transaction(foreign, (transaction) =>
        insertRow(transaction, 'audit_events', { ...row, at }),
      )
    }
    const left = async (identity: Identity, days: number) => {
      await store.transaction(identity, (transaction) =>
        ask(transaction, sql`select tessera_sweep_audit_events(${days}::integer, 1000)`),
      )
      const rows = await store.transaction(foreign, (transaction) =>
        ask(transaction, sql`select kind from audit_events where kind like '% days' order by at`),
      )
      return rows.map(({ kind }) => kind)
    }
    expect(await left({ purpose: 'audit_retention' }, 30)).toEqual(['8 days', '6 days'])
    expect(await left({ purpose: 'audit_retention' }, 0)).toEqual(['6 days'])
    expect(await left(mine, -1)).toEqual(['6 days'])
  })

  test.each(ofTenants)(
    '%s: a tenant sees its own rows and the environment’s, and writes only its own',
    async (name) => {
      const tenant = { ...mine, tenantId: 'a' }
      const seen = await store.transaction(tenant, (transaction) =>
        ask(transaction, sql`select distinct tenant_id from ${sql.identifier(name)} order by 1`),
      )
      const expected = tenantsOnly.has(name) ? ['a'] : ['a', null]
      expect(seen.map((row) => row.tenant_id)).toEqual(expected)
      for (const other of ['b', null]) {
        const row = { ...rowOf(name, mine, other), ...(named.has(name) && { name: 'new' }) }
        const written = store.transaction(tenant, (transaction) => insertRow(transaction, name, row))
        expect(await refusal(written)).toBe(`new row violates row-level security policy for table "${name}"`)
      }
    },
  )

  test.each(ofTenants.filter((name) => name !== 'audit_events'))(
    '%s: a tenant can neither change nor remove what is another’s or the environment’s',
    async (name) => {
      const table = sql.identifier(name)
      await store.transaction({ ...mine, tenantId: 'c' }, async (transaction) => {
        const changed = await ask(transaction, sql`update ${table} set tenant_id = 'c' returning 1`)
        const removed = await ask(transaction, sql`delete from ${table} returning 1`)
        expect([changed.length, removed.length]).toEqual([0, 0])
      })
      const taken = store.transaction({ ...mine, tenantId: 'a' }, (transaction) =>
        ask(transaction, sql`update ${table} set tenant_id = 'b'`),
      )
      expect(await refusal(taken)).toBe(`new row violates row-level security policy for table "${name}"`)
    },
  )

  test.each(names)('%s: without an identity there is nothing', async (name) => {
    expect(await count({ organizationId: '', environmentId: '' }, name)).toBe(0)
    expect(await count({ apiKeyHash: '' }, name)).toBe(0)
  })

  test('a look-up by a secret’s hash or a key’s id shows that one row', async () => {
    const hash = `hash-${foreign.environmentId}`
    expect(await count({ apiKeyHash: hash }, 'api_keys')).toBe(1)
    expect(await count({ apiKeyHash: hash }, 'signing_keys')).toBe(0)
    const [key] = await store.transaction(foreign, (transaction) =>
      ask(transaction, sql`select id from signing_keys`),
    )
    expect(await count({ signingKeyId: String(key?.id) }, 'signing_keys')).toBe(1)
    expect(await count({ signingKeyId: String(key?.id) }, 'api_keys')).toBe(0)
    const exportSecretHash = `export-${foreign.environmentId}-a`
    expect(await count({ exportSecretHash }, 'export_links')).toBe(1)
    expect(await count({ exportSecretHash }, 'api_keys')).toBe(0)
  })

  test('a secret’s hash takes the one row of an export away and changes none', async () => {
    const exportSecretHash = `export-${sibling.environmentId}-b`
    const before = Number(await count(sibling, 'export_links'))
    await store.transaction({ exportSecretHash }, async (transaction) => {
      expect(await ask(transaction, sql`update export_links set tenant_id = 'a' returning 1`)).toEqual([])
      const removed = await ask(transaction, sql`delete from export_links returning tenant_id`)
      expect(removed).toEqual([{ tenant_id: 'b' }])
    })
    expect(await count(sibling, 'export_links')).toBe(before - 1)
  })

  test('a process sees the revocations of all environments, and can do no more than remove those that are over', async () => {
    const all = { purpose: 'revocations' } as const
    const others = names.filter((name) => name !== 'revocations')
    expect(await Promise.all(others.map((name) => count(all, name)))).toEqual(others.map(() => 0))
    const seen = await count(all, 'revocations')
    expect(seen).toBe(9)
    const id = randomUUID()
    const over = { ...rowOf('revocations', foreign, 'a'), id, expires_at: '2001-01-01' }
    await store.transaction(foreign, (transaction) => insertRow(transaction, 'revocations', over))
    await store.transaction(all, async (transaction) => {
      const changed = await ask(transaction, sql`update revocations set revoked_at = 2 returning 1`)
      const removed = await ask(transaction, sql`delete from revocations returning id`)
      expect([changed, removed]).toEqual([[], [{ id }]])
    })
    const written = store.transaction(all, (transaction) =>
      insertRow(transaction, 'revocations', rowOf('revocations', mine, 'a')),
    )
    expect(await refusal(written)).toBe('new row violates row-level security policy for table "revocations"')
  })

  test('the runtime role owns nothing, passes no policy and cannot log in', async () => {
    const [role] = await store.transaction(mine, (transaction) =>
      ask(
        transaction,
        sql`select current_user as name, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole,
              (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
            from pg_roles where rolname = current_user`,
      ),
    )
    expect(role).toEqual({
      name: 'tessera_runtime',
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
      owned: 0,
    })
  })

  test('every table has its policies forced on its owner', async () => {
    const rows = await store.transaction(mine, (transaction) =>
      ask(
        transaction,
        sql`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
              and relrowsecurity and relforcerowsecurity order by 1`,
      ),
    )
    expect(rows.map((row) => row.relname)).toEqual([...names].sort())
  })
})
