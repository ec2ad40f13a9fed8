import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/log.ts'
import { openWarehouse } from '../../../src/warehouse/clickhouse/connect.ts'
import { Statement } from '../../../src/warehouse/statement.ts'
import type { Cell, Warehouse } from '../../../src/warehouse/warehouse.ts'
import type { Fault } from '../../support/clickhouse-front-faults.ts'
import { openTestEngine, statement, type TestEngine, unhurried } from '../../support/warehouse.ts'

let engine: TestEngine
let warehouse: Warehouse
beforeAll(async () => {
  engine = await openTestEngine()
  warehouse = await engine.open('front', 2)
})
afterAll(() => engine.close())

const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }
const timedOut = { code: 'QUERY_TIMEOUT', message: 'The query took longer than its time limit.' }
const tooLarge = { code: 'QUERY_TOO_LARGE', message: 'The query is larger than its limits.' }
const internal = { code: 'INTERNAL', message: 'Something went wrong on the server.' }

/** Of an answer as a whole, and of rows that are taken as they come. */
const faults: readonly (readonly [Fault, object, object])[] = [
  ['hang', timedOut, timedOut],
  ['hang after the headers', timedOut, timedOut],
  ['slow drip', timedOut, timedOut],
  ['slow rows', timedOut, timedOut],
  ['rows, then nothing', timedOut, timedOut],
  ['reset', unavailable, unavailable],
  ['closed', unavailable, unavailable],
  ['no HTTP', unavailable, unavailable],
  ['half a header', unavailable, unavailable],
  ['413', unavailable, unavailable],
  ['502', unavailable, unavailable],
  ['503', unavailable, unavailable],
  ['504', unavailable, unavailable],
  ['redirect', unavailable, unavailable],
  ['html', unavailable, unavailable],
  ['empty', unavailable, unavailable],
  ['empty list', unavailable, unavailable],
  ['html under the headers of ClickHouse', unavailable, unavailable],
  ['another format', unavailable, unavailable],
  ['half a body', unavailable, unavailable],
  ['half a row', unavailable, unavailable],
  ['half of a length', unavailable, unavailable],
  ['half of a length, then the end', unavailable, unavailable],
  ['half of the chunks', unavailable, unavailable],
  ['half of the gzip', unavailable, unavailable],
  ['no gzip', unavailable, unavailable],
  ['rows, then cut off', unavailable, unavailable],
  ['rows, then the end of the connection', unavailable, unavailable],
  ['rows without a length, then the end of the connection', unavailable, unavailable],
  ['wrong password', unavailable, unavailable],
  ['too many queries', unavailable, unavailable],
  ['not permitted', internal, internal],
  ['exception in mid-stream', tooLarge, tooLarge],
  ['framed exception in mid-stream', tooLarge, tooLarge],
  ['rows, then an exception', tooLarge, tooLarge],
  ['rows, then a framed exception', tooLarge, tooLarge],
  ['rows, then an exception in pieces', tooLarge, tooLarge],
  // What the socket held when it broke may be lost.
  [
    'rows, then an exception, then cut off',
    unavailable,
    { code: expect.stringMatching(/^(WAREHOUSE_UNAVAILABLE|QUERY_TOO_LARGE)$/) },
  ],
]

const run = (timeoutMs = 20_000) =>
  warehouse.run(statement('SELECT {p0:String} AS v', 'a'), { signal: undefined, timeoutMs })

const rowsOf = Statement.of('SELECT {p0:String} AS v\nFORMAT JSONCompactEachRow', [
  { name: 'p0', type: 'String', value: 'a' },
])

async function stream(timeoutMs = 20_000) {
  const owner = { tenant: 'one', token: 'first' }
  const rows: (readonly Cell[])[] = []
  for await (const batch of warehouse.stream(rowsOf, { signal: undefined, timeoutMs, owner })) {
    rows.push(...batch)
  }
  return rows
}

async function expectService(): Promise<void> {
  const [{ columns }, rows] = await Promise.all([run(), stream(), warehouse.ping(5_000)])
  expect([columns, rows]).toEqual([[['a']], [['a']]])
}

describe.each(faults)('%s', (fault, ofAnswer, ofRows) => {
  test('is an error within the time, and what comes after it is answered', async () => {
    engine.front.fault = fault
    // More of them than there are connections, so that each of those is hit.
    const [ms, rowsMs] = [ofAnswer, ofRows].map((expected) => (expected === timedOut ? 200 : 20_000))
    const pinging = warehouse.ping(200)
    const outcomes = await Promise.allSettled([run(ms), run(ms), run(ms), stream(rowsMs), pinging])
    engine.front.fault = null
    const reasons = [ofAnswer, ofAnswer, ofAnswer, ofRows, unavailable]
    expect(outcomes).toMatchObject(reasons.map((reason) => ({ status: 'rejected', reason })))
    await expectService()
  })
})

test('a server that is gone is unavailable, and once it is back the next statement is answered', async () => {
  await expectService()
  await engine.front.down()
  await expect(run()).rejects.toMatchObject(unavailable)
  await expect(stream()).rejects.toMatchObject(unavailable)
  await expect(warehouse.ping(1_000)).rejects.toMatchObject(unavailable)
  await engine.front.up()
  await expectService()
})

test('a server that goes while it computes is unavailable', async () => {
  const going = warehouse.run(
    statement('SELECT count() AS going FROM numbers_mt(1000000000000) WHERE sipHash64(number) = 1'),
    unhurried,
  )
  const outcome = going.catch((error: unknown) => error)
  await expect.poll(() => engine.front.received.join()).toContain('going')
  await engine.front.down()
  expect(await outcome).toMatchObject(unavailable)
  await engine.front.up()
  await expectService()
})

test('a host that does not exist is unavailable', async () => {
  const nowhere = await openWarehouse(
    { name: 'nowhere', kind: 'clickhouse', urls: ['http://nowhere.invalid:8123'] },
    { log: createLogger('silent') },
  )
  await expect(nowhere.run(statement('SELECT 1 AS one'), unhurried)).rejects.toMatchObject(unavailable)
  await nowhere.close()
})
