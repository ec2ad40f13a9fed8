import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAnalytics } from '../../src/analytics/analytics.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { createDataSources, type DataSources } from '../../src/data-sources/data-sources.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { resolveModel } from '../../src/model/check.ts'
import { buildDataSource } from '../../src/model/data-source.ts'
import { parseModel } from '../../src/model/parse.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouses } from '../../src/warehouse/warehouses.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  rowLevelSecurity,
} from '../support/postgres-warehouse.ts'
import { testScope } from '../support/scope.ts'
import { silent } from '../support/tokens.ts'
import { openTestEngine, type TestEngine } from '../support/warehouse.ts'

/** Fifty tenants in databases of their own on one PostgreSQL, as a server routes them. */
const tenants = Array.from({ length: 50 }, (_, index) => `t${index + 1}`)
const connections = 3
const environment = { organizationId: 'acme', environmentId: 'test' }

let engine: PostgresTestEngine
let embedded: TestEngine
let sources: DataSources
let warehouses: Warehouses
let catalogue: Catalogue

beforeAll(async () => {
  engine = await openPostgresTestEngine()
  embedded = await openTestEngine()
  for (const [index, tenant] of tenants.entries()) await makeDatabase(`tenant_${tenant}`, index + 1)
  const { username, password, host } = new URL(engine.source.url)
  sources = createDataSources({
    own: { kind: 'chdb', warehouse: await embedded.open('chdb') },
    values: {
      variable: () => ({ value: null, expected: 'none' }),
      secret: (_, name) => ({ value: name === 'user' ? username : password, version: '1' }),
      onChange: () => undefined,
    },
    catalogues: { get: () => Promise.reject(new Error('Nobody asks.')), onChange: () => undefined },
    log: silent,
    settings: { openMax: 5, connections, networks: null },
    idleMs: 500,
  })
  const definition = {
    name: 'rows',
    kind: 'postgres',
    url: `postgresql://${host}/postgres`,
    role: 'tessera_reader',
    user: { secret: 'user' },
    password: { secret: 'password' },
  } as const
  const document = parseModel({
    dataSources: [definition],
    tenancy: { dataSource: 'rows', database: 'tenant_{tenantId}', sampleTenant: 't1' },
    datasets: [
      {
        ...{ name: 'orders', table: 'orders', tenancy: 'own', tenantColumn: 'tenant' },
        metrics: [{ name: 'total', aggregate: 'sum', column: 'amount' }],
      },
    ],
  })
  warehouses = sources.of(environment, { dataSources: new Map([['rows', buildDataSource(definition)]]) })
  const resolved = await resolveModel(document, warehouses)
  catalogue = buildCatalogue(resolved.document, resolved.columns, 1)
}, 120_000)

afterAll(async () => {
  await sources.close()
  await embedded.close()
  await engine.close()
})

async function makeDatabase(name: string, amount: number): Promise<void> {
  await engine.execute(`CREATE DATABASE ${name}`)
  const url = new URL(engine.adminUrl)
  url.pathname = `/${name}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(`CREATE TABLE orders (tenant text NOT NULL, amount int8 NOT NULL);
    INSERT INTO orders VALUES ('${name.slice('tenant_'.length)}', ${amount}), ('somebody else', 1000);
    GRANT USAGE ON SCHEMA public TO tessera_reader; GRANT SELECT ON orders TO tessera_reader;
    ${rowLevelSecurity('orders', 'tenant')}`)
  await client.end()
}

async function totalOf(tenant: string): Promise<number | null> {
  const analytics = createAnalytics(testScope(tenant, {}, catalogue), {
    ...{ catalogue, warehouses, limits: defaultLimits, questionsPerRequest: 1, tellsCost: true },
    ...{ now: Date.now() * 1000, signal: undefined, inTurn: (run) => run() },
  })
  return (await analytics.counter({ metric: 'total' })).figure.value
}

async function openConnections(): Promise<number> {
  const [row] = await engine.execute(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'tessera_login'",
  )
  return Number(row?.n)
}

test('each sees its own rows, all of them ask at once, and no more connections are open than may be', async () => {
  const counts: number[] = []
  let isDone = false
  const asked = Promise.all([...tenants, ...tenants].map(totalOf)).finally(() => {
    isDone = true
  })
  while (!isDone) counts.push(await openConnections())
  const figures = tenants.map((_, index) => index + 1)
  expect(await asked).toEqual([...figures, ...figures])
  expect(Math.max(...counts)).toBe(connections)
}, 60_000)

test('and none of them stays open when nobody asks', async () => {
  await expect.poll(openConnections, { timeout: 10_000 }).toBe(0)
  expect(await totalOf('t2')).toBe(2)
})

test('a tenant without a database is shown nothing of those that have one', async () => {
  await expect(totalOf('t0')).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
  await expect(totalOf('t-1')).rejects.toMatchObject({ code: 'METRIC_NOT_ALLOWED' })
})
