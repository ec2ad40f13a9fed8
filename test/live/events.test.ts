import { expect, test } from 'vitest'
import type { LiveEvent, Outcome } from '../../src/graphql/live.ts'
import { type EventTerms, liveEvents } from '../../src/live/events.ts'
import type { Member } from '../../src/live/poll.ts'
import { nobody as context } from '../support/nobody.ts'

function outcome(place: number, model = 1): Outcome {
  return { kind: 'failure', digest: String(place).padStart(16, 'x'), model, error: place }
}

/** A reader of so many questions, which the test tells. */
function reader(count: number, terms: Partial<EventTerms> = {}) {
  const members: Omit<Member, 'ask' | 'turns'>[] = []
  const ended = new AbortController()
  const gone = new AbortController()
  let left = 0
  let released = 0
  const renewed: number[] = []
  const join = (member: Omit<Member, 'ask' | 'turns'>) => {
    members.push(member)
    return {
      leave: () => {
        left += 1
      },
      renew: (model: number) => void renewed.push(model),
    }
  }
  const events = liveEvents({
    watched: Array.from({ length: count }, () => ({ join })),
    lastEventId: undefined,
    bind: async () => ({ context, model: 1 }),
    context,
    ended: ended.signal,
    gone: gone.signal,
    release: () => {
      released += 1
    },
    ...terms,
  })
  const next = async (): Promise<LiveEvent | null> => (await events.next()).value ?? null
  const state = () => ({ left: left >= count, released: released > 0 })
  return {
    events,
    next,
    tell: (index: number, told: Outcome) => members[index]?.tell(told),
    ended,
    gone,
    renewed,
    state,
  }
}

test('whoever reads slowly gets the latest of each question, however much was told meanwhile', async () => {
  const { next, tell, events } = reader(2)
  for (let place = 0; place < 10_000; place += 1) tell(place % 2, outcome(place))
  const read = [await next(), await next()]
  expect(read.map((event) => [event?.index, event?.outcome])).toEqual([
    [0, outcome(9_998)],
    [1, outcome(9_999)],
  ])
  await events.return?.()
  expect(await next()).toBe(null)
})

test('what goes back to what was seen is not told', async () => {
  const { next, tell } = reader(1)
  tell(0, outcome(1))
  expect((await next())?.outcome).toEqual(outcome(1))
  tell(0, outcome(2))
  tell(0, outcome(1))
  const waiting = next()
  tell(0, outcome(3))
  expect((await waiting)?.outcome).toEqual(outcome(3))
})

test('what was asked under an older model is not told, however long it waited, and is asked again', async () => {
  let model = 1
  const { next, tell, renewed } = reader(1, { bind: async () => ({ context, model }) })
  tell(0, outcome(1))
  model = 2
  const waiting = next()
  await expect.poll(() => renewed).toEqual([2])
  tell(0, outcome(3, 2))
  expect((await waiting)?.outcome).toEqual(outcome(3, 2))
})

test('an id says what was seen of each question, and whoever comes back with it is told the rest', async () => {
  const first = reader(2)
  first.tell(1, outcome(1))
  const seen = await first.next()
  expect(seen?.id).toBe(`-.${outcome(1).digest}`)
  const again = reader(2, { lastEventId: seen?.id ?? '' })
  again.tell(1, outcome(1))
  again.tell(0, outcome(2))
  const told = await again.next()
  expect([told?.index, told?.id]).toEqual([0, `${outcome(2).digest}.${outcome(1).digest}`])
})

test('with the token it ends at once, tells nothing that waited, and says so last', async () => {
  const { next, tell, ended, state } = reader(1)
  tell(0, outcome(1))
  ended.abort('revoked')
  expect(state()).toEqual({ left: true, released: true })
  const last = await next()
  expect([last?.id, last?.outcome]).toEqual([
    null,
    { kind: 'failure', digest: expect.any(String), model: null, error: 'revoked' },
  ])
  expect(await next()).toBe(null)
})

test('a token that ends while an event is bound is told nothing more', async () => {
  const { next, tell, ended } = reader(1, {
    bind: async () => {
      ended.abort('revoked')
      return { context, model: 1 }
    },
  })
  tell(0, outcome(1))
  expect((await next())?.outcome).toMatchObject({ error: 'revoked' })
})

test('of a client that has gone nothing is left, whether it was waiting or not', async () => {
  const { next, gone, state } = reader(3)
  const waiting = next()
  gone.abort()
  expect([await waiting, state()]).toEqual([null, { left: true, released: true }])
  const late = reader(1, { gone: gone.signal })
  expect([late.state(), await late.next()]).toEqual([{ left: true, released: true }, null])
})

test('where one question is refused none is joined', () => {
  let left = 0
  const leave = () => {
    left += 1
  }
  const refuse = () => {
    throw new Error('full')
  }
  expect(() =>
    reader(0, { watched: [{ join: () => ({ leave, renew: () => {} }) }, { join: refuse }] }),
  ).toThrow('full')
  expect(left).toBe(1)
})
