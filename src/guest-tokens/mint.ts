import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { requireScope } from '../access/api-key-scopes.ts'
import { everything, type LockedFilter, type NameGrant, only } from '../access/grants.ts'
import type { HostIdentity } from '../access/host.ts'
import type { Keyring } from '../access/keyring.ts'
import {
  type GrantClaims,
  guestTokenType,
  type LockedFilterClaim,
  lifetimeMaxSeconds,
  subjectSchema,
  tenantIdSchema,
  tokenMaxBytes,
} from '../access/payload.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { badInput } from '../errors.ts'
import type { GuestTokenInput, MintedGuestToken } from '../graphql/context.ts'
import { nearest } from '../nearest.ts'
import { checkLockedFilters } from './locked-filters.ts'

const lifetimeDefaultSeconds = 3600

export interface MintDeps {
  readonly keyring: Keyring
  /** The model of the host's environment: only what is in it can be granted. */
  readonly catalogue: Catalogue
  readonly issuer: string
  readonly audience: string
  readonly audit: AuditLog
  readonly requestId: string | null
  /** The clock; the system's own unless given. */
  readonly now?: () => Date
}

/**
 * A guest token for one tenant of the host's environment. Whatever it names is there when it is made.
 * @throws FORBIDDEN without the scope tokens:create, BAD_USER_INPUT with the argument's path
 */
export async function mintGuestToken(
  host: HostIdentity,
  input: GuestTokenInput,
  deps: MintDeps,
): Promise<MintedGuestToken> {
  requireScope(host, 'tokens:create')
  checkIdentity(input)
  const lifetime = lifetimeSeconds(input.expiresInSeconds)
  const grants = grantClaims(input, deps.catalogue)
  const { keyId, algorithm, key } = await deps.keyring.signingKey(host)
  const issuedAt = Math.floor((deps.now?.() ?? new Date()).getTime() / 1000)
  const id = randomUUID()
  const token = await new SignJWT({
    org_id: host.organizationId,
    env_id: host.environmentId,
    tenant_id: input.tenantId,
    ...(input.subject != null && { sub: input.subject }),
    ...grants,
  })
    .setProtectedHeader({ alg: algorithm, kid: keyId, typ: guestTokenType })
    .setIssuer(deps.issuer)
    .setAudience(deps.audience)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(key)
  if (token.length > tokenMaxBytes) {
    throw badInput('input', `grants that fit into a token of ${tokenMaxBytes} bytes, not ${token.length}`)
  }
  recordMinted(host, input, id, deps)
  return { token, id, expiresAt: new Date((issuedAt + lifetime) * 1000) }
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

/** A new grant of the contract is checked and spelled here. */
function grantClaims(input: GuestTokenInput, catalogue: Catalogue): GrantClaims {
  const { dashboards, datasets, lockedFilters } = input
  const mayShow = (name: string) => {
    const owner = catalogue.dashboards.get(name)?.tenantId
    return owner === null || owner === input.tenantId
  }
  const dashboardNames = [...catalogue.dashboards.keys()].filter(mayShow)
  checkNames(dashboards, dashboardNames, 'input.dashboards', 'the name of a dashboard for this tenant')
  checkNames(datasets, [...catalogue.datasets.keys()], 'input.datasets', 'the name of a dataset')
  checkLockedFilters(lockedFilters ?? [], catalogue, nameGrant(datasets), 'input.lockedFilters')
  return {
    ...(dashboards != null && { dashboard_ids: [...dashboards] }),
    ...(datasets != null && { dataset_ids: [...datasets] }),
    ...(lockedFilters != null && { locked_filters: lockedFilters.map(lockedFilterClaim) }),
  }
}

function checkNames(
  names: readonly string[] | null | undefined,
  known: readonly string[],
  argument: string,
  expected: string,
): void {
  for (const [index, name] of (names ?? []).entries()) {
    if (!known.includes(name)) throw badInput(`${argument}.${index}`, expected, nearest(name, known))
  }
}

function nameGrant(names: readonly string[] | null | undefined): NameGrant {
  return names == null ? everything : only(names)
}

function lockedFilterClaim({ dataset, dimension, operator, values }: LockedFilter): LockedFilterClaim {
  // checkLockedFilters has refused null among the values.
  const present = values.filter((value) => value !== null)
  return { ...(dataset !== undefined && { dataset }), dimension, operator, values: present }
}

function recordMinted(host: HostIdentity, input: GuestTokenInput, tokenId: string, deps: MintDeps): void {
  deps.audit.record({
    kind: 'token.minted',
    outcome: 'SUCCEEDED',
    environment: { organizationId: host.organizationId, environmentId: host.environmentId },
    apiKeyId: host.apiKeyId,
    tenantId: input.tenantId,
    subject: input.subject ?? null,
    tokenId,
    requestId: deps.requestId,
  })
}
