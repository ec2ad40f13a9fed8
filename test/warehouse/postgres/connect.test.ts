import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveModel } from '../../../src/model/check.ts'
import { parseModel } from '../../../src/model/parse.ts'
import { Statement } from '../../../src/warehouse/statement.ts'
import type { Warehouse } from '../../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../../src/warehouse/warehouses.ts'
import { problemsOf } from '../../support/model.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  rowLevelSecurity,
  statementFor,
} from '../../support/postgres-warehouse.ts'
import { unhurried } from '../../support/warehouse.ts'

let engine: PostgresTestEngine
let warehouse: Warehouse
beforeAll(async () => {
  engine = await openPostgresTestEngine()
  warehouse = await engine.open()
})
afterAll(() => engine.close())

async function ask(text: string, ...values: readonly string[]) {
  const { columns } = await warehouse.run(statementFor('acme', text, ...values), unhurried)
  return columns
}

describe('an answer', () => {
  test('comes by columns, exact where a double is not', async () => {
    const columns = await ask(
      `SELECT $1::text, x::int2, x::int4, (x * 9007199254740993)::int8, x * 0.10::numeric, (x / 4.0)::float8, (x / 4.0)::float4,
         x = 1, '2001-02-03'::date, '6F9619FF-8B86-D011-B42D-00C04FC964FF'::uuid, 'ab'::char(4), NULL::text
       FROM generate_series(1, 2) AS x`,
      `it's \\ "ß" 漢\u2028\n$1`,
    )
    const text = `it's \\ "ß" 漢\u2028\n$1`
    const uuid = '6f9619ff-8b86-d011-b42d-00c04fc964ff'
    expect(columns).toEqual([
      [text, text],
      [1, 2],
      [1, 2],
      ['9007199254740993', '18014398509481986'],
      ['0.10', '0.20'],
      [0.25, 0.5],
      [0.25, 0.5],
      [true, false],
      ['2001-02-03', '2001-02-03'],
      [uuid, uuid],
      ['ab  ', 'ab  '],
      [null, null],
    ])
  })

  test('has no number that is none, and one zero', async () => {
    const columns = await ask(
      `SELECT 'NaN'::float8, '-Infinity'::float8, 'NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric, '-0.0'::float8`,
    )
    expect(columns).toEqual([[null], [null], [null], [null], [null], [0]])
    expect(Object.is(columns[5]?.[0], 0)).toBe(true)
  })

  test('without rows keeps its columns, and says nothing of what was read', async () => {
    const statement = statementFor('acme', 'SELECT 1::int4, $1::text LIMIT 0', 'x')
    const { durationMs, ...rows } = await warehouse.run(statement, unhurried)
    expect(rows).toEqual({ columns: [[], []], rowCount: 0, rowsRead: 0, bytesRead: 0 })
    expect(durationMs).toBeGreaterThan(0)
  })

  test('with more rows than it may have is none, by a stream either', async () => {
    const bounded = (resultRows: number) =>
      Statement.of('SELECT generate_series(1, 2500)', [], {
        placeholder: /\$(\d+)/g,
        settings: { 'app.tenant_id': 'acme' },
        resultRows,
      })
    const tooLarge = { code: 'QUERY_TOO_LARGE', message: 'The query is larger than its limits.' }
    const streamed = { ...unhurried, owner: { tenant: 'acme', token: 'one' } }
    const count = async (resultRows: number) => {
      let rows = 0
      for await (const batch of warehouse.stream(bounded(resultRows), streamed)) rows += batch.length
      return rows
    }
    expect([(await warehouse.run(bounded(2500), unhurried)).rowCount, await count(2500)]).toEqual([
      2500, 2500,
    ])
    await expect(warehouse.run(bounded(2499), unhurried)).rejects.toMatchObject(tooLarge)
    await expect(count(2499)).rejects.toMatchObject(tooLarge)
    expect(await ask('SELECT 1::int4')).toEqual([[1]])
  })

  test('of long rows comes in few of them at a time by a stream, and one that memory has no room for is none', async () => {
    const streamed = { ...unhurried, owner: { tenant: 'acme', token: 'one' } }
    const batches: number[] = []
    const read = async (text: string) => {
      batches.length = 0
      for await (const batch of warehouse.stream(statementFor('acme', text), streamed))
        batches.push(batch.length)
    }
    await read("SELECT repeat('x', 500000), NULL::text FROM generate_series(1, 11)")
    expect(batches).toEqual([8, 2, 1])
    await read("SELECT 'x'::text FROM generate_series(1, 1009)")
    expect(batches).toEqual([8, 1000, 1])
    const growing =
      "SELECT repeat('x', CASE WHEN n > 8 THEN 10000000 ELSE 1 END) FROM generate_series(1, 1000) AS n"
    await expect(read(growing)).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: 'The query is larger than its limits.',
    })
    expect(batches).toEqual([8])
    expect(await ask('SELECT 1::int4')).toEqual([[1]])
  })

  test('of a type that no printer puts out is a mistake, and the next one is none', async () => {
    await expect(ask("SELECT '{1,2}'::int4[] FROM generate_series(1, 1000)")).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Something went wrong on the server.',
    })
    expect(await ask('SELECT 1::int4')).toEqual([[1]])
  })
})

