import { randomUUID } from 'node:crypto'
import type { Keyring } from '../access/keyring.ts'
import { type GuestTokenPayload, grantsOf } from '../access/payload.ts'
import type { Names } from '../access/permissions.ts'
import type { Placing } from '../access/places/placing.ts'
import {
  isSameHash,
  newRefreshSecret,
  parseRefreshSecret,
  type RefreshSecret,
  wasGiven,
} from '../access/refresh-secret.ts'
import { type RefusalReason, refused } from '../access/refusal.ts'
import { isRevoked } from '../access/revocation-rows.ts'
import type { Revocation } from '../access/revocation-set.ts'
import type { Revocations } from '../access/revocations.ts'
import type { SigningKey } from '../access/signing-keys.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { credentialRefused } from '../audit/events.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { MintedGuestToken } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { insertMinted, withSigningKey } from './minted-tokens.ts'
import { endFamilies, lockFamily, type RefreshFamily, rotateFamily } from './refresh-families.ts'
import { endTokens } from './revoke.ts'
import { signToken } from './sign.ts'

/** Which refresh tokens may be used. */
export interface RefreshWithin {
  readonly organizationId: string
  readonly environmentId: string
  /** The one that was sent as the credential; null where another credential was. */
  readonly familyId: string | null
  readonly permitsTenant: (tenantId: string) => boolean
}

export interface RefreshDeps {
  readonly store: Store
  readonly keyring: Keyring
  readonly catalogue: (environment: EnvironmentIdentity) => Promise<Catalogue>
  readonly placing: Pick<Placing, 'requireHere'>
  readonly revocations: Revocations
  readonly issuer: string
  readonly audience: string
  readonly audit: AuditLog
  readonly requestId: string | null
  readonly address: string | null
  readonly onMinted?: (of: Required<EnvironmentIdentity>) => void
  /** @throws ORIGIN_NOT_ALLOWED where the page that asks is not among them, or not among the environment's */
  readonly requirePage: (pages: Names) => void
}

type Outcome =
  | { readonly kind: 'minted'; readonly minted: MintedGuestToken; readonly family: RefreshFamily }
  | { readonly kind: 'reused'; readonly revocation: Revocation; readonly family: RefreshFamily }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly family: RefreshFamily | null }

/**
 * A new guest token for a refresh token, and the next refresh token. It says what the first of its family said, and means
 * what the policy and the role that it names say now. A refresh token that was used before ends its whole family.
 * @throws UNAUTHENTICATED, the same for every reason; ORIGIN_NOT_ALLOWED for a page that its guest tokens are not for, which
 *   does not use it up; nor does WRONG_REGION
 */
export async function refreshGuestToken(
  within: RefreshWithin,
  refreshToken: string,
  deps: RefreshDeps,
): Promise<MintedGuestToken> {
  const environment = { organizationId: within.organizationId, environmentId: within.environmentId }
  const used = parseRefreshSecret(refreshToken)
  if (used === null || (within.familyId ?? used.familyId) !== used.familyId) {
    return refuse('refresh_malformed', null, environment, deps)
  }
  const catalogue = await deps.catalogue(environment)
  const outcome = await withSigningKey(deps.keyring, environment, (key) =>
    deps.store.transaction(environment, (transaction) =>
      use(transaction, { within, environment, used, key, catalogue, deps }),
    ),
  )
  if (outcome.kind === 'refused') return refuse(outcome.reason, outcome.family, environment, deps)
  const { family } = outcome
  const { tenantId, subject, apiKeyId } = family
  const { audit, requestId } = deps
  // The id that the host was given first, by which all of the family can be followed.
  const detail = { familyId: family.id }
  const event = { outcome: 'SUCCEEDED', environment, tenantId, subject, apiKeyId, requestId } as const
  if (outcome.kind === 'minted') {
    deps.onMinted?.({ ...environment, tenantId })
    audit.record({ ...event, kind: 'token.refreshed', tokenId: outcome.minted.id, detail })
    return outcome.minted
  }
  deps.revocations.add(outcome.revocation)
  audit.record({
    ...event,
    kind: 'token.revoked',
    reason: 'refresh_reused',
    detail: { by: 'family', ...detail },
  })
  return refuse('refresh_reused', family, environment, deps)
}

interface Use {
  readonly within: RefreshWithin
  readonly environment: EnvironmentIdentity
  readonly used: RefreshSecret
  readonly key: SigningKey
  readonly catalogue: Catalogue
  readonly deps: RefreshDeps
}

