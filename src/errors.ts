/**
 * The one error that reaches a client. Each code has a fixed public text; `cause` stays inside the process.
 * The table is the documented list: docs/errors.md is printed from it.
 */
export const errorCodes = {
  UNAUTHENTICATED: { status: 401, text: 'The credential is missing, malformed, expired or not accepted.' },
  FORBIDDEN: { status: 403, text: 'The credential does not permit this.' },
  NOT_FOUND: { status: 404, text: 'It does not exist, or the credential may not see it.' },
  BAD_USER_INPUT: { status: 400, text: 'An argument is not of the allowed form.' },
  DIMENSION_NOT_ALLOWED: { status: 400, text: 'There is no such dimension here.' },
  METRIC_NOT_ALLOWED: { status: 400, text: 'There is no such metric here.' },
  PERIOD_NOT_ALLOWED: { status: 400, text: 'The period is not allowed.' },
  GRANULARITY_NOT_ALLOWED: { status: 400, text: 'The granularity is not allowed.' },
  DATE_RANGE_TOO_LONG: { status: 400, text: 'The time range is too long.' },
  ORIGIN_NOT_ALLOWED: { status: 403, text: 'The origin of the request is not allowed.' },
  WRONG_REGION: { status: 421, text: 'The tenant is answered for in another region.' },
  ATTRIBUTE_MISSING: { status: 403, text: 'The credential lacks an attribute that a row rule needs.' },
  RATE_LIMITED: { status: 429, text: 'Too many requests.' },
  QUOTA_EXCEEDED: { status: 429, text: 'The quota is used up.' },
  QUERY_TIMEOUT: { status: 504, text: 'The query took longer than its time limit.' },
  QUERY_TOO_LARGE: { status: 400, text: 'The query is larger than its limits.' },
  NOT_SUPPORTED: { status: 400, text: 'This is not supported.' },
  WAREHOUSE_UNAVAILABLE: { status: 503, text: 'The warehouse cannot be reached.' },
  STORE_UNAVAILABLE: { status: 503, text: 'The store cannot be reached.' },
  INTERNAL: { status: 500, text: 'Something went wrong on the server.' },
} as const

export type ErrorCode = keyof typeof errorCodes

export interface ErrorDetails {
  /** The path of the bad argument, such as `input.filters.0.values`. */
  readonly argument?: string
  /** What would have been right, in words: `a whole number from 1 to 1000`. */
  readonly expected?: string
  /** The names that would have been right; only where they give nothing away. */
  readonly allowed?: readonly string[]
  readonly retryAfterSeconds?: number
  /** Where it would be answered; the address where this process was told it. */
  readonly region?: { readonly name: string; readonly url?: string }
  /** Everything that is wrong with a document, where there is more to say than one argument. */
  readonly problems?: readonly Problem[]
  /** For the log alone. */
  readonly cause?: unknown
}

/** One thing that is wrong with a document. */
export interface Problem {
  /** Where it stands, such as `datasets[0].metrics[2].column`; empty for the document as a whole. */
  readonly path: string
  /** Counted from 1; absent where the document came as an object, which has no lines. */
  readonly line?: number
  readonly column?: number
  /** `expected …` */
  readonly message: string
}

export class TesseraError extends Error {
  override readonly name = 'TesseraError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(publicText(code, details), { cause: details.cause })
    this.code = code
    this.details = details
  }
}

function publicText(code: ErrorCode, { argument, expected }: ErrorDetails): string {
  const { text } = errorCodes[code]
  if (argument !== undefined && expected !== undefined) return `${text} ${argument}: expected ${expected}.`
  if (argument !== undefined) return `${text} ${argument}.`
  if (expected !== undefined) return `${text} Expected ${expected}.`
  return text
}

/** A wrong argument: its path and the form it should have had. */
export function badInput(argument: string, expected: string, allowed?: readonly string[]): TesseraError {
  return new TesseraError('BAD_USER_INPUT', { argument, expected, ...(allowed && { allowed }) })
}
