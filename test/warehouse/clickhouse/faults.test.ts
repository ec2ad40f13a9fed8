import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/log.ts'
import { openWarehouse } from '../../../src/warehouse/clickhouse/connect.ts'
import type { Warehouse } from '../../../src/warehouse/warehouse.ts'
import type { Fault } from '../../support/clickhouse-front.ts'
import { openTestEngine, statement, type TestEngine, unhurried } from '../../support/warehouse.ts'

let engine: TestEngine
let warehouse: Warehouse
beforeAll(async () => {
  engine = await openTestEngine()
})
beforeEach(async () => {
  warehouse = await engine.open('front', 2)
  return () => warehouse.close()
})
afterAll(() => engine.close())

const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }
const timedOut = { code: 'QUERY_TIMEOUT', message: 'The query took longer than its time limit.' }
const tooLarge = { code: 'QUERY_TOO_LARGE', message: 'The query is larger than its limits.' }

const faults: readonly (readonly [Fault, object])[] = [
  ['hang', timedOut],
  ['slow drip', timedOut],
  ['reset', unavailable],
  ['503', unavailable],
  ['html', unavailable],
  ['empty', unavailable],
  ['empty list', unavailable],
  ['half a body', unavailable],
  ['cut off', unavailable],
  ['wrong password', unavailable],
  ['exception in mid-stream', tooLarge],
]

const run = (timeoutMs = 20_000) =>
  warehouse.run(statement('SELECT {p0:String} AS v', 'a'), { signal: undefined, timeoutMs })

async function expectService(): Promise<void> {
  expect((await run()).columns).toEqual([['a']])
}

describe.each(faults)('%s', (fault, expected) => {
  test('is an error, and what comes after it is answered', async () => {
    await expectService()
    engine.front.fault = fault
    // More of them than there are connections, so that each of those is hit.
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => run(500)))
    engine.front.fault = null
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'rejected', reason: expected })))
    await expectService()
  })

  test('is unavailable for a ping', async () => {
    engine.front.fault = fault
    await expect(warehouse.ping(300)).rejects.toMatchObject(unavailable)
    engine.front.fault = null
    await expect(warehouse.ping(5_000)).resolves.toBeUndefined()
  })
})

test('a server that is gone is unavailable, and once it is back the next statement is answered', async () => {
  await expectService()
  await engine.front.down()
  await expect(run()).rejects.toMatchObject(unavailable)
  await expect(run()).rejects.toMatchObject(unavailable)
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
