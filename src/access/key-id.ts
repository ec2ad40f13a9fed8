import { createHmac, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'

const tagBytes = 6

/**
 * Makes the ids of signing keys and tells them from invented ones without a look-up: a version 8 uuid whose last 48 bits
 * are an HMAC of the rest. A flood of tokens with random `kid`s so costs no store round trip, and no limit on
 * look-ups that such a flood could use up for real keys is needed.
 */
export interface KeyIds {
  create(): string
  isOwn(keyId: string): boolean
}

export function createKeyIds(encryptionKey: KeyObject): KeyIds {
  const secret = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'tessera signing key ids', 32))
  const tagOf = (head: Buffer) => createHmac('sha256', secret).update(head).digest().subarray(0, tagBytes)

  return {
    create() {
      const head = randomBytes(16 - tagBytes)
      head.writeUInt8((head.readUInt8(6) & 0x0f) | 0x80, 6)
      head.writeUInt8((head.readUInt8(8) & 0x3f) | 0x80, 8)
      return formatUuid(Buffer.concat([head, tagOf(head)]))
    },
    isOwn(keyId) {
      const bytes = Buffer.from(keyId.replaceAll('-', ''), 'hex')
      if (bytes.length !== 16 || formatUuid(bytes) !== keyId) return false
      return timingSafeEqual(bytes.subarray(-tagBytes), tagOf(bytes.subarray(0, -tagBytes)))
    },
  }
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
