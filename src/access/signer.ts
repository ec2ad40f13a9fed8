import { z } from 'zod'
import type { TokenIssuer } from './issuers/token-issuer.ts'
import type { TokenIssuers } from './issuers/token-issuers.ts'
import type { Keyring } from './keyring.ts'
import type { Aside } from './rates/turn.ts'
import { refused } from './refusal.ts'
import type { VerificationKey } from './signing-keys.ts'

/** Who signed a token: the key, and what a token of theirs has to say. */
export interface Signer extends VerificationKey {
  /** Null where it is Tessera. */
  readonly issuerId: string | null
  readonly issuer: string
  readonly audience: string
}

export interface SignerTerms {
  readonly keyring: Keyring
  readonly issuers: TokenIssuers
  /** What `iss` and `aud` of our own tokens are. */
  readonly issuer: string
  readonly audience: string
  /** How an issuer's answer is waited for. */
  readonly aside?: Aside | undefined
}

/** What a token says of its signer before anything of it was proven. */
export interface Claimed {
  readonly kid: string
  readonly iss: string | null
  readonly environmentId: string | null
}

/**
 * The one key that may have signed it: of the issuer that the environment registered under this name, looked for among
 * that issuer's keys alone, or else among our own, whose ids are uuids.
 * @throws UNAUTHENTICATED where there is none
 */
export async function signerOf(claimed: Claimed, terms: SignerTerms): Promise<Signer> {
  const { kid, iss, environmentId } = claimed
  const isOthers = iss !== null && iss !== terms.issuer
  const registered = isOthers && environmentId !== null ? terms.issuers.find(environmentId, iss) : null
  if (registered !== null) return signerAt(registered, kid, terms)
  const isOwnForm = z.uuid().safeParse(kid).success
  const key = isOwnForm ? await terms.keyring.verificationKey(kid) : null
  if (key !== null) return { ...key, issuerId: null, issuer: terms.issuer, audience: terms.audience }
  if (isOthers) throw refused('issuer_unknown')
  throw refused(isOwnForm ? 'key_unknown' : 'header_not_allowed')
}

/** The one that signed a token which was verified before, if it may still sign. */
export async function signerAgain(
  { issuerId, keyId }: Pick<Signer, 'issuerId' | 'keyId'>,
  terms: SignerTerms,
): Promise<Signer> {
  if (issuerId === null) return signerOf({ kid: keyId, iss: null, environmentId: null }, terms)
  const registered = terms.issuers.findById(issuerId)
  if (registered === null) throw refused('issuer_unknown')
  return signerAt(registered, keyId.slice(keyIdOf(registered, '').length), terms)
}

async function signerAt(issuer: TokenIssuer, kid: string, terms: SignerTerms): Promise<Signer> {
  const found = await terms.issuers.keys.find(issuer, kid, terms.aside)
  if (found === null) throw refused('key_unknown')
  const { id: issuerId, organizationId, environmentId, issuer: name, audience } = issuer
  return {
    ...{ organizationId, environmentId, issuerId, issuer: name, endsAt: null },
    audience: audience ?? terms.audience,
    keyId: keyIdOf(issuer, kid),
    ...found,
  }
}

/** No uuid, so that it is never that of a key of ours, whatever an issuer calls its own. */
function keyIdOf({ id }: TokenIssuer, kid: string): string {
  return `${id}/${kid}`
}
