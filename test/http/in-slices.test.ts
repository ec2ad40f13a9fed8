import { expect, test } from 'vitest'
import { createSlices } from '../../src/http/in-slices.ts'

const lookAtConnections = () => new Promise((resolve) => setImmediate(resolve))

test('many small things are done in their order, a few at a time', async () => {
  const soon = createSlices()
  const done: number[] = []
  const all = Array.from({ length: 100 }, (_, index) => index)
  for (const index of all) soon(() => done.push(index))
  const counts = [done.length]
  for (let round = 0; round < 3; round += 1) {
    await lookAtConnections()
    counts.push(done.length)
  }
  expect([counts, done]).toEqual([[0, 40, 80, 100], all])
  soon(() => done.push(100))
  await lookAtConnections()
  expect(done.at(-1)).toBe(100)
})

test('those that come faster than they are done do not pile up', async () => {
  const soon = createSlices()
  const done: number[] = []
  const all = Array.from({ length: 1_100 }, (_, index) => index)
  for (const index of all) soon(() => done.push(index))
  expect(done).toHaveLength(1_000)
  await expect.poll(() => done.length).toBe(1_100)
  expect(done).toEqual(all)
})
