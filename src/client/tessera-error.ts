/**
 * Codes of the API (docs/errors.md) and those of what lies before it: NETWORK where it cannot be reached or something
 * else answers in its place, TOKEN_UNAVAILABLE where the host gave no token, ABORTED where the caller ended it.
 */
export type TesseraErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'DIMENSION_NOT_ALLOWED'
  | 'METRIC_NOT_ALLOWED'
  | 'PERIOD_NOT_ALLOWED'
  | 'GRANULARITY_NOT_ALLOWED'
  | 'DATE_RANGE_TOO_LONG'
  | 'ORIGIN_NOT_ALLOWED'
  | 'WRONG_REGION'
  | 'ATTRIBUTE_MISSING'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'QUERY_TIMEOUT'
  | 'QUERY_TOO_LARGE'
  | 'NOT_SUPPORTED'
  | 'WAREHOUSE_UNAVAILABLE'
  | 'STORE_UNAVAILABLE'
  | 'INTERNAL'
  | 'NETWORK'
  | 'TOKEN_UNAVAILABLE'
  | 'ABORTED'

export interface TesseraErrorDetails {
  /** The path of the bad argument, such as `filters.0`. */
  readonly argument?: string
  /** What would have been right, in words. */
  readonly expected?: string
  /** The names that would have been right, where they give nothing away. */
  readonly allowed?: readonly string[]
  readonly retryAfterSeconds?: number
  /** What the server's log knows the request by. */
  readonly requestId?: string
  /** Where in the answer it stands: `['w0', 'data']`. */
  readonly path?: readonly (string | number)[]
  /** The HTTP status, where there was an answer. */
  readonly status?: number
}

/** The one error that the client throws. Nothing in it is a token, and nothing of a body that is not the API's. */
export class TesseraError extends Error {
  override readonly name = 'TesseraError'
  /** A code of TesseraErrorCode, or one of a newer server. */
  readonly code: TesseraErrorCode | (string & {})
  declare readonly argument?: string
  declare readonly expected?: string
  declare readonly allowed?: readonly string[]
  declare readonly retryAfterSeconds?: number
  declare readonly requestId?: string
  declare readonly path?: readonly (string | number)[]
  declare readonly status?: number

  constructor(code: TesseraErrorCode | (string & {}), message: string, details: TesseraErrorDetails = {}) {
    super(message)
    this.code = code
    Object.assign(this, details)
  }
}

export function aborted(): TesseraError {
  return new TesseraError('ABORTED', 'The request was aborted.')
}
