import { isObject, type JsonObject, parsedJson } from './object.ts'

/** What a host answers with: the token, and where it is known, the clock of whoever made it. */
export interface HandedToken {
  readonly token: string
  readonly issuedNow: number | null
}

/** When a token in hand is to be replaced and when it ends, by the page's own clock. */
export interface TokenLife {
  readonly renewAt: number
  readonly expiresAt: number
}

/**
 * The page's clock may be wrong by hours, so a token's life is counted from when it was received. `issuedNow` is the
 * clock of whoever handed it over, where it said so; without it, the page's clock is believed as far as it agrees
 * with the token. What is counted too long ends in a 401 and a renewal; what is counted too short is asked for again
 * after a tenth of its life at the earliest.
 * @returns null for a token that does not say when it ends
 */
export function tokenLife(token: string, now: number, issuedNow: number | null): TokenLife | null {
  const { exp, iat } = claimsIn(token)
  if (exp === null) return null
  const whole = iat === null || iat >= exp ? exp * 1000 - now : (exp - iat) * 1000
  const counted = exp * 1000 - (issuedNow ?? now)
  const left = counted > 0 ? Math.min(counted, whole) : whole
  const wait = Math.max(left * 0.8, Math.min(whole * 0.1, 30_000))
  return { renewAt: now + wait, expiresAt: now + Math.max(left, wait) }
}

/** The claims are read and not verified: that is the server's business. Empty where they cannot be read. */
export function payloadOf(token: string): JsonObject {
  const payload = parsedJson(decoded(token.split('.')[1] ?? ''))
  return isObject(payload) ? payload : {}
}

function claimsIn(token: string): { readonly exp: number | null; readonly iat: number | null } {
  const { exp, iat } = payloadOf(token)
  return { exp: typeof exp === 'number' ? exp : null, iat: typeof iat === 'number' ? iat : null }
}

function decoded(base64url: string): string {
  try {
    return atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}
