import { describe, expect, it } from 'vitest'
import { tokenLife } from '../../src/client/token-life.ts'

const noon = Date.parse('2026-01-01T12:00:00Z')
const minutes = 60_000

function token(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
}

/** An hour from noon by the server's clock. */
const hour = token({ iat: noon / 1000, exp: noon / 1000 + 3600 })

describe('the life of a token', () => {
  it('is renewed after four fifths of what is left', () => {
    expect(tokenLife(hour, noon, null)).toEqual({
      renewAt: noon + 48 * minutes,
      expiresAt: noon + 60 * minutes,
    })
    expect(tokenLife(hour, noon + 30 * minutes, null)).toEqual({
      renewAt: noon + 54 * minutes,
      expiresAt: noon + 60 * minutes,
    })
  })

  it.each([
    ['behind', -180 * minutes],
    ['ahead', 180 * minutes],
  ])('is counted by the clock of who made it where the page’s is three hours %s', (_, off) => {
    const now = noon + 30 * minutes + off
    expect(tokenLife(hour, now, noon + 30 * minutes)).toEqual({
      renewAt: now + 24 * minutes,
      expiresAt: now + 30 * minutes,
    })
  })

  it.each([
    ['behind', -180 * minutes],
    ['ahead', 180 * minutes],
  ])('is its whole length from now where only a page’s clock that is three hours %s is known', (_, off) => {
    const now = noon + off
    expect(tokenLife(hour, now, null)).toEqual({
      renewAt: now + 48 * minutes,
      expiresAt: now + 60 * minutes,
    })
  })

  it('is not asked for again and again by a clock that is ahead by nearly all of it', () => {
    const now = noon + 59 * minutes + 59_000
    expect(tokenLife(hour, now, null)).toEqual({ renewAt: now + 30_000, expiresAt: now + 30_000 })
  })

  it('is counted without the time it was made at as well', () => {
    expect(tokenLife(token({ exp: noon / 1000 + 600 }), noon, null)).toEqual({
      renewAt: noon + 8 * minutes,
      expiresAt: noon + 10 * minutes,
    })
  })

  it.each(['', 'opaque', 'a.b.c', token({}), token({ exp: 'soon' }), 'e30.bnVsbA.e30', '..'])(
    'is unknown of %j',
    (text) => {
      expect(tokenLife(text, noon, null)).toBeNull()
    },
  )
})
