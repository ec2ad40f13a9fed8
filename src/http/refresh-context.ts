import { requireScope } from '../access/api-key-scopes.ts'
import type { Credential } from '../access/credential.ts'
import type { EnvironmentOrigins } from '../access/environment-origins.ts'
import { permitsTenant } from '../access/host-bounds.ts'
import { checkOrigin } from '../access/origins.ts'
import type { Names } from '../access/permissions.ts'
import type { RequestContext } from '../graphql/context.ts'
import { type RefreshDeps, type RefreshWithin, refreshGuestToken } from '../guest-tokens/refresh.ts'
import type { CatalogueCache } from '../model/catalogue-cache.ts'
import type { UsedBy } from '../usage/rows.ts'
import type { UsageLog } from '../usage/usage-log.ts'
import type { RequestFacts } from './use-credential.ts'

export type RefreshDependencies = Omit<
  RefreshDeps,
  'catalogue' | 'requestId' | 'address' | 'requirePage' | 'onMinted'
> & {
  readonly catalogues: CatalogueCache
  readonly origins: EnvironmentOrigins
  readonly usage: UsageLog
}

/** Bound to what the credential reaches, itself, its tenant or its environment, and to the page that asks. */
export function boundRefresh(
  credential: Credential,
  { requestId, address, origin }: Pick<RequestFacts, 'requestId' | 'address' | 'origin'>,
  { catalogues, origins, usage, ...dependencies }: RefreshDependencies,
): RequestContext['refreshGuestToken'] {
  return async (refreshToken) => {
    const within = withinOf(credential)
    const requirePage = (pages: Names) => {
      // A host's server asks for its pages, and is none.
      if (credential.kind === 'host' && origin === undefined) return
      checkOrigin({ permissions: { origins: pages } }, origin, origins.listOf(within.environmentId))
    }
    const onMinted = (of: UsedBy) => usage.add(of, { tokensMinted: 1 })
    const deps = { ...dependencies, onMinted, requestId, address, requirePage, catalogue: catalogues.get }
    return refreshGuestToken(within, refreshToken, deps)
  }
}

/** @throws FORBIDDEN for an API key without the scope tokens:create */
function withinOf(credential: Credential): RefreshWithin {
  if (credential.kind === 'refresh') {
    const { organizationId, environmentId, familyId } = credential.refresh
    return { organizationId, environmentId, familyId, permitsTenant: () => true }
  }
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
