import { randomUUID } from 'node:crypto'
import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import type { EnvironmentIdentity, Identity, Store, StoreTransaction } from '../../src/store/store.ts'
import * as tables from '../../src/store/tables.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'

const log = createLogger('silent')

/** Every table that there is, so that one without policies fails here. */
const allTables = Object.values(tables).flatMap((table): readonly PgTable[] =>
  is(table, PgTable) ? [table] : [],
)
const names: readonly string[] = allTables.map((table) => getTableName(table))
const ofTenants: readonly string[] = allTables
  .filter((table) => 'tenantId' in getTableColumns(table))
  .map((table) => getTableName(table))

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

/** One row for a table of an environment, and of a tenant where it has tenants. */
function rowOf(
  table: string,
  { organizationId, environmentId }: EnvironmentIdentity,
  tenantId: string | null,
) {
  const own = { organization_id: organizationId, environment_id: environmentId }
  const definition = { ...own, name: `n-${tenantId}`, position: 0, definition: '{}' }
  const rows: Record<string, Record<string, unknown>> = {
    organizations: { id: organizationId, name: `organization ${organizationId}` },
    environments: { organization_id: organizationId, id: environmentId, name: 'test' },
    api_keys: {
      ...own,
      id: randomUUID(),
      name: 'k',
      prefix: 'tsk_',
      secret_hash: `hash-${environmentId}`,
      scopes: '{}',
    },
    signing_keys: { ...own, id: randomUUID(), algorithm: 'EdDSA', encrypted_private_jwk: 'sealed' },
    data_sources: definition,
    datasets: { ...definition, resolved: '{}' },
    metrics: { ...definition, dataset: 'd' },
    dashboards: { ...definition, tenant_id: tenantId },
    widgets: { ...definition, dashboard: `n-${tenantId}`, tenant_id: tenantId },
    policies: definition,
    tenants: { ...own, tenant_id: tenantId ?? 'everyone', definition: '{}' },
    audit_events: { ...own, id: randomUUID(), at: 'now', kind: 'test', outcome: 'DONE', tenant_id: tenantId },
  }
  const row = rows[table]
  if (row === undefined) throw new Error(`A row for ${table} is missing in this test.`)
  return row
}

function insertRow(transaction: StoreTransaction, table: string, row: Record<string, unknown>) {
  const columns = sql.join(
    Object.keys(row).map((name) => sql.identifier(name)),
    sql`, `,
  )
  const values = sql.join(
    Object.values(row).map((value) => sql`${value}`),
    sql`, `,
  )
  return transaction.execute(sql`insert into ${sql.identifier(table)} (${columns}) values (${values})`)
}

async function ask(
  transaction: StoreTransaction,
  statement: ReturnType<typeof sql>,
): Promise<readonly Record<string, unknown>[]> {
  return Object(await transaction.execute(statement)).rows
}

/** What the store says, past what drizzle says of it. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
  }
}

describe.each(Object.keys(kinds))('row-level security on %s', (kind) => {
  let store: Store
  let mine: EnvironmentIdentity
  let foreign: EnvironmentIdentity

  beforeAll(async () => {
    const opened = await kinds[kind]?.()
    if (opened === undefined) throw new Error('No store.')
    store = opened
    mine = await ensureEnvironment(store, { organization: 'mine', environment: 'test' })
    foreign = await ensureEnvironment(store, { organization: 'foreign', environment: 'test' })
    for (const identity of [mine, foreign]) {
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

  const own = (name: string, identity: EnvironmentIdentity) =>
    name === 'organizations'
      ? sql`id = ${identity.organizationId}`
      : sql`organization_id = ${identity.organizationId}`

  const count = async (identity: Identity, name: string, where = sql`true`) => {
    const rows = await store.transaction(identity, (transaction) =>
      ask(transaction, sql`select count(*)::int as n from ${sql.identifier(name)} where ${where}`),
    )
    return rows[0]?.n
  }

  test.each(names)('%s: the rows of another environment are not there', async (name) => {
    expect(await count(mine, name, own(name, foreign))).toBe(0)
    expect(await count(mine, name)).toBeGreaterThan(0)
  })

  test.each(names.filter((name) => name !== 'audit_events'))(
    '%s: nor can they be changed or removed',
    async (name) => {
      const key = name === 'organizations' ? 'id' : 'organization_id'
      await store.transaction(mine, async (transaction) => {
        const table = sql.identifier(name)
        const changed = await ask(
          transaction,
          sql`update ${table} set ${sql.identifier(key)} = ${mine.organizationId} where ${own(name, foreign)} returning 1`,
        )
        const removed = await ask(
          transaction,
          sql`delete from ${table} where ${own(name, foreign)} returning 1`,
        )
        expect([changed.length, removed.length]).toEqual([0, 0])
      })
    },
  )

  test.each(names)('%s: nor can a row be written into another environment', async (name) => {
    const stranger = { organizationId: randomUUID(), environmentId: randomUUID() }
    const written = store.transaction(mine, (transaction) =>
      insertRow(transaction, name, rowOf(name, stranger, null)),
    )
    expect(await refusal(written)).toBe(`new row violates row-level security policy for table "${name}"`)
  })

  test('audit_events: what was written can be neither changed nor removed', async () => {
    const removed = store.transaction(mine, (transaction) => ask(transaction, sql`delete from audit_events`))
    expect(await refusal(removed)).toBe('permission denied for table audit_events')
    const changed = store.transaction(mine, (transaction) =>
      ask(transaction, sql`update audit_events set kind = 'x'`),
    )
    expect(await refusal(changed)).toBe('permission denied for table audit_events')
  })

  test.each(ofTenants)(
    '%s: a tenant sees its own rows and the environment’s, and writes only its own',
    async (name) => {
      const tenant = { ...mine, tenantId: 'a' }
      const seen = await store.transaction(tenant, (transaction) =>
        ask(transaction, sql`select distinct tenant_id from ${sql.identifier(name)} order by 1`),
      )
      const expected = name === 'tenants' ? ['a'] : ['a', null]
      expect(seen.map((row) => row.tenant_id)).toEqual(expected)
      for (const other of ['b', null]) {
        const row = { ...rowOf(name, mine, other), ...(name === 'audit_events' ? {} : { name: 'new' }) }
        if (name === 'tenants') Reflect.deleteProperty(row, 'name')
        const written = store.transaction(tenant, (transaction) => insertRow(transaction, name, row))
        expect(await refusal(written)).toBe(`new row violates row-level security policy for table "${name}"`)
      }
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

  test('nothing of one transaction is left for the next on its connection', async () => {
    await store.transaction({ ...mine, tenantId: 'a' }, (transaction) => ask(transaction, sql`select 1`))
    const [left] = await store.transaction({ apiKeyHash: 'x' }, (transaction) =>
      ask(
        transaction,
        sql`select current_setting('app.organization_id') as organization, current_setting('app.tenant_id') as tenant`,
      ),
    )
    expect(left).toEqual({ organization: '', tenant: '' })
  })
})
