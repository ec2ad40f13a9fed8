import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseEncryptionKey } from '../../src/access/encryption.ts'
import { createKeyIds } from '../../src/access/key-id.ts'

function keyIdsOf(secret: Buffer) {
  const key = parseEncryptionKey(secret.toString('base64'))
  if (key === null) throw new Error('not a key')
  return createKeyIds(key)
}

describe('the id of a signing key', () => {
  const secret = randomBytes(32)
  const keyIds = keyIdsOf(secret)

  it('is a well-formed uuid, known as its own by every process with the same secret', () => {
    for (const id of Array.from({ length: 100 }, () => keyIds.create())) {
      expect(z.uuid({ version: 'v8' }).parse(id)).toBe(id)
      expect(keyIdsOf(secret).isOwn(id)).toBe(true)
    }
  })

  it('is not its own for another secret', () => {
    expect(keyIdsOf(randomBytes(32)).isOwn(keyIds.create())).toBe(false)
  })

  it('is not its own where one digit differs, in upper case, or without dashes', () => {
    const id = `abcdef${keyIds.create().slice(6)}`
    expect(keyIds.isOwn(id)).toBe(false)
    const own = keyIds.create()
    expect(keyIds.isOwn(own.replaceAll('-', ''))).toBe(false)
    expect(keyIds.isOwn(`${own}00`)).toBe(false)
    expect(keyIds.isOwn(`${own} `)).toBe(false)
  })

  it('is not found by inventing ids', () => {
    const invented = Array.from({ length: 1_000 }, () => randomUUID())
    expect(invented.filter((id) => keyIds.isOwn(id))).toEqual([])
  })
})
