import { expect, test } from 'vitest'
import { createCredentialTurns, presentedIn } from '../../../src/access/rates/turns.ts'
import { refused } from '../../../src/access/refusal.ts'
import { caught } from '../../support/caught.ts'

/** The machine may be busy. */
const patient = { interval: 1, timeout: 10_000 }
const address = '192.0.2.1'
const limited = {
  code: 'RATE_LIMITED',
  message: 'Too many requests. Expected fewer wrong credentials from one address.',
  details: { retryAfterSeconds: 1 },
}

/** Looks that take until they are let go. */
function slowLooks() {
  const waiting: (() => void)[] = []
  const look = (outcome: () => string) => () =>
    new Promise<string>((resolve, reject) => {
      waiting.push(() => {
        try {
          resolve(outcome())
        } catch (error) {
          reject(error)
        }
      })
    })
  return { waiting, look }
}

const wrong = () => {
  throw refused('signature_invalid')
}
const right = () => 'right'

async function suspected(refusals: number) {
  const turns = createCredentialTurns(refusals)
  await turns.take(presentedIn('Bearer known', address), async () => right())
  for (let count = 0; count < refusals; count += 1) {
    await caught(turns.take(presentedIn(`Bearer wrong ${count}`, address), async () => wrong()))
  }
  return turns
}

test('wrong credentials are looked at one by one once there were too many, and those beyond a hundred that wait are not', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  const flood = Array.from({ length: 150 }, (_, index) =>
    caught(turns.take(presentedIn(`Bearer flood ${index}`, address), look(wrong))),
  )
  await expect.poll(() => waiting.length, patient).toBe(1)
  const unseen = await Promise.all(flood.slice(101))
  expect(unseen).toHaveLength(49)
  for (const each of unseen) expect(each).toMatchObject(limited)
  for (let count = 0; count < 101; count += 1) {
    await expect.poll(() => waiting.length, patient).toBe(1)
    waiting.pop()?.()
  }
  for (const each of await Promise.all(flood.slice(0, 101)))
    expect(each).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('a flood holds up neither what was accepted before, nor other kinds, nor other addresses, and what is new and good gets its turn', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  const flood = Array.from({ length: 50 }, (_, index) =>
    caught(turns.take(presentedIn(`Bearer flood ${index}`, address), look(wrong))),
  )
  const fresh = turns.take(presentedIn('Bearer fresh', address), async () => right())
  expect(await turns.take(presentedIn('Bearer known', address), async () => right())).toBe('right')
  expect(await turns.take(presentedIn('Bearer tsk_new', address), async () => right())).toBe('right')
  expect(await turns.take(presentedIn('Bearer fresh', '192.0.2.2'), async () => right())).toBe('right')
  for (let count = 0; count < 50; count += 1) {
    await expect.poll(() => waiting.length, patient).toBe(1)
    waiting.pop()?.()
  }
  expect(await fresh).toBe('right')
  await Promise.all(flood)
})

test('who would not be looked at is known beforehand, and nobody else is taken for one', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  const isTurnedAway = (text: string, from = address) => turns.turnsAway(presentedIn(text, from))
  const taken = (text: string) => caught(turns.take(presentedIn(text, address), look(wrong)))
  const flood = Array.from({ length: 100 }, (_, index) => taken(`Bearer flood ${index}`))
  expect(isTurnedAway('Bearer fresh')).toBe(false)
  flood.push(taken('Bearer last'))
  expect(isTurnedAway('Bearer fresh')).toBe(true)
  expect(await taken('Bearer fresh')).toMatchObject(limited)
  expect(isTurnedAway('Bearer last')).toBe(true)
  expect(isTurnedAway('Bearer known')).toBe(false)
  expect(isTurnedAway('Bearer tsk_new')).toBe(false)
  expect(isTurnedAway('Bearer fresh', '192.0.2.2')).toBe(false)
  await expect.poll(() => waiting.length, patient).toBe(1)
  waiting.pop()?.()
  await expect.poll(() => waiting.length, patient).toBe(1)
  expect(isTurnedAway('Bearer fresh')).toBe(false)
  const fresh = turns.take(presentedIn('Bearer fresh', address), look(right))
  expect(isTurnedAway('Bearer fresher')).toBe(true)
  for (let count = 0; count < 101; count += 1) {
    await expect.poll(() => waiting.length, patient).toBe(1)
    waiting.pop()?.()
  }
  expect(await fresh).toBe('right')
  await Promise.all(flood)
})

