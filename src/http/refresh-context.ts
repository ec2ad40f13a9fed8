import { requireScope } from '../access/api-key-scopes.ts'
import type { Credential } from '../access/credential.ts'
import { permitsTenant } from '../access/host-bounds.ts'
import type { RequestContext } from '../graphql/context.ts'
import { type RefreshDeps, type RefreshWithin, refreshGuestToken } from '../guest-tokens/refresh.ts'
import type { CatalogueCache } from '../model/catalogue-cache.ts'
import type { RequestFacts } from './use-credential.ts'

export type RefreshDependencies = Omit<RefreshDeps, 'catalogue' | 'requestId' | 'address'> & {
  readonly catalogues: CatalogueCache
}

/** Bound to what the credential reaches: itself, its tenant, its environment. */
export function boundRefresh(
  credential: Credential,
  { requestId, address }: Pick<RequestFacts, 'requestId' | 'address'>,
  { catalogues, ...dependencies }: RefreshDependencies,
): RequestContext['refreshGuestToken'] {
  return async (refreshToken) => {
    const deps = { ...dependencies, requestId, address, catalogue: catalogues.get }
    return refreshGuestToken(withinOf(credential), refreshToken, deps)
  }
}

/** @throws FORBIDDEN for an API key without the scope tokens:create */
function withinOf(credential: Credential): RefreshWithin {
  if (credential.kind === 'refresh') return { ...credential.refresh, permitsTenant: () => true }
  if (credential.kind === 'guest') {
    const { organizationId, environmentId, tenantId } = credential.claims
    const permits = (asked: string) => asked === tenantId
    return { organizationId, environmentId, familyId: null, permitsTenant: permits }
  }
  const { host } = credential
  requireScope(host, 'tokens:create')
  const { organizationId, environmentId } = host
  const permits = (tenantId: string) => permitsTenant(host, tenantId)
  return { organizationId, environmentId, familyId: null, permitsTenant: permits }
}
