import { LRUCache } from 'lru-cache'
import type { VerifiedClaims } from './claims.ts'
import { isStillGood, type SignedToken, type TokenTerms, verifySigned } from './verify.ts'

export interface VerifiedTokens {
  /**
   * As `verifyGuestToken`, without looking at the signature of a token that was seen before.
   * @throws TesseraError UNAUTHENTICATED with a `Refusal` as its cause
   */
  verify(token: string, terms: TokenTerms): Promise<VerifiedClaims>
}

/** At 1 kB for a usual token, those of some sixteen thousand viewers. */
const charactersMax = 16 * 2 ** 20

/**
 * The tokens whose signature was found right, by their whole text, so that no other text passes for one of them; the least
 * recently used go first. Nothing but a good signature gets in. Everything that can change is looked at each time: the key,
 * the clock and, by the caller, what was revoked.
 */
export function createVerifiedTokens(): VerifiedTokens {
  const seen = new LRUCache<string, SignedToken>({
    maxSize: charactersMax,
    sizeCalculation: (_, token) => token.length,
  })
  return Object.freeze({
    async verify(token: string, terms: TokenTerms) {
      const known = seen.get(token)
      if (known !== undefined && (await isStillGood(known, terms))) return known.claims
      seen.delete(token)
      const signed = await verifySigned(token, terms)
      seen.set(token, signed)
      return signed.claims
    },
  })
}
