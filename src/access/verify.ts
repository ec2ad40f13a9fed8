import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { VerifiedClaims } from './claims.ts'
import { isUnambiguous } from './json.ts'
import {
  clockToleranceSeconds,
  type GuestTokenPayload,
  guestTokenType,
  headerSchema,
  lifetimeMaxSeconds,
  payloadSchema,
  tokenMaxBytes,
} from './payload.ts'
import { type ProvenIdentity, type RefusalReason, refused } from './refusal.ts'
import { type Claimed, type Signer, type SignerTerms, signerAgain, signerOf } from './signer.ts'

export interface TokenTerms extends SignerTerms {
  readonly now: Date
}

/**
 * The claims of a guest token (JWS compact, RFC 7519), or a refusal that says the same whatever was wrong.
 * The key is chosen by `kid` among our own or those of an issuer that the environment registered, and the key's algorithm
 * decides, not the token's.
 * @throws TesseraError UNAUTHENTICATED with a `Refusal` as its cause
 */
export async function verifyGuestToken(token: string, terms: TokenTerms): Promise<VerifiedClaims> {
  return (await verifySigned(token, terms)).claims
}

/** A token whose signature was found right. */
export interface SignedToken {
  readonly claims: VerifiedClaims
  /** Which key it asked for, and the one that it was. */
  readonly claimed: Claimed
  readonly signer: Signer
}

/** As `verifyGuestToken`, with the key that it was. */
export async function verifySigned(token: string, terms: TokenTerms): Promise<SignedToken> {
  if (token.length > tokenMaxBytes) throw refused('token_too_large')
  // Three parts, none empty: neither a JWE (five) nor an unsigned token.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) || !isSpelledOnce(token)) throw refused('token_malformed')
  const header = parseHeader(token)
  const claimed = claimedOf(token, header.kid)
  const key = await signerOf(claimed, terms)
  if (header.alg !== key.algorithm) throw refused('algorithm_not_allowed')
  const payload = await verifySignature(token, key, terms)
  const claims = parsePayload(token, payload, key)
  checkLifetime(claims, key, terms.now)
  checkKey(claims, key, terms.now)
  return { claims: VerifiedClaims.of(claims, key), claimed, signer: key }
}

/** The last character of base64url may have bits that mean nothing: other texts of one token would pass for other tokens. */
function isSpelledOnce(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}

/** A token that was verified, as it may be kept behind a seal: its key, and what it says. */
export interface KeptToken {
  readonly keyId: string
  readonly issuerId: string | null
  readonly claims: string
}

export function keptToken(claims: VerifiedClaims): KeptToken {
  return { keyId: claims.keyId, issuerId: claims.issuerId, claims: VerifiedClaims.textOf(claims) }
}

/**
 * Claims that were kept behind a seal of ours, as if their token were shown now: its key and its times are checked again.
 * @throws TesseraError UNAUTHENTICATED with a `Refusal` as its cause
 */
export async function verifyKeptToken(
  { claims: text, ...signer }: KeptToken,
  terms: TokenTerms,
): Promise<VerifiedClaims> {
  const { now } = terms
  const key = await signerAgain(signer, terms)
  const claims = parsePayload(null, JSON.parse(text), key)
  checkLifetime(claims, key, now)
  if (claims.exp * 1000 <= now.getTime()) throw refused('token_expired', proven(key, claims))
  checkKey(claims, key, now)
  return VerifiedClaims.of(claims, key)
}

function checkKey(claims: GuestTokenPayload, key: Signer, now: Date): void {
  if (key.endsAt !== null && key.endsAt <= now) throw refused('key_ended', proven(key, claims))
}

function parseHeader(token: string): { alg: string; kid: string } {
  let header: unknown
  try {
    header = decodeProtectedHeader(token)
  } catch {
    throw refused('token_malformed')
  }
  if (!isUnambiguous(segment(token, 0), header)) throw refused('token_malformed')
  const parsed = headerSchema.safeParse(header)
  if (!parsed.success) throw refused('header_not_allowed')
  if (parsed.data.typ !== guestTokenType) throw refused('type_not_allowed')
  return parsed.data
}

/** Read before anything is proven, to find the key with which it has to be. */
function claimedOf(token: string, kid: string): Claimed {
  try {
    const { iss, env_id: environmentId } = Object(JSON.parse(segment(token, 1)))
    return { kid, iss: textOf(iss), environmentId: textOf(environmentId) }
  } catch {
    return { kid, iss: null, environmentId: null }
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

async function verifySignature(token: string, key: Signer, terms: TokenTerms): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, key.key, {
      algorithms: [key.algorithm],
      typ: guestTokenType,
      issuer: key.issuer,
      audience: key.audience,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti'],
      currentDate: terms.now,
    })
    return payload
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    // The payload is read after the signature was found right.
    if (error instanceof errors.JWTInvalid) throw refused('claims_invalid', proven(key, undefined))
    const signed = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
    if (!signed) throw refused('signature_invalid')
    throw refused(claimReason(error), proven(key, payloadSchema.safeParse(error.payload).data))
  }
}

function claimReason(error: errors.JWTExpired | errors.JWTClaimValidationFailed): RefusalReason {
  if (error.reason !== 'check_failed') return 'claims_invalid'
  if (error.claim === 'iss') return 'issuer_wrong'
  if (error.claim === 'aud') return 'audience_wrong'
  if (error.claim === 'nbf') return 'token_not_yet_valid'
  return error.claim === 'exp' ? 'token_expired' : 'claims_invalid'
}

/** @param token null where its text was parsed before */
function parsePayload(token: string | null, payload: unknown, key: Signer): GuestTokenPayload {
  const parsed = payloadSchema.safeParse(payload)
  const isPlain = token === null || isUnambiguous(segment(token, 1), payload)
  if (!parsed.success || !isPlain) {
    throw refused('claims_invalid', proven(key, undefined))
  }
  if (key.issuerId !== null && saysWhatIsOurs(parsed.data))
    throw refused('claims_invalid', proven(key, undefined))
  const { org_id, env_id } = parsed.data
  if (org_id !== key.organizationId || env_id !== key.environmentId) {
    throw refused('environment_foreign', proven(key, undefined))
  }
  return parsed.data
}

/** What only a token that was minted here can know; from others it would decide which revocations reach it. */
function saysWhatIsOurs({ api_key_id, family_id, minted_at_us }: GuestTokenPayload): boolean {
  return api_key_id !== undefined || family_id !== undefined || minted_at_us !== undefined
}

/** `exp` itself was checked with the signature; a token may not live longer than a day whatever it says. */
function checkLifetime(claims: GuestTokenPayload, key: Signer, now: Date): void {
  const lifetime = claims.exp - claims.iat
  if (lifetime <= 0 || lifetime > lifetimeMaxSeconds) throw refused('lifetime_too_long', proven(key, claims))
  if (claims.iat > now.getTime() / 1000 + clockToleranceSeconds) {
    throw refused('token_not_yet_valid', proven(key, claims))
  }
}

function segment(token: string, index: number): string {
  return Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8')
}

function proven(key: Signer, claims: GuestTokenPayload | undefined): ProvenIdentity {
  const { organizationId, environmentId } = key
  if (claims === undefined) return { organizationId, environmentId }
  const { tenant_id: tenantId, sub: subject = null, jti: tokenId } = claims
  return { organizationId, environmentId, tenantId, subject, tokenId }
}
