import { createHash } from 'node:crypto'
import type { AuditEvent } from '../events.ts'

export const alertRules = ['refusals_repeated', 'wall_violated', 'token_long', 'subject_networks'] as const
export type AlertRule = (typeof alertRules)[number]

/** What someone should look at. Like the audit it names ids, never a token, a key or a value. */
export interface Alert {
  /** The same from every process that saw the same within the same window: receivers keep one of them. */
  readonly id: string
  readonly rule: AlertRule
  readonly at: Date
  /** Null where the environment was never proven. */
  readonly environment: AuditEvent['environment']
  /** Whom or what it is about: an address, an API key, a tenant's viewer, a wall. */
  readonly about: Readonly<Record<string, string>>
  /** What was counted, what it takes, and within how many seconds. */
  readonly count: number
  readonly threshold: number
  readonly withinSeconds: number
  /** The event that made it one. */
  readonly last: {
    readonly kind: string
    readonly reason: string | null
    readonly tenantId: string | null
    readonly requestId: string | null
    readonly address: string | null
  } | null
}

export function alertId(key: string, window: number): string {
  return `alert_${createHash('sha256').update(`${key}\n${window}`).digest('hex').slice(0, 32)}`
}

export function lastOf({ kind, reason, tenantId, requestId, address }: AuditEvent): Alert['last'] {
  return {
    kind,
    reason: reason ?? null,
    tenantId: tenantId ?? null,
    requestId: requestId ?? null,
    address: address ?? null,
  }
}
