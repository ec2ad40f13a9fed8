import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { permitsTenant, requireTenant } from '../access/host-bounds.ts'
import { subjectSchema, tenantIdSchema, tokenIdSchema } from '../access/payload.ts'
import { insertRevocation } from '../access/revocation-rows.ts'
import type { Revocation, RevocationTarget } from '../access/revocation-set.ts'
import type { Revocations } from '../access/revocations.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { RevokeTokensInput } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { findMinted, findViewer, liveTokens, type Viewer } from './minted-tokens.ts'
import { endFamilies } from './refresh-families.ts'

export interface RevokeDeps {
  readonly store: Store
  readonly revocations: Revocations
  readonly audit: AuditLog
  readonly requestId: string | null
}

/**
 * Ends tokens of the host's environment: here when this answers, everywhere within two seconds of it.
 * @returns how many of them were minted here and had not expired
 * @throws FORBIDDEN without the scope tokens:create, BAD_USER_INPUT with the argument's path
 */
export async function revokeGuestTokens(
  host: HostIdentity,
  input: RevokeTokensInput,
  { store, revocations, audit, requestId }: RevokeDeps,
): Promise<number> {
  requireScope(host, 'tokens:create')
  const target = targetOf(input)
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  await requireOwnTenant(host, target, store)
  const { revocation, count, viewer } = await store.transaction(environment, async (transaction) => ({
    ...(await endTokens(transaction, environment, target)),
    viewer: await viewerOf(transaction, environment, target),
  }))
  revocations.add(revocation)
  audit.record({
    kind: 'token.revoked',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    tokenId: target.kind === 'token' ? target.tokenId : null,
    ...viewer,
    detail: { by: target.kind, tokens: count },
  })
  return count
}

/** Whose tokens end; null where it is not known, or there are more of them than one. */
async function viewerOf(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  target: RevocationTarget,
): Promise<Partial<Viewer> | null> {
  switch (target.kind) {
    case 'token':
      return findViewer(transaction, environment, target.tokenId)
    case 'viewer':
      return { tenantId: target.tenantId, subject: target.subject }
    case 'tenant':
      return { tenantId: target.tenantId }
    default:
      return null
  }
}

/** Of a token that was not minted here it is not known whose it is; it is refused like one of another tenant. */
async function requireOwnTenant(host: HostIdentity, target: RevocationTarget, store: Store): Promise<void> {
  if (host.tenants === null) return
  if (target.kind === 'viewer' || target.kind === 'tenant') return requireTenant(host, target.tenantId)
  const found = target.kind === 'token' ? await findMinted(store, host, target.tokenId) : null
  if (found !== null && permitsTenant(host, found.claims.tenant_id)) return
  throw new TesseraError('FORBIDDEN', {
    argument: 'input.id',
    expected: 'a token of a tenant of the API key’s own',
  })
}

/**
 * With the refresh tokens that would lead to more of them. In force with the commit; whoever commits also tells it to
 * the process's own `Revocations`.
 */
export async function endTokens(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  target: RevocationTarget,
): Promise<{ readonly revocation: Revocation; readonly count: number }> {
  await endFamilies(transaction, environment, target)
  const { count, mintedAt } = await liveTokens(transaction, environment, target)
  return { revocation: await insertRevocation(transaction, environment, target, mintedAt), count }
}

function targetOf({ id, subject, tenantId }: RevokeTokensInput): RevocationTarget {
  const given = [id, subject, tenantId].filter((part) => part != null)
  if (given.length !== 1) throw badInput('input', 'exactly one of id, subject and tenantId')
  if (id != null) return { kind: 'token', tokenId: checked(tokenIdSchema, id, 'input.id', 'a token id', 128) }
  if (tenantId != null) return { kind: 'tenant', tenantId: checkedTenant(tenantId, 'input.tenantId') }
  const { tenantId: ofTenant = '', subject: name = '' } = subject ?? {}
  return {
    kind: 'viewer',
    tenantId: checkedTenant(ofTenant, 'input.subject.tenantId'),
    subject: checked(subjectSchema, name, 'input.subject.subject', 'a name', 256),
  }
}

function checkedTenant(tenantId: string, argument: string): string {
  return checked(tenantIdSchema, tenantId, argument, 'a tenant id', 256)
}

function checked(
  schema: typeof subjectSchema,
  text: string,
  argument: string,
  what: string,
  most: number,
): string {
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw badInput(argument, `${what} of 1 to ${most} characters without control characters or lone surrogates`)
}
