import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Logger } from '../../src/log.ts'

/** A logger whose lines a test reads. */
export function keptLog(): { readonly log: Logger; readonly messages: () => readonly string[] } {
  const messages: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      messages.push(String(JSON.parse(String(chunk)).msg))
      done()
    },
  })
  return { log: pino({ level: 'info' }, stream), messages: () => messages }
}
