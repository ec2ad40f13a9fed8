import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Logger } from '../../src/log.ts'

export interface KeptLog {
  readonly log: Logger
  /** Whole, as they are written. */
  readonly lines: () => readonly string[]
  readonly messages: () => readonly string[]
}

/** A logger whose lines a test reads. */
export function keptLog(): KeptLog {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return {
    log: pino({ level: 'info' }, stream),
    lines: () => lines,
    messages: () => lines.map((line) => String(JSON.parse(line).msg)),
  }
}
