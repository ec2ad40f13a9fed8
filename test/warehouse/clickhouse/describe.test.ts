import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Warehouse } from '../../../src/warehouse/warehouse.ts'
import { openTestEngine, type TestEngine, ways } from '../../support/warehouse.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await engine.execute('CREATE DATABASE IF NOT EXISTS described')
  await engine.execute(
    `CREATE OR REPLACE TABLE described.\`odd \\\` name\` (
       id UInt64, name LowCardinality(Nullable(String)), price Decimal64(4), at DateTime64(3, 'UTC'), tags Array(String)
     ) ENGINE = MergeTree ORDER BY id`,
  )
  await engine.execute(
    `INSERT INTO described.\`odd \\\` name\` VALUES
       (1, 'a', 1, '2001-01-01 00:00:00', []), (2, 'a', 1, '2001-01-01 00:00:00', []), (3, 'b', 2, '2001-01-01 00:00:00', [])`,
  )
})
afterAll(async () => {
  await engine.execute('DROP DATABASE described')
  await engine.close()
})

describe.each(ways)('over %s', (way) => {
  const address = { database: 'described', table: 'odd ` name' }
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await engine.open(way, 1)
  })

  test('a table is described in the order of its columns, with what the engine calls their types', async () => {
    expect(await warehouse.describe(address)).toEqual([
      {
        name: 'id',
        engineType: 'UInt64',
        type: { kind: 'integer', bits: 64, signed: false },
        nullable: false,
      },
      {
        name: 'name',
        engineType: 'LowCardinality(Nullable(String))',
        type: { kind: 'string' },
        nullable: true,
      },
      {
        name: 'price',
        engineType: 'Decimal(18, 4)',
        type: { kind: 'decimal', precision: 18, scale: 4 },
        nullable: false,
      },
      {
        name: 'at',
        engineType: "DateTime64(3, 'UTC')",
        type: { kind: 'instant', fraction: 3 },
        nullable: false,
      },
      { name: 'tags', engineType: 'Array(String)', type: null, nullable: false },
    ])
  })

  test.each([
    { database: 'described', table: 'absent' },
    { database: 'absent', table: 'odd ` name' },
    { database: 'described', table: "' OR 1 = 1 --" },
  ])('a table that does not exist is null: $database.$table', async (absent) => {
    expect(await warehouse.describe(absent)).toBeNull()
  })

  test.each([
    [['id'], true],
    [['name'], false],
    [['name', 'price'], false],
    [['name', 'id'], true],
  ])('whether %j stands once is told', async (columns, expected) => {
    expect(await warehouse.isUnique(address, columns)).toBe(expected)
  })

  test('no name of a column is SQL', async () => {
    await expect(warehouse.isUnique(address, ['id`, 1) --'])).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})
