import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireAllTenants } from '../access/host-bounds.ts'
import { JwksUnavailable } from '../access/issuers/fetch-jwks.ts'
import { endIssuer, insertIssuer, listIssuers, lockIssuers } from '../access/issuers/issuer-rows.ts'
import type { TokenIssuers } from '../access/issuers/token-issuers.ts'
import type { Revocations } from '../access/revocations.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { listed } from '../audit/listed.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { TokenIssuerInput, TokenIssuerRecord } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'
import { askedIssuer } from './asked-issuer.ts'
import { tokenIssuerRecord } from './read.ts'

export interface IssuerDeps {
  readonly store: Store
  readonly issuers: TokenIssuers
  readonly revocations: Revocations
  readonly audit: AuditLog
  /** What `iss` and `aud` of the installation's own tokens say. */
  readonly issuer: string
  readonly audience: string
  readonly requestId: string | null
}

const issuersMax = 50

/**
 * Whoever holds these keys signs guest tokens of the host's environment from now on: here when this answers, everywhere
 * within two seconds. One of the same name ends.
 * @throws FORBIDDEN without the scope keys:write and for a key of some tenants, BAD_USER_INPUT with the argument's path and where
 *   the key set cannot be had, QUOTA_EXCEEDED
 */
export async function registerTokenIssuer(
  host: HostIdentity,
  input: TokenIssuerInput,
  deps: IssuerDeps,
): Promise<TokenIssuerRecord> {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  const { store, issuers, revocations, audit, requestId } = deps
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  const asked = await askedIssuer(input, deps.issuer)
  const kids = await kidsOf(asked, issuers)
  const { made, ended } = await store.transaction(environment, async (transaction) => {
    await lockIssuers(transaction, environment)
    const present = await listIssuers(transaction, environment)
    const before = present.find(({ issuer }) => issuer === asked.issuer)
    if (before === undefined && present.length >= issuersMax) {
      throw new TesseraError('QUOTA_EXCEEDED', { expected: `at most ${issuersMax} token issuers` })
    }
    const ended = before === undefined ? null : await endIssuer(transaction, environment, before.id)
    return { made: await insertIssuer(transaction, environment, asked), ended }
  })
  issuers.add(made)
  if (ended !== null) revocations.add(ended.revocation)
  audit.record({
    kind: 'token_issuer.registered',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: {
      tokenIssuerId: made.id,
      issuer: made.issuer,
      ...(made.keys.kind === 'url' && { jwksUrl: shown(made.keys.url) }),
      kids: listed(kids),
      ...(ended !== null && { replaced: ended.issuer.id }),
    },
  })
  return tokenIssuerRecord(made, deps.audience)
}

/** Of a URL they are asked for, so that a wrong one is seen by who gives it, and not by the first guest. */
async function kidsOf(
  { keys, algorithms }: Awaited<ReturnType<typeof askedIssuer>>,
  issuers: TokenIssuers,
): Promise<readonly string[]> {
  try {
    const found = await issuers.keys.load(keys, algorithms)
    if (found.size > 0) return [...found.keys()]
  } catch (error) {
    if (!(error instanceof JwksUnavailable)) throw error
    throw badInput(
      'input.jwksUrl',
      `the URL of a key set that can be read. ${error.message.replace(/\.$/, '')}`,
    )
  }
  throw badInput(
    'input.jwksUrl',
    `the URL of a key set with a public key for ${algorithms.join(', ')} that has a kid of its own`,
  )
}

/** Without its query, in which hosts have hidden tokens. */
function shown(jwksUrl: string): string {
  const { origin, pathname, search } = new URL(jwksUrl)
  return `${origin}${pathname}${search === '' ? '' : '?…'}`
}
