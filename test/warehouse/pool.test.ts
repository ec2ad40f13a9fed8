import { expect, test } from 'vitest'
import { createPool } from '../../src/warehouse/pool.ts'

/** A caller that never leaves. */
const patient = () => new AbortController().signal
const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }

test('whoever asked first is served first', async () => {
  const pool = createPool(['a'], 10)
  const held = await pool.acquire(patient())
  const served: number[] = []
  const all = [1, 2, 3].map(async (number) => {
    const member = await pool.acquire(patient())
    served.push(number)
    pool.release(member)
  })
  pool.release(held)
  await Promise.all(all)
  expect(served).toEqual([1, 2, 3])
})

test('a member has one holder at a time', async () => {
  const pool = createPool(['a', 'b'], 100)
  const holders = new Map<string, number>()
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const member = await pool.acquire(patient())
      expect(holders.get(member) ?? 0).toBe(0)
      holders.set(member, 1)
      await new Promise(setImmediate)
      holders.set(member, 0)
      pool.release(member)
    }),
  )
})

test('one that leaves the queue is passed over, with its own reason', async () => {
  const pool = createPool(['a'], 10)
  await pool.acquire(patient())
  const leaving = new AbortController()
  const first = pool.acquire(leaving.signal)
  const second = pool.acquire(patient())
  leaving.abort(new Error('left'))
  await expect(first).rejects.toThrow('left')
  pool.release('a')
  expect(await second).toBe('a')
})

test('beyond the length of the queue it is unavailable', async () => {
  const pool = createPool(['a'], 1)
  await pool.acquire(patient())
  const waiting = pool.acquire(patient())
  await expect(pool.acquire(patient())).rejects.toMatchObject({
    ...unavailable,
    cause: new Error('1 statements wait already.'),
  })
  pool.release('a')
  expect(await waiting).toBe('a')
})

test('closed, it is unavailable to whoever waits or comes', async () => {
  const pool = createPool(['a'], 10)
  await pool.acquire(patient())
  const waiting = pool.acquire(patient())
  pool.close()
  await expect(waiting).rejects.toMatchObject(unavailable)
  await expect(pool.acquire(patient())).rejects.toMatchObject(unavailable)
})
