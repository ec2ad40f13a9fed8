import { TesseraError } from '../errors.ts'
import type { HostBounds } from './host.ts'
import { coversPattern, matchesTenant } from './tenant-patterns.ts'

/** Whether a key is for this tenant. */
export function permitsTenant({ tenants }: Pick<HostBounds, 'tenants'>, tenantId: string): boolean {
  return tenants === null || tenants.some((pattern) => matchesTenant(pattern, tenantId))
}

/** @throws TesseraError FORBIDDEN where the key is for other tenants */
export function requireTenant(host: Pick<HostBounds, 'tenants'>, tenantId: string): void {
  if (permitsTenant(host, tenantId)) return
  throw new TesseraError('FORBIDDEN', {
    expected: `a tenant of the API key's own: ${host.tenants?.join(', ')}`,
  })
}

/**
 * For what concerns every tenant of the environment.
 * @throws TesseraError FORBIDDEN where the key is for some tenants alone
 */
export function requireAllTenants({ tenants }: Pick<HostBounds, 'tenants'>): void {
  if (tenants === null) return
  throw new TesseraError('FORBIDDEN', { expected: 'an API key that is not bound to tenants' })
}

/** Whether a key is for no tenants but those that another is for. */
export function coversTenants(
  { tenants }: Pick<HostBounds, 'tenants'>,
  key: Pick<HostBounds, 'tenants'>,
): boolean {
  return isCovered(key.tenants, tenants, coversPattern)
}

/** In which of its bounds a key goes beyond what another has; null where it does in none. */
export function excess(key: HostBounds, holder: HostBounds): keyof HostBounds | null {
  if (!key.scopes.every((scope) => holder.scopes.includes(scope) || holder.scopes.includes('admin')))
    return 'scopes'
  if (!coversTenants(holder, key)) return 'tenants'
  if (!isCovered(key.networks, holder.networks, (own, other) => own.covers(other))) return 'networks'
  if (holder.expiresAt !== null && (key.expiresAt === null || key.expiresAt > holder.expiresAt))
    return 'expiresAt'
  return null
}

/** Each by one of the other's: two that would only do it together do not, which errs on the side of refusing. */
function isCovered<T>(
  parts: readonly T[] | null,
  own: readonly T[] | null,
  covers: (own: T, other: T) => boolean,
): boolean {
  if (own === null) return true
  return parts?.every((part) => own.some((one) => covers(one, part))) === true
}
