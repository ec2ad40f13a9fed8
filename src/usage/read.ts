import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { usagePermission } from '../access/own-permissions.ts'
import { tenantIdSchema } from '../access/payload.ts'
import { permits } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { UsageInput, UsageRecord } from '../graphql/context.ts'
import type { Store } from '../store/store.ts'
import { readUsage, type UsageDay, type UsageRange } from './rows.ts'
import type { UsageLog } from './usage-log.ts'

const recordsMax = 10_000
const daysMax = 400

/**
 * Of the tenants that the key is for.
 * @throws FORBIDDEN without the scope usage:read, BAD_USER_INPUT, QUERY_TOO_LARGE
 */
export async function hostUsage(
  host: HostIdentity,
  input: UsageInput,
  { store, usage }: { readonly store: Store; readonly usage: UsageLog },
): Promise<readonly UsageRecord[]> {
  requireScope(host, 'usage:read')
  const range = rangeOf(input)
  await usage.flush()
  const { organizationId, environmentId, tenants } = host
  return recordsOf(
    await readUsage(store, { organizationId, environmentId }, range, { most: recordsMax, tenants }),
  )
}

/**
 * Of the guest's own tenant; of another there is none.
 * @param tellsCost whether guests are told what the engine read, which may be rows of others as well
 * @throws FORBIDDEN where the topmost of role and policy does not grant the permission, or the other withholds it
 */
export async function guestUsage(
  scope: Scope,
  input: UsageInput,
  { store, tellsCost }: { readonly store: Store; readonly tellsCost: boolean },
): Promise<readonly UsageRecord[]> {
  const { organizationId, environmentId, tenantId } = scope
  if (!permits(scope.permissions.permissions, usagePermission)) {
    throw new TesseraError('FORBIDDEN', {
      expected: `a role or policy with the permission ${usagePermission}`,
    })
  }
  const range = { ...rangeOf(input), tenantId }
  if (input.tenantId != null && input.tenantId !== tenantId) return []
  const days = await readUsage(store, { organizationId, environmentId, tenantId }, range, {
    most: recordsMax,
    tenants: null,
  })
  return recordsOf(days).map((record) =>
    tellsCost ? record : Object.freeze({ ...record, rowsRead: null, bytesRead: null }),
  )
}

/** @throws BAD_USER_INPUT with the argument's path */
function rangeOf({ start, stop, tenantId = null }: UsageInput): UsageRange {
  if (tenantId !== null && !tenantIdSchema.safeParse(tenantId).success) {
    throw badInput('input.tenantId', 'a tenant id of 1 to 256 characters without control characters')
  }
  const [from, to] = [dayFrom(start, 'input.start'), dayFrom(stop, 'input.stop')]
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  if (days < 0 || days > daysMax) throw badInput('input.stop', `at most ${daysMax} days after start`)
  return { from, to, tenantId }
}

/** The first day, by the clock of UTC, that begins at an instant or after it. */
function dayFrom(text: string, argument: string): string {
  const micros = parseInstant(text)
  if (micros === null) throw badInput(argument, 'an RFC 3339 instant')
  return new Date(Math.ceil(micros / 86_400_000_000) * 86_400_000).toISOString().slice(0, 10)
}

function recordsOf(days: readonly UsageDay[]): readonly UsageRecord[] {
  if (days.length > recordsMax) {
    const expected = `at most ${recordsMax} records: a shorter range, or one tenant`
    throw new TesseraError('QUERY_TOO_LARGE', { argument: 'input', expected })
  }
  return days.map(({ organizationId, environmentId, ...record }) => Object.freeze(record))
}
