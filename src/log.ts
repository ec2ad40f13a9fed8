import { type Logger, pino } from 'pino'

export type { Logger }

/** Structured log lines on standard error, so that a command's own output stays clean. */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  }
  return pino(options, pino.destination(2))
}

export interface DescribedError {
  readonly type: string
  readonly code?: string
  readonly message: string
  readonly stack?: string
}

/**
 * What a log line says of an error: its kind, its words and where it came from. Errors of database clients carry
 * their statements, parameters and connections as members, and one of them as its message; none of that is here.
 */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'Something that is no error was thrown.' }
  const type = error.constructor.name
  if ('query' in error && 'params' in error) {
    return error.cause === undefined ? { type, message: 'A query failed.' } : describeError(error.cause)
  }
  const { message, stack } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { type, ...code, message, ...(stack !== undefined && { stack }) }
}
