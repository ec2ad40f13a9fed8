import { type Logger, pino } from 'pino'

export type { Logger }

/** Structured log lines on standard error, so that a command's own output stays clean. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}
