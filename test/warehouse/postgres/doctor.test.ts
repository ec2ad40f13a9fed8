import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { obstacleIn } from '../../../src/data-sources/failure.ts'
import { diagnose, type SourceCheck } from '../../../src/doctor/diagnose.ts'
import { formatChecks } from '../../../src/doctor/report.ts'
import { createLogger } from '../../../src/log.ts'
import { parseModel } from '../../../src/model/parse.ts'
import type { Check, TableUse } from '../../../src/warehouse/doctor.ts'
import { checkPostgres } from '../../../src/warehouse/postgres/doctor/checks.ts'
import { quoteIdentifier } from '../../../src/warehouse/postgres/quote.ts'
import type { PostgresSource } from '../../../src/warehouse/postgres/source.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  statementFor,
} from '../../support/postgres-warehouse.ts'
import { unhurried } from '../../support/warehouse.ts'

const log = createLogger('silent')
let engine: PostgresTestEngine
beforeAll(async () => {
  engine = await openPostgresTestEngine()
  // Nothing may be read but what the doctor says.
  await engine.execute(`
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM tessera_reader;
    REVOKE USAGE ON SCHEMA public FROM tessera_reader, PUBLIC`)
})
afterAll(() => engine.close())

async function look(
  tables: readonly TableUse[],
  overrides: Partial<PostgresSource> = {},
): Promise<readonly Check[]> {
  const checks: Check[] = []
  for await (const check of checkPostgres({ ...engine.source, ...overrides }, tables, log)) checks.push(check)
  return checks
}

const use = (table: string, tenantColumn: string | null = 'tenant'): TableUse => ({
  address: { database: 'public', table },
  tenantColumn,
})
const notOk = (checks: readonly Check[]) => checks.filter(({ outcome }) => outcome !== 'ok')
const namesOf = (checks: readonly Check[]) => notOk(checks).map(({ name }) => name)

/** As an administrator would: each statement by itself, in the order in which they are printed. */
async function apply(checks: readonly Check[]): Promise<void> {
  for (const { mend } of checks) {
    for (const statement of mend?.split(/;(?:\n|$)/) ?? [])
      if (statement !== '') await engine.execute(statement)
  }
}

/** What each tenant sees of a table in which every tenant has one row, by row-level security alone. */
async function seenBy(tenants: readonly string[], table: string, column = 'tenant', role = 'tessera_reader') {
  const warehouse = await engine.open({ role }, 1)
  const text = `SELECT ${quoteIdentifier(column)}::text FROM public.${quoteIdentifier(table)}`
  const seen: unknown[] = []
  for (const tenant of tenants) {
    const { columns } = await warehouse.run(statementFor(tenant, text), unhurried)
    seen.push(columns[0])
  }
  await warehouse.close()
  return seen
}