describe('a statement runs', () => {
  test('as the role, for the tenant, read-only, under its time, wherever the server stands', async () => {
    await engine.execute(`
      ALTER ROLE tessera_login SET datestyle = 'German';
      ALTER ROLE tessera_login SET timezone = 'Asia/Kathmandu';
      ALTER ROLE tessera_login SET extra_float_digits = -3;
      ALTER ROLE tessera_login SET standard_conforming_strings = off;
      ALTER ROLE tessera_login SET search_path = public, pg_catalog`)
    const fresh = await engine.open()
    const statement = statementFor(
      "o'ne\\",
      `SELECT current_user::text, session_user::text, current_setting('app.tenant_id'), current_setting('transaction_read_only'),
         current_setting('statement_timeout'), current_setting('search_path'), '2001-02-03'::date, 0.1::float8 + 0.2::float8,
         '\\'::text, '2001-02-03T00:00:00Z'::timestamptz::text, current_setting('application_name')`,
    )
    const { columns } = await fresh.run(statement, { signal: undefined, timeoutMs: 2_000_000 })
    const [user, login, tenant, readOnly, timeout, ...others] = columns.map(([cell]) => cell)
    expect([user, login, tenant, readOnly]).toEqual(['tessera_reader', 'tessera_login', "o'ne\\", 'on'])
    expect(timeout).toMatch(/^(2000s|19999\d\dms|199\d{4}ms)$/)
    expect(others).toEqual([
      'pg_catalog',
      '2001-02-03',
      0.30000000000000004,
      '\\',
      '2001-02-03 00:00:00+00',
      'tessera',
    ])
    await engine.execute('ALTER ROLE tessera_login RESET ALL')
  })

  test('and leaves nothing to the next user of its connection', async () => {
    const [asRole = expect.fail(), asLogin = expect.fail()] = await engine.openRunner(
      ['tessera_reader', null],
      1,
    )
    const look = `SELECT pg_backend_pid(), current_user::text, current_setting('app.tenant_id', true), current_setting('search_path')`
    const [[backend] = [], ...before] = await asLogin(look, {})
    const during = await asRole(look, { 'app.tenant_id': 'acme' })
    const after = await asLogin(look, {})
    expect(before).toEqual([['tessera_login'], [null], ['pg_catalog']])
    expect(during).toEqual([[backend], ['tessera_reader'], ['acme'], ['pg_catalog']])
    // A setting that was there once is empty and not missing.
    expect(after).toEqual([[backend], ['tessera_login'], [''], ['pg_catalog']])
    const left = await engine.execute(`
      SELECT state FROM pg_stat_activity WHERE pid = ${String(backend)}`)
    expect(left).toEqual([{ state: 'idle' }])
  })

  test('only where it names its tenant', async () => {
    const violation = { name: 'PolicyViolation', rule: 'tenancy_missing' }
    const placeholder = /\$(\d+)/g
    const bare = Statement.of('SELECT 1', [], { placeholder })
    await expect(warehouse.run(bare, unhurried)).rejects.toMatchObject(violation)
    await expect(warehouse.run(statementFor('', 'SELECT 1'), unhurried)).rejects.toMatchObject(violation)
    const owner = { tenant: 'a', token: 'a' }
    const rows = warehouse.stream(bare, { ...unhurried, owner })[Symbol.asyncIterator]()
    await expect(rows.next()).rejects.toMatchObject(violation)
  })

  test('under no setting but its own', async () => {
    const placeholder = /\$(\d+)/g
    for (const name of ['role', 'session_authorization', 'app.x"', 'statement_timeout', 'myapp.tenant']) {
      const statement = Statement.of('SELECT 1', [], {
        placeholder,
        settings: { 'app.tenant_id': 'a', [name]: 'postgres' },
      })
      await expect(warehouse.run(statement, unhurried), name).rejects.toMatchObject({
        code: 'INTERNAL',
        cause: { name: 'PolicyViolation', rule: 'tenancy_missing' },
      })
    }
    expect(await ask('SELECT 1::int4')).toEqual([[1]])
  })

  test.each([
    ['CREATE TABLE made (x int4)'],
    ['DELETE FROM pg_class'],
    ["SELECT set_config('role', 'postgres', false)"],
    ['SELECT pg_read_file($1::text)', 'PG_VERSION'],
  ])('and is refused by the engine where it does more than read: %s', async (text, ...values) => {
    await expect(ask(text, ...values)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Something went wrong on the server.',
      cause: {
        name: 'PolicyViolation',
        rule: 'engine_refused',
        message: expect.stringMatching(/^PostgreSQL (42501|25006)$/),
      },
    })
  })

  test('and nothing of it runs where the role may not be taken', async () => {
    for (const role of ['postgres', 'nobody_at_all', 'tessera_reader"; RESET ROLE; --']) {
      const stranger = await engine.open({ role })
      await expect(stranger.run(statementFor('a', 'SELECT 1'), unhurried), role).rejects.toMatchObject({
        code: 'WAREHOUSE_UNAVAILABLE',
        message: 'The warehouse cannot be reached.',
        cause: { message: expect.stringMatching(/^PostgreSQL: \w{5} where the role is taken$/) },
      })
      await expect(stranger.ping(5_000), role).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
    }
    expect(await ask('SELECT 1::int4')).toEqual([[1]])
  })

  test('alone: two of them are none', async () => {
    await expect(ask('SELECT 1; SELECT 2')).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: 'PostgreSQL 42601' },
    })
  })
})

