import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../../src/warehouse/postgres/failure.ts'
import { Statement } from '../../src/warehouse/statement.ts'
import type { Rows, RunOptions, Warehouse } from '../../src/warehouse/warehouse.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  type RunAs,
  rowLevelSecurity,
  statementFor,
} from '../support/postgres-warehouse.ts'
import { answer, foreign, generatedQuestion, wallsAnalytics, wallsCatalogue } from '../support/walls.ts'
import { unhurried } from '../support/warehouse.ts'

/**
 * Row-level security alone: the statements in here do not say whose rows they want, as if the compiler had forgotten the tenant
 * everywhere. Every row of a tenant says so in its text.
 */
const aborts = Number(process.env.POSTGRES_ABORTS ?? 1_000)
const tenants = ['a', 'b', 'c', 'd']
let engine: PostgresTestEngine
let warehouse: Warehouse
const uncaught: unknown[] = []
const remember = (error: unknown) => uncaught.push(error)

beforeAll(async () => {
  engine = await openPostgresTestEngine()
  await engine.execute(`
    CREATE TABLE events (tenant text NOT NULL, note text NOT NULL, person text NOT NULL);
    CREATE INDEX ON events (tenant);
    CREATE TABLE people (tenant text NOT NULL, key text NOT NULL, city text NOT NULL, UNIQUE (tenant, key));
    INSERT INTO events SELECT t, t || '-note-' || x, 'p' || x % 3 FROM unnest('{a,b,c,d,""}'::text[]) AS t, generate_series(1, 50) AS x;
    INSERT INTO people SELECT t, 'p' || x, t || '-city-' || x FROM unnest('{a,b,c,d,""}'::text[]) AS t, generate_series(0, 1) AS x;
    CREATE VIEW joined WITH (security_invoker) AS SELECT note, city FROM events LEFT JOIN people ON key = person`)
  await engine.execute(rowLevelSecurity('events', 'tenant') + rowLevelSecurity('people', 'tenant'))
  warehouse = await engine.open({}, 4)
  process.on('uncaughtException', remember)
  process.on('unhandledRejection', remember)
})
beforeEach(() => {
  uncaught.length = 0
})
afterEach(() => expect(uncaught).toEqual([]))
afterAll(() => engine.close())

const everything = 'SELECT note, city FROM public.events LEFT JOIN public.people ON key = person'

function ownersIn({ columns }: Pick<Rows, 'columns'>): readonly string[] {
  const cells = columns.flat().filter((cell) => cell !== null)
  return [...new Set(cells.map((cell) => String(cell).split('-')[0] ?? ''))].sort()
}

/** How many rows one sees of all, and whose. */
async function seen(tenantId: string, by: Warehouse = warehouse, text = everything) {
  const rows = await by.run(statementFor(tenantId, text), unhurried)
  return [rows.rowCount, ownersIn(rows)]
}

/** Two tenants as elsewhere, in a schema of their own. */
async function makeWalls(): Promise<void> {
  await engine.execute(`
    CREATE SCHEMA walls;
    GRANT USAGE ON SCHEMA walls TO tessera_reader;
    CREATE TABLE walls.events (tenant text, at timestamptz, note text, amount int8, person text);
    CREATE TABLE walls.people (tenant text, key text, city text);
    INSERT INTO walls.events SELECT t, '2001-01-01Z'::timestamptz + x * interval '1 h', t || '-note-' || x % 7,
        CASE t WHEN 'a' THEN 1 ELSE 1000000 END, 'p' || x % 3
      FROM generate_series(0, 499) AS x, unnest('{a,b}'::text[]) AS t;
    INSERT INTO walls.people SELECT t, 'p' || x, t || '-city-' || x
      FROM generate_series(0, 1) AS x, unnest('{a,b}'::text[]) AS t;
    GRANT SELECT ON walls.events, walls.people TO tessera_reader`)
  await engine.execute(
    rowLevelSecurity('walls.events', 'tenant') + rowLevelSecurity('walls.people', 'tenant'),
  )
}

/** Every predicate on a tenant that the compiler printed is taken out again, and there must be one. */
function forgetful(inner: Warehouse): Warehouse {
  const forget = (statement: Statement): Statement => {
    const text = statement.text.replaceAll(/"tenant" = (\$\d+::text)/g, '$1 IS NOT NULL')
    if (text === statement.text) throw new Error('There is no predicate on a tenant to take out.')
    return Statement.of(text, statement.parameters, { ...statement, placeholder: /\$(\d+)/g })
  }
  return {
    ...inner,
    run: (statement, options) => inner.run(forget(statement), options),
    stream: (statement, options) => inner.stream(forget(statement), options),
  }
}