describe('what the doctor prints mends what it found:', () => {
  test('a table that nobody did anything for', async () => {
    await engine.execute(`
      CREATE TABLE fresh (tenant text NOT NULL, x int4);
      INSERT INTO fresh VALUES ('a', 1), ('b', 2), ('', 3)`)
    const found = await look([use('fresh')])
    expect(notOk(found)).toEqual([
      {
        name: 'public.fresh: reading',
        outcome: 'problem',
        what: 'The role may not read it.',
        mend: 'GRANT USAGE ON SCHEMA "public" TO "tessera_reader";\nGRANT SELECT ON "public"."fresh" TO "tessera_reader";',
      },
      {
        name: 'public.fresh: row-level security',
        outcome: 'problem',
        what: 'It is not enabled.',
        mend: 'ALTER TABLE "public"."fresh" ENABLE ROW LEVEL SECURITY;',
      },
      {
        name: 'public.fresh: forced',
        outcome: 'problem',
        what: 'Row-level security does not bind the owner, nor what the owner made to read it by.',
        mend: 'ALTER TABLE "public"."fresh" FORCE ROW LEVEL SECURITY;',
      },
      {
        name: 'public.fresh: policies',
        outcome: 'problem',
        what: 'None lets the role see a row.',
        mend: `CREATE POLICY "tessera_tenant" ON "public"."fresh" FOR SELECT TO "tessera_reader"
  USING ("tenant" = (SELECT nullif(current_setting('app.tenant_id', true), '')));`,
      },
      {
        name: 'public.fresh: index',
        outcome: 'warning',
        what: 'None begins with tenant: each question reads the rows of all tenants.',
        mend: 'CREATE INDEX CONCURRENTLY ON "public"."fresh" ("tenant");',
      },
    ])
    await apply(found)
    const mended = await look([use('fresh')])
    expect(notOk(mended)).toEqual([])
    expect(mended.at(-1)).toEqual({
      name: 'public.fresh: trial',
      outcome: 'ok',
      what: 'It shows no row to a tenant that is not there.',
      mend: null,
    })
    expect(await seenBy(['a', 'b', 'c'], 'fresh')).toEqual([['a'], ['b'], []])
  })

  test.each([
    ['text', '', '(tenant)', true],
    ['text', '', '(tenant text_pattern_ops, x)', true],
    ['varchar(36)', '', '(tenant)', true],
    ['name', '', '(tenant)', true],
    ['uuid', '', '(tenant)', true],
    ['char(36)', '', '(tenant)', false],
    ['char(36)', '', '((tenant::text), x)', true],
    ['citext', '', '(tenant)', false],
    ['citext', '', '(tenant text_ops)', true],
    ['citext', '', '((tenant::text))', true],
    ['fixed', 'CREATE DOMAIN fixed AS char(36)', '(tenant)', false],
    ['text', '', '((lower(tenant)))', false],
  ])(
    'an index of %s %s%s where questions cannot use it, and no other',
    async (type, before, index, isUsed) => {
      await engine.execute(`
      CREATE EXTENSION IF NOT EXISTS citext;
      ${before};
      DROP TABLE IF EXISTS sorted;
      CREATE TABLE sorted (tenant ${type} NOT NULL, x int4);
      CREATE INDEX own ON sorted ${index}`)
      const about = async () =>
        (await look([use('sorted')])).find(({ name }) => name === 'public.sorted: index')
      const id = `'6f9619ff-8b86-d011-b42d-00c04fc964ff'::${type === 'uuid' ? 'uuid' : 'text'}`
      await engine.execute('SET enable_seqscan = off')
      const plan = await engine.execute(`EXPLAIN SELECT x FROM sorted WHERE tenant = ${id}`)
      await engine.execute('RESET enable_seqscan')
      const found = await about()
      expect([found?.outcome, JSON.stringify(plan).includes('Index Cond')]).toEqual([
        isUsed ? 'ok' : 'warning',
        isUsed,
      ])
      await apply(found === undefined ? [] : [found])
      expect((await about())?.outcome).toBe('ok')
    },
  )

  test.each([
    ['varchar(9)', 'a', 'b'],
    ['char(3)', 'a', 'b'],
    ['int8', '7', '-8'],
    ['uuid', '6f9619ff-8b86-d011-b42d-00c04fc964ff', '7f9619ff-8b86-d011-b42d-00c04fc964ff'],
    ['mood', 'sad', 'happy'],
    ['citext', 'Acme', 'acme'],
  ])('a tenant column of type %s, whatever a tenant is called', async (type, one, other) => {
    const table = `of ${type} "$1"`
    const column = 'te"nant $1'
    const [quoted, quotedColumn] = [quoteIdentifier(table), quoteIdentifier(column)]
    await engine.execute(`
      CREATE EXTENSION IF NOT EXISTS citext;
      DROP TYPE IF EXISTS mood CASCADE;
      CREATE TYPE mood AS ENUM ('sad', 'happy');
      CREATE TABLE ${quoted} (${quotedColumn} ${type} NOT NULL);
      INSERT INTO ${quoted} VALUES ('${one}'), ('${other}')`)
    await apply(await look([use(table, column)]))
    expect(notOk(await look([use(table, column)]))).toEqual([])
    expect(await seenBy([one, other, 'no such one', ' 7', '007', ''].filter(Boolean), table, column)).toEqual(
      [[one], [other], [], [], []],
    )
  })

  test.each([
    ['a role that is not there', 'made_role', '', ['role']],
    [
      'a superuser',
      'super_role',
      'CREATE ROLE super_role SUPERUSER; GRANT super_role TO tessera_login',
      ['role: superuser'],
    ],
    [
      'one that bypasses policies and may not be taken',
      'bypass_role',
      'CREATE ROLE bypass_role BYPASSRLS',
      ['role: bypass', 'role: membership'],
    ],
  ])('%s', async (_, role, defect, expected) => {
    if (defect !== '') await engine.execute(defect)
    const found = await look([], { role })
    expect(namesOf(found)).toEqual(expected)
    await apply(found)
    expect(notOk(await look([], { role }))).toEqual([])
  })

  test.each([
    ['a table of the role', 'ALTER TABLE defect OWNER TO tessera_reader', ['owner']],
    [
      'a table of a group that the role is in',
      'CREATE ROLE owners; GRANT owners TO tessera_reader; ALTER TABLE defect OWNER TO owners',
      ['owner'],
    ],
    [
      'rights to write, of the role and of everybody',
      'GRANT INSERT, UPDATE ON defect TO tessera_reader; GRANT TRUNCATE ON defect TO PUBLIC',
      ['writing'],
    ],
    [
      'a policy that shows everything, beside the one that is right',
      'CREATE POLICY wide_open ON defect USING (true)',
      ['policies'],
    ],
    [
      'a policy of a name that is taken by one for others',
      'DROP POLICY tessera_tenant ON defect; CREATE POLICY tessera_tenant ON defect FOR SELECT TO postgres USING (true)',
      // The other one does not count for the role, and keeps its name.
      ['policies'],
    ],
    [
      'security that was taken down again',
      'ALTER TABLE defect NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY',
      ['row-level security', 'forced'],
    ],
    [
      'an index of some rows alone',
      "DROP INDEX defect_tenant_idx; CREATE INDEX ON defect (tenant) WHERE tenant = 'a'; CREATE INDEX ON defect (x, tenant)",
      ['index'],
    ],
  ])('%s', async (_, defect, expected) => {
    await engine.execute(`
      DROP TABLE IF EXISTS defect;
      CREATE TABLE defect (tenant text NOT NULL, x int4);
      INSERT INTO defect VALUES ('a', 1), ('b', 2)`)
    await apply(await look([use('defect')]))
    expect(notOk(await look([use('defect')]))).toEqual([])
    await engine.execute(defect)
    const found = await look([use('defect')])
    expect(namesOf(found)).toEqual(expected.map((name) => `public.defect: ${name}`))
    await apply(found)
    expect(notOk(await look([use('defect')]))).toEqual([])
    expect(await seenBy(['a', 'b', 'c'], 'defect')).toEqual([['a'], ['b'], []])
  })

  test('a table in parts, and views of views with the rights of their owner', async () => {
    await engine.execute(`
      CREATE TABLE parts (tenant text NOT NULL, x int4) PARTITION BY LIST (tenant);
      CREATE TABLE part_a PARTITION OF parts FOR VALUES IN ('a');
      CREATE TABLE part_b PARTITION OF parts FOR VALUES IN ('b');
      INSERT INTO parts VALUES ('a', 1), ('b', 2);
      CREATE VIEW inner_view AS SELECT tenant, x FROM parts;
      CREATE VIEW outer_view AS SELECT tenant FROM inner_view`)
    const found = await look([use('outer_view')])
    expect(namesOf(found)).toEqual([
      'public.outer_view: reading',
      'public.outer_view: invoker',
      'public.inner_view: reading',
      'public.inner_view: invoker',
      'public.parts: reading',
      'public.parts: row-level security',
      'public.parts: forced',
      'public.parts: policies',
      'public.parts: index',
    ])
    await apply(found)
    expect(notOk(await look([use('outer_view')]))).toEqual([])
    expect(await seenBy(['a', 'b', 'c'], 'outer_view')).toEqual([['a'], ['b'], []])
  })

  test('a table that is the same for every tenant and shows nothing', async () => {
    await engine.execute(
      `CREATE TABLE shared (x int4); ALTER TABLE shared ENABLE ROW LEVEL SECURITY; INSERT INTO shared VALUES (1)`,
    )
    const found = await look([use('shared', null)])
    expect(namesOf(found)).toEqual(['public.shared: reading', 'public.shared: policies'])
    await apply(found)
    expect(notOk(await look([use('shared', null)]))).toEqual([])
    expect(await seenBy(['a'], 'shared', 'x')).toEqual([['1']])
  })
})

