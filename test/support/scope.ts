import { randomUUID } from 'node:crypto'
import { builtinRoles } from '../../src/access/builtin-roles.ts'
import { VerifiedClaims } from '../../src/access/claims.ts'
import { type ScopeTerms, scopeOf } from '../../src/access/layers.ts'
import type { GuestTokenPayload } from '../../src/access/payload.ts'
import type { Placing } from '../../src/access/places/placing.ts'
import { nowhere } from '../../src/access/places/routing.ts'
import type { Scope } from '../../src/access/scope.ts'
import type { EnvironmentIdentity } from '../../src/store/store.ts'
import { placedByRule } from './placing.ts'

/** A scope without a signature, for tests of what stands below the credential. */
export function testScope(
  tenantId: string,
  grants: Partial<GuestTokenPayload> = {},
  stored: ScopeTerms = { roles: builtinRoles, policies: new Map(), routing: nowhere },
  placing: Placing = placedByRule,
  environment: EnvironmentIdentity = { organizationId: randomUUID(), environmentId: randomUUID() },
): Scope {
  const seconds = Math.floor(Date.now() / 1000)
  const claims = VerifiedClaims.of(
    {
      iss: 'tessera',
      aud: 'tessera',
      jti: randomUUID(),
      iat: seconds,
      exp: seconds + 60,
      org_id: environment.organizationId,
      env_id: environment.environmentId,
      tenant_id: tenantId,
      ...grants,
    },
    { ...environment, keyId: randomUUID(), issuerId: null },
  )
  return scopeOf(claims, stored, placing)
}
