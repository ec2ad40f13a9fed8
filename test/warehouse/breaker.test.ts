import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Breaker, createBreaker } from '../../src/warehouse/breaker.ts'
import { openWarehouse } from '../../src/warehouse/clickhouse/connect.ts'
import { unusableAnswer } from '../../src/warehouse/clickhouse/failure.ts'
import { startNode } from '../support/clickhouse-node.ts'
import { keptLog } from '../support/log-lines.ts'
import { statement } from '../support/warehouse.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const limits = { misses: 3, overMs: 500, pauseMs: 1_000 }
const gone = unusableAnswer('gone')
const never = new AbortController().signal
const opened = 'the data source is not reached: nothing is sent for now'
const closed = 'the data source is reached again'
const refused = {
  code: 'WAREHOUSE_UNAVAILABLE',
  message: 'The warehouse cannot be reached.',
  details: { retryAfterSeconds: 1 },
}

describe('a breaker', () => {
  /** What a look finds is said by `find`. */
  function world() {
    const { log, messages } = keptLog()
    let looks = 0
    let find: (breaker: Breaker) => void = (breaker) => breaker.missed(gone)
    const breaker: Breaker = createBreaker({
      name: 'test',
      log,
      limits,
      look: async () => {
        looks += 1
        find(breaker)
      },
    })
    const open = () => {
      for (const waitMs of [0, 250, 250]) {
        vi.advanceTimersByTime(waitMs)
        breaker.missed(gone)
      }
    }
    const pass = () => breaker.pass(never)
    return {
      breaker,
      pass,
      open,
      messages,
      looks: () => looks,
      setFind: (next: typeof find) => (find = next),
    }
  }

  test('lets pass until there were enough misses in a row', async () => {
    const { breaker, pass, messages } = world()
    for (const waitMs of [0, 300, 0, 300, 0]) {
      vi.advanceTimersByTime(waitMs)
      breaker.missed(gone)
      if (waitMs === 300) breaker.answered()
      await pass()
    }
    expect(messages()).toEqual([])
  })

  test('is not opened by what misses at once', async () => {
    const { breaker, pass } = world()
    for (let miss = 0; miss < 50; miss++) breaker.missed(gone)
    await expect(pass()).resolves.toBeUndefined()
  })

  test('refuses at once while it is open, and says after how long to come again', async () => {
    const { pass, open, looks, messages } = world()
    open()
    await expect(pass()).rejects.toMatchObject(refused)
    vi.advanceTimersByTime(limits.pauseMs - 1)
    await expect(pass()).rejects.toMatchObject(refused)
    expect([looks(), messages()]).toEqual([0, [opened]])
  })

  test('has one look after the pause, for all who ask meanwhile, and pauses again where nothing is found', async () => {
    const { pass, open, looks, messages } = world()
    open()
    vi.advanceTimersByTime(limits.pauseMs)
    const outcomes = await Promise.allSettled([pass(), pass(), pass()])
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'rejected', reason: refused })))
    await expect(pass()).rejects.toMatchObject(refused)
    expect([looks(), messages()]).toEqual([1, [opened]])
  })

  test('lets those pass who waited for a look that found an answer, and says so once', async () => {
    const { pass, open, looks, messages, setFind } = world()
    open()
    setFind((breaker) => breaker.answered())
    vi.advanceTimersByTime(limits.pauseMs)
    await Promise.all([pass(), pass(), pass()])
    await pass()
    expect([looks(), messages()]).toEqual([1, [opened, closed]])
  })

  test('lets nobody wait for a look longer than there is time', async () => {
    const { open, breaker, setFind } = world()
    open()
    setFind(() => {
      throw new Error('not yet')
    })
    vi.advanceTimersByTime(limits.pauseMs)
    const reason = new Error('time is up')
    await expect(breaker.pass(AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})

describe('a source', () => {
  const run = { signal: undefined, timeoutMs: 10_000 }
  const select = statement('SELECT {p0:String} AS v', 'a')

  async function world() {
    const { log, messages } = keptLog()
    const node = await startNode('node')
    const source = { name: 'test', kind: 'clickhouse', urls: [node.url] } as const
    const warehouse = await openWarehouse(source, { log })
    const close = async () => {
      await warehouse.close()
      await node.close()
    }
    return { node, warehouse, messages, close }
  }

  test('that is not reached is left alone and found again, which the log and a ping tell', async () => {
    const { node, warehouse, messages, close } = await world()
    node.fault = '503'
    for (const waitMs of [0, 700, 700, 700, 0, 0]) {
      vi.advanceTimersByTime(waitMs)
      await expect(warehouse.run(select, run)).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
    }
    const sent = node.received.length
    await expect(warehouse.run(select, run)).rejects.toMatchObject(refused)
    await expect(warehouse.ping(1_000)).rejects.toMatchObject(refused)
    expect([sent, node.received.length, messages()]).toEqual([5, 5, [opened]])
    node.fault = null
    vi.advanceTimersByTime(1_000)
    expect((await warehouse.run(select, run)).columns).toEqual([['node']])
    await warehouse.ping(1_000)
    expect(messages()).toEqual([opened, closed])
    await close()
  })

  test.each([
    'hang',
    '504',
    '413',
    'half a body',
    'too many queries',
    'framed exception in mid-stream',
  ] as const)('is not left alone for what statements bring about: %s', async (fault) => {
    const { node, warehouse, messages, close } = await world()
    node.fault = fault
    const timeoutMs = fault === 'hang' ? 50 : 10_000
    for (let index = 0; index < 8; index++) {
      vi.advanceTimersByTime(700)
      await expect(warehouse.run(select, { signal: undefined, timeoutMs })).rejects.toThrow()
    }
    node.fault = null
    expect((await warehouse.run(select, run)).columns).toEqual([['node']])
    expect(messages()).toEqual([])
    await close()
  })

  test.each(['reset', 'closed', 'no HTTP', '502'] as const)(
    'is open to others where one statement of a guest breaks off each time: %s',
    async (fault) => {
      const { node, warehouse, messages, close } = await world()
      node.fault = fault
      node.isHit = (text) => text.includes('heavy')
      for (let index = 0; index < 8; index++) {
        vi.advanceTimersByTime(700)
        const heavy = warehouse.run(statement('SELECT {p0:String} AS heavy', 'a'), run)
        await expect(heavy).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
      }
      expect((await warehouse.run(select, run)).columns).toEqual([['node']])
      expect(messages()).toEqual([])
      await close()
    },
  )

  test.each(['reset', '502'] as const)(
    'that breaks off whatever is asked is left alone: %s',
    async (fault) => {
      const { node, warehouse, messages, close } = await world()
      node.fault = fault
      for (let index = 0; index < 5; index++) {
        vi.advanceTimersByTime(700)
        await expect(warehouse.run(select, run)).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
        // A look follows each of them.
        await expect.poll(() => node.received.length).toBe(2 * (index + 1))
      }
      await expect.poll(messages).toEqual([opened])
      await expect(warehouse.run(select, run)).rejects.toMatchObject(refused)
      await close()
    },
  )

  test('that takes pings and never answers them is left alone', async () => {
    const { node, warehouse, close } = await world()
    node.fault = 'hang'
    for (let index = 0; index < 5; index++) {
      vi.advanceTimersByTime(700)
      await expect(warehouse.ping(20)).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
    }
    await expect(warehouse.run(select, run)).rejects.toMatchObject(refused)
    await close()
  })
})
