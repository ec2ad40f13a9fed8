import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Warehouse } from '../../../src/warehouse/warehouse.ts'
import { openTestEngine, statement, type TestEngine, unhurried, ways } from '../../support/warehouse.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await engine.execute(
    'CREATE OR REPLACE TABLE default.numbered ENGINE = MergeTree ORDER BY a AS SELECT number AS a FROM numbers(100000)',
  )
})
afterAll(() => engine.close())

describe.each(ways)('over %s', (way) => {
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await engine.open(way)
  })

  test('an answer comes by columns, with what was read', async () => {
    const rows = await warehouse.run(
      statement('SELECT a % 3 AS k, count() AS n FROM default.numbered GROUP BY k ORDER BY k'),
      unhurried,
    )
    expect({ ...rows, durationMs: 0 }).toEqual({
      columns: [
        [0, 1, 2],
        ['33334', '33333', '33333'],
      ],
      rowCount: 3,
      rowsRead: 100_000,
      bytesRead: 800_000,
      durationMs: 0,
    })
  })

  test('an answer without rows has its columns', async () => {
    const rows = await warehouse.run(
      statement('SELECT a, toString(a) AS b FROM default.numbered WHERE a > 1000000'),
      unhurried,
    )
    expect({ columns: rows.columns, rowCount: rows.rowCount }).toEqual({ columns: [[], []], rowCount: 0 })
  })

  test('of 200 statements at once on 4 connections each gets the answer to its own parameters', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const text = statement('SELECT {p0:String} AS a, count() AS n FROM numbers(1000)', `value ${index}`)
        return (await warehouse.run(text, unhurried)).columns
      }),
    )
    expect(answers).toEqual(Array.from({ length: 200 }, (_, index) => [[`value ${index}`], ['1000']]))
  })

  test('a ping reaches it', async () => {
    await expect(warehouse.ping(5_000)).resolves.toBeUndefined()
  })
})
