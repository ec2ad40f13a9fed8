import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `tsr_`, the family's id, `_` and 256 random bits. It is given once and never stored. */
export interface RefreshSecret {
  readonly familyId: string
  readonly text: string
  /** SHA-256, hexadecimal: what is kept of it. */
  readonly hash: string
}

const pattern = /^tsr_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[\w-]{43}$/

export function isRefreshToken(text: string): boolean {
  return text.startsWith('tsr_')
}

export function newRefreshSecret(familyId: string): RefreshSecret {
  const text = `tsr_${familyId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
  return { familyId, text, hash: hashOf(text) }
}

/** Null where the text is no refresh token, whatever it says. */
export function parseRefreshSecret(text: string): RefreshSecret | null {
  const parts = pattern.exec(text)
  return parts === null ? null : { familyId: parts.slice(1).join('-'), text, hash: hashOf(text) }
}

export function isSameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** A secret has 256 bits of its own, so a plain hash of it can't be guessed back. */
function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