describe('what no statement mends is said', () => {
  test('of a policy that speaks of the tenant and shows everything', async () => {
    await engine.execute(`
      CREATE TABLE sham (tenant text NOT NULL);
      INSERT INTO sham VALUES ('a');
      CREATE INDEX ON sham (tenant);
      GRANT SELECT ON sham TO tessera_reader;
      ALTER TABLE sham ENABLE ROW LEVEL SECURITY;
      ALTER TABLE sham FORCE ROW LEVEL SECURITY;
      CREATE POLICY sham ON sham USING (tenant = current_setting('app.tenant_id', true) OR tenant <> '')`)
    expect(notOk(await look([use('sham')]))).toEqual([
      {
        name: 'public.sham: policies',
        outcome: 'warning',
        what: 'What sham shows cannot be told from its text.',
        mend: `CREATE POLICY "tessera_tenant_only" ON "public"."sham" AS RESTRICTIVE FOR SELECT TO "tessera_reader"
  USING ("tenant" = (SELECT nullif(current_setting('app.tenant_id', true), '')));`,
      },
      {
        name: 'public.sham: trial',
        outcome: 'problem',
        what: 'It shows rows to a tenant that is not there.',
        mend: null,
      },
    ])
  })

  const id = "current_setting('app.tenant_id', true)"
  test.each([
    ['shows more in other rows', `tenant = ${id} OR shared`],
    ['shows everything', `tenant = ${id} OR true`],
    ['shows whatever begins so', `tenant LIKE ${id} || '%'`],
    ['takes two spellings for one', `lower(tenant) = lower(${id})`],
    ['takes two spellings for one by a type', `tenant::citext = ${id}::citext`],
    ['compares by more than equality', `tenant <= ${id} AND ${id} <> ''`],
    ['says so in a text alone', `tenant = ' AND (tenant = ' || ${id} || ') AND '`],
    ['asks for the contrary', `NOT tenant = ${id}`],
    ['asks somewhere for it', `(shared AND tenant = ${id}) IS NOT NULL`],
  ])('of a policy that %s', async (_, policy) => {
    await engine.execute(`
      DROP TABLE IF EXISTS unclear;
      CREATE TABLE unclear (tenant text NOT NULL, shared bool, x int4);
      CREATE INDEX ON unclear (tenant);
      GRANT SELECT ON unclear TO tessera_reader;
      ALTER TABLE unclear ENABLE ROW LEVEL SECURITY;
      ALTER TABLE unclear FORCE ROW LEVEL SECURITY;
      CREATE POLICY unclear ON unclear USING (${policy})`)
    const found = notOk(await look([use('unclear')]))
    expect(found.map(({ name, outcome, what }) => [name, outcome, what])).toEqual([
      ['public.unclear: policies', 'warning', 'What unclear shows cannot be told from its text.'],
      ['public.unclear: trial', 'warning', 'It has no row to try with.'],
    ])
    await apply(found)
    expect(namesOf(await look([use('unclear')]))).toEqual(['public.unclear: trial'])
  })

  test.each([
    ['text', `${id} = tenant`],
    ['text', `(tenant = ${id} AND (shared OR x > 1)) AND x IS NOT NULL`],
    ['varchar(9)', `tenant = ${id}`],
    ['uuid', `tenant = nullif(${id}, '')::uuid AND shared`],
    ['int8', `tenant = (SELECT nullif(${id}, '')::int8)`],
  ])('of no policy that compares a column of %s: %s', async (type, policy) => {
    await engine.execute(`
      DROP TABLE IF EXISTS clear;
      CREATE TABLE clear (tenant ${type} NOT NULL, shared bool, x int4);
      CREATE INDEX ON clear (tenant);
      GRANT SELECT ON clear TO tessera_reader;
      ALTER TABLE clear ENABLE ROW LEVEL SECURITY;
      ALTER TABLE clear FORCE ROW LEVEL SECURITY;
      CREATE POLICY clear ON clear USING (${policy})`)
    expect(namesOf(await look([use('clear')]))).toEqual(['public.clear: trial'])
  })

  test('of what row-level security cannot bind, and of what is not there', async () => {
    await engine.execute(
      'CREATE MATERIALIZED VIEW kept AS SELECT tenant FROM fresh; GRANT SELECT ON kept TO tessera_reader',
    )
    const found = notOk(await look([use('kept'), use('no "such')]))
    expect(found.slice(0, 1)).toEqual([
      {
        name: 'public.kept: row-level security',
        outcome: 'problem',
        what: "Row-level security cannot bind a materialized view: the tenant's predicate is its only wall.",
        mend: null,
      },
    ])
    expect(found.at(-1)).toEqual({
      name: 'public.no "such',
      outcome: 'problem',
      what: 'There is no such table.',
      mend: null,
    })
  })

  test('of a database that is not in UTF-8, which is not used either', async () => {
    await engine.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    expect(notOk(await look([], { database: 'latin' }))).toEqual([
      {
        name: 'encoding',
        outcome: 'problem',
        what: 'It is LATIN1, which lacks letters that a question may hold: UTF8 has all.',
        mend: null,
      },
    ])
    const latin = await engine.open({ database: 'latin' }, 1)
    const refused = await latin.ping(5_000).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: 'The warehouse cannot be reached.',
    })
    expect(obstacleIn(refused)).toEqual({
      path: ['url'],
      expected: 'a database whose encoding is UTF8 (PostgreSQL: encoding LATIN1)',
    })
    const asked = latin.run(statementFor('a', `SELECT $1::text`, '日'), unhurried)
    await expect(asked).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
    await latin.close()
  })

  test('of a user who is bound by the role alone', async () => {
    const url = new URL(engine.adminUrl)
    const found = await look([], { username: 'postgres', password: url.password })
    expect(notOk(found)).toEqual([
      {
        name: 'user',
        outcome: 'warning',
        what: 'postgres is bound by nothing but the role: connect as a user that is none of the administrators.',
        mend: null,
      },
    ])
    const asItself = await look([], { username: 'postgres', password: url.password, role: null })
    expect(namesOf(asItself)).toEqual(['role: superuser', 'role: bypass'])
  })

  test.each([
    [
      'a password that is wrong',
      { password: 'never-told' },
      'It ends with WAREHOUSE_UNAVAILABLE (PostgreSQL 28P01).',
    ],
    [
      'a server that is not there',
      { url: 'postgres://me:never-told@127.0.0.1:1' },
      'It ends with WAREHOUSE_UNAVAILABLE (PostgreSQL: ECONNREFUSED).',
    ],
    ['an address that is none', { url: 'https://never-told' }, 'It ends with BAD_USER_INPUT.'],
  ])('of %s', async (_, overrides, what) => {
    expect(await look([use('fresh')], overrides)).toEqual([
      { name: 'connection', outcome: 'problem', what, mend: null },
    ])
  })
})

