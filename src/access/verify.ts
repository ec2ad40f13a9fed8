import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { VerifiedClaims } from './claims.ts'
import { isUnambiguous } from './json.ts'
import type { Keyring } from './keyring.ts'
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
import type { VerificationKey } from './signing-keys.ts'

export interface TokenTerms {
  readonly keyring: Keyring
  readonly issuer: string
  readonly audience: string
  readonly now: Date
}

/**
 * The claims of a guest token (JWS compact, RFC 7519), or a refusal that says the same whatever was wrong.
 * The key is chosen by `kid` among our own, and its stored algorithm decides, not the token's.
 * @throws TesseraError UNAUTHENTICATED with a `Refusal` as its cause
 */
export async function verifyGuestToken(token: string, terms: TokenTerms): Promise<VerifiedClaims> {
  if (token.length > tokenMaxBytes) throw refused('token_too_large')
  // Three parts, none empty: neither a JWE (five) nor an unsigned token.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) || !isSpelledOnce(token)) throw refused('token_malformed')
  const header = parseHeader(token)
  const key = await terms.keyring.verificationKey(header.kid)
  if (key === null) throw refused('key_unknown')
  if (header.alg !== key.algorithm) throw refused('algorithm_not_allowed')
  const payload = await verifySignature(token, key, terms)
  const claims = parsePayload(token, payload, key)
  checkLifetime(claims, key, terms.now)
  checkKey(claims, key, terms.now)
  return VerifiedClaims.of(claims, key)
}

/** The last character of base64url may have bits that mean nothing: other texts of one token would pass for other tokens. */
function isSpelledOnce(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}

/** A token that was verified, as it may be kept behind a seal: its key, and what it says. */
export interface KeptToken {
  readonly keyId: string
  readonly claims: string
}

export function keptToken(claims: VerifiedClaims): KeptToken {
  return { keyId: claims.keyId, claims: VerifiedClaims.textOf(claims) }
}

/**
 * Claims that were kept behind a seal of ours, as if their token were shown now: its key and its times are checked again.
 * @throws TesseraError UNAUTHENTICATED with a `Refusal` as its cause
 */
export async function verifyKeptToken(
  { keyId, claims: text }: KeptToken,
  { keyring, now }: Pick<TokenTerms, 'keyring' | 'now'>,
): Promise<VerifiedClaims> {
  const key = await keyring.verificationKey(keyId)
  if (key === null) throw refused('key_unknown')
  const claims = parsePayload(null, JSON.parse(text), key)
  checkLifetime(claims, key, now)
  if (claims.exp * 1000 <= now.getTime()) throw refused('token_expired', proven(key, claims))
  checkKey(claims, key, now)
  return VerifiedClaims.of(claims, key)
}

function checkKey(claims: GuestTokenPayload, key: VerificationKey, now: Date): void {
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

async function verifySignature(token: string, key: VerificationKey, terms: TokenTerms): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, key.key, {
      algorithms: [key.algorithm],
      typ: guestTokenType,
      issuer: terms.issuer,
      audience: terms.audience,
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
function parsePayload(token: string | null, payload: unknown, key: VerificationKey): GuestTokenPayload {
  const parsed = payloadSchema.safeParse(payload)
  const isPlain = token === null || isUnambiguous(segment(token, 1), payload)
  if (!parsed.success || !isPlain) {
    throw refused('claims_invalid', proven(key, undefined))
  }
  const { org_id, env_id } = parsed.data
  if (org_id !== key.organizationId || env_id !== key.environmentId) {
    throw refused('environment_foreign', proven(key, undefined))
  }
  return parsed.data
}

/** `exp` itself was checked with the signature; a token may not live longer than a day whatever it says. */
function checkLifetime(claims: GuestTokenPayload, key: VerificationKey, now: Date): void {
  const lifetime = claims.exp - claims.iat
  if (lifetime <= 0 || lifetime > lifetimeMaxSeconds) throw refused('lifetime_too_long', proven(key, claims))
  if (claims.iat > now.getTime() / 1000 + clockToleranceSeconds) {
    throw refused('token_not_yet_valid', proven(key, claims))
  }
}

function segment(token: string, index: number): string {
  return Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8')
}

function proven(key: VerificationKey, claims: GuestTokenPayload | undefined): ProvenIdentity {
  const { organizationId, environmentId } = key
  if (claims === undefined) return { organizationId, environmentId }
  return { organizationId, environmentId, tenantId: claims.tenant_id, tokenId: claims.jti }
}
