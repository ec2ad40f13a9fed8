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
