import { beforeEach, expect, test } from 'vitest'
import { createUnsent, type Held } from '../../src/http/unsent.ts'

let ended: string[] = []
beforeEach(() => {
  ended = []
})

/** Of answers with names, which begin with their holder's. */
function holding(bytesMax: number): (name: string, bytes: number) => Held {
  const unsent = createUnsent(bytesMax)
  return (name, bytes) => unsent.hold(name.slice(0, 1), bytes, () => ended.push(name))
}

test('what was taken or let go of leaves room', () => {
  const hold = holding(100)
  const first = hold('a1', 90)
  first.taken(40)
  hold('b1', 50)
  expect(ended).toEqual([])
  first.release()
  first.release()
  first.taken(10)
  hold('b2', 50)
  expect(ended).toEqual([])
  hold('b3', 1)
  expect(ended).toEqual(['b1'])
})

test('of the holder of the most that answer is ended which was not taken from for longest', () => {
  const hold = holding(100)
  hold('b1', 30)
  const first = hold('a1', 30)
  hold('a2', 30)
  first.taken(1)
  hold('b2', 20)
  expect(ended).toEqual(['a2'])
})

test('who needs the room counts as who holds it', () => {
  const hold = holding(100)
  hold('b1', 55)
  hold('a1', 45)
  hold('a2', 20)
  expect(ended).toEqual(['a1'])
})

test('a single answer is sent, however large it is', () => {
  const hold = holding(100)
  hold('a1', 10)
  hold('b1', 1_000)
  expect(ended).toEqual(['a1'])
  hold('c1', 10)
  expect(ended).toEqual(['a1', 'b1'])
})