describe('where the compiler forgets the tenant in every statement that it prints', () => {
  const catalogue = wallsCatalogue('walls')
  beforeAll(makeWalls)

  test('no answer of one tenant holds anything of another, for generated questions of every kind', async () => {
    const analytics = wallsAnalytics(catalogue, forgetful(warehouse), 'a')
    await fc.assert(
      fc.asyncProperty(generatedQuestion, async (asked) => {
        expect(foreign(await answer(analytics, asked))).toEqual({ text: false, figure: false })
      }),
      { numRuns: Number(process.env.POSTGRES_QUESTIONS ?? 60) },
    )
  }, 300_000)

  test('and each gets the answers that it gets with both walls', async () => {
    const asked = {
      kind: 'table',
      metrics: ['total', 'events'],
      dimensions: ['note', 'city'],
      filters: [],
      others: false,
    }
    const told = async (by: Warehouse, tenant: string) =>
      JSON.stringify(await answer(wallsAnalytics(catalogue, by, tenant), asked), (key, part) =>
        key === 'stats' ? undefined : part,
      )
    const [one, other] = [await told(warehouse, 'a'), await told(warehouse, 'b')]
    expect([await told(forgetful(warehouse), 'a'), await told(forgetful(warehouse), 'b')]).toEqual([
      one,
      other,
    ])
    expect([foreign(JSON.parse(one)), foreign(JSON.parse(other))]).toEqual([
      { text: false, figure: false },
      { text: true, figure: true },
    ])
  })

  test('and without row-level security as well the other shows: these tests can fail', async () => {
    await engine.execute('ALTER TABLE walls.events DISABLE ROW LEVEL SECURITY')
    const asked = { kind: 'table', metrics: ['total'], dimensions: ['note'], filters: [], others: false }
    const shown = await answer(wallsAnalytics(catalogue, forgetful(warehouse), 'a'), asked)
    const walled = await answer(wallsAnalytics(catalogue, warehouse, 'a'), asked)
    await engine.execute('ALTER TABLE walls.events ENABLE ROW LEVEL SECURITY')
    expect([foreign(shown), foreign(walled)]).toEqual([
      { text: true, figure: true },
      { text: false, figure: false },
    ])
  })
})

describe('where a statement reads tables as they are', () => {
  test('the engine shows each tenant its own rows and no more, of every table that is joined', async () => {
    for (const tenant of tenants) {
      expect(await seen(tenant)).toEqual([50, [tenant]])
      expect(await seen(tenant, warehouse, 'SELECT note, city FROM public.joined')).toEqual([50, [tenant]])
    }
  })

  test('and nothing to one that is spelled almost like another', async () => {
    for (const tenant of [
      'A',
      'a ',
      ' a',
      'a\u200b',
      'a%',
      '%',
      'а',
      "a' OR '1'='1",
      'a\\',
      '"a"',
      '{a}',
      'null',
    ]) {
      expect([tenant, ...(await seen(tenant))]).toEqual([tenant, 0, []])
    }
  })

  test('and nothing to a transaction that names none, nor to one after it, not even rows without a tenant', async () => {
    const { source } = engine
    const url = new URL(source.url)
    const begin = ['BEGIN READ ONLY', `SET LOCAL ROLE ${source.role}`]
    const bare = [...begin, 'SELECT count(*)::int4 AS n FROM events', 'COMMIT']
    const settled = [...begin, "SELECT set_config('app.tenant_id', 'a', true)", 'COMMIT']
    const emptied = ["SELECT set_config('app.tenant_id', '', false)"]
    const client = new Client({ connectionString: url.href })
    await client.connect()
    const counts: unknown[] = []
    for (const text of [bare, settled, bare, emptied, bare].flat()) {
      const { rows } = await client.query(text)
      counts.push(...rows.filter((row) => 'n' in row).map((row) => row.n))
    }
    await client.end()
    expect(counts).toEqual([0, 0, 0])
  })

  test('also on connections that others have just used, by statements and streams at once', async () => {
    const owner = { tenant: 'x', token: 'x' }
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const tenant = tenants[index % tenants.length] ?? 'a'
        if (index % 10 > 0) return [tenant, ...(await seen(tenant))]
        const columns: unknown[][] = []
        const stream = warehouse.stream(statementFor(tenant, everything), { ...unhurried, owner })
        for await (const batch of stream) columns.push(...batch.map((row) => [...row]))
        return [tenant, columns.length, ownersIn({ columns: columns as never })]
      }),
    )
    const expected = Array.from({ length: 200 }, (_, index) => {
      const tenant = tenants[index % tenants.length]
      return [tenant, 50, [tenant]]
    })
    expect(answers).toEqual(expected)
  })
})

