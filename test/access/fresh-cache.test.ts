import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createFreshCache, type Freshness } from '../../src/access/fresh-cache.ts'

interface Answer {
  readonly serial: number
}

/** A source that counts how often it was asked; `answer` may be exchanged. */
function setUp(freshness: Partial<Freshness>) {
  const failures: unknown[] = []
  const cache = createFreshCache<Answer>({
    entries: 100,
    renewAfterMs: 60_000,
    maxAgeMs: 60_000,
    maxAgeOnFailureMs: 60_000,
    absentMaxAgeMs: 60_000,
    onFailure: (error) => failures.push(error),
    ...freshness,
  })
  const source = {
    asked: 0,
    answer: async (): Promise<Answer | null> => ({ serial: source.asked }),
  }
  const get = (key = 'a') =>
    cache.get(key, () => {
      source.asked += 1
      return source.answer()
    })
  return { get, source, failures }
}

describe('a fresh cache', () => {
  it('asks once for many callers at the same time, and not again while the answer is young', async () => {
    const { get, source } = setUp({})
    const answers = await Promise.all(Array.from({ length: 50 }, () => get()))
    expect(new Set(answers)).toEqual(new Set([{ serial: 1 }]))
    expect(await get()).toEqual({ serial: 1 })
    expect(source.asked).toBe(1)
  })

  it('gives an ageing answer at once and renews it behind', async () => {
    const { get, source } = setUp({ renewAfterMs: 0 })
    expect(await get()).toEqual({ serial: 1 })
    expect(await get()).toEqual({ serial: 1 })
    await sleep(5)
    expect(source.asked).toBe(2)
    expect(await get()).toEqual({ serial: 2 })
  })

  it('waits for a new answer when the known one is too old', async () => {
    const { get } = setUp({ renewAfterMs: 0, maxAgeMs: 0 })
    expect(await get()).toEqual({ serial: 1 })
    expect(await get()).toEqual({ serial: 2 })
  })

  it('forgets what the source no longer has', async () => {
    const { get, source } = setUp({ renewAfterMs: 0, maxAgeMs: 0 })
    expect(await get()).toEqual({ serial: 1 })
    source.answer = async () => null
    expect(await get()).toBeNull()
  })

  it('remembers for a while that there is nothing', async () => {
    const { get, source } = setUp({ absentMaxAgeMs: 20 })
    source.answer = async () => null
    expect(await get()).toBeNull()
    expect(await get()).toBeNull()
    expect(source.asked).toBe(1)
    source.answer = async () => ({ serial: 7 })
    await sleep(40)
    expect(await get()).toEqual({ serial: 7 })
  })

  it('goes on with the known answer while the source fails, and tells of it', async () => {
    const { get, source, failures } = setUp({ renewAfterMs: 0, maxAgeMs: 0 })
    expect(await get()).toEqual({ serial: 1 })
    const outage = new Error('out')
    source.answer = async () => Promise.reject(outage)
    expect(await get()).toEqual({ serial: 1 })
    expect(failures).toEqual([outage])
  })

  it('fails where the source fails and the known answer is too old even for that, or there is none', async () => {
    const { get, source, failures } = setUp({ renewAfterMs: 0, maxAgeMs: 0, maxAgeOnFailureMs: 0 })
    expect(await get()).toEqual({ serial: 1 })
    source.answer = async () => Promise.reject(new Error('out'))
    await expect(get()).rejects.toThrow('out')
    await expect(get('b')).rejects.toThrow('out')
    source.answer = async () => ({ serial: 9 })
    expect(await get('b')).toEqual({ serial: 9 })
    expect(failures).toEqual([])
  })

  it('keeps known answers through a flood of absent ones', async () => {
    const { get, source } = setUp({ entries: 10 })
    expect(await get()).toEqual({ serial: 1 })
    source.answer = async () => null
    for (let index = 0; index < 1_000; index += 1) expect(await get(`absent ${index}`)).toBeNull()
    expect(await get()).toEqual({ serial: 1 })
  })
})

describe('a fresh cache that is told of a change', () => {
  function held() {
    const cache = createFreshCache<Answer>({
      entries: 100,
      renewAfterMs: 60_000,
      maxAgeMs: 60_000,
      maxAgeOnFailureMs: 60_000,
      absentMaxAgeMs: 60_000,
      onFailure: () => undefined,
    })
    let resolve: (answer: Answer | null) => void = () => undefined
    const promise = new Promise<Answer | null>((settle) => {
      resolve = settle
    })
    return { cache, slow: { promise, resolve } }
  }

  it('asks again for what was forgotten, also for what was absent', async () => {
    const { cache } = held()
    await cache.get('a', async () => ({ serial: 1 }))
    await cache.get('b', async () => null)
    cache.forget('a')
    cache.forget('b')
    expect(await cache.get('a', async () => ({ serial: 2 }))).toEqual({ serial: 2 })
    expect(await cache.get('b', async () => ({ serial: 3 }))).toEqual({ serial: 3 })
  })

  it('gives the changed answer and makes none of its own', async () => {
    const { cache } = held()
    await cache.get('a', async () => ({ serial: 1 }))
    cache.change('a', ({ serial }) => ({ serial: serial + 10 }))
    cache.change('b', () => ({ serial: 99 }))
    expect(await cache.get('a', async () => ({ serial: 2 }))).toEqual({ serial: 11 })
    expect(await cache.get('b', async () => ({ serial: 3 }))).toEqual({ serial: 3 })
  })

  it.each(['forget', 'change'] as const)('keeps nothing that was asked before: %s', async (how) => {
    const { cache, slow } = held()
    const early = cache.get('a', () => slow.promise)
    if (how === 'forget') cache.forget('a')
    else cache.change('a', (value) => value)
    slow.resolve({ serial: 1 })
    expect(await early).toEqual({ serial: 1 })
    expect(await cache.get('a', async () => ({ serial: 2 }))).toEqual({ serial: 2 })
  })
})
