import { tenantIdSchema } from './payload.ts'

/** What a pattern must look like, in words. */
export const tenantPatternForm = 'a tenant id, or the beginning of one and `*`, such as acme-*'

/** A tenant id as it is, or what it starts with and one `*` at the end. Tenants whose ids hold a `*` have no pattern of their own. */
export function isTenantPattern(text: string): boolean {
  if (text === '*') return true
  const start = text.endsWith('*') ? text.slice(0, -1) : text
  return !start.includes('*') && tenantIdSchema.safeParse(start).success
}

export function matchesTenant(pattern: string, tenantId: string): boolean {
  return pattern.endsWith('*') ? tenantId.startsWith(pattern.slice(0, -1)) : tenantId === pattern
}

/** Whether one pattern lets through all that the other does. */
export function coversPattern(pattern: string, other: string): boolean {
  if (!other.endsWith('*')) return matchesTenant(pattern, other)
  return pattern.endsWith('*') && other.slice(0, -1).startsWith(pattern.slice(0, -1))
}
