import type { VerifiedClaims } from '../access/claims.ts'
import type { Credential } from '../access/credential.ts'
import type { SignerTerms } from '../access/signer.ts'
import type { TokenEnds } from '../access/token-ends.ts'
import { verifyKeptToken } from '../access/verify.ts'
import { type ErrorCode, TesseraError } from '../errors.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import type { ExportLinks, KeptExport } from './links.ts'

/** A link that was used just now. */
export interface TakenExport {
  readonly kept: KeptExport
  readonly claims: VerifiedClaims
  readonly giveBack: () => Promise<void>
}

export interface TakeDeps {
  readonly links: ExportLinks
  readonly signers: SignerTerms
  readonly tokenEnds: TokenEnds
}

/**
 * Everything that can have ended the token since is looked at again.
 * @param caller who shows the link, where a credential came with it; then it must be theirs
 * @returns null where there is no such link
 * @throws UNAUTHENTICATED where its token has ended
 */
export async function takeExport(
  secret: string,
  caller: Credential | null,
  { links, signers, tokenEnds }: TakeDeps,
): Promise<TakenExport | null> {
  // It gets tokens, and no rows.
  if (caller?.kind === 'refresh') return null
  const now = new Date()
  const taken = await links.take(secret, caller === null ? null : identityOf(caller), now)
  if (taken === null) return null
  try {
    const claims = await verifyKeptToken(taken.kept, { ...signers, now })
    tokenEnds.requireLive(claims, now)
    return { ...taken, claims }
  } catch (error) {
    if (isPassing(error)) await taken.giveBack()
    throw error
  }
}

/** Whether the same may be answered a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof TesseraError && passing.has(error.code)
}

const passing: ReadonlySet<ErrorCode> = new Set([
  'RATE_LIMITED',
  'QUERY_TIMEOUT',
  'STORE_UNAVAILABLE',
  'WAREHOUSE_UNAVAILABLE',
  // A link lives in one region's store; and whoever fetches by the standard repeats a 421 by itself.
  'WRONG_REGION',
])

function identityOf(caller: Exclude<Credential, { kind: 'refresh' }>): EnvironmentIdentity {
  const { organizationId, environmentId } = caller.kind === 'guest' ? caller.claims : caller.host
  if (caller.kind === 'host') return { organizationId, environmentId }
  return { organizationId, environmentId, tenantId: caller.claims.tenantId }
}
