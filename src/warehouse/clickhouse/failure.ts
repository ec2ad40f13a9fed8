import { type ErrorCode, TesseraError } from '../../errors.ts'
import { PolicyViolation } from '../../violation.ts'
import { keepEngineError } from '../engine-errors.ts'

/** What the exceptions of ClickHouse mean to a client. Any other is a mistake of ours. */
const meanings: ReadonlyMap<string, ErrorCode> = new Map([
  ['159', 'QUERY_TIMEOUT'], // TIMEOUT_EXCEEDED
  ['160', 'QUERY_TIMEOUT'], // TOO_SLOW
  ['158', 'QUERY_TOO_LARGE'], // TOO_MANY_ROWS
  ['167', 'QUERY_TOO_LARGE'], // TOO_DEEP_AST
  ['168', 'QUERY_TOO_LARGE'], // TOO_BIG_AST
  ['306', 'QUERY_TOO_LARGE'], // TOO_DEEP_RECURSION
  ['241', 'QUERY_TOO_LARGE'], // MEMORY_LIMIT_EXCEEDED
  ['307', 'QUERY_TOO_LARGE'], // TOO_MANY_BYTES
  ['396', 'QUERY_TOO_LARGE'], // TOO_MANY_ROWS_OR_BYTES
  ['193', 'WAREHOUSE_UNAVAILABLE'], // WRONG_PASSWORD
  ['194', 'WAREHOUSE_UNAVAILABLE'], // REQUIRED_PASSWORD
  ['202', 'WAREHOUSE_UNAVAILABLE'], // TOO_MANY_SIMULTANEOUS_QUERIES
  ['209', 'WAREHOUSE_UNAVAILABLE'], // SOCKET_TIMEOUT
  ['210', 'WAREHOUSE_UNAVAILABLE'], // NETWORK_ERROR
  ['279', 'WAREHOUSE_UNAVAILABLE'], // ALL_CONNECTION_TRIES_FAILED
  ['394', 'WAREHOUSE_UNAVAILABLE'], // QUERY_WAS_CANCELLED, and not by us
  ['516', 'WAREHOUSE_UNAVAILABLE'], // AUTHENTICATION_FAILED
])

/** Codes of Node's sockets, TLS and certificates before anything is sent. */
const unsent =
  /^(ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EPROTO|ERR_(TLS|SSL)_.+|.*CERT.*|(UNABLE_TO|CRL|INVALID)_.+|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|UND_ERR_CONNECT_TIMEOUT)$/

/** Codes of Node's sockets, HTTP parser and zlib afterwards, and of chDB's own binding. */
const broken =
  /^(E(CONNRESET|CONNABORTED|TIMEDOUT|PIPE)|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_(SOCKET|CLOSED|DESTROYED|HEADERS_OVERFLOW|RES_.+)|HPE_.+|Z_.+|CHDB_(CLOSED|CONNECTION|PLATFORM|ABI))$/

/**
 * Any failure of a warehouse as the error that a client sees. Its `cause` names the engine's code alone, since the
 * engine's own text repeats SQL and parameters; `engineErrorOf` has that for whoever debugs.
 */
export function failureOf(error: unknown): TesseraError {
  if (error instanceof TesseraError) return error
  const code = codeOf(error)
  if (code !== undefined && /^\d+$/.test(code)) return engineFailure(code, error)
  if (code !== undefined && (unsent.test(code) || broken.test(code))) {
    return new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: error })
  }
  const name = error instanceof Error ? error.name : typeof error
  return keepEngineError(
    new TesseraError('INTERNAL', { cause: new Error(`Unexpected ${code ?? name}`) }),
    error,
  )
}

/** Whether a failure of the way there kept the statement from being sent at all. */
export function wasNeverSent(error: unknown): boolean {
  return unsent.test(codeOf(error) ?? '')
}

/** What answered is not the warehouse, or not all of it: `what` says how without repeating any of it. */
export function unusableAnswer(what: string): TesseraError {
  return new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: new Error(what) })
}

/** What no statement of ours may try: the engine is the second wall, and said no. */
const refusals: ReadonlySet<string> = new Set([
  '164', // READONLY
  '392', // QUERY_IS_PROHIBITED
  '452', // SETTING_CONSTRAINT_VIOLATION
  '497', // ACCESS_DENIED
])

function engineFailure(code: string, error: unknown): TesseraError {
  const type = error instanceof Error && 'type' in error ? String(error.type) : 'unnamed'
  const text = `ClickHouse ${code} ${type}`
  const cause = refusals.has(code) ? new PolicyViolation('engine_refused', text) : new Error(text)
  return keepEngineError(new TesseraError(meanings.get(code) ?? 'INTERNAL', { cause }), error)
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  // undici's, where what came is no HTTP at all.
  return error.name === 'HTTPParserError' ? 'HPE_NO_HTTP' : undefined
}
