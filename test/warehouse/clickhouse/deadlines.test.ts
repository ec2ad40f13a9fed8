import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TesseraError } from '../../../src/errors.ts'
import type { Statement } from '../../../src/warehouse/statement.ts'
import type { Warehouse } from '../../../src/warehouse/warehouse.ts'
import { openTestEngine, statement, type TestEngine, unhurried, ways } from '../../support/warehouse.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

/** Takes hours; the mark tells one from the other among the engine's processes. */
function endless(mark: string): Statement {
  return statement(
    `SELECT count() AS ${mark} FROM numbers_mt(1000000000000) WHERE sipHash64(number) = 1 AND {p0:String} = 'x'`,
    'x',
  )
}

async function running(mark: string): Promise<number> {
  const found = await engine.execute(
    `SELECT count() FROM system.processes WHERE query LIKE '%AS ${mark} %' AND query NOT LIKE '%system.processes%'`,
  )
  return Number(found)
}

async function untilRunning(mark: string, count: number): Promise<void> {
  await expect.poll(() => running(mark), { timeout: 20_000, interval: 20 }).toBe(count)
}

const timedOut = {
  name: 'TesseraError',
  code: 'QUERY_TIMEOUT',
  message: 'The query took longer than its time limit.',
}

describe.each(ways)('over %s', (way) => {
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await engine.open(way, 2)
  })
  const mark = (name: string) => `${name}_${way}`

  async function expectService(): Promise<void> {
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((value) =>
        warehouse.run(statement('SELECT {p0:String} AS v', value), unhurried),
      ),
    )
    expect(answers.map(({ columns }) => columns)).toEqual([[['a']], [['b']], [['c']], [['d']]])
  }

  test('statements run at the same time, as many as there are connections', async () => {
    const abort = new AbortController()
    const options = { signal: abort.signal, timeoutMs: 60_000 }
    const runs = [1, 2, 3].map(() => warehouse.run(endless(mark('parallel')), options))
    await untilRunning(mark('parallel'), 2)
    abort.abort(new Error('enough'))
    const outcomes = await Promise.allSettled(runs)
    expect(outcomes).toEqual(runs.map(() => ({ status: 'rejected', reason: new Error('enough') })))
    await untilRunning(mark('parallel'), 0)
  })

  test('an aborted query ends in the engine, its caller gets the reason, and its connection serves again', async () => {
    const abort = new AbortController()
    const run = warehouse.run(endless(mark('aborted')), { signal: abort.signal, timeoutMs: 60_000 })
    await untilRunning(mark('aborted'), 1)
    const reason = new Error('the viewer left')
    abort.abort(reason)
    await expect(run).rejects.toBe(reason)
    await untilRunning(mark('aborted'), 0)
    await expectService()
  })

  test('a query aborted in the moment it is sent ends in the engine as well', async () => {
    for (let round = 0; round < 10; round++) {
      const abort = new AbortController()
      const run = warehouse.run(endless(mark('instant')), { signal: abort.signal, timeoutMs: 60_000 })
      setTimeout(() => abort.abort(new Error('at once')), round)
      await expect(run).rejects.toThrow('at once')
    }
    await untilRunning(mark('instant'), 0)
    await expectService()
  })

  test('a query that takes too long ends in the engine, with QUERY_TIMEOUT', async () => {
    const run = warehouse.run(endless(mark('slow')), { signal: undefined, timeoutMs: 300 })
    await expect(run).rejects.toMatchObject(timedOut)
    await untilRunning(mark('slow'), 0)
    await expectService()
  })

  test('the wait for a connection counts', async () => {
    const abort = new AbortController()
    const options = { signal: abort.signal, timeoutMs: 60_000 }
    const holders = [1, 2].map(() => warehouse.run(endless(mark('holder')), options))
    await untilRunning(mark('holder'), 2)
    const waiter = warehouse.run(statement('SELECT 1 AS one'), { signal: undefined, timeoutMs: 100 })
    await expect(waiter).rejects.toMatchObject(timedOut)
    abort.abort(new Error('done'))
    await Promise.allSettled(holders)
    await untilRunning(mark('holder'), 0)
    await expectService()
  })

  test('one that waits for a connection can leave', async () => {
    const [holding, leaving] = [new AbortController(), new AbortController()]
    const options = { signal: holding.signal, timeoutMs: 60_000 }
    const holders = [1, 2].map(() => warehouse.run(endless(mark('held')), options))
    await untilRunning(mark('held'), 2)
    const waiter = warehouse.run(statement('SELECT 1 AS one'), { ...unhurried, signal: leaving.signal })
    leaving.abort(new Error('left'))
    await expect(waiter).rejects.toThrow('left')
    holding.abort(new Error('done'))
    await Promise.allSettled(holders)
    await untilRunning(mark('held'), 0)
    await expectService()
  })

  test('a kill never hits the query of another request', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        if (index % 3 === 0) {
          const doomed = warehouse.run(endless(mark('doomed')), { signal: undefined, timeoutMs: 100 })
          return doomed.then(String, (error: unknown) => (error instanceof TesseraError ? error.code : error))
        }
        const run = warehouse.run(statement('SELECT {p0:String} AS v', `value ${index}`), unhurried)
        return (await run).columns[0]?.[0]
      }),
    )
    expect(outcomes).toEqual(
      Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 'QUERY_TIMEOUT' : `value ${index}`)),
    )
    await untilRunning(mark('doomed'), 0)
  })

  test('with a signal that is aborted already nothing is sent', async () => {
    const reason = new Error('too late')
    const before = engine.front.received.length
    const run = warehouse.run(statement('SELECT 1 AS one'), {
      ...unhurried,
      signal: AbortSignal.abort(reason),
    })
    await expect(run).rejects.toBe(reason)
    expect(engine.front.received.length).toBe(before)
  })

  test('closing ends what runs, and afterwards it is unavailable', async () => {
    const closing = await engine.open(way, 2)
    const runs = [1, 2, 3].map(() => closing.run(endless(mark('closing')), unhurried))
    const outcomes = Promise.allSettled(runs)
    await untilRunning(mark('closing'), 2)
    await closing.close()
    const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }
    expect(await outcomes).toMatchObject(runs.map(() => ({ status: 'rejected', reason: unavailable })))
    await untilRunning(mark('closing'), 0)
    await expect(closing.run(statement('SELECT 1 AS one'), unhurried)).rejects.toMatchObject(unavailable)
  })
})
