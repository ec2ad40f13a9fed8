import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scope } from '../../src/access/scope.ts'
import { createAnalytics } from '../../src/analytics/analytics.ts'
import { askingOf } from '../../src/analytics/asking.ts'
import { planCounter } from '../../src/analytics/questions/counter.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { TesseraError } from '../../src/errors.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { resolveModel } from '../../src/model/check.ts'
import { parseModel } from '../../src/model/parse.ts'
import { formatProblem } from '../../src/model/problem.ts'
import { ask } from '../../src/warehouse/ask.ts'
import { clickhouse } from '../../src/warehouse/clickhouse/dialect.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { routeTo } from '../../src/warehouse/routing.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { type Warehouses, warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { caught } from '../support/caught.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine, unhurried } from '../support/warehouse.ts'

/**
 * Tenants in databases of their own, beside a table for all and a reference table. The amount of each row says whose it is.
 */
const tenants = Array.from({ length: 50 }, (_, index) => `t${index + 1}`)
const engine = await openTestEngine()
let warehouse: Warehouse
let warehouses: Warehouses

const head = { dataSources: [{ name: 'test', kind: 'chdb' }] }
const amounts = [{ name: 'total', aggregate: 'sum', column: 'amount' }]
const model = {
  ...head,
  tenancy: { dataSource: 'test', database: 'tenant_{tenantId}', sampleTenant: 't1' },
  datasets: [
    {
      ...{ name: 'orders', table: 'orders', tenancy: 'own', metrics: amounts },
      joins: [{ to: 'shops', on: { shop: 'id' } }],
      dimensions: [{ name: 'city', from: 'shops.city' }],
    },
    { name: 'shops', table: 'shops', tenancy: 'own', dimensions: [{ name: 'city', type: 'string' }] },
    {
      ...{ name: 'bills', dataSource: 'test', database: 'everyone', table: 'bills', tenantColumn: 'tenant' },
      metrics: [{ name: 'billed', aggregate: 'sum', column: 'amount' }],
    },
    {
      ...{
        name: 'events',
        dataSource: 'test',
        database: 'everyone',
        table: 'events',
        tenantColumn: 'tenant',
      },
      ...{ organizationColumn: 'organization', environmentColumn: 'environment' },
      metrics: [{ name: 'seen', aggregate: 'count' }],
    },
  ],
}

let catalogue: Catalogue

async function catalogueFor(document: unknown): Promise<Catalogue> {
  const resolved = await resolveModel(parseModel(document), warehouses)
  return buildCatalogue(resolved.document, resolved.columns, 1)
}

beforeAll(async () => {
  warehouse = await engine.open('chdb')
  warehouses = warehousesNamed([['test', warehouse]])
  await engine.execute('CREATE DATABASE everyone')
  await engine.execute(
    'CREATE TABLE everyone.bills (tenant String, amount Int64) ENGINE MergeTree ORDER BY tenant',
  )
  await engine.execute(
    'CREATE TABLE everyone.events (tenant String, organization String, environment UUID) ENGINE MergeTree ORDER BY tenant',
  )
  await engine.execute(
    `INSERT INTO everyone.bills SELECT concat('t', toString(number + 1)), number + 1 FROM numbers(${tenants.length})`,
  )
  for (const [index, tenant] of tenants.entries()) {
    await engine.execute(`CREATE DATABASE tenant_${tenant}`)
    await engine.execute(
      `CREATE TABLE tenant_${tenant}.orders (amount Int64, shop String) ENGINE MergeTree ORDER BY shop AS SELECT ${index + 1}, 's'`,
    )
    await engine.execute(
      `CREATE TABLE tenant_${tenant}.shops (id String, city String) ENGINE MergeTree ORDER BY id AS SELECT 's', 'city of ${tenant}'`,
    )
  }
  catalogue = await catalogueFor(model)
})

afterAll(() => engine.close())

function scopeIn(of: Catalogue, tenantId: string): Scope {
  return testScope(tenantId, {}, of)
}

function analyticsFor(tenantId: string, of: Catalogue = catalogue) {
  return createAnalytics(scopeIn(of, tenantId), {
    ...{ catalogue: of, warehouses, limits: defaultLimits, questionsPerRequest: 100, tellsCost: true },
    ...{ now: Date.now() * 1000, signal: undefined, inTurn: (run) => run() },
  })
}

describe('fifty tenants in fifty databases', () => {
  test('each sees its own rows, through a join as well, and the rows of one table for all beside them', async () => {
    const answers = await Promise.all(
      tenants.map(async (tenant) => {
        const analytics = analyticsFor(tenant)
        const { figure } = await analytics.counter({ metric: 'total' })
        const { figure: billed } = await analytics.counter({ metric: 'billed' })
        const { rows } = await analytics.table({ metrics: ['total'], dimensions: ['city'] })
        return [figure.value, billed.value, rows.map(([city]) => city)]
      }),
    )
    expect(answers).toEqual(tenants.map((tenant, index) => [index + 1, index + 1, [`city of ${tenant}`]]))
  })

  test('a tenant whose database is not there is told that the warehouse has none, and nothing of a default', async () => {
    const error = await caught(analyticsFor('t51').counter({ metric: 'total' }))
    expect(error).toMatchObject({ code: 'INTERNAL' })
  })

  test.each(['t-1', 't 1', 't1; DROP', 'ä', 'x'.repeat(60), '{tenantId}', 't1.orders', 't1`'])(
    'a tenant called %j has no place: what is left to places is not there for it',
    async (tenantId) => {
      const error = await caught(analyticsFor(tenantId).counter({ metric: 'total' }))
      expect(error).toMatchObject({ code: 'METRIC_NOT_ALLOWED' })
      expect(scopeIn(catalogue, tenantId).place).toBeNull()
      const { figure } = await analyticsFor(tenantId).counter({ metric: 'billed' })
      expect(figure.exact).toBe('0')
    },
  )

  test.each([
    'system',
    'System',
    'INFORMATION_SCHEMA',
    'default',
    'public',
    'pg_catalog',
    'PG_toast',
    'postgres',
    'template1',
  ])("and one called %s gets no engine's own database where its id alone is the name", async (tenantId) => {
    const bare = {
      ...model,
      tenancy: { ...model.tenancy, database: '{tenantId}', sampleTenant: 'tenant_t1' },
    }
    expect(scopeIn(await catalogueFor(bare), tenantId).place).toBeNull()
  })
})

describe('each wall with the other one removed', () => {
  const question = { metric: 'total' }

  async function asked(printedFor: string, by: string): Promise<unknown> {
    const [scope, other] = [scopeIn(catalogue, by), scopeIn(catalogue, printedFor)]
    const { dataset, select } = planCounter(askingOf(scope, catalogue, 0), question)
    const mistaken: Warehouse = {
      ...warehouse,
      dialect: {
        ...clickhouse,
        printStatement: (each, _, limits) => clickhouse.printStatement(each, other, limits),
      },
    }
    const route = routeTo(dataset, scope, warehousesNamed([['test', mistaken]]))
    const { columns } = await ask(route, scope, select, {
      catalogue,
      limits: defaultLimits,
      signal: undefined,
    })
    return columns
  }

  test('a statement that was printed at the place of another tenant is not run', async () => {
    expect(await asked('t1', 't1')).toEqual([['1']])
    expect(await caught(asked('t2', 't1'))).toMatchObject({ rule: 'place_mismatch' })
  })

  test('one that is asked of another data source is not run', async () => {
    const scope = scopeIn(catalogue, 't1')
    const { select } = planCounter(askingOf(scope, catalogue, 0), question)
    const options = { catalogue, limits: defaultLimits, signal: undefined }
    for (const at of [
      { dataSource: 'other', database: null },
      { dataSource: 'test', database: 'tenant_t2' },
    ]) {
      expect(await caught(ask({ warehouse, at }, scope, select, options))).toMatchObject({
        rule: 'place_mismatch',
      })
    }
  })

  test('and without both the other tenant shows: these tests can fail', async () => {
    const scope = scopeIn(catalogue, 't2')
    const { select } = planCounter(askingOf(scope, catalogue, 0), question)
    const { columns } = await warehouse.run(
      clickhouse.printStatement(select, scope, defaultLimits),
      unhurried,
    )
    expect(columns).toEqual([['2']])
  })

  test("a table of nobody in particular is not read where the place is not the tenant's alone", async () => {
    const scope = scopeIn(
      await catalogueFor({ ...head, tenancy: { dataSource: 'test', database: 'tenant_t1' }, datasets: [] }),
      't1',
    )
    expect(scope.place).toMatchObject({ database: 'tenant_t1', isOwn: false })
    const { select } = planCounter(askingOf(scopeIn(catalogue, 't1'), catalogue, 0), question)
    const print = async () => clickhouse.printStatement(select, scope, defaultLimits)
    expect(await caught(print())).toMatchObject({ rule: 'tenancy_missing' })
  })
})

test('a tenant whose id makes the name of a database for all has no place of its own there', async () => {
  const tenancy = { ...model.tenancy, database: '{tenantId}', sampleTenant: 'tenant_t1' }
  const named = await catalogueFor({ ...model, tenancy })
  for (const id of ['everyone', 'Everyone']) {
    const scope = scopeIn(named, id)
    expect(scope.place).toMatchObject({ database: id, isOwn: false })
    const plan = async () => planCounter(askingOf(scope, named, 0), { metric: 'total' })
    expect(await caught(plan())).toMatchObject({ code: 'METRIC_NOT_ALLOWED' })
  }
  expect(scopeIn(named, 'tenant_t1').place).toMatchObject({ isOwn: true })
})

describe('a model that leaves open where rows are', () => {
  const [orders, shops, bills] = model.datasets
  const inPlaces = { name: 'orders', table: 'orders', metrics: amounts }

  test.each<readonly [string, object, readonly string[]]>([
    [
      'own rows where the rule sends everybody to one place',
      { tenancy: { dataSource: 'test', database: 'tenant_t1' }, datasets: [{ ...inPlaces, tenancy: 'own' }] },
      [
        'datasets[0].tenancy: expected a tenantColumn: no tenant has a place of its own, neither by {tenantId} in tenancy nor by an entry of its own',
      ],
    ],
    [
      'nobody whose tables could be looked at',
      { tenancy: { dataSource: 'test', database: 'tenant_{tenantId}' }, datasets: [shops] },
      [
        'tenancy: expected a sampleTenant whose tables can be looked at, or a registered tenant with a place: some datasets are in the places of tenants',
      ],
    ],
    [
      'own rows in one table for all',
      { datasets: [{ ...bills, tenantColumn: undefined, tenancy: 'own' }] },
      [
        "datasets[0]: expected no dataSource with tenancy: own, because a table that is in one place for all is no tenant's own",
      ],
    ],
    [
      'no rule',
      { tenancy: undefined, datasets: [shops] },
      ["datasets[0]: expected a dataSource, or tenancy in the document, which says where tenants' rows are"],
    ],
    [
      'a database of its own without a data source',
      { datasets: [{ ...shops, database: 'everyone' }] },
      ["datasets[0].database: expected no database without a dataSource: the tenant's place says it"],
    ],
    [
      'a join from the place of tenants to another',
      {
        datasets: [
          { ...orders, dimensions: undefined, joins: [{ to: 'bills', on: { shop: 'tenant' } }] },
          bills,
        ],
      },
      [
        "datasets[0].joins[0].to: expected a dataset without a dataSource, which is in the tenant's place like this one",
      ],
    ],
    [
      'own rows where a dataset for all is',
      {
        tenancy: { ...model.tenancy, database: '{tenantId}', sampleTenant: 'everyone' },
        datasets: [{ ...inPlaces, table: 'bills', tenancy: 'own' }, bills],
      },
      [
        'datasets[0].tenancy: expected places in which each tenant is alone; a dataset for all tenants is in everyone',
      ],
    ],
    [
      'a schema of ClickHouse',
      { tenancy: { dataSource: 'test', schema: 'tenant_{tenantId}' }, datasets: [] },
      ['tenancy.schema: expected a database: ClickHouse has no schemas'],
    ],
  ])('is refused: %s', async (_, parts, expected) => {
    const document: unknown = JSON.parse(JSON.stringify({ ...model, ...parts }))
    const error = await caught(catalogueFor(document))
    const { problems = [] } = error instanceof TesseraError ? error.details : {}
    expect(problems.map(formatProblem)).toEqual(expected)
  })

  test.each(['tenant-{tenantId}', '{tenantId}{tenantId}', '{tenant}', 'system', '', 'a.b', '{tenantId}`'])(
    'or a template %j',
    async (database) => {
      const error = await caught(catalogueFor({ ...model, tenancy: { ...model.tenancy, database } }))
      expect(error).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { problems: [{ path: 'tenancy.database' }] },
      })
    },
  )
})

