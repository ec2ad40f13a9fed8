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
  return one.key === other.key || KeyObject.from(one.key).equals(KeyObject.from(other.key))
}