test('a credential that was accepted is known as one while it is looked at again', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  const never = slowLooks()
  for (let count = 0; count < 101; count += 1) {
    void turns.take(presentedIn(`Bearer flood ${count}`, address), never.look(right))
  }
  const again = caught(turns.take(presentedIn('Bearer known', address), look(wrong)))
  await expect.poll(() => waiting.length, patient).toBe(1)
  expect(turns.turnsAway(presentedIn('Bearer known', address))).toBe(false)
  expect(turns.turnsAway(presentedIn('Bearer fresh', address))).toBe(true)
  waiting.pop()?.()
  expect(await again).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(turns.turnsAway(presentedIn('Bearer known', address))).toBe(true)
})

test('a look that waits for others lets the next have their turns, and ends in a turn of its own', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  let answer = (_: string) => {}
  const ended: string[] = []
  const apart = turns.take(presentedIn('Bearer apart', address), async (aside) => {
    const wait = () =>
      new Promise<string>((resolve) => {
        answer = resolve
      })
    ended.push(await aside(wait))
  })
  expect(await turns.take(presentedIn('Bearer next', address), async () => right())).toBe('right')
  const atSlow = () => {
    ended.push('slow')
    return right()
  }
  const slow = turns.take(presentedIn('Bearer slow', address), look(atSlow))
  await expect.poll(() => waiting.length, patient).toBe(1)
  answer('apart')
  await new Promise((resolve) => setImmediate(resolve))
  waiting.pop()?.()
  await Promise.all([slow, apart])
  expect(ended).toEqual(['slow', 'apart'])
})

test('a hundred wait for others at a time, and who comes beyond them is told to come again', async () => {
  const turns = await suspected(3)
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  const outcomes: unknown[] = []
  const apart = Array.from({ length: 102 }, async (_, index) => {
    const look = turns.take(presentedIn(`Bearer apart ${index}`, address), async (aside) => {
      await aside(() => answered)
      return right()
    })
    outcomes.push(await look.catch((error: unknown) => error))
  })
  await expect.poll(() => outcomes.length, patient).toBe(2)
  for (const each of outcomes) expect(each).toMatchObject(limited)
  answer()
  await Promise.all(apart)
  expect(outcomes.slice(2)).toEqual(Array.from({ length: 100 }, right))
  // Those who came back have left room.
  const again = turns.take(presentedIn('Bearer again', address), (aside) => aside(async () => right()))
  expect(await again).toBe('right')
})

test('what was accepted once and is refused now takes turns with the others, however many come with it at once', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  const known = () => turns.take(presentedIn('Bearer known', address), look(wrong))
  const flood = Array.from({ length: 50 }, () => caught(known()))
  for (let count = 0; count < 50; count += 1) {
    await expect.poll(() => waiting.length, patient).toBe(1)
    waiting.pop()?.()
  }
  for (const each of await Promise.all(flood)) expect(each).toMatchObject({ code: 'UNAUTHENTICATED' })
  const later = [caught(known()), caught(known())]
  for (const each of later) {
    await expect.poll(() => waiting.length, patient).toBe(1)
    waiting.pop()?.()
    expect(await each).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
})

test('what was accepted and still is goes past the turns together, as soon as one of it was looked at', async () => {
  const turns = await suspected(3)
  const { waiting, look } = slowLooks()
  const many = Array.from({ length: 20 }, () => turns.take(presentedIn('Bearer known', address), look(right)))
  await expect.poll(() => waiting.length, patient).toBe(1)
  waiting.pop()?.()
  await expect.poll(() => waiting.length, patient).toBe(19)
  for (const each of waiting) each()
  expect(await Promise.all(many)).toEqual(Array(20).fill('right'))
})

test('what fails for another reason makes nobody suspect', async () => {
  const turns = createCredentialTurns(1)
  const failing = async () => {
    throw new Error('The store is gone.')
  }
  for (let count = 0; count < 5; count += 1) {
    await caught(turns.take(presentedIn('Bearer one', address), failing))
  }
  const { waiting, look } = slowLooks()
  const both = [1, 2].map(() => turns.take(presentedIn('Bearer one', address), look(right)))
  await expect.poll(() => waiting.length, patient).toBe(2)
  for (const each of waiting) each()
  expect(await Promise.all(both)).toEqual(['right', 'right'])
})

test('links that lead nowhere are counted like credentials that are worth nothing', async () => {
  const turns = createCredentialTurns(2)
  const link = (text: string) => ({ kind: 'export_link', text, address }) as const
  expect(await turns.take(link('one'), async () => null)).toBeNull()
  expect(await turns.take(link('two'), async () => null)).toBeNull()
  const { waiting, look } = slowLooks()
  const both = ['three', 'four'].map((text) => turns.take(link(text), look(right)))
  await expect.poll(() => waiting.length, patient).toBe(1)
  waiting.pop()?.()
  await expect.poll(() => waiting.length, patient).toBe(1)
  waiting.pop()?.()
  expect(await Promise.all(both)).toEqual(['right', 'right'])
})
