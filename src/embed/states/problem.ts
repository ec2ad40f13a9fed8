import { growingWaitMs } from '../../client/growing-wait.ts'
import { TesseraError } from '../../client/tessera-error.ts'

/** What is wrong, as far as it matters to whoever looks: each kind has a sentence of its own. */
export type ProblemKind =
  | 'expired'
  | 'forbidden'
  | 'origin'
  | 'offline'
  | 'unreachable'
  | 'sign-in'
  | 'not-set-up'
  | 'not-loaded'
  | 'range'
  | 'refused'
  | 'busy'
  | 'quota'
  | 'slow'
  | 'failed'

export interface Problem {
  readonly kind: ProblemKind
  readonly code: string
  /** What the server's log knows the request by. */
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null
  /** The path of the argument that was refused, and what would have been right. */
  readonly argument: string | null
  readonly expected: string | null
}

const kinds: Readonly<Record<string, ProblemKind>> = {
  UNAUTHENTICATED: 'expired',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'forbidden',
  ATTRIBUTE_MISSING: 'forbidden',
  ORIGIN_NOT_ALLOWED: 'origin',
  NETWORK: 'unreachable',
  WAREHOUSE_UNAVAILABLE: 'unreachable',
  STORE_UNAVAILABLE: 'unreachable',
  TOKEN_UNAVAILABLE: 'sign-in',
  NOT_SET_UP: 'not-set-up',
  NOT_LOADED: 'not-loaded',
  PERIOD_NOT_ALLOWED: 'range',
  DATE_RANGE_TOO_LONG: 'range',
  GRANULARITY_NOT_ALLOWED: 'range',
  DIMENSION_NOT_ALLOWED: 'refused',
  METRIC_NOT_ALLOWED: 'refused',
  BAD_USER_INPUT: 'refused',
  NOT_SUPPORTED: 'refused',
  RATE_LIMITED: 'busy',
  QUOTA_EXCEEDED: 'quota',
  QUERY_TIMEOUT: 'slow',
  QUERY_TOO_LARGE: 'slow',
}

/** @param isOnline what the browser says of the network */
export function problemOf(error: unknown, isOnline = true): Problem {
  if (!(error instanceof TesseraError)) return problem('INTERNAL')
  const { code, requestId = null, retryAfterSeconds = null, argument = null, expected = null } = error
  const known = Object.hasOwn(kinds, code) ? kinds[code] : undefined
  const kind = code === 'NETWORK' && !isOnline ? 'offline' : (known ?? 'failed')
  return { kind, code, requestId, retryAfterSeconds, argument, expected }
}

/** One that the page found by itself. */
export function problem(
  code: string,
  details: Partial<Pick<Problem, 'argument' | 'expected'>> = {},
): Problem {
  const kind = kinds[code] ?? 'failed'
  return { kind, code, requestId: null, retryAfterSeconds: null, argument: null, expected: null, ...details }
}

export function isAborted(error: unknown): boolean {
  return error instanceof TesseraError && error.code === 'ABORTED'
}

/** Whether the same question may be answered another time without anything being changed by the viewer. */
export function mayPass({ kind }: Problem): boolean {
  return kind !== 'range' && kind !== 'refused' && kind !== 'not-set-up' && kind !== 'origin'
}

const firstWaitMs = 1000

/** After how long the page asks again by itself; null where a person has to. */
export function waitBeforeRetry(
  { kind, retryAfterSeconds }: Problem,
  attempt: number,
  random = Math.random(),
): number | null {
  if (kind !== 'unreachable' && kind !== 'offline' && kind !== 'busy') return null
  return growingWaitMs(firstWaitMs, attempt, retryAfterSeconds ?? 0, random)
}
