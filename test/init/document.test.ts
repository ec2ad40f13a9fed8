import { describe, expect, test } from 'vitest'
import { firstModel } from '../../src/init/document.ts'
import type { ColumnProfile, TableProfile } from '../../src/init/profile.ts'
import { tenantCandidates } from '../../src/init/roles.ts'
import { parseModel } from '../../src/model/parse.ts'
import { parseColumnType } from '../../src/warehouse/clickhouse/column-type.ts'

function column(name: string, engineType: string, more: Partial<ColumnProfile> = {}): ColumnProfile {
  const { type } = parseColumnType(engineType)
  return { name, engineType, type, empty: 0, distinct: 10, least: null, most: null, ...more }
}

function profile(columns: readonly ColumnProfile[], more: Partial<TableProfile> = {}): TableProfile {
  return { database: 'data', table: 'orders', rows: 1000, rowsSeen: 1000, columns, ...more }
}

const tenant = column('tenant', 'String')
const embedded = { tenantColumn: 'tenant', urlVariable: null }

/** The model, which is sound, or this throws. */
function modelOf(columns: readonly ColumnProfile[]) {
  const { datasets, dashboards = [] } = parseModel(firstModel(profile([tenant, ...columns]), embedded))
  const [dataset] = datasets
  return { dataset, widgets: dashboards.flatMap(({ widgets }) => widgets.map(({ name }) => name)) }
}

describe('a first model', () => {
  test('is sound whatever the columns are named, and reads the columns that they are', () => {
    const names = [
      ...[
        'a: b # c',
        "- 'x'",
        '"q"',
        '{x}',
        '[y]',
        '*a',
        '&b',
        '!t',
        '%',
        '@',
        '| >',
        'null',
        'true',
        '1e3',
        '0x1',
      ],
      ...[
        'orders',
        'orders_count',
        'details',
        'over_time',
        'Größe',
        '金額',
        'CamelCaseName',
        'x'.repeat(128),
        ' lead',
      ],
    ]
    const { dataset } = modelOf(
      names.flatMap((name) => [
        column(name, 'String'),
        column(`${name.slice(0, 126)}_n`, 'Int64', { least: 0, most: 5 }),
      ]),
    )
    const read = (dataset?.dimensions ?? []).map(({ name, column: own }) => own ?? name)
    expect(read).toEqual(names.flatMap((name) => [name, `${name.slice(0, 126)}_n`]))
  })

  test.each(['a`b', 'a\\b', 'a\nb', 'x'.repeat(129)])(
    'leaves out the column %j, which no model can name',
    (name) => {
      const text = firstModel(profile([tenant, { ...column(name, 'String'), type: null }]), embedded)
      expect(parseModel(text).datasets[0]?.dimensions).toEqual([])
      expect(text).toContain(`
      # - ${JSON.stringify(name)} has a name or a type, String, that no model can use
`)
    },
  )

  test('is sound of a table with nothing but tenants', () => {
    const { dataset, widgets } = modelOf([])
    expect([dataset?.metrics, widgets]).toEqual([
      [{ name: 'orders', aggregate: 'count' }],
      ['orders', 'details'],
    ])
  })

  test('has a histogram where there is little to group by', () => {
    const { widgets } = modelOf([column('weight', 'Float64', { least: 0, most: 9 })])
    expect(widgets).toEqual(['orders', 'total_weight', 'average_weight', 'spread', 'details'])
  })

  test('counts ids that rows share, and neither the table’s own key nor the tenant', () => {
    const { dataset } = modelOf([
      column('order_id', 'UUID', { distinct: 1000 }),
      column('company_id', 'Int64', { distinct: 300, least: 1, most: 300 }),
    ])
    expect([dataset?.dimensions, dataset?.metrics]).toEqual([
      [],
      [
        { name: 'orders', aggregate: 'count' },
        { name: 'companies', aggregate: 'count_distinct', column: 'company_id' },
      ],
    ])
  })

  test.each([
    ['price_usd', 0, 99, [['average_price', { style: 'currency', currency: 'USD' }, undefined]]],
    [
      'duration_seconds',
      0,
      99,
      [
        ['total_duration', 'duration', 's'],
        ['average_duration', 'duration', 's'],
      ],
    ],
    [
      'bytes',
      0,
      99,
      [
        ['total_bytes', 'bytes', undefined],
        ['average_bytes', 'bytes', undefined],
      ],
    ],
    ['discount_rate', 0, 0.5, [['average_discount_rate', 'percent', undefined]]],
    ['discount_rate', 0, 50, [['average_discount_rate', undefined, '%']]],
    [
      'total_amount',
      0,
      9,
      [
        ['sum_of_total_amount', { style: 'number', digits: 2 }, undefined],
        ['average_total_amount', { style: 'number', digits: 2 }, undefined],
      ],
    ],
    ['year', 2001, 2025, []],
  ])('makes of %s between %d and %d what its name says', (name, least, most, expected) => {
    const { dataset } = modelOf([column(name, 'Float64', { least, most })])
    const [, ...metrics] = dataset?.metrics ?? []
    expect(metrics.map((metric) => [metric.name, metric.format, metric.unit])).toEqual(expected)
  })

  test('counts by the time that every row has, before one that is changed later', () => {
    const span = { least: 1_700_000_000, most: 1_700_500_000 }
    const { dataset } = modelOf([
      column('updated_at', "DateTime64(3, 'UTC')", span),
      column('paid_on', 'Nullable(Date)', { ...span, empty: 4 }),
      column('created_at', "DateTime('UTC')", span),
      column('too_fine', 'DateTime64(9)', span),
    ])
    expect([dataset?.timeDimension, dataset?.dimensions?.map(({ name }) => name)]).toEqual([
      'created_at',
      ['updated_at', 'paid_on', 'created_at'],
    ])
  })

  test('of a server names the variable with its address', () => {
    const text = firstModel(profile([tenant]), { tenantColumn: 'tenant', urlVariable: 'CLICKHOUSE_URL' })
    expect(parseModel(text).dataSources).toEqual([
      { name: 'warehouse', kind: 'clickhouse', url: { env: 'CLICKHOUSE_URL' } },
    ])
  })

  test.each([
    [1, 'tenantColumn: tenant # 1 tenant: is it the right one?'],
    [900, 'tenantColumn: tenant # 900 tenants, nearly one for each row: is it the right one?'],
  ])('asks about a tenant column with %d values', (distinct, line) => {
    const text = firstModel(profile([{ ...tenant, distinct }]), embedded)
    expect(text).toContain(`    ${line}\n`)
  })

  test('is refused of a table that no model can name', () => {
    expect(() => firstModel(profile([tenant], { table: 'my table' }), embedded)).toThrow(
      'A model cannot name "my table": expected letters, digits and _, not starting with a digit.',
    )
  })
})

test('the likeliest tenant columns come first', () => {
  const columns = [
    column('name', 'String'),
    column('customer_name', 'String'),
    column('account', 'UUID'),
    column('amount', 'Float64'),
    column('tenant_id', 'Int64'),
    column('email', 'String', { distinct: 1000 }),
  ]
  expect(tenantCandidates(profile(columns)).map(({ name }) => name)).toEqual([
    'account',
    'customer_name',
    'tenant_id',
    'name',
  ])
})
