import { TesseraError } from '../errors.ts'
import type { HostIdentity } from './host.ts'

export const apiKeyScopes = [
  'tokens:create',
  'model:write',
  'keys:write',
  'audit:read',
  'usage:read',
  'admin',
] as const
export type ApiKeyScope = (typeof apiKeyScopes)[number]

/** `admin` implies every other scope. */
export function permitsScope(host: HostIdentity, scope: ApiKeyScope): boolean {
  return host.scopes.includes(scope) || host.scopes.includes('admin')
}

/** @throws TesseraError FORBIDDEN */
export function requireScope(host: HostIdentity, scope: ApiKeyScope): void {
  if (permitsScope(host, scope)) return
  throw new TesseraError('FORBIDDEN', { expected: `an API key with the scope ${scope}` })
}
