import { requireScope } from '../access/api-key-scopes.ts'
import type { EnvironmentOrigins } from '../access/environment-origins.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireAllTenants } from '../access/host-bounds.ts'
import { isOriginEntry, originForm } from '../access/origins.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { AuditDetail } from '../audit/events.ts'
import { listed } from '../audit/listed.ts'
import { badInput } from '../errors.ts'

const entriesMax = 100

/** @throws FORBIDDEN without the scope keys:write and for a key of some tenants */
export function readAllowedOrigins(
  host: HostIdentity,
  origins: EnvironmentOrigins,
): readonly string[] | null {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  return origins.listOf(host.environmentId)
}

export interface SetOriginsDeps {
  readonly origins: EnvironmentOrigins
  readonly audit: AuditLog
  readonly requestId: string | null
}

/**
 * @param entries null takes the list away; an empty one lets no page in
 * @throws FORBIDDEN as above, BAD_USER_INPUT with the argument's path
 */
export async function setAllowedOrigins(
  host: HostIdentity,
  entries: readonly string[] | null | undefined,
  { origins, audit, requestId }: SetOriginsDeps,
): Promise<readonly string[] | null> {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  // Nobody takes a list away by leaving it out.
  if (entries === undefined) throw badInput('origins', 'a list, or null to take it away')
  checkEntries(entries ?? [])
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  const before = (await origins.set(environment, entries)) ?? []
  audit.record({
    kind: 'origins.changed',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: changeOf(before, entries),
  })
  return entries
}

/** Origins are no secrets, and who let one in and took it out again must be found. */
function changeOf(before: readonly string[], entries: readonly string[] | null): AuditDetail {
  const after = entries ?? []
  const added = after.filter((entry) => !before.includes(entry))
  const removed = before.filter((entry) => !after.includes(entry))
  return {
    ...(entries === null ? { any: true } : { entries: entries.length }),
    ...(added.length > 0 && { added: listed(added) }),
    ...(removed.length > 0 && { removed: listed(removed) }),
  }
}

function checkEntries(entries: readonly string[]): void {
  if (entries.length > entriesMax) throw badInput('origins', `at most ${entriesMax} of them`)
  const wrong = entries.findIndex((entry) => !isOriginEntry(entry))
  if (wrong >= 0) throw badInput(`origins.${wrong}`, originForm)
}
