import { TesseraError } from '../errors.ts'

/** Why a credential was refused: for the audit line alone. The client sees one text for all of them. */
export type RefusalReason =
  | 'credential_missing'
  | 'credential_malformed'
  | 'token_too_large'
  | 'token_malformed'
  | 'header_not_allowed'
  | 'type_not_allowed'
  | 'algorithm_not_allowed'
  | 'key_unknown'
  | 'key_ended'
  | 'signature_invalid'
  | 'issuer_wrong'
  | 'issuer_unknown'
  | 'issuer_keys_unavailable'
  | 'audience_wrong'
  | 'token_expired'
  | 'token_revoked'
  | 'token_not_yet_valid'
  | 'lifetime_too_long'
  | 'claims_invalid'
  | 'environment_foreign'
  | 'role_unknown'
  | 'tenant_erased'
  | 'policy_unknown'
  | 'export_link_unknown'
  | 'refresh_malformed'
  | 'refresh_unknown'
  | 'refresh_expired'
  | 'refresh_ended'
  | 'refresh_reused'
  | 'api_key_malformed'
  | 'api_key_unknown'
  | 'api_key_expired'
  | 'api_key_revoked'
  | 'api_key_network'

export interface Refusal {
  readonly reason: RefusalReason
  /** Only what was proven before the refusal: nothing here was merely claimed. */
  readonly proven: ProvenIdentity | null
}

export interface ProvenIdentity {
  readonly organizationId: string
  readonly environmentId: string
  readonly apiKeyId?: string
  readonly tenantId?: string
  readonly subject?: string | null
  readonly tokenId?: string
}

/** The cause inside an UNAUTHENTICATED error; `refusalOf` reads it back. */
class CredentialRefused implements Refusal {
  readonly reason: RefusalReason
  readonly proven: ProvenIdentity | null

  constructor(reason: RefusalReason, proven: ProvenIdentity | null) {
    this.reason = reason
    this.proven = proven
  }
}

export function refused(reason: RefusalReason, proven: ProvenIdentity | null = null): TesseraError {
  return new TesseraError('UNAUTHENTICATED', { cause: new CredentialRefused(reason, proven) })
}

/** Null where the error is not the refusal of a credential. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof TesseraError)) return null
  return error.details.cause instanceof CredentialRefused ? error.details.cause : null
}