/** Two at once take turns at the family's row, so that one of them comes second and is seen to reuse. */
async function use(transaction: StoreTransaction, asked: Use): Promise<Outcome> {
  const { within, environment, used, key, deps } = asked
  const family = await lockFamily(transaction, environment, used.familyId)
  if (family === null || !within.permitsTenant(family.tenantId) || !wasGiven(used, family)) {
    return { kind: 'refused', reason: 'refresh_unknown', family: null }
  }
  deps.placing.requireHere(environment.environmentId, family.tenantId, asked.catalogue.routing)
  if (family.endedAt !== null) return { kind: 'refused', reason: 'refresh_ended', family }
  if (!isSameHash(family.secretHash, used.hash)) {
    const target = { kind: 'family', familyId: family.id } as const
    return { kind: 'reused', family, ...(await endTokens(transaction, environment, target)) }
  }
  const now = new Date()
  const reason = await reasonAgainst(transaction, family, asked, now)
  if (reason !== null) {
    // It lives for longer than what was revoked is remembered.
    const target = { kind: 'family', familyId: family.id } as const
    if (reason === 'refresh_ended') await endFamilies(transaction, environment, target)
    return { kind: 'refused', reason, family }
  }
  deps.requirePage(pagesOf(family, asked.catalogue))
  const next = newRefreshSecret(family)
  await rotateFamily(transaction, environment, next)
  const claims = await insertMinted(transaction, environment, claimsNow(family, deps, now), key.keyId)
  const minted = {
    token: await signToken(claims, key),
    id: claims.jti,
    expiresAt: new Date(claims.exp * 1000),
    refreshToken: next.text,
    refreshExpiresAt: family.expiresAt,
  }
  return { kind: 'minted', minted, family }
}

/** Null where the family goes on. */
async function reasonAgainst(
  transaction: StoreTransaction,
  family: RefreshFamily,
  { environment, catalogue }: Use,
  now: Date,
): Promise<RefusalReason | null> {
  const { claims, tenantId, subject, apiKeyId, mintedAt } = family
  // A guest token needs a whole second.
  if (family.expiresAt.getTime() < now.getTime() + 2_000) return 'refresh_expired'
  if (claims.role !== undefined && !catalogue.roles.has(claims.role)) return 'role_unknown'
  if (claims.policy !== undefined && !catalogue.policies.has(claims.policy)) return 'policy_unknown'
  // One that was being minted when its viewer or tenant was revoked could not be ended with the others.
  const first = { tenantId, subject, tokenId: claims.jti, apiKeyId, familyId: family.id, mintedAt }
  const issuedAt = new Date(claims.iat * 1000)
  const isEnded = await isRevoked(transaction, {
    ...environment,
    ...first,
    keyId: '',
    issuerId: null,
    issuedAt,
  })
  return isEnded ? 'refresh_ended' : null
}

/** As the guest tokens' own: role, policy and token must each list a page, where they list any. */
function pagesOf({ claims }: RefreshFamily, { roles, policies }: Catalogue): Names {
  const { role, policy } = claims
  const layers = [
    role === undefined ? undefined : roles.get(role),
    policy === undefined ? undefined : policies.get(policy),
    grantsOf(claims),
  ]
  return layers.flatMap((grants) =>
    grants === undefined || grants.origins.all ? [] : [grants.origins.names],
  )
}

/** The lifetime of the first token, as far as the family's own reaches. */
function claimsNow(family: RefreshFamily, { issuer, audience }: RefreshDeps, now: Date): GuestTokenPayload {
  const { claims } = family
  const iat = Math.floor(now.getTime() / 1000)
  const exp = Math.min(iat + claims.exp - claims.iat, Math.floor(family.expiresAt.getTime() / 1000))
  return { ...claims, iss: issuer, aud: audience, jti: randomUUID(), iat, exp }
}

function refuse(
  reason: RefusalReason,
  family: RefreshFamily | null,
  { organizationId, environmentId }: EnvironmentIdentity,
  { audit, requestId, address }: RefreshDeps,
): never {
  const viewer = family === null ? {} : { tenantId: family.tenantId, subject: family.subject }
  const proven = { organizationId, environmentId, ...viewer }
  audit.record(credentialRefused({ reason, proven }, { requestId, address }))
  throw refused(reason, proven)
}
