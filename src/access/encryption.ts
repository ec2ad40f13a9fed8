import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

/** What a key must look like, in words; for the message of a configuration that has a wrong one. */
export const encryptionKeyForm =
  '32 bytes in base64 or 64 hexadecimal digits, as `openssl rand -base64 32` makes'

const nonceBytes = 12
const tagBytes = 16

/** The installation's key, and while it is being changed the one before. */
export interface EncryptionKeys {
  /** Seals, and opens. */
  readonly current: KeyObject
  /** Opens what has not been sealed again. */
  readonly previous: KeyObject | null
}

/** 32 random bytes have 30 different ones on average; a key of a few is a placeholder, such as 64 zeros. */
const differentBytesMin = 16

/** Null where the text is not a key. The answer prints as `SecretKeyObject {}` wherever it is logged. */
export function parseEncryptionKey(text: string): KeyObject | null {
  const bytes = bytesOf(text)
  return bytes === null || new Set(bytes).size < differentBytesMin ? null : createSecretKey(bytes)
}

function bytesOf(text: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64')
  if (/^[A-Za-z0-9_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64url')
  return null
}

/**
 * AES-256-GCM under a random 96-bit nonce. `context` is bound to the text: what was sealed for one row does not
 * open in another.
 */
export function seal(key: KeyObject, context: string, plain: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${sealed.toString('base64url')}`
}

/** @throws Error where the text was changed, moved from another context or sealed under another key */
export function open(key: KeyObject, context: string, sealed: string): string {
  const [version, body = ''] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64url')
  if (version !== 'v1' || bytes.length < nonceBytes + tagBytes)
    throw new Error('Sealed text of an unknown form.')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const plain = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  return plain.toString('utf8')
}

/** @throws Error where neither key opens it */
export function openUnderEither(
  { current, previous }: EncryptionKeys,
  context: string,
  sealed: string,
): string {
  try {
    return open(current, context, sealed)
  } catch (error) {
    if (previous === null) throw error
    return open(previous, context, sealed)
  }
}