describe('and requests are aborted, and backends die, at random moments', () => {
  const slow = `${everything} JOIN (SELECT pg_sleep(0.002)) AS slept ON true`

  let ask: RunAs
  beforeAll(async () => {
    const [asRole] = await engine.openRunner([engine.source.role], 4)
    ask = asRole ?? expect.fail()
  })

  /** A tenant's statement, or one that names none: what another left behind would show. */
  async function expectOwn(tenant: string | null, options: RunOptions): Promise<void> {
    const text = Math.random() < 0.5 ? slow : everything
    const columns = await ask(text, tenant === null ? {} : { 'app.tenant_id': tenant }, options)
    const expected = tenant === null ? [0, []] : [50, [tenant]]
    expect([columns[0]?.length, ownersIn({ columns })]).toEqual(expected)
  }

  /** Until so many were aborted; `kills` backends die meanwhile. */
  async function storm(enough: number, kills: number): Promise<Readonly<Record<string, number>>> {
    const outcomes = { answered: 0, aborted: 0, lost: 0 }
    let asked = 0
    const one = async (_: unknown, index: number) => {
      while (outcomes.aborted < enough && asked < 20 * enough) {
        asked += 1
        const tenant = tenants[Math.floor(Math.random() * (tenants.length + 1))] ?? null
        const abort = new AbortController()
        const isPatient = index % 2 === 0
        const timer = setTimeout(() => abort.abort('left'), isPatient ? 60_000 : Math.random() * 10)
        const options = { signal: abort.signal, timeoutMs: 20_000 }
        try {
          await expectOwn(tenant, options)
          outcomes.answered += 1
        } catch (error) {
          if (error === 'left') outcomes.aborted += 1
          else {
            expect(failureOf(error)).toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
            outcomes.lost += 1
          }
        } finally {
          clearTimeout(timer)
        }
      }
    }
    const kill = async () => {
      for (let killed = 0; killed < kills; killed += 1) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
        await engine.execute(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE usename = 'tessera_login' ORDER BY random() LIMIT 1`)
      }
    }
    await Promise.all([kill(), ...Array.from({ length: 8 }, one)])
    return outcomes
  }

  test(`${aborts} of them show no row of another tenant to whoever comes next`, async () => {
    const outcomes = await storm(aborts, 0)
    expect(outcomes.lost).toBe(0)
    expect(outcomes.answered).toBeGreaterThan(aborts / 4)
    for (const tenant of [null, ...tenants]) await expectOwn(tenant, unhurried)
  }, 300_000)

  test('nor does any where connections are lost as well, and each place serves again', async () => {
    const outcomes = await storm(aborts / 4, aborts / 20)
    expect(outcomes.answered).toBeGreaterThan(0)
    await Promise.all(tenants.map((tenant) => expectOwn(tenant, unhurried)))
    const left = () =>
      engine.execute(`SELECT count(*) <= 8 AS few, count(*) FILTER (WHERE state <> 'idle')::int4 AS working
        FROM pg_stat_activity WHERE usename = 'tessera_login'`)
    await expect.poll(left, { timeout: 10_000 }).toEqual([{ few: true, working: 0 }])
  }, 300_000)
})

describe('each wall with the other one removed', () => {
  const own =
    'SELECT note, city FROM (SELECT * FROM public.events WHERE tenant = $1::text) AS e LEFT JOIN (SELECT * FROM public.people WHERE tenant = $1::text) AS p ON key = person'
  let unwalled: Warehouse
  beforeAll(async () => {
    await engine.execute(`
      CREATE ROLE tessera_bypass NOLOGIN BYPASSRLS IN ROLE tessera_reader;
      GRANT tessera_bypass TO tessera_login;
      GRANT SELECT ON events, people TO tessera_bypass`)
    unwalled = await engine.open({ role: 'tessera_bypass' })
  })

  test('the compiler holds where the role bypasses row-level security', async () => {
    const rows = await unwalled.run(statementFor('a', own, 'a'), unhurried)
    expect([rows.rowCount, ownersIn(rows)]).toEqual([50, ['a']])
  })

  test('and without both the other tenants show: these tests can fail', async () => {
    const [count, owners] = await seen('a', unwalled)
    expect([Number(count) > 250, owners]).toEqual([true, ['', ...tenants]])
  })
})
