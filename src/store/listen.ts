import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Logger } from '../log.ts'
import { type Channel, channelName } from './store.ts'

export interface ListenOptions {
  /** Of a PostgreSQL. */
  readonly url: string
  readonly channel: Channel
  readonly onNotice: (payload: string) => void
  readonly log: Logger
}

interface Listening {
  /** Settles when the connection is lost or closed; never fails. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

const reconnectMs = 500
const connectTimeoutMs = 5_000

/**
 * Listens on a connection of its own, and again when that is lost; notices of the time between are lost with it.
 * Answers how to stop it.
 * @throws where the first connection can't be made; then nothing goes on
 */
export async function keepListening(options: ListenOptions): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve())
  })
  const running = run(await listenOnce(options))

  async function run(first: Listening): Promise<void> {
    let current: Listening | null = first
    while (current !== null) {
      await Promise.race([current.ended, stopped])
      await current.close()
      if (stopping.signal.aborted) return
      options.log.warn({ channel: options.channel }, 'the store no longer notifies; connecting again')
      current = await again()
    }
  }

  /** Null where it was stopped meanwhile. */
  async function again(): Promise<Listening | null> {
    while (!stopping.signal.aborted) {
      try {
        await sleep(reconnectMs, undefined, { ref: false, signal: stopping.signal })
        return await listenOnce(options)
      } catch (error) {
        if (stopping.signal.aborted) return null
        options.log.warn({ err: error, channel: options.channel }, 'the store does not notify yet')
      }
    }
    return null
  }

  return async () => {
    stopping.abort()
    await running
  }
}

async function listenOnce({ url, channel, onNotice }: ListenOptions): Promise<Listening> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  })
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve())
    client.on('end', () => resolve())
  })
  client.on('notification', ({ payload }) => onNotice(payload ?? ''))
  const close = () => client.end().catch(() => undefined)
  try {
    await client.connect()
    await client.query(`listen ${channelName(channel)}`)
  } catch (error) {
    await close()
    throw error
  }
  return { ended, close }
}
