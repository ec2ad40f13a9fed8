import { describe, expect, test, vi } from 'vitest'
import { TesseraError } from '../../src/client/tessera-error.ts'
import { createRetry } from '../../src/embed/dashboard/retry.ts'
import { adviceFor } from '../../src/embed/states/advice.ts'
import { mayPass, problem, problemOf, waitBeforeRetry } from '../../src/embed/states/problem.ts'
import { errorCodes } from '../../src/errors.ts'

describe('what an error means to whoever looks', () => {
  test.each([
    ['UNAUTHENTICATED', 'expired'],
    ['NOT_FOUND', 'forbidden'],
    ['FORBIDDEN', 'forbidden'],
    ['ORIGIN_NOT_ALLOWED', 'origin'],
    ['TOKEN_UNAVAILABLE', 'sign-in'],
    ['DATE_RANGE_TOO_LONG', 'range'],
    ['DIMENSION_NOT_ALLOWED', 'refused'],
    ['RATE_LIMITED', 'busy'],
    ['QUERY_TIMEOUT', 'slow'],
    ['WAREHOUSE_UNAVAILABLE', 'unreachable'],
    ['STORE_UNAVAILABLE', 'unreachable'],
    ['A_CODE_OF_LATER', 'failed'],
    ['constructor', 'failed'],
  ])('%s is "%s"', (code, kind) => {
    expect(problemOf(new TesseraError(code, 'text')).kind).toBe(kind)
  })

  test('a network that fails is the viewer’s where the browser is offline', () => {
    const error = new TesseraError('NETWORK', 'text')
    expect([problemOf(error, true).kind, problemOf(error, false).kind]).toEqual(['unreachable', 'offline'])
  })

  test('anything else that was thrown is a failure whose text goes nowhere', () => {
    expect(problemOf(new Error('secret-token-in-a-text'))).toEqual(problem('INTERNAL'))
  })
})

describe('what the console says', () => {
  test('names the element, the code, the argument and the request, and nothing of the error’s own text', () => {
    const error = new TesseraError('DATE_RANGE_TOO_LONG', 'eyJhbGciOi.secret', {
      argument: 'timeRange',
      expected: 'at most 31 days',
      requestId: 'r-1',
    })
    expect(adviceFor(problemOf(error), 'departures/daily')).toBe(
      '[tessera] departures/daily: DATE_RANGE_TOO_LONG. The time range is longer than maxDateRangeDays of the guest token. (argument: timeRange; expected: at most 31 days; request: r-1)',
    )
  })

  test.each(Object.keys(errorCodes))('has an advice of its own for %s', (code) => {
    expect(adviceFor(problem(code), 'departures')).not.toContain('See the error codes')
  })

  test('says the same of a dashboard that is not there and of one that is not granted', () => {
    const text = (code: string) => adviceFor(problem(code), 'secret')
    expect(text('NOT_FOUND')).toContain(
      'There is no such dashboard or widget, or the guest token does not grant it.',
    )
  })
})

describe('asking again by itself', () => {
  test('waits longer each time, up to half a minute, and not as long as all the other pages', () => {
    const lost = problemOf(new TesseraError('NETWORK', 'text'))
    const waits = (random: number) =>
      [0, 1, 2, 5, 50].map((attempt) => waitBeforeRetry(lost, attempt, random))
    expect(waits(1)).toEqual([1000, 2000, 4000, 30_000, 30_000])
    expect(waits(0)).toEqual([500, 1000, 2000, 15_000, 15_000])
  })

  test('waits longer than the server says, also where it says 0, and ten minutes at the most', () => {
    const wait = (retryAfterSeconds: number, attempt: number) =>
      waitBeforeRetry(problemOf(new TesseraError('RATE_LIMITED', 'text', { retryAfterSeconds })), attempt, 0)
    expect([wait(7, 0), wait(0, 7), wait(9e6, 0), wait(-60, 0)]).toEqual([7500, 15_000, 600_500, 500])
  })

  test('does not wait anew because something else has come meanwhile', () => {
    vi.useFakeTimers()
    try {
      let count = 0
      const retry = createRetry(() => {
        count += 1
      })
      for (let elapsedMs = 0; elapsedMs < 1200; elapsedMs += 400) {
        retry.plan([problem('NETWORK')])
        vi.advanceTimersByTime(400)
      }
      expect(count).toBe(1)
      retry.plan([])
      vi.advanceTimersByTime(60_000)
      expect(count).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })

  test('is not done for what a person has to do, and not offered for what does not pass', () => {
    expect(waitBeforeRetry(problem('UNAUTHENTICATED'), 0)).toBe(null)
    expect([mayPass(problem('INTERNAL')), mayPass(problem('DATE_RANGE_TOO_LONG'))]).toEqual([true, false])
  })
})
