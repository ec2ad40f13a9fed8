import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPlacing } from '../../src/access/places/placing.ts'
import { createRegions } from '../../src/access/places/regions.ts'
import { createRegisteredTenants } from '../../src/access/places/registered-tenants.ts'
import type { Scope } from '../../src/access/scope.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { askingOf } from '../../src/analytics/asking.ts'
import { planCounter } from '../../src/analytics/questions/counter.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { resolveModel } from '../../src/model/check.ts'
import { parseModel } from '../../src/model/parse.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { Store } from '../../src/store/store.ts'
import { writeTenant } from '../../src/tenants/upsert.ts'
import { ask } from '../../src/warehouse/ask.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { postgres } from '../../src/warehouse/postgres/dialect.ts'
import { routeTo } from '../../src/warehouse/routing.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import type { Warehouses } from '../../src/warehouse/warehouses.ts'
import { caught } from '../support/caught.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  rowLevelSecurity,
} from '../support/postgres-warehouse.ts'
import { testScope } from '../support/scope.ts'
import { openTestStore } from '../support/store.ts'
import { silent } from '../support/tokens.ts'
import { unhurried } from '../support/warehouse.ts'

/** The tenants a and b at each level of PostgreSQL. The amount of each row says whose it is, and where. */
let engine: PostgresTestEngine
let store: Store
const opened = new Map<string | null, Warehouse>()
const warehouses: Warehouses = {
  find: ({ dataSource, database }) =>
    dataSource === 'main'
      ? (opened.get(database) ?? null)
      : database === null
        ? (opened.get(dataSource) ?? null)
        : null,
}

const source = (name: string) => ({ name, kind: 'postgres', url: 'postgresql://127.0.0.1/x' })
const metrics = [{ name: 'total', aggregate: 'sum', column: 'amount' }]
const orders = { name: 'orders', table: 'orders', metrics }
const levels = {
  schema: {
    tenancy: { schema: 'tenant_{tenantId}', sampleTenant: 'a' },
    dataset: { ...orders, tenancy: 'own' },
    figures: [1, 2],
  },
  database: {
    tenancy: { database: 'tenant_{tenantId}', sampleTenant: 'a' },
    dataset: { ...orders, tenancy: 'own' },
    figures: [10, 20],
  },
  'database and row': {
    tenancy: { database: 'tenant_{tenantId}', sampleTenant: 'a' },
    dataset: { ...orders, tenancy: 'own', tenantColumn: 'tenant' },
    figures: [10, 20],
  },
  row: { tenancy: {}, dataset: { ...orders, tenantColumn: 'tenant' }, figures: [100, 200] },
} as const
type Level = keyof typeof levels