test('the tables of a model are looked at where it says that they are', async () => {
  await engine.execute(`
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders (customer text NOT NULL, at timestamptz NOT NULL);
    CREATE TABLE shop.products (id int8 PRIMARY KEY)`)
  const url = new URL(engine.source.url)
  const [user, password] = [url.username, url.password]
  url.username = ''
  url.password = ''
  const document = parseModel(`
dataSources:
  - name: shop
    kind: postgres
    url: ${url.href}
    user: { env: POSTGRES_USER }
    password: { env: POSTGRES_PASSWORD }
    role: tessera_reader
datasets:
  - name: orders
    dataSource: shop
    schema: shop
    table: orders
    tenantColumn: customer
    timeDimension: at
    dimensions: [{ name: at, type: time }]
    metrics: [{ name: orders, aggregate: count }]
`)
  const kept = new Map([
    ['POSTGRES_USER', user],
    ['POSTGRES_PASSWORD', password],
  ])
  const checks: SourceCheck[] = []
  for await (const check of diagnose(document, {
    environmentId: '',
    own: { name: 'warehouse', kind: 'chdb', path: '' },
    values: {
      variable: (name) => ({ value: kept.get(name) ?? null, version: '1', expected: 'a variable' }),
      secret: () => ({ value: null, expected: 'a secret' }),
      onChange: () => undefined,
    },
    tenants: [],
    networks: null,
    log,
  })) {
    checks.push(check)
  }
  const wrong = checks.filter(({ outcome }) => outcome !== 'ok')
  expect(wrong.map(({ dataSource, name }) => [dataSource, name])).toEqual([
    ['shop', 'shop.orders: reading'],
    ['shop', 'shop.orders: row-level security'],
    ['shop', 'shop.orders: forced'],
    ['shop', 'shop.orders: policies'],
    ['shop', 'shop.orders: index'],
  ])
  expect(formatChecks(checks)).not.toContain(password)
})
