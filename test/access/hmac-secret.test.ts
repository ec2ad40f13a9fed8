import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseHmacSecret } from '../../src/access/hmac-secret.ts'

describe('an HMAC secret', () => {
  it.each(['base64', 'base64url'] as const)('is read from %s', (encoding) => {
    const bytes = randomBytes(48)
    expect(parseHmacSecret(bytes.toString(encoding))).toEqual(bytes)
  })

  it('of 32 random bytes is always taken', () => {
    const refused = Array.from({ length: 2_000 }, () => randomBytes(32).toString('base64')).filter(
      (text) => parseHmacSecret(text) === null,
    )
    expect(refused).toEqual([])
  })

  const asBase64 = (text: string) => Buffer.from(text).toString('base64')
  it.each([
    ['31 bytes', randomBytes(31).toString('base64')],
    ['513 bytes', randomBytes(513).toString('base64')],
    ['nothing', ''],
    ['no base64', `${'a!'.repeat(30)}`],
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['few bytes again and again', randomBytes(8).toString('hex').repeat(4)],
    ['the default of jwt.io', asBase64('a-string-secret-at-least-256-bits-long')],
    ['an older default of jwt.io', asBase64('your-256-bit-secret'.repeat(2))],
    ['the key of a tutorial, as text', '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970'],
    [
      'the key of RFC 7515, A.1',
      'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    ],
    ['a placeholder that is base64 itself', 'change-me-please-change-me-please-change-me-please'],
    ['a phrase that is base64 itself', 'my-company-analytics-jwt-signing-keys-2024-production'],
    ['a phrase with capitals', 'Correct-Horse-Battery-Staple-And-Some-More-Words'],
    ['a phrase in base64', asBase64('my company analytics jwt signing keys 2024 production')],
    ['a word of placeholders', 'ThisIsMySuperSecretPasswordForTheProductionEnv2024'],
    ['a placeholder', asBase64('please change-me before you go to production!')],
  ])('is not %s', (_, text) => {
    expect(parseHmacSecret(text)).toBeNull()
  })
})