describe('a table', () => {
  const address = { database: 'public', table: 'odd " name' }

  beforeAll(async () => {
    await engine.execute(`
      CREATE EXTENSION citext;
      CREATE TYPE mood AS ENUM ('sad', 'happy');
      CREATE DOMAIN price AS numeric(9, 3) NOT NULL;
      CREATE DOMAIN cost AS price;
      CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE "odd "" name" (
        t text NOT NULL, v varchar(5), c char(3), ci citext, e mood, f text COLLATE folded, u uuid, b bool,
        i2 int2, i4 int4 NOT NULL, i8 int8, f4 float4, f8 float8, n numeric, n52 numeric(5, 2), nn numeric(3, -2),
        dropped int4, d date, ts timestamp, tz timestamptz(3), co cost, iv interval, ar int4[], j jsonb, secret text
      );
      ALTER TABLE "odd "" name" DROP COLUMN dropped;
      REVOKE SELECT ON "odd "" name" FROM tessera_reader;
      GRANT SELECT (t, v, c, ci, e, f, u, b, i2, i4, i8, f4, f8, n, n52, nn, d, ts, tz, co, iv, ar, j)
        ON "odd "" name" TO tessera_reader;
      CREATE VIEW seen AS SELECT i4 AS id, t FROM "odd "" name";
      CREATE TABLE hidden (id int4);
      REVOKE ALL ON hidden FROM tessera_reader`)
  })

  test('is described in the order of its columns, with what the engine calls their types, as far as the role may read it', async () => {
    const described = await warehouse.describe(address)
    expect(described?.map((column) => Object.values(column))).toEqual([
      ['t', 'text', { kind: 'string' }, false],
      ['v', 'character varying(5)', { kind: 'string' }, true],
      ['c', 'character(3)', { kind: 'string' }, true],
      ['ci', 'public.citext', { kind: 'string' }, true],
      ['e', 'public.mood', { kind: 'string' }, true, true],
      ['f', 'text', null, true],
      ['u', 'uuid', { kind: 'uuid' }, true],
      ['b', 'boolean', { kind: 'boolean' }, true],
      ['i2', 'smallint', { kind: 'integer', bits: 16, signed: true }, true],
      ['i4', 'integer', { kind: 'integer', bits: 32, signed: true }, false],
      ['i8', 'bigint', { kind: 'integer', bits: 64, signed: true }, true],
      ['f4', 'real', { kind: 'float', bits: 32 }, true],
      ['f8', 'double precision', { kind: 'float', bits: 64 }, true],
      ['n', 'numeric', { kind: 'decimal', precision: 76, scale: 20 }, true],
      ['n52', 'numeric(5,2)', { kind: 'decimal', precision: 5, scale: 2 }, true],
      ['nn', 'numeric(3,-2)', { kind: 'decimal', precision: 3, scale: 0 }, true],
      ['d', 'date', { kind: 'date' }, true],
      ['ts', 'timestamp without time zone', { kind: 'instant', fraction: 6 }, true],
      ['tz', 'timestamp(3) with time zone', { kind: 'instant', fraction: 3 }, true],
      ['co', 'public.cost', { kind: 'decimal', precision: 9, scale: 3 }, true],
      ['iv', 'interval', null, true],
      ['ar', 'integer[]', null, true],
      ['j', 'jsonb', null, true],
    ])
  })

  test('that is a view has no column that is surely set', async () => {
    expect(await warehouse.describe({ database: 'public', table: 'seen' })).toEqual([
      {
        name: 'id',
        engineType: 'integer',
        type: { kind: 'integer', bits: 32, signed: true },
        nullable: true,
      },
      { name: 't', engineType: 'text', type: { kind: 'string' }, nullable: true },
    ])
  })

  test('whose tenants are an enum is none for a model, which is told why', async () => {
    await engine.execute('CREATE TABLE moods (e mood NOT NULL)')
    const document = parseModel({
      dataSources: [{ name: 'shop', kind: 'postgres', url: 'postgresql://shop.example/shop' }],
      datasets: [
        {
          ...{ name: 'moods', dataSource: 'shop', table: 'moods', tenantColumn: 'e' },
          dimensions: [{ name: 'mood', type: 'string', column: 'e' }],
        },
      ],
    })
    const among = warehousesNamed([['shop', warehouse]])
    expect(await problemsOf(() => resolveModel(document, among))).toEqual([
      {
        path: 'datasets[0].tenantColumn',
        message:
          'expected a column of text, whole numbers or UUIDs, which can hold the id of a tenant; e is public.mood, an enum, which holds none but its own values',
      },
    ])
    await engine.execute('DROP TABLE moods')
  })

  test('that is not there, or that the role may not read, is none', async () => {
    for (const table of ['none', 'hidden', "x'; DROP TABLE hidden; --", 'SEEN']) {
      expect(await warehouse.describe({ database: 'public', table }), table).toBe(null)
    }
    expect(await warehouse.tables('public')).toEqual(['odd " name', 'seen'])
    expect(await warehouse.tables('elsewhere')).toEqual([])
  })

  describe('has columns that are unique', () => {
    beforeAll(async () => {
      await engine.execute(`
        CREATE TABLE keyed (tenant text, key text, part text, loose text, UNIQUE (tenant, key));
        CREATE UNIQUE INDEX ON keyed (lower(part));
        CREATE UNIQUE INDEX ON keyed (part) WHERE part <> '';
        CREATE UNIQUE INDEX ON keyed (tenant, part) INCLUDE (loose);
        CREATE TABLE inherited (tenant text, key text, UNIQUE (tenant, key));
        CREATE TABLE heir () INHERITS (inherited);
        INSERT INTO inherited VALUES ('a', 'x');
        INSERT INTO heir VALUES ('a', 'x'), ('b', 'x');
        CREATE TABLE parted (tenant text, key text, UNIQUE (tenant, key)) PARTITION BY LIST (tenant);
        CREATE TABLE part PARTITION OF parted FOR VALUES IN ('a');
        CREATE TABLE counted (tenant text, key text, "it's" text);
        INSERT INTO counted VALUES ('a', 'x', '1'), ('a', 'y', '1'), ('b', NULL, '2'), ('b', NULL, '2')`)
      for (const table of ['keyed', 'parted']) await engine.execute(rowLevelSecurity(table, 'tenant'))
    })

    test.each([
      ['keyed', ['tenant', 'key'], true],
      ['keyed', ['key', 'tenant', 'loose'], true],
      ['keyed', ['tenant', 'part'], true],
      // No row of it is seen without a tenant, which must not pass for none that repeats.
      ['keyed', ['key'], false],
      ['keyed', ['part'], false],
      ['keyed', ['tenant', 'loose'], false],
      ['inherited', ['tenant', 'key'], false],
      ['parted', ['tenant', 'key'], true],
      ['counted', ['tenant', 'key'], true],
      ['counted', ['key'], true],
      ['counted', ['tenant'], false],
      ['counted', ["it's"], false],
    ])('%s by %j: %s', async (table, columns, expected) => {
      expect(await warehouse.isUnique({ database: 'public', table }, columns)).toBe(expected)
    })

    test('and no name of one is SQL', async () => {
      for (const columns of [['key" = 1) --'], ['x'.repeat(64)]]) {
        await expect(warehouse.isUnique({ database: 'public', table: 'counted' }, columns)).rejects.toThrow(
          /./,
        )
      }
    })
  })
})
