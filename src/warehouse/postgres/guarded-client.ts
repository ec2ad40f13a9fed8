import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Client, type ClientConfig, type Connection } from 'pg'
import { TesseraError } from '../../errors.ts'
import { createFrames, notOfProtocol } from './frames.ts'

/** A server that closes its side at all does so at once. */
const goodbyeMs = 1_000

/** The driver's, of which whatever a server sends ends the connection at most, and which a server that hangs can't hold. */
export class GuardedClient extends Client {
  constructor(config?: ClientConfig) {
    super(config)
    leaveOutOptions(this)
    guard(this.connection)
    closeForGood(this.connection)
  }
}

/** Those of the process's environment are of no source, and poolers refuse whoever says any: PgBouncer before 1.20. */
function leaveOutOptions(client: Client): void {
  const parameters: unknown = Reflect.get(client, 'connectionParameters')
  if (typeof parameters !== 'object' || parameters === null) throw new Error('The driver has no parameters.')
  Reflect.set(parameters, 'options', '')
}

/** The driver says that it goes, and then waits for the server to close for as long as that takes. */
function closeForGood(connection: Connection): void {
  const end = connection.end.bind(connection)
  connection.end = () => {
    end()
    const timer = setTimeout(() => connection.stream.destroy(), goodbyeMs)
    timer.unref()
    connection.once('end', () => clearTimeout(timer))
  }
}

/** The driver listens anew once a connection is encrypted: to what the server says then. Its types do not tell how. */
function guard(connection: Connection): void {
  const attach: unknown = Reflect.get(connection, 'attachListeners')
  if (typeof attach !== 'function') throw new Error('The driver listens to its connections in another way.')
  Reflect.set(connection, 'attachListeners', (stream: Duplex) => {
    const messages = new EventEmitter()
    attach.call(connection, messages)
    pass(stream, messages)
  })
}

function pass(stream: Duplex, messages: EventEmitter): void {
  const frames = createFrames()
  stream.on('end', () => messages.emit('end'))
  stream.on('data', (piece: Buffer) => {
    if (stream.destroyed) return
    try {
      const whole = frames(piece)
      if (whole !== null) messages.emit('data', whole)
    } catch (error) {
      stream.destroy(error instanceof TesseraError ? error : notOfProtocol(error))
    }
  })
}
