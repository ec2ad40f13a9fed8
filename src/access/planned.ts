import { VerifiedClaims } from './claims.ts'
import { everything, unrestricted } from './grants.ts'
import type { HostIdentity } from './host.ts'
import { layersOf, type ScopeTerms } from './layers.ts'
import type { GuestTokenPayload } from './payload.ts'
import { type Layer, permissionsOf } from './permissions.ts'
import type { Placing } from './places/placing.ts'
import { Scope } from './scope.ts'

/** A token as its host could mint it, to find out what it may do. Nothing is served to a guest under it. */
export interface PlannedToken {
  readonly layers: readonly Layer[]
  /** The scope that the token would have if these were its layers. */
  readonly under: (layers: readonly Layer[]) => Scope
}

/** Withholds nothing: what the environment itself lets through. */
export const openLayer: Layer = Object.freeze({
  source: 'role',
  name: null,
  grants: Object.freeze({ ...unrestricted, permissions: everything }),
})

/**
 * In the host's own environment, whatever the payload says of one.
 * @throws TesseraError UNAUTHENTICATED where the payload names a role or policy that there is not, and what `placing` throws
 */
export function plannedToken(
  host: HostIdentity,
  payload: GuestTokenPayload,
  stored: ScopeTerms,
  placing: Placing,
): PlannedToken {
  const { organizationId, environmentId } = host
  const claims = VerifiedClaims.of(payload, { organizationId, environmentId, keyId: '', issuerId: null })
  const placed = placing.of(claims, stored.routing)
  return Object.freeze({
    layers: layersOf(claims, stored),
    under: (layers: readonly Layer[]) => Scope.of(claims, permissionsOf(layers), placed),
  })
}
