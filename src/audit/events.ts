import type { TokenIssuer } from '../access/issuers/token-issuer.ts'
import type { Refusal } from '../access/refusal.ts'

/** All that there are; docs/alerts.md says what each is. */
export const auditKinds = [
  'token.minted',
  'token.refreshed',
  'token.revoked',
  'api_key.created',
  'api_key.rotated',
  'api_key.revoked',
  'signing_key.rotated',
  'token_issuer.registered',
  'token_issuer.removed',
  'token_issuer.keys_unavailable',
  'origins.changed',
  'data_source_secret.set',
  'data_source_secret.deleted',
  'tenant.changed',
  'tenant.erased',
  'credential.refused',
  'permission.refused',
  'origin.refused',
  'rate.limited',
  'policy.violated',
  'model.applied',
  'export.created',
  'export.downloaded',
] as const

/** FAILED: begun, and not whole. */
export const auditOutcomes = ['SUCCEEDED', 'REFUSED', 'FAILED'] as const

/** Something that was done, or refused. It names ids, never a token, a key or a value of a filter. */
export interface AuditEvent {
  readonly kind: (typeof auditKinds)[number]
  readonly outcome: (typeof auditOutcomes)[number]
  /** Null where it was never proven which one it is about: then there is a log line and no stored event. */
  readonly environment: { readonly organizationId: string; readonly environmentId: string } | null
  readonly reason?: string | null
  readonly tenantId?: string | null
  readonly subject?: string | null
  readonly apiKeyId?: string | null
  readonly tokenId?: string | null
  readonly requestId?: string | null
  readonly address?: string | null
  /** How many it stands for; one unless given. */
  readonly count?: number
  readonly detail?: AuditDetail
}

/** With nothing of a tenant but its id: neither who, nor where, nor what. */
export function blank({ tokenId, subject, address, detail, ...event }: AuditEvent): AuditEvent {
  return event
}

export type AuditDetail = Readonly<Record<string, string | number | boolean>>

export interface RequestOrigin {
  readonly requestId: string | null
  readonly address: string | null
}

/** For the refusal of a credential; `refusalOf(error)` tells whether an error is one. */
export function credentialRefused({ reason, proven }: Refusal, origin: RequestOrigin): AuditEvent {
  const head = { kind: 'credential.refused', outcome: 'REFUSED', reason, ...origin } as const
  if (proven === null) return { ...head, environment: null }
  const { organizationId, environmentId, ...ids } = proven
  return { ...head, environment: { organizationId, environmentId }, ...ids }
}

/** For an issuer whose keys could be had before. */
export function keysUnavailable(
  { id, issuer, organizationId, environmentId }: TokenIssuer,
  reason: string,
): AuditEvent {
  return {
    kind: 'token_issuer.keys_unavailable',
    outcome: 'FAILED',
    environment: { organizationId, environmentId },
    detail: { tokenIssuerId: id, issuer, reason },
  }
}
