import type { ApiKeys } from './api-keys.ts'
import type { VerifiedClaims } from './claims.ts'
import { HostIdentity } from './host.ts'
import type { TokenIssuers } from './issuers/token-issuers.ts'
import type { Keyring } from './keyring.ts'
import { tokenMaxBytes } from './payload.ts'
import type { Aside } from './rates/turn.ts'
import { isRefreshToken } from './refresh-secret.ts'
import type { RefreshIdentity, RefreshTokens } from './refresh-tokens.ts'
import { refused } from './refusal.ts'
import type { TokenEnds } from './token-ends.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

export type Credential =
  | { readonly kind: 'guest'; readonly claims: VerifiedClaims }
  | { readonly kind: 'host'; readonly host: HostIdentity }
  | { readonly kind: 'refresh'; readonly refresh: RefreshIdentity }

export interface CredentialDeps {
  readonly keyring: Keyring
  /** The hosts' own, beside us. */
  readonly issuers: TokenIssuers
  readonly apiKeys: ApiKeys
  readonly refreshTokens: RefreshTokens
  readonly tokenEnds: TokenEnds
  readonly verifiedTokens: VerifiedTokens
  /** What `iss` and `aud` of a guest token must be. */
  readonly issuer: string
  readonly audience: string
  /** Called once for each credential that is verified, whatever comes of it. */
  readonly onVerified?: () => void
  /** How an issuer's answer is waited for. */
  readonly aside?: Aside
  /** The clock; the system's own unless given. */
  readonly now?: () => Date
}

const scheme = 'Bearer '

/**
 * Who asks: from the value of the Authorization header, which must be exactly `Bearer <one token>`. What starts with
 * `tsk_` is an API key, with `tsr_` a refresh token, and anything else a guest token; none is ever tried as another, and
 * nothing is anonymous.
 * @param address of the caller, for API keys of some networks; null where it is not known
 * @throws TesseraError UNAUTHENTICATED, the same for every reason; `refusalOf(error)` has the reason for the audit.
 *   STORE_UNAVAILABLE where it could not be known for too long which tokens were revoked
 */
export async function authenticate(
  authorization: string | null | undefined,
  deps: CredentialDeps,
  address: string | null = null,
): Promise<Credential> {
  const token = bearerToken(authorization)
  deps.onVerified?.()
  const now = deps.now?.() ?? new Date()
  if (token.startsWith('tsk_')) {
    const key = await deps.apiKeys.verify(token, now, address)
    return Object.freeze({ kind: 'host', host: HostIdentity.of(key) })
  }
  if (isRefreshToken(token)) {
    return Object.freeze({ kind: 'refresh', refresh: await deps.refreshTokens.verify(token, now) })
  }
  const { keyring, issuers, issuer, audience, aside, tokenEnds } = deps
  const claims = await deps.verifiedTokens.verify(token, { keyring, issuers, issuer, audience, aside, now })
  tokenEnds.requireLive(claims, now)
  return Object.freeze({ kind: 'guest', claims })
}

function bearerToken(authorization: string | null | undefined): string {
  if (authorization === null || authorization === undefined) throw refused('credential_missing')
  if (authorization.length > scheme.length + tokenMaxBytes) throw refused('token_too_large')
  if (!/^Bearer [\w.~+/=-]+$/.test(authorization)) throw refused('credential_malformed')
  return authorization.slice(scheme.length)
}
