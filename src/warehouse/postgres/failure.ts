import { type ErrorCode, TesseraError } from '../../errors.ts'
import { PolicyViolation } from '../../violation.ts'
import { keepEngineError } from '../engine-errors.ts'

/** What SQLSTATEs mean to a client, and of classes what is not said of one. Any other is a mistake of ours. */
const meanings: ReadonlyMap<string, ErrorCode> = new Map([
  ['57014', 'QUERY_TIMEOUT'], // query_canceled: statement_timeout, or an operator
  ['25P03', 'QUERY_TIMEOUT'], // idle_in_transaction_session_timeout: rows that were not taken
  ['25P04', 'QUERY_TIMEOUT'], // transaction_timeout
  ['53200', 'QUERY_TOO_LARGE'], // out_of_memory
  ['53400', 'QUERY_TOO_LARGE'], // configuration_limit_exceeded: temp_file_limit
  ['54', 'QUERY_TOO_LARGE'], // program_limit_exceeded: depth, columns, arguments
  ['22P05', 'WAREHOUSE_UNAVAILABLE'], // untranslatable_character: the database is not in UTF-8
  ['08', 'WAREHOUSE_UNAVAILABLE'], // connection_exception
  ['28', 'WAREHOUSE_UNAVAILABLE'], // invalid_authorization_specification
  ['3D', 'WAREHOUSE_UNAVAILABLE'], // invalid_catalog_name
  ['40', 'WAREHOUSE_UNAVAILABLE'], // transaction_rollback: conflicts with the recovery of a standby
  ['53', 'WAREHOUSE_UNAVAILABLE'], // insufficient_resources: too_many_connections, disk_full
  ['55', 'WAREHOUSE_UNAVAILABLE'], // object_not_in_prerequisite_state: lock_not_available
  ['57', 'WAREHOUSE_UNAVAILABLE'], // operator_intervention: admin_shutdown, crash_shutdown, cannot_connect_now
  ['58', 'WAREHOUSE_UNAVAILABLE'], // system_error: io_error
])

/** What no statement of ours may try: the engine is the second wall, and said no. */
const refusals: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction
  '42501', // insufficient_privilege
])

/** Codes of Node's sockets, names and TLS. */
const unreachable =
  /^(E(CONN(REFUSED|RESET|ABORTED)|TIMEDOUT|PIPE|AI_AGAIN|HOSTUNREACH|NETUNREACH|NOTFOUND|PROTO)|ERR_(TLS|SSL)_.+|.*CERT.*|SELF_SIGNED.*|UNABLE_TO_.+)$/

/** What the driver says of lost connections, and of servers that it cannot speak with; it gives these no code. */
const lost =
  /^(Connection terminated|timeout e|Client (has encountered|was closed)|The server does not support SSL|There was an error establishing an SSL|SASL:)/

/**
 * Any failure of a warehouse as the error that a client sees. Its `cause` names the code alone, since the engine's own
 * text repeats SQL, parameters and names; `engineErrorOf` has that for whoever debugs.
 */
export function failureOf(error: unknown): TesseraError {
  if (error instanceof TesseraError) return error
  if (error instanceof PolicyViolation) return new TesseraError('INTERNAL', { cause: error })
  const code = codeOf(error)
  if (code !== undefined && isState(code)) return engineFailure(code, error)
  if (code !== undefined && unreachable.test(code)) return unavailable(code, error)
  if (error instanceof Error && lost.test(error.message)) return unavailable('connection lost', error)
  const name = error instanceof Error ? error.name : typeof error
  return keepEngineError(
    new TesseraError('INTERNAL', { cause: new Error(`Unexpected ${code ?? name}`) }),
    error,
  )
}

/** Whether it was the server that said so, and one that takes statements: not on its way up or down. */
export function wasReached(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return isState(code) && !/^57P0/.test(code)
}

/** Where the role or the settings of a transaction were refused, the source is not set up: nothing was asked yet. */
export function setUpFailure(error: unknown): TesseraError {
  const failure = failureOf(error)
  return failure.code === 'INTERNAL'
    ? unavailable(`${codeOf(error)} where the role is taken`, error)
    : failure
}

function engineFailure(code: string, error: unknown): TesseraError {
  const text = `PostgreSQL ${code}`
  const cause = refusals.has(code) ? new PolicyViolation('engine_refused', text) : new Error(text)
  const meaning = meanings.get(code) ?? meanings.get(code.slice(0, 2)) ?? 'INTERNAL'
  return keepEngineError(new TesseraError(meaning, { cause }), error)
}

function unavailable(what: string, error: unknown): TesseraError {
  return keepEngineError(
    new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: new Error(`PostgreSQL: ${what}`) }),
    error,
  )
}

/** A code of five, as the sockets' EPIPE is one, too. */
function isState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !unreachable.test(code)
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