describe('columns for organization and environment', () => {
  test('hold at each read, in both walls', async () => {
    const scope = scopeIn(catalogue, 't1')
    const { organizationId, environmentId } = scope
    const rows = [
      ['t1', organizationId, environmentId],
      ['t1', organizationId, randomUUID()],
      ['t1', randomUUID(), environmentId],
      ['t2', organizationId, environmentId],
    ]
    const values = rows.map((row) => `(${row.map((cell) => `'${cell}'`).join(', ')})`).join(', ')
    await engine.execute(`INSERT INTO everyone.events VALUES ${values}`)
    const { select, dataset } = planCounter(askingOf(scope, catalogue, 0), { metric: 'seen' })
    const { text } = clickhouse.printStatement(select, scope, defaultLimits)
    const wall1 =
      'WHERE `tenant` = {p0:String} AND `organization` = {p1:String} AND `environment` = {p2:UUID}'
    expect(text).toContain(wall1)
    const hex = (id: string) => Buffer.from(id).toString('hex').toUpperCase()
    expect(text).toContain(
      `'everyone.events': '\`tenant\` = unhex(\\'7431\\') AND \`organization\` = unhex(\\'${hex(organizationId)}\\') AND \`environment\` = toUUID(unhex(\\'${hex(environmentId)}\\'))'`,
    )
    const route = routeTo(dataset, scope, warehouses)
    const { columns } = await ask(route, scope, select, {
      catalogue,
      limits: defaultLimits,
      signal: undefined,
    })
    expect(columns).toEqual([['1']])
  })
})
