import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TesseraError } from '../../src/errors.ts'
import { resolveModel } from '../../src/model/check.ts'
import { parseWithPlaces } from '../../src/model/parse.ts'
import { formatProblem } from '../../src/model/problem.ts'
import { clickhouse } from '../../src/warehouse/clickhouse/dialect.ts'
import type { Feature } from '../../src/warehouse/dialect.ts'
import { type Warehouses, warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { createModelTables, flightsText, problemsOf } from '../support/model.ts'
import { openTestEngine, type TestEngine } from '../support/warehouse.ts'

let engine: TestEngine
let warehouses: Warehouses

beforeAll(async () => {
  engine = await openTestEngine()
  await createModelTables(engine)
  warehouses = warehousesNamed([['warehouse', await engine.open('chdb')]])
})

afterAll(() => engine.close())

function resolve(document: unknown, among = warehouses) {
  const parsed = parseWithPlaces(document)
  return resolveModel(parsed.document, among, parsed.locate)
}

async function said(document: unknown, among = warehouses): Promise<readonly string[]> {
  return (await problemsOf(() => resolve(document, among))).map(formatProblem)
}

/** The example with one passage in another form; the passage must be there. */
function changed(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The example has no ${from}.`)
    return text.replace(from, to)
  }, flightsText)
}

/** A model of the table of orders, which has a column of every kind, joined to the customers of each shop. */
function orders(dataset: object, more: object = {}) {
  const source = { dataSource: 'warehouse', database: 'demo' }
  return {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: [
      { name: 'orders', ...source, table: 'orders', tenantColumn: 'shop', ...dataset },
      { name: 'customers', ...source, table: 'customers', tenantColumn: 'shop' },
    ],
    ...more,
  }
}

describe('a model that fits its warehouse', () => {
  test('has the columns that it uses, and no others', async () => {
    const { columns } = await resolve(
      orders({
        joins: [{ to: 'customers', on: { customer: 'id' } }],
        dimensions: [
          { name: 'day', type: 'time' },
          { name: 'paid', type: 'boolean' },
          { name: 'customer_name', from: 'customers.name' },
        ],
        metrics: [{ name: 'best', aggregate: 'max', column: 'score' }],
      }),
    )
    expect(columns).toEqual(
      new Map([
        [
          'orders',
          new Map([
            ['shop', { name: 'shop', type: { kind: 'integer', bits: 32, signed: false }, nullable: false }],
            ['customer', { name: 'customer', type: { kind: 'string' }, nullable: false }],
            ['day', { name: 'day', type: { kind: 'date' }, nullable: false }],
            ['paid', { name: 'paid', type: { kind: 'integer', bits: 8, signed: false }, nullable: false }],
            ['score', { name: 'score', type: { kind: 'float', bits: 64 }, nullable: false }],
          ]),
        ],
        [
          'customers',
          new Map([
            ['id', { name: 'id', type: { kind: 'string' }, nullable: false }],
            ['name', { name: 'name', type: { kind: 'string' }, nullable: true }],
            ['shop', { name: 'shop', type: { kind: 'integer', bits: 32, signed: false }, nullable: false }],
          ]),
        ],
      ]),
    )
  })
})

describe('what is not there is found now, with its place and the nearest names', () => {
  test('a table', async () => {
    expect(await said(changed(['table: airports', 'table: airport']))).toEqual([
      '105:12 datasets[1].table: expected a table of the database demo; did you mean airports?',
    ])
  })

  test('a database', async () => {
    expect(
      await said(changed(['database: demo\n    table: airports', 'database: dmeo\n    table: airports'])),
    ).toEqual(['105:12 datasets[1].table: expected a table of the database dmeo; there is none yet'])
  })

  test('columns wherever they are named: of tenants, joins, dimensions and metrics, all at once', async () => {
    const document = changed(
      ['tenantColumn: origin', 'tenantColumn: orign'],
      ['on: { destination: iata }', 'on: { destnation: iatta }'],
      ['from: airports.city', 'from: airports.ctiy'],
      ['aggregate: avg\n        column: delay', 'aggregate: avg\n        column: dleay'],
      ['name: latitude, type', 'name: latitud, type'],
    )
    expect(await said(document)).toEqual([
      '17:19 datasets[0].tenantColumn: expected a column of the table of flights; did you mean origin?',
      '21:15 datasets[0].joins[0].on.destnation: expected a column of the table of flights; did you mean destination?',
      '21:27 datasets[0].joins[0].on.destnation: expected a column of the table of airports; did you mean iata?',
      '48:15 datasets[0].dimensions[5].from: expected a column of the table of airports; did you mean city?',
      '73:17 datasets[0].metrics[3].column: expected a column of the table of flights; did you mean delay?',
      '113:17 datasets[1].dimensions[5].name: expected a column of the table of airports; did you mean latitude?',
    ])
  })

  test('a column of a joined table in a metric, which counts the rows of its own dataset', async () => {
    expect(
      await said(
        orders({
          joins: [{ to: 'customers', on: { customer: 'id' } }],
          dimensions: [{ name: 'customer_name', from: 'customers.name' }],
          metrics: [{ name: 'names', aggregate: 'count_distinct', column: 'customer_name' }],
        }),
      ),
    ).toEqual([
      'datasets[0].metrics[0].column: expected a column of the table of orders, such as customer, score, shop, tags, at',
    ])
  })
})

describe('a type that does not fit', () => {
  const dimension = (type: string, column: string) => ({ dimensions: [{ name: 'd', type, column }] })
  const metric = (aggregate: string, column: string) => ({
    metrics: [{ name: 'm', aggregate, column, ...(aggregate === 'quantile' && { level: 0.5 }) }],
  })
  const cases: readonly [dataset: object, problem: string][] = [
    [
      dimension('string', 'score'),
      'dimensions[0].column: expected a column of text or UUIDs; score is Float64',
    ],
    [
      dimension('number', 'customer'),
      'dimensions[0].column: expected a column of numbers; customer is String',
    ],
    [
      dimension('boolean', 'id'),
      'dimensions[0].column: expected a column of booleans or UInt8; id is UInt64',
    ],
    [dimension('time', 'id'), 'dimensions[0].column: expected a column of dates or instants; id is UInt64'],
    [
      dimension('string', 'tags'),
      'dimensions[0].column: expected a column of text or UUIDs; tags is Array(String)',
    ],
    [
      dimension('time', 'at'),
      "dimensions[0].column: expected an instant of at most 6 digits after the second; at is DateTime64(9, 'UTC')",
    ],
    [metric('sum', 'customer'), 'metrics[0].column: expected a column of numbers; customer is String'],
    [metric('avg', 'day'), 'metrics[0].column: expected a column of numbers; day is Date'],
    [metric('min', 'day'), 'metrics[0].column: expected a column of numbers; day is Date'],
    [metric('quantile', 'tags'), 'metrics[0].column: expected a column of numbers; tags is Array(String)'],
    [
      metric('count_distinct', 'tags'),
      'metrics[0].column: expected a column of text, numbers, booleans or times; tags is Array(String)',
    ],
    [
      { tenantColumn: 'score' },
      'tenantColumn: expected a column of text, whole numbers or UUIDs, which can hold the id of a tenant; score is Float64',
    ],
  ]
  test.each(cases)('%j', async (dataset, problem) => {
    expect(await said(orders(dataset))).toEqual([`datasets[0].${problem}`])
  })
})

describe('a join finds at most one row', () => {
  test('a key that repeats is refused', async () => {
    expect(await said(changed(['on: { destination: iata }', 'on: { destination: country }']))).toEqual([
      '21:13 datasets[0].joins[0].on: expected columns that find at most one row of airports; country repeats there',
    ])
  })

  test('a key may repeat between tenants, who join their own rows alone', async () => {
    const joins = [{ to: 'customers', on: { customer: 'id' } }]
    await expect(resolve(orders({ joins }))).resolves.toBeDefined()
    const model = orders({ joins })
    const [first, second] = model.datasets
    const { tenantColumn: _, ...customers } = second ?? {}
    expect(await said({ ...model, datasets: [first, { ...customers, tenancy: 'shared' }] })).toEqual([
      'datasets[0].joins[0].on: expected columns that find at most one row of customers; id repeats there',
    ])
  })

  test('a pair of columns has one type', async () => {
    expect(await said(orders({ joins: [{ to: 'customers', on: { id: 'id' } }] }))).toEqual([
      'datasets[0].joins[0].on.id: expected two columns of one type; id is UInt64 and customers.id is String',
    ])
  })
})

describe('stored filters and grains get the check that a guest’s own ones get', () => {
  const dimensions = [
    { name: 'day', type: 'time' },
    { name: 'score', type: 'number' },
  ]

  test('values of another type than the dimension, in metrics and in widgets', async () => {
    const metrics = [
      { name: 'all', aggregate: 'count' },
      { name: 'good', aggregate: 'count', filters: [{ not: { dimension: 'score', values: [1, 'high'] } }] },
    ]
    const filters = [{ or: [{ dimension: 'day', operator: 'GREATER_THAN', values: ['2001-02-30'] }] }]
    const widget = { name: 'w', visualization: { kind: 'NUMBER' }, counter: { metric: 'all', filters } }
    const dashboards = [{ name: 'd', widgets: [widget] }]
    expect(await said(orders({ dimensions, metrics }, { dashboards }))).toEqual([
      'datasets[0].metrics[1].filters[0].not.values[1]: expected a finite number, or its decimal text',
      'dashboards[0].widgets[0].counter.filters[0].or[0].values[0]: expected a date from 1900 to 2299, such as 2001-03-01',
    ])
  })

  test('hours of a date', async () => {
    const metrics = [{ name: 'all', aggregate: 'count' }]
    const timeSeries = { metrics: ['all'], granularity: 'HOUR' }
    const dashboards = [{ name: 'd', widgets: [{ name: 'w', visualization: { kind: 'LINE' }, timeSeries }] }]
    expect(await said(orders({ timeDimension: 'day', dimensions, metrics }, { dashboards }))).toEqual([
      'dashboards[0].widgets[0].timeSeries.granularity: expected DAY or coarser, because day is a date',
    ])
  })

  test('they are checked beside the problems of other datasets', async () => {
    const model = orders({
      dimensions,
      metrics: [{ name: 'good', aggregate: 'count', filters: [{ dimension: 'score', values: ['high'] }] }],
    })
    const [first, second] = model.datasets
    expect(await said({ ...model, datasets: [first, { ...second, table: 'nothing' }] })).toEqual([
      'datasets[1].table: expected a table of the database demo, such as orders, flights, airports, customers',
      'datasets[0].metrics[0].filters[0].values[0]: expected a finite number, or its decimal text',
    ])
  })
})

test('a warehouse that cannot be reached is no problem of the document', async () => {
  const closed = await engine.open('front')
  await closed.close()
  const refusal = await resolve(flightsText, warehousesNamed([['warehouse', closed]])).catch(
    (error: unknown) => error,
  )
  expect(refusal).toBeInstanceOf(TesseraError)
  expect(refusal).toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
})

describe('a data source whose engine lacks something', () => {
  const tiny = { ...clickhouse, name: 'Tiny', lacks: (feature: Feature) => reasons[feature] ?? null }
  const reasons: Partial<Record<Feature, string>> = {
    quantile: 'it keeps no values',
    funnel: 'it knows no order of rows',
    benchmark: 'it has no arrays',
  }
  let own: Warehouses

  beforeAll(async () => {
    own = warehousesNamed([['warehouse', { ...(await engine.open('chdb')), dialect: tiny }]])
  })

  const dataset = {
    timeDimension: 'day',
    dimensions: [
      { name: 'day', type: 'time' },
      { name: 'customer', type: 'string' },
    ],
    metrics: [
      { name: 'median', aggregate: 'quantile', level: 0.5, column: 'score' },
      { name: 'about', aggregate: 'quantile', level: 0.5, column: 'score', approximate: true },
      { name: 'orders', aggregate: 'count' },
    ],
  }
  const funnel = {
    dataset: 'orders',
    entity: 'customer',
    steps: [
      { name: 'one', filters: [] },
      { name: 'two', filters: [] },
    ],
    within: 'P1D',
  }
  const more = {
    benchmarks: [{ name: 'compared', metric: 'orders', periods: ['previous_month'] }],
    dashboards: [{ name: 'main', widgets: [{ name: 'way', visualization: { kind: 'FUNNEL' }, funnel }] }],
  }

  test('refuses a model that needs it, with the reason and the position, and no other', async () => {
    const refused = await resolve(orders(dataset, more), own).catch((error: unknown) => error)
    if (!(refused instanceof TesseraError)) throw refused
    expect([refused.code, refused.details.problems?.map(formatProblem)]).toEqual([
      'NOT_SUPPORTED',
      [
        'datasets[0].metrics[0].aggregate: expected a data source that has a quantile; Tiny has none: it keeps no values',
        'benchmarks[0]: expected a data source that has a benchmark; Tiny has none: it has no arrays',
        'dashboards[0].widgets[0].funnel: expected a data source that has a funnel; Tiny has none: it knows no order of rows',
      ],
    ])
    const { document } = await resolve(orders(dataset, more))
    expect(document.datasets[0]?.metrics).toHaveLength(3)
  })

  test('is told with the mistakes of a model that has some, as one of them', async () => {
    const wrong = { ...dataset, dimensions: [...dataset.dimensions, { name: 'none', type: 'string' }] }
    const refused = resolve(orders(wrong), own)
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await said(orders(wrong), own)).toEqual([
      'datasets[0].dimensions[2].name: expected a column of the table of orders, such as score, at, day, id, paid',
      'datasets[0].metrics[0].aggregate: expected a data source that has a quantile; Tiny has none: it keeps no values',
    ])
  })
})