async function makeDatabase(name: string, rows: string): Promise<Warehouse> {
  await engine.execute(`CREATE DATABASE "${name}"`)
  const url = new URL(engine.adminUrl)
  url.pathname = `/${name}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(`GRANT USAGE ON SCHEMA public TO tessera_reader; ${tableOf('public.orders', rows)}`)
  await client.end()
  return engine.open({ database: name }, 2)
}

function tableOf(table: string, rows: string): string {
  return `CREATE TABLE ${table} (tenant text NOT NULL, amount int8 NOT NULL);
    INSERT INTO ${table} VALUES ${rows};
    GRANT SELECT ON ${table} TO tessera_reader; ${rowLevelSecurity(table, 'tenant')}`
}

beforeAll(async () => {
  engine = await openPostgresTestEngine()
  store = await openTestStore()
  await engine.execute(tableOf('public.orders', "('a', 100), ('b', 200)"))
  for (const [tenant, amount] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    await engine.execute(`CREATE SCHEMA tenant_${tenant}; GRANT USAGE ON SCHEMA tenant_${tenant} TO tessera_reader;
      ${tableOf(`tenant_${tenant}.orders`, `('${tenant}', ${amount})`)}`)
    opened.set(`tenant_${tenant}`, await makeDatabase(`tenant_${tenant}`, `('${tenant}', ${amount * 10})`))
  }
  opened.set('big', await makeDatabase('big', "('a', 1000)"))
  opened.set(null, await engine.open({}, 2))
})

afterAll(async () => {
  await store.close()
  await engine.close()
})

async function catalogueFor({ tenancy, dataset }: { tenancy: object; dataset: object }): Promise<Catalogue> {
  const document = parseModel({
    dataSources: [source('main'), source('big')],
    tenancy: { dataSource: 'main', ...tenancy },
    datasets: [dataset],
  })
  const resolved = await resolveModel(document, warehouses)
  return buildCatalogue(resolved.document, resolved.columns, 1)
}

function analyticsOf(scope: Scope, catalogue: Catalogue): Analytics {
  return createAnalytics(scope, {
    ...{ catalogue, warehouses, limits: defaultLimits, questionsPerRequest: 100, tellsCost: true },
    ...{ now: Date.now() * 1000, signal: undefined, inTurn: (run) => run() },
  })
}

async function totalOf(scope: Scope, catalogue: Catalogue): Promise<number | null> {
  return (await analyticsOf(scope, catalogue).counter({ metric: 'total' })).figure.value
}

describe.each(Object.keys(levels) as readonly Level[])('tenants told apart by %s', (level) => {
  test('see their own rows', async () => {
    const catalogue = await catalogueFor(levels[level])
    const figures = ['a', 'b'].map((tenant) => totalOf(testScope(tenant, {}, catalogue), catalogue))
    expect(await Promise.all(figures)).toEqual(levels[level].figures)
  })
})

// Of one table for all the place is right; its rows are told apart by its policy, which postgres-walls.test.ts is about.
test.each(['schema', 'database', 'database and row'] as const)(
  'tenants told apart by %s see nothing of another where the compiler took its place for theirs',
  async (level) => {
    const catalogue = await catalogueFor(levels[level])
    const [scope, other] = [testScope('a', {}, catalogue), testScope('b', {}, catalogue)]
    const { dataset, select } = planCounter(askingOf(scope, catalogue, 0), { metric: 'total' })
    const printStatement = () => postgres.printStatement(select, other, defaultLimits)
    const mistaken = { ...routeTo(dataset, other, warehouses) }
    const warehouse = { ...mistaken.warehouse, dialect: { ...postgres, printStatement } }
    const options = { catalogue, limits: defaultLimits, signal: undefined }
    const asked = ask({ ...mistaken, warehouse }, scope, select, options)
    expect(await caught(asked)).toMatchObject({ rule: 'place_mismatch' })
    // Without that wall the other tenant shows: this test can fail.
    const { columns } = await mistaken.warehouse.run(printStatement(), unhurried)
    expect(columns).toEqual([[String(levels[level].figures[1])]])
  },
)

describe('a data source of a tenant', () => {
  test('is where it is asked of, and nobody else', async () => {
    const environment = await ensureEnvironment(store, { organization: 'levels', environment: 'test' })
    const tenants = createRegisteredTenants({ store, log: silent, outageMaxMs: 60_000 })
    const stop = await tenants.watch()
    const placing = createPlacing({ tenants, regions: createRegions(null, new Map()) })
    const definition = {
      ...{ title: null, dataSource: 'big', database: null, schema: null },
      region: null,
      attributes: {},
    }
    tenants.note(
      await store.transaction(environment, (transaction) =>
        writeTenant(transaction, environment, 'a', { definition: { ...definition, isBack: true } }),
      ),
    )
    const catalogue = await catalogueFor(levels.row)
    const scopeOf = (tenant: string) => testScope(tenant, {}, catalogue, placing, environment)
    expect(scopeOf('a').place).toMatchObject({ dataSource: 'big', isOwn: true })
    expect(scopeOf('b').place).toMatchObject({ dataSource: 'main', isOwn: false })
    expect([await totalOf(scopeOf('a'), catalogue), await totalOf(scopeOf('b'), catalogue)]).toEqual([
      1000, 200,
    ])
    await stop()
  })
})
