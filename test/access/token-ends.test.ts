import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createKeyEnds } from '../../src/access/key-ends.ts'
import { refusalOf } from '../../src/access/refusal.ts'
import type { RevocationTarget } from '../../src/access/revocation-set.ts'
import { openRevocations } from '../../src/access/revocations.ts'
import { createTokenEnds, type EndingToken } from '../../src/access/token-ends.ts'
import { openTestStore } from '../support/store.ts'
import { silent } from '../support/tokens.ts'

const day = 86_400_000
const start = Date.UTC(2001, 4, 1)
const environment = { organizationId: randomUUID(), environmentId: randomUUID() }
const proven = { ...environment, tenantId: 'ATL', subject: 'ann', tokenId: 'one' }
const store = await openTestStore()
const revocations = await openRevocations({ store, log: silent, outageMaxMs: 60_000 })
const keyEnds = createKeyEnds()
const ends = createTokenEnds(revocations, keyEnds)

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

afterAll(async () => {
  await revocations.close()
  await store.close()
})

function tokenFor(lifetimeMs: number, tokenId = 'one'): EndingToken {
  const issuedAt = new Date(start)
  const keys = { keyId: randomUUID(), issuerId: null, apiKeyId: randomUUID(), familyId: null }
  const own = { ...proven, ...keys, tokenId, issuedAt, mintedAt: start * 1000 }
  return { ...own, expiresAt: new Date(start + lifetimeMs) }
}

function revoke(target: RevocationTarget, revokedAt = start * 1000): void {
  const { organizationId, environmentId } = proven
  revocations.add({ organizationId, environmentId, target, revokedAt, expiresAt: start + 2 * day })
}

test.each([1, 1_500, 3_600_000, 30 * day])(
  'a token of %i ms ends when it expires and no sooner',
  (lifetime) => {
    const ended = ends.signal(tokenFor(lifetime), new AbortController().signal)
    vi.advanceTimersByTime(lifetime - 1)
    expect(ended.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(refusalOf(ended.reason)).toEqual({ reason: 'token_expired', proven })
  },
)

test('one that has expired has ended at once', () => {
  const ended = ends.signal(tokenFor(0), new AbortController().signal)
  expect(refusalOf(ended.reason)?.reason).toBe('token_expired')
})

test('one that says it was minted later than could be is refused', () => {
  const reasonAt = (mintedAt: number) => {
    const { signal } = new AbortController()
    return refusalOf(ends.signal({ ...tokenFor(day), mintedAt }, signal).reason)
  }
  const latest = (start + 300_000) * 1000
  expect(reasonAt(latest)).toBeNull()
  expect(reasonAt(latest + 1)).toEqual({ reason: 'claims_invalid', proven })
  // By a store whose clock was set back, it would be: after what was revoked before.
  revoke({ kind: 'tenant', tenantId: 'JFK' }, latest + 1_000_000)
  expect(reasonAt(latest + 1_000_001)).toBeNull()
  expect(reasonAt(latest + 1_000_002)).toEqual({ reason: 'claims_invalid', proven })
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

describe('a revocation', () => {
  test('ends what is open of its tokens, and nothing else, and waits for nothing then', () => {
    const { signal } = new AbortController()
    const [mine, other] = [tokenFor(day, 'mine'), tokenFor(day, 'other')]
    const [first, second, third] = [mine, mine, other].map((token) => ends.signal(token, signal))
    revoke({ kind: 'token', tokenId: 'mine' })
    const reason = { reason: 'token_revoked', proven: { ...proven, tokenId: 'mine' } }
    expect([first, second].map((ended) => refusalOf(ended?.reason))).toEqual([reason, reason])
    expect([third?.aborted, vi.getTimerCount()]).toEqual([false, 1])
    expect(refusalOf(ends.signal(mine, signal).reason)).toEqual(reason)
    expect(() => ends.requireLive(mine, new Date())).toThrow('The credential is missing')
    expect(() => ends.requireLive(other, new Date())).not.toThrow()
  })

  test('leaves what is over alone', () => {
    const over = new AbortController()
    const ended = ends.signal(tokenFor(day, 'left'), over.signal)
    over.abort()
    revoke({ kind: 'token', tokenId: 'left' })
    expect(ended.aborted).toBe(false)
  })
})

test('a token ends with the key that signed it, and no other token does', () => {
  const [token, other] = [tokenFor(day), tokenFor(day)]
  const open = [token, other].map((each) => ends.signal(each, new AbortController().signal))
  keyEnds.add(token.keyId, new Date(start + 60_000))
  vi.advanceTimersByTime(59_999)
  expect(open.map(({ aborted }) => aborted)).toEqual([false, false])
  expect(() => ends.requireLive(token, new Date())).not.toThrow()
  vi.advanceTimersByTime(2)
  expect(open.map(({ reason }) => refusalOf(reason)?.reason)).toEqual(['key_ended', undefined])
  expect(() => ends.requireLive(token, new Date())).toThrow('The credential is missing, malformed')
  expect(() => ends.requireLive(other, new Date())).not.toThrow()
})

test('a token ends at once where its key has no grace', () => {
  const token = tokenFor(day)
  const ended = ends.signal(token, new AbortController().signal)
  keyEnds.add(token.keyId, new Date(start))
  expect(refusalOf(ended.reason)?.reason).toBe('key_ended')
})
