import { type ErrorCode, TesseraError } from '../errors.ts'
import { violationIn } from '../violation.ts'
import type { Caller } from './caller.ts'
import { type AuditEvent, blank, type RequestOrigin } from './events.ts'

/** What a refusal is in the audit. Of the other codes none is about what the caller may do, or it is told elsewhere. */
const kinds: Readonly<Partial<Record<ErrorCode, AuditEvent['kind']>>> = Object.freeze({
  FORBIDDEN: 'permission.refused',
  NOT_FOUND: 'permission.refused',
  DIMENSION_NOT_ALLOWED: 'permission.refused',
  METRIC_NOT_ALLOWED: 'permission.refused',
  PERIOD_NOT_ALLOWED: 'permission.refused',
  GRANULARITY_NOT_ALLOWED: 'permission.refused',
  DATE_RANGE_TOO_LONG: 'permission.refused',
  ATTRIBUTE_MISSING: 'permission.refused',
  ORIGIN_NOT_ALLOWED: 'origin.refused',
  RATE_LIMITED: 'rate.limited',
  QUOTA_EXCEEDED: 'rate.limited',
  WRONG_REGION: 'permission.refused',
})

/** Of a tenant who is answered for elsewhere nothing is told here but its id. */
function withoutContent(code: ErrorCode, event: AuditEvent): AuditEvent {
  return code === 'WRONG_REGION' ? blank(event) : event
}

/**
 * The event that an error of a verified caller's request is; null where it is none. It says the code and nothing of what
 * was asked: names and values are the caller's own words, and the log has the request under its id.
 */
export function refusalEvent(error: unknown, caller: Caller, origin: RequestOrigin): AuditEvent | null {
  const head = { ...caller, ...origin, outcome: 'REFUSED' } as const
  const rule = violationIn(error)
  if (rule !== null) return { ...head, kind: 'policy.violated', reason: rule }
  if (!(error instanceof TesseraError)) return null
  const kind = kinds[error.code]
  if (kind === undefined) return null
  return withoutContent(error.code, { ...head, kind, reason: error.code })
}
