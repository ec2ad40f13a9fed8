import type { Credential } from '../access/credential.ts'
import type { AuditLog } from './audit-log.ts'
import type { AuditEvent, RequestOrigin } from './events.ts'

/** Whose request it is: of a verified credential, by its ids alone. */
export interface Caller extends Pick<AuditEvent, 'tenantId' | 'subject' | 'apiKeyId' | 'tokenId'> {
  readonly environment: NonNullable<AuditEvent['environment']>
}

export function callerOf(credential: Credential): Caller {
  switch (credential.kind) {
    case 'guest': {
      const { organizationId, environmentId, tenantId, subject, tokenId } = credential.claims
      return { environment: { organizationId, environmentId }, tenantId, subject, tokenId }
    }
    case 'host': {
      const { organizationId, environmentId, apiKeyId } = credential.host
      return { environment: { organizationId, environmentId }, apiKeyId }
    }
    default: {
      const { organizationId, environmentId, tenantId, subject } = credential.refresh
      return { environment: { organizationId, environmentId }, tenantId, subject }
    }
  }
}

/** Says of each event which request it came with. */
export function auditFrom(audit: AuditLog, { requestId, address }: RequestOrigin): AuditLog {
  return {
    ...audit,
    record: (event) =>
      audit.record({
        ...event,
        requestId: event.requestId ?? requestId,
        address: event.address ?? address,
      }),
  }
}
