import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Logger } from '../log.ts'
import { type Channel, channelName, type OnNotice } from './store.ts'

/** The one connection on which a process listens to all that it listens to. */
export interface Listener {
  /** @throws where there is no connection and none can be made; then nothing goes on */
  listen(channel: Channel, onNotice: OnNotice): Promise<void>
  close(): Promise<void>
}

export interface ListenerOptions {
  /** Of a PostgreSQL. */
  readonly url: string
  readonly log: Logger
}

interface Connection {
  /** Settles when the connection is lost or closed; never fails. */
  readonly ended: Promise<void>
  listen(names: Iterable<string>): Promise<void>
  close(): Promise<void>
}

const reconnectMs = 500
const connectTimeoutMs = 5_000

/**
 * Connects when the first listens, and again whenever the connection was lost. Notices of the time between are lost with it, so that
 * everybody is told of that as soon as there is another.
 */
export function createListener({ url, log }: ListenerOptions): Listener {
  const listening = new Map<string, Set<OnNotice>>()
  const stopping = new AbortController()
  let current: Connection | null = null
  let connecting: Promise<Connection> | null = null
  let running: Promise<void> | null = null
  let wasLost = false

  function tell(name: string, payload: string | null): void {
    for (const onNotice of listening.get(name) ?? []) onNotice(payload)
  }

  /** The one that there is, or that is being made. */
  function connected(): Promise<Connection> {
    if (current !== null) return Promise.resolve(current)
    connecting ??= connect().finally(() => {
      connecting = null
    })
    return connecting
  }

  async function connect(): Promise<Connection> {
    const made = await openConnection(url, tell)
    try {
      await made.listen(listening.keys())
    } catch (error) {
      await made.close()
      throw error
    }
    current = made
    made.ended.then(onLost)
    if (wasLost) for (const name of listening.keys()) tell(name, null)
    wasLost = false
    return made
  }

  function onLost(): void {
    current = null
    if (stopping.signal.aborted) return
    wasLost = true
    log.warn('the store no longer notifies; connecting again')
    running ??= connectAgain()
  }

  async function connectAgain(): Promise<void> {
    while (current === null && !stopping.signal.aborted) {
      try {
        await sleep(reconnectMs, undefined, { ref: false, signal: stopping.signal })
        await connected()
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'the store does not notify yet')
      }
    }
    // Where it is lost again from here on, the next one begins.
    running = null
  }

  return Object.freeze({
    async listen(channel: Channel, onNotice: OnNotice) {
      if (stopping.signal.aborted) throw new Error('The store is closed.')
      const name = channelName(channel)
      const others = listening.get(name) ?? new Set()
      listening.set(name, others.add(onNotice))
      try {
        await (await connected()).listen([name])
      } catch (error) {
        others.delete(onNotice)
        throw error
      }
    },
    async close() {
      stopping.abort()
      await running
      await connecting?.catch(() => undefined)
      await current?.close()
    },
  })
}

async function openConnection(
  url: string,
  tell: (name: string, payload: string) => void,
): Promise<Connection> {
  const client = new Client({
    connectionString: url,
    application_name: 'tessera listener',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: connectTimeoutMs,
    keepAlive: true,
  })
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve())
    client.on('end', () => resolve())
  })
  client.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''))
  const close = () => client.end().catch(() => undefined)
  try {
    await client.connect()
  } catch (error) {
    await close()
    throw error
  }
  return {
    ended,
    listen: async (names) => {
      for (const name of names) await client.query(`listen ${name}`)
    },
    close,
  }
}
