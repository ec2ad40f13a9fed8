import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * `tsr_`, the family's id, `_`, 192 random bits and a tag of 64, by which one that was used before is told from one that was
 * made up: every guest token of the family says its id. It is given once and never stored.
 */
export interface RefreshSecret {
  readonly familyId: string
  readonly text: string
  /** What of it is random, and its tag. */
  readonly bytes: Buffer
  /** SHA-256, hexadecimal: what is kept of it. */
  readonly hash: string
}

const pattern = /^tsr_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([\w-]{43})$/
const randomLength = 24
const tagLength = 8

export function isRefreshToken(text: string): boolean {
  return text.startsWith('tsr_')
}

export interface SecretFamily {
  readonly id: string
  /** Kept with the family and shown to nobody. */
  readonly tagKey: string
}

export function newRefreshSecret({ id, tagKey }: SecretFamily): RefreshSecret {
  const random = randomBytes(randomLength)
  const bytes = Buffer.concat([random, tagOf(random, tagKey)])
  const text = `tsr_${id.replaceAll('-', '')}_${bytes.toString('base64url')}`
  return { familyId: id, text, bytes, hash: hashOf(text) }
}

/** Whether it was given out, at any time: the one that is good now or one before it. */
export function wasGiven(
  { bytes, hash }: RefreshSecret,
  { tagKey, secretHash }: Pick<SecretFamily, 'tagKey'> & { readonly secretHash: string },
): boolean {
  const tag = tagOf(bytes.subarray(0, randomLength), tagKey)
  return timingSafeEqual(bytes.subarray(randomLength), tag) || isSameHash(secretHash, hash)
}

/** Null where the text is no refresh token, whatever it says. */
export function parseRefreshSecret(text: string): RefreshSecret | null {
  const parts = pattern.exec(text)
  if (parts === null) return null
  const bytes = Buffer.from(parts[6] ?? '', 'base64url')
  return { familyId: parts.slice(1, 6).join('-'), text, bytes, hash: hashOf(text) }
}

export function isSameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}

function tagOf(random: Buffer, tagKey: string): Buffer {
  return createHmac('sha256', tagKey).update(random).digest().subarray(0, tagLength)
}

/** A secret has 192 bits of its own, so a plain hash of it can't be guessed back. */
function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
