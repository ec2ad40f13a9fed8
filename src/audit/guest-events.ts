import { auditPermission } from '../access/own-permissions.ts'
import { permits } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import { TesseraError } from '../errors.ts'
import type { AuditEventRecord, AuditPage } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'
import { requireGuestFilter } from './filter.ts'
import { listAuditEvents } from './read.ts'

/**
 * What happened in the guest's own tenant: without what is the host's (the API keys, the details) and without where other
 * people are and what they hold (addresses, tokens, requests).
 * @throws FORBIDDEN where the topmost of role and policy does not grant the permission, or the other withholds it
 */
export async function listGuestAuditEvents(
  store: Store,
  scope: Scope,
  page: AuditPage,
): Promise<readonly AuditEventRecord[]> {
  const { organizationId, environmentId, tenantId, subject } = scope
  if (!permits(scope.permissions.permissions, auditPermission)) {
    throw new TesseraError('FORBIDDEN', {
      expected: `a role or policy with the permission ${auditPermission}`,
    })
  }
  requireGuestFilter(page.filter)
  const events = await listAuditEvents(store, { organizationId, environmentId, tenantId }, page, null)
  return events.map((event) => shown(event, subject))
}

function shown(event: AuditEventRecord, subject: string | null): AuditEventRecord {
  const ofTenant = { ...event, apiKeyId: null, detail: {} }
  if (subject !== null && event.subject === subject) return Object.freeze(ofTenant)
  return Object.freeze({ ...ofTenant, tokenId: null, requestId: null, address: null })
}
