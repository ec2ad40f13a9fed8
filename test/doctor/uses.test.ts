import { expect, test } from 'vitest'
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
  expect(usesOf(document)).toEqual([
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
