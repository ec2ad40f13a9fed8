import { once } from 'node:events'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFailover } from '../../../src/warehouse/clickhouse/failover.ts'
import { unusableAnswer } from '../../../src/warehouse/clickhouse/failure.ts'
import type { Reached, Unreached } from '../../../src/warehouse/clickhouse/node.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const avoidMs = 5_000
const missed: Unreached = {
  reached: false,
  failure: unusableAnswer('gone'),
  mayHaveRun: false,
  gaveUpWaiting: false,
}

/** Some of the nodes a, b and c are down; the order in which they were asked is kept. */
function world(down: readonly string[]) {
  const failover = createFailover(['a', 'b', 'c'], { avoidMs })
  const gone = new Set(down)
  let asked = ''
  const reach = async () => {
    asked = ''
    const outcome = await failover.reach(async (node): Promise<Reached | Unreached> => {
      asked += node
      return gone.has(node) ? missed : answer
    })
    return outcome.reached ? `${asked}!` : asked
  }
  return { failover, gone, reach }
}

const answer: Reached = { reached: true, body: Readable.from([]) }

test('one that was missed is left alone for a while, and then tried again', async () => {
  const { gone, reach } = world(['a'])
  expect(await reach()).toBe('ab!')
  gone.clear()
  expect(await reach()).toBe('b!')
  vi.advanceTimersByTime(avoidMs - 1)
  expect(await reach()).toBe('b!')
  vi.advanceTimersByTime(1)
  expect(await reach()).toBe('a!')
  expect(await reach()).toBe('a!')
})

test('what is missed again is left alone again', async () => {
  const { reach } = world(['a'])
  await reach()
  vi.advanceTimersByTime(avoidMs)
  expect([await reach(), await reach()]).toEqual(['ab!', 'b!'])
})

test('one statement tries it, and the others do not wait for that', async () => {
  const { failover, reach } = world(['a'])
  await reach()
  vi.advanceTimersByTime(avoidMs)
  const asked: string[] = []
  const end = new AbortController()
  const ended = once(end.signal, 'abort')
  const trying = failover.reach(async (node) => {
    asked.push(node)
    if (node !== 'a') return answer
    await ended
    return missed
  })
  expect(await reach()).toBe('b!')
  end.abort()
  await trying
  expect(asked).toEqual(['a', 'b'])
})

test('where all are left alone, each is asked nevertheless, the longest one first', async () => {
  const { gone, reach } = world(['a', 'b'])
  expect(await reach()).toBe('abc!')
  vi.advanceTimersByTime(1)
  gone.add('c')
  expect(await reach()).toBe('cab')
  gone.clear()
  expect(await reach()).toBe('a!')
})

test('one that said no was reached: it stays the first', async () => {
  const failover = createFailover(['a', 'b'], { avoidMs })
  const refusal = new Error('no')
  await expect(failover.reach(() => Promise.reject(refusal))).rejects.toBe(refusal)
  const asked: string[] = []
  await failover.reach(async (node) => {
    asked.push(node)
    return answer
  })
  expect(asked).toEqual(['a'])
})
