import { PassThrough } from 'node:stream'
import { createClient } from '@clickhouse/client'
import { ChdbConnection } from 'chdb/connection'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../src/log.ts'
import { openChdbEngine } from '../../../src/warehouse/clickhouse/chdb.ts'
import { openChdbPool } from '../../../src/warehouse/clickhouse/chdb-connection.ts'
import { openWarehouse } from '../../../src/warehouse/clickhouse/connect.ts'
import { Statement } from '../../../src/warehouse/statement.ts'
import { openTestEngine, statement, type TestEngine, unhurried } from '../../support/warehouse.ts'

const log = createLogger('silent')
let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

test('without the optional package the error names it', async () => {
  const absent: string = 'chdb-that-is-not-installed'
  const load = () => import(absent)
  await expect(
    openChdbEngine({ path: engine.path, connections: 1, streams: 1, log, load }),
  ).rejects.toMatchObject({
    code: 'WAREHOUSE_UNAVAILABLE',
    message:
      'The warehouse cannot be reached. Expected the optional package chdb to be installed for a data source of kind chdb.',
  })
})

test('a second data folder in the same process is refused', async () => {
  const source = { name: 'second', kind: 'chdb', path: `${engine.path}-second` } as const
  await expect(openWarehouse(source, { log })).rejects.toMatchObject({
    code: 'WAREHOUSE_UNAVAILABLE',
    message: 'The warehouse cannot be reached.',
  })
})

test('settings beside a statement are refused, since they would stick', async () => {
  const connection = await openChdbPool({
    open: () => new ChdbConnection({ path: engine.path }),
    connections: 1,
    log,
  })
  const client = createClient({ connection, clickhouse_settings: { max_threads: 1 } })
  await expect(client.exec({ query: 'SELECT 1' })).rejects.toThrow(
    'Settings for chDB stand in the statement itself.',
  )
  await client.close()
})

test('the settings of one statement are gone for the next', async () => {
  const warehouse = await engine.open('chdb', 1)
  const limited = statement('SELECT sum(number) AS n FROM numbers(100000)').text.replace(
    'SETTINGS',
    'SETTINGS max_rows_to_read = 10, max_threads = 1, readonly = 1,',
  )
  await expect(warehouse.run(Statement.of(limited, []), unhurried)).rejects.toMatchObject({
    code: 'QUERY_TOO_LARGE',
  })
  const changed = statement(
    "SELECT groupArray(name) = [] AS untouched FROM system.settings WHERE changed AND name IN ('max_rows_to_read', 'max_threads', 'readonly')",
  )
  expect((await warehouse.run(changed, unhurried)).columns).toEqual([[1]])
})

test('a connection whose query cannot be ended is replaced by another one', async () => {
  const lines = new PassThrough()
  const connection = await openChdbPool({
    open: () => new ChdbConnection({ path: engine.path }),
    connections: 1,
    log: pino({ base: null, timestamp: false }, lines),
    giveUpMs: 200,
  })
  const client = createClient({ connection })
  // The engine looks at a kill between blocks, and this block takes two seconds.
  const stuck = client.exec({ query: 'SELECT sleep(2)', abort_signal: AbortSignal.timeout(50) })
  await expect(stuck).rejects.toMatchObject({ name: 'TimeoutError' })
  const { stream } = await client.exec({ query: "SELECT 'served'" })
  expect(Buffer.concat(await stream.toArray()).toString()).toBe('"served"\n')
  await client.close()
  expect(lines.read()?.toString()).toBe(
    '{"level":50,"msg":"a connection of chDB does not end its query and is replaced"}\n',
  )
})

test('no query that failed stays among the processes of the engine', async () => {
  const warehouse = await engine.open('chdb', 2)
  const failing = statement('SELECT throwIf(number = 100000) AS left_over FROM numbers(200000)')
  await expect(warehouse.run(failing, unhurried)).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect
    .poll(() =>
      engine.execute(
        "SELECT count() FROM system.processes WHERE query LIKE '%left_over%' AND query NOT LIKE '%processes%'",
      ),
    )
    .toBe('0\n')
})
