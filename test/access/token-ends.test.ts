import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { refusalOf } from '../../src/access/refusal.ts'
import { createTokenEnds, type EndingToken } from '../../src/access/token-ends.ts'

const day = 86_400_000
const start = Date.UTC(2001, 4, 1)
const own = { organizationId: randomUUID(), environmentId: randomUUID(), tenantId: 'ATL', tokenId: 'one' }
const ends = createTokenEnds()

beforeEach(() => {
  vi.useFakeTimers({ now: start })
})

afterEach(() => {
  vi.useRealTimers()
})

function tokenFor(lifetimeMs: number): EndingToken {
  return { ...own, expiresAt: new Date(start + lifetimeMs) }
}

test.each([1, 1_500, 3_600_000, 30 * day])(
  'a token of %i ms ends when it expires and no sooner',
  (lifetime) => {
    const ended = ends.signal(tokenFor(lifetime), new AbortController().signal)
    vi.advanceTimersByTime(lifetime - 1)
    expect(ended.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(refusalOf(ended.reason)).toEqual({ reason: 'token_expired', proven: own })
  },
)

test('one that has expired has ended at once', () => {
  const ended = ends.signal(tokenFor(0), new AbortController().signal)
  expect(refusalOf(ended.reason)?.reason).toBe('token_expired')
})

test('a clock that was set forward is seen within a minute', () => {
  const ended = ends.signal(tokenFor(day), new AbortController().signal)
  vi.setSystemTime(start + 2 * day)
  vi.advanceTimersByTime(60_000)
  expect(ended.aborted).toBe(true)
})

test('nothing waits once the request is over, whenever that was', () => {
  const over = new AbortController()
  const ended = ends.signal(tokenFor(day), over.signal)
  expect(vi.getTimerCount()).toBe(1)
  over.abort()
  ends.signal(tokenFor(day), over.signal)
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(2 * day)
  expect(ended.aborted).toBe(false)
})
