import { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { VerifiedClaims } from './claims.ts'
import { clockToleranceSeconds } from './payload.ts'
import { type Signer, signerOf } from './signer.ts'
import { type SignedToken, type TokenTerms, verifySigned } from './verify.ts'

export interface VerifiedTokens {
  /**
   * As `verifyGuestToken`, without looking at the signature of a token that was seen before.
   * @throws TesseraError UNAUTHENTICATED with a `Refusal` as its cause
   */
  verify(token: string, terms: TokenTerms): Promise<VerifiedClaims>
}

/** Those of some thirteen thousand viewers, at 640 characters for a token that says whose it is and little more. */
const bytesMax = 64 * 2 ** 20

/**
 * What is kept of a token takes no more, with its text and its claims: 2 to 4.5 bytes for each character of a usual one, 5.5 where
 * it is a list of names and 6.2 where it is one of digits.
 */
export function bytesKept(token: string): number {
  return 600 + 7 * token.length
}

/**
 * The tokens whose signature was found right, by their whole text, so that no other text passes for one of them; the least
 * recently used go first. Nothing but a good signature gets in. Everything that can change is looked at each time: the key,
 * the clock and, by the caller, what was revoked.
 */
export function createVerifiedTokens(): VerifiedTokens {
  const seen = new LRUCache<string, SignedToken>({
    maxSize: bytesMax,
    sizeCalculation: (_, token) => bytesKept(token),
  })
  return Object.freeze({
    async verify(token: string, terms: TokenTerms) {
      const known = seen.get(token)
      const good = known === undefined ? null : await stillGood(known, terms)
      if (good !== null) {
        if (good !== known) seen.set(token, good)
        return good.claims
      }
      seen.delete(token)
      const signed = await verifySigned(token, terms)
      seen.set(token, signed)
      return signed.claims
    },
  })
}

/**
 * A token whose signature was found right, with the key as it is now: the same one, which may still sign, in its time. Null
 * where it has to be looked at again.
 * @throws UNAUTHENTICATED where the key is gone
 */
async function stillGood(seen: SignedToken, terms: TokenTerms): Promise<SignedToken | null> {
  const { claims, claimed } = seen
  const signer = await signerOf(claimed, terms)
  const now = terms.now.getTime()
  const isInTime = claims.issuedAt.getTime() <= now + clockToleranceSeconds * 1_000
  const hasEnded =
    claims.expiresAt.getTime() <= now || (signer.endsAt !== null && signer.endsAt.getTime() <= now)
  if (!isInTime || hasEnded || !isSame(signer, seen.signer)) return null
  return signer.key === seen.signer.key ? seen : { ...seen, signer }
}

/** Known keys are read again now and then, and are other objects then. */
function isSame(one: Signer, other: Signer): boolean {
  if (one.issuer !== other.issuer || one.audience !== other.audience) return false
  // The claims say which registration they came by, which may have ended since.
  if (one.issuerId !== other.issuerId) return false
  return one.key === other.key || KeyObject.from(one.key).equals(KeyObject.from(other.key))
}
