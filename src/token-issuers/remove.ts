import { z } from 'zod'
import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireAllTenants } from '../access/host-bounds.ts'
import { endIssuer, lockIssuers } from '../access/issuers/issuer-rows.ts'
import { TesseraError } from '../errors.ts'
import type { TokenIssuerRecord } from '../graphql/context.ts'
import { tokenIssuerRecord } from './read.ts'
import type { IssuerDeps } from './register.ts'

/**
 * Ends an issuer and all of its tokens, with what is open of them: here when this answers, everywhere within two seconds.
 * @throws FORBIDDEN without the scope keys:write and for a key of some tenants, NOT_FOUND where there is none in the environment
 */
export async function removeTokenIssuer(
  host: HostIdentity,
  id: string,
  { store, issuers, revocations, audit, audience, requestId }: IssuerDeps,
): Promise<TokenIssuerRecord> {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  if (!z.uuid().safeParse(id).success) throw new TesseraError('NOT_FOUND', { argument: 'id' })
  const ended = await store.transaction(environment, async (transaction) => {
    await lockIssuers(transaction, environment)
    return endIssuer(transaction, environment, id)
  })
  if (ended === null) throw new TesseraError('NOT_FOUND', { argument: 'id' })
  const { issuer, revocation } = ended
  issuers.remove(issuer.id)
  revocations.add(revocation)
  audit.record({
    kind: 'token_issuer.removed',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: { tokenIssuerId: issuer.id, issuer: issuer.issuer },
  })
  return tokenIssuerRecord(issuer, audience)
}
