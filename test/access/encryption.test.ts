import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { open, parseEncryptionKey, seal } from '../../src/access/encryption.ts'

const bytes = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff', 'hex')

function keyOf(text: string) {
  const key = parseEncryptionKey(text)
  if (key === null) throw new Error('not a key')
  return key
}

describe('an encryption key', () => {
  it.each([
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['hexadecimal', bytes.toString('hex')],
    ['upper-case hexadecimal', bytes.toString('hex').toUpperCase()],
  ])('is read from %s', (_, text) => {
    expect(parseEncryptionKey(text)?.export()).toEqual(bytes)
  })

  it.each([
    ['empty text', ''],
    ['31 bytes', bytes.subarray(1).toString('base64')],
    ['33 bytes', Buffer.concat([bytes, bytes.subarray(0, 1)]).toString('base64')],
    ['63 digits', bytes.toString('hex').slice(1)],
    ['a passphrase', 'correct horse battery staple'],
    ['a line break at the end', `${bytes.toString('base64')}\n`],
  ])('is not read from %s', (_, text) => {
    expect(parseEncryptionKey(text)).toBeNull()
  })

  it('does not print its bytes', () => {
    const key = keyOf(bytes.toString('hex'))
    expect(inspect(key)).not.toContain('1eff')
    expect(JSON.stringify(key)).toBe('{}')
  })
})

describe('a sealed text', () => {
  const key = keyOf(bytes.toString('hex'))

  it('opens under the same key and context', () => {
    expect(open(key, 'row 1', seal(key, 'row 1', 'grüße'))).toBe('grüße')
  })

  it('differs each time, because its nonce does', () => {
    const texts = new Set(Array.from({ length: 100 }, () => seal(key, 'row 1', 'secret')))
    expect(texts.size).toBe(100)
  })

  it('does not open in another context', () => {
    const sealed = seal(key, 'row 1', 'secret')
    expect(() => open(key, 'row 2', sealed)).toThrow('Unsupported state or unable to authenticate data')
  })

  it('does not open under another key', () => {
    const other = keyOf(randomBytes(32).toString('hex'))
    expect(() => open(other, 'row 1', seal(key, 'row 1', 'secret'))).toThrow(
      'Unsupported state or unable to authenticate data',
    )
  })

  it('does not open with any one byte changed', () => {
    const sealed = Buffer.from(seal(key, 'row 1', 'secret').slice('v1.'.length), 'base64url')
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
      expect(() => open(key, 'row 1', `v1.${changed.toString('base64url')}`)).toThrow(
        'Unsupported state or unable to authenticate data',
      )
    }
  })

  it.each(['', 'v1.', 'v2.AAAA', 'v1.AAAA'])('of an unknown form does not open: %j', (text) => {
    expect(() => open(key, 'row 1', text)).toThrow('Sealed text of an unknown form.')
  })
})
