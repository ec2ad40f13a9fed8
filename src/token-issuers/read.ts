import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireAllTenants } from '../access/host-bounds.ts'
import { listIssuers } from '../access/issuers/issuer-rows.ts'
import type { TokenIssuer } from '../access/issuers/token-issuer.ts'
import type { TokenIssuerRecord } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'

/**
 * Those of the environment, the oldest first.
 * @param audience what `aud` of the installation's own tokens says
 * @throws FORBIDDEN without the scope keys:write and for a key of some tenants
 */
export async function listTokenIssuers(
  host: HostIdentity,
  { store, audience }: { readonly store: Store; readonly audience: string },
): Promise<readonly TokenIssuerRecord[]> {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  const { organizationId, environmentId } = host
  const identity = { organizationId, environmentId }
  const issuers = await store.transaction(identity, (transaction) => listIssuers(transaction, identity))
  return issuers.map((issuer) => tokenIssuerRecord(issuer, audience))
}

export function tokenIssuerRecord(issuer: TokenIssuer, ownAudience: string): TokenIssuerRecord {
  const { keys, audience, ...rest } = issuer
  return Object.freeze({
    ...rest,
    audience: audience ?? ownAudience,
    jwksUrl: keys.kind === 'url' ? keys.url : null,
    publicKeys: keys.kind === 'inline' ? keys.keys : null,
  })
}
