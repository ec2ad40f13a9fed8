import { describe, expect, test } from 'vitest'
import { lookedPlaces } from '../../src/doctor/places.ts'
import { usesOf } from '../../src/doctor/uses.ts'
import { parseModel } from '../../src/model/parse.ts'

test('each data source stands once, with each table that is read there and the column that tells its tenants apart', () => {
  const table = (name: string, more: object) => ({ name, table: name, ...more })
  const document = parseModel({
    dataSources: [
      { name: 'lake', kind: 'clickhouse', url: 'https://lake.example.com' },
      { name: 'billing', kind: 'postgres', url: 'postgresql://pg.example.com/billing', schema: 'reports' },
      { name: 'spare', kind: 'clickhouse', url: 'https://spare.example.com' },
    ],
    datasets: [
      table('orders', { dataSource: 'lake', database: 'data', tenantColumn: 'shop_id' }),
      table('countries', { dataSource: 'lake', tenancy: 'shared' }),
      table('invoices', { dataSource: 'billing', tenantColumn: 'customer' }),
      {
        name: 'orders_again',
        table: 'orders',
        dataSource: 'lake',
        database: 'data',
        tenantColumn: 'shop_id',
      },
    ],
  })
  expect(usesOf(document, [])).toEqual([
    {
      at: { dataSource: 'lake', database: null },
      tables: [
        { address: { database: 'data', table: 'orders' }, tenantColumn: 'shop_id' },
        { address: { database: 'default', table: 'countries' }, tenantColumn: null },
      ],
    },
    {
      at: { dataSource: 'billing', database: null },
      tables: [{ address: { database: 'reports', table: 'invoices' }, tenantColumn: 'customer' }],
    },
    { at: { dataSource: 'spare', database: null }, tables: [] },
  ])
})

describe('tables in the places of tenants', () => {
  const documentOf = (tenancy: object) =>
    parseModel({
      dataSources: [{ name: 'pg', kind: 'postgres', url: 'postgresql://pg.example.com/rows' }],
      tenancy: { dataSource: 'pg', ...tenancy },
      datasets: [{ name: 'orders', table: 'orders', tenancy: 'own' }],
    })
  const entry = (tenantId: string, database: string | null = null) => ({
    ...{ tenantId, dataSource: null, database, schema: null, region: null },
  })
  const look = (tenancy: object, tenants: readonly ReturnType<typeof entry>[]) => {
    const document = documentOf(tenancy)
    const { places, check } = lookedPlaces(document, tenants)
    const databases = usesOf(document, places).flatMap(({ at, tables }) =>
      tables.map(({ address }) => [at.database, address.database]),
    )
    return { databases, check }
  }
  const database = 't_{tenantId}'

  test('are looked at in that of the sample and of each who is registered, and the doctor says so', () => {
    expect(look({ database, sampleTenant: 'a' }, [entry('b'), entry('c', 'big'), entry('d', 'big')])).toEqual(
      {
        databases: [
          ['t_a', 'public'],
          ['t_b', 'public'],
          ['big', 'public'],
        ],
        check: {
          name: 'places',
          outcome: 'ok',
          what: '3 were looked at: of tenancy.sampleTenant and of registered tenants, and of no others.',
          mend: null,
        },
      },
    )
  })

  test('are not taken for right where nobody is known who has one', () => {
    expect(look({ database }, [entry('a-b')])).toEqual({
      databases: [],
      check: {
        name: 'places',
        outcome: 'warning',
        what: 'The tables of orders were not looked at, because no tenant is known who has a place: tenancy.sampleTenant names one.',
        mend: null,
      },
    })
  })

  test('are looked at in fifty at most, which is said', () => {
    const many = Array.from({ length: 60 }, (_, index) => entry(`t${index}`))
    const { databases, check } = look({ database }, many)
    expect([databases.length, check?.outcome, check?.what]).toEqual([
      50,
      'warning',
      'The first 50 of 60 were looked at.',
    ])
  })

  test('are none where every dataset names its data source', () => {
    const document = parseModel({
      dataSources: [{ name: 'pg', kind: 'postgres', url: 'postgresql://pg.example.com/rows' }],
      datasets: [{ name: 'orders', dataSource: 'pg', table: 'orders', tenantColumn: 'tenant' }],
    })
    expect(lookedPlaces(document, [entry('a')])).toEqual({ places: [], check: null })
  })
})
