import { randomUUID } from 'node:crypto'
import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireTenant } from '../access/host-bounds.ts'
import type { Keyring } from '../access/keyring.ts'
import {
  type GuestTokenPayload,
  lifetimeMaxSeconds,
  subjectSchema,
  tenantIdSchema,
} from '../access/payload.ts'
import { holdTenant } from '../access/places/hold-tenant.ts'
import type { Placing } from '../access/places/placing.ts'
import type { Rates } from '../access/rates/rates.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { badInput } from '../errors.ts'
import type { GuestTokenInput, MintedGuestToken } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'
import { grantClaims } from './grant-claims.ts'
import { insertMinted, withSigningKey } from './minted-tokens.ts'
import { holdFamilies, insertFamily, plannedFamily } from './refresh-families.ts'
import { signToken } from './sign.ts'

const lifetimeDefaultSeconds = 3600

export interface MintDeps {
  readonly store: Store
  readonly keyring: Keyring
  /** The model of the host's environment: only what is in it can be granted. */
  readonly catalogue: Catalogue
  readonly placing: Pick<Placing, 'requireHere'>
  readonly issuer: string
  readonly audience: string
  readonly audit: AuditLog
  readonly rates: Pick<Rates, 'mint'>
  readonly requestId: string | null
  /** The clock; the system's own unless given. */
  readonly now?: () => Date
}

/**
 * A guest token for one tenant of the host's environment. Whatever it names is there when it is made.
 * @throws FORBIDDEN without the scope tokens:create and for a tenant that the key is not for, BAD_USER_INPUT with the
 *   argument's path, RATE_LIMITED, WRONG_REGION
 */
export async function mintGuestToken(
  host: HostIdentity,
  input: GuestTokenInput,
  deps: MintDeps,
): Promise<MintedGuestToken> {
  requireScope(host, 'tokens:create')
  requireTenant(host, input.tenantId)
  const family = plannedFamily(input, deps.now?.() ?? new Date())
  const planned = plannedClaims(host, input, deps)
  deps.placing.requireHere(host.environmentId, input.tenantId, deps.catalogue.routing)
  await deps.rates.mint(host, input.tenantId)
  // A family is called like its first token, the one whose id the host knows: revoking that ends them all.
  const familyId = family?.secret.familyId
  const claims = { ...planned, jti: familyId ?? planned.jti, api_key_id: host.apiKeyId, family_id: familyId }
  const { organizationId, environmentId } = host
  const environment = { organizationId, environmentId }
  const token = await withSigningKey(deps.keyring, environment, (key) =>
    deps.store.transaction(environment, async (transaction) => {
      await holdTenant(transaction, environment, claims.tenant_id)
      if (family !== null) await holdFamilies(transaction, environment)
      const minted = await insertMinted(transaction, environment, claims, key.keyId)
      if (family !== null) await insertFamily(transaction, environment, family, minted)
      return signToken(minted, key)
    }),
  )
  recordMinted(host, claims, deps)
  return {
    token,
    id: claims.jti,
    expiresAt: new Date(claims.exp * 1000),
    refreshToken: family?.secret.text ?? null,
    refreshExpiresAt: family?.expiresAt ?? null,
  }
}

/**
 * What a token for this input says.
 * @throws BAD_USER_INPUT with the argument's path
 */
export function plannedClaims(
  host: HostIdentity,
  input: GuestTokenInput,
  { catalogue, issuer, audience, now }: Pick<MintDeps, 'catalogue' | 'issuer' | 'audience' | 'now'>,
): GuestTokenPayload {
  checkIdentity(input)
  const lifetime = lifetimeSeconds(input.expiresInSeconds)
  const issuedAt = Math.floor((now?.() ?? new Date()).getTime() / 1000)
  return {
    iss: issuer,
    aud: audience,
    org_id: host.organizationId,
    env_id: host.environmentId,
    tenant_id: input.tenantId,
    sub: input.subject ?? undefined,
    jti: randomUUID(),
    iat: issuedAt,
    exp: issuedAt + lifetime,
    ...grantClaims(input, catalogue),
  }
}

function checkIdentity({ tenantId, subject }: GuestTokenInput): void {
  const form = 'of 1 to 256 characters without control characters or lone surrogates'
  if (!tenantIdSchema.safeParse(tenantId).success) throw badInput('input.tenantId', `a tenant id ${form}`)
  if (subject != null && !subjectSchema.safeParse(subject).success) {
    throw badInput('input.subject', `a name ${form}`)
  }
}

function lifetimeSeconds(asked: number | null | undefined): number {
  const seconds = asked ?? lifetimeDefaultSeconds
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= lifetimeMaxSeconds) return seconds
  throw badInput('input.expiresInSeconds', `a whole number from 1 to ${lifetimeMaxSeconds}`)
}

function recordMinted(host: HostIdentity, claims: GuestTokenPayload, deps: MintDeps): void {
  deps.audit.record({
    kind: 'token.minted',
    outcome: 'SUCCEEDED',
    environment: { organizationId: host.organizationId, environmentId: host.environmentId },
    apiKeyId: host.apiKeyId,
    tenantId: claims.tenant_id,
    subject: claims.sub ?? null,
    tokenId: claims.jti,
    requestId: deps.requestId,
    detail: { lifetimeSeconds: claims.exp - claims.iat },
  })
}
