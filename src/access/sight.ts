import { createHash } from 'node:crypto'
import type { VerifiedClaims } from './claims.ts'

/**
 * A digest of all that decides what a token sees: two tokens with the same one are answered alike, under whatever model.
 * Left out is what names the token, its maker and the person alone; a claim that is added later makes tokens differ until it is
 * named here.
 */
export function sightOf(claims: VerifiedClaims): string {
  const { tokenId, subject, issuedAt, expiresAt, keyId, apiKeyId, familyId, mintedAt, ...rest } = claims
  return digestOf(rest)
}

/** Of plain data, sets and maps; the order of members does not count, that of lists does. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(value)))
    .digest('base64url')
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (value instanceof Set) return { set: [...value].map((each) => JSON.stringify(inOrder(each))).sort() }
  if (value instanceof Map) return { map: membersOf([...value]) }
  if (typeof value === 'object' && value !== null) return membersOf(Object.entries(value))
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('Not plain data.')
  return value
}

function membersOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  const members = entries.filter(([, value]) => value !== undefined)
  return members
    .map(([name, value]) => [String(name), inOrder(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
