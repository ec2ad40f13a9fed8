import type { VerifiedClaims } from './claims.ts'
import type { Grants } from './grants.ts'
import { type Layer, type Permissions, permissionsOf } from './permissions.ts'
import type { Placing } from './places/placing.ts'
import type { Routing } from './places/routing.ts'
import { type RefusalReason, refused } from './refusal.ts'
import { Scope } from './scope.ts'

/** The roles and policies of an environment, by name, as its model has them now. */
export interface StoredLayers {
  readonly roles: ReadonlyMap<string, Grants>
  readonly policies: ReadonlyMap<string, Grants>
}

/** What of an environment's model scopes are made of. */
export interface ScopeTerms extends StoredLayers {
  readonly routing: Routing
}

/** What of an environment's model decides what tokens may, and whose they are: all but where the rows of the tenant are. */
export interface Permitted {
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly tokenId: string
  readonly permissions: Permissions
  /** @throws TesseraError what `placing` throws */
  at(placing: Placing): Scope
}

/**
 * What verified claims may under the roles and policies that hold now, role ∩ policy ∩ token.
 * @throws TesseraError UNAUTHENTICATED where the claims name a role or policy that there no longer is
 */
export function permittedBy(claims: VerifiedClaims, stored: ScopeTerms): Permitted {
  const { organizationId, environmentId, tenantId, tokenId } = claims
  const permissions = permissionsOf(layersOf(claims, stored))
  const at = (placing: Placing) => Scope.of(claims, permissions, placing.of(claims, stored.routing))
  return Object.freeze({ organizationId, environmentId, tenantId, tokenId, permissions, at })
}

/**
 * The same at the place that the tenant has now.
 * @throws TesseraError UNAUTHENTICATED, and what `placing` throws
 */
export function scopeOf(claims: VerifiedClaims, stored: ScopeTerms, placing: Placing): Scope {
  return permittedBy(claims, stored).at(placing)
}

/** From the widest to the narrowest. */
export function layersOf(claims: VerifiedClaims, { roles, policies }: StoredLayers): readonly Layer[] {
  const { role, policy, grants } = claims
  return [
    ...(role === null ? [] : [storedLayer('role', role, roles, claims, 'role_unknown')]),
    ...(policy === null ? [] : [storedLayer('policy', policy, policies, claims, 'policy_unknown')]),
    { source: 'token', name: null, grants },
  ]
}

/** What the claims refer to can no longer be read, so they grant nothing. */
function storedLayer(
  source: 'role' | 'policy',
  name: string,
  stored: ReadonlyMap<string, Grants>,
  { organizationId, environmentId, tenantId, subject, tokenId }: VerifiedClaims,
  reason: RefusalReason,
): Layer {
  const grants = stored.get(name)
  if (grants === undefined)
    throw refused(reason, { organizationId, environmentId, tenantId, subject, tokenId })
  return Object.freeze({ source, name, grants })
}
