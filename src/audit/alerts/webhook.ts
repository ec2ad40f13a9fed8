import { setTimeout as sleep } from 'node:timers/promises'
import type { Network } from '../../access/networks.ts'
import type { Logger } from '../../log.ts'
import type { Alert } from './alert.ts'
import { post } from './post.ts'
import { webhookHeaders } from './signature.ts'

export interface WebhookOptions {
  readonly url: string
  readonly secret: Buffer
  readonly allowedNetworks: readonly Network[]
  readonly log: Logger
  /** How long to wait before each further attempt. */
  readonly retryAfterMs?: readonly number[]
  /** How many alerts wait; those beyond it are counted, and the next message says how many. */
  readonly queueSize?: number
}

export interface Webhook {
  /** Takes a microsecond and never fails. */
  send(alert: Alert): void
  /** Sends nothing more. What was waiting is told to the log. */
  close(): Promise<void>
}

/** A quarter of an hour in all. */
const retryAfterMsDefault = [1_000, 5_000, 25_000, 125_000, 625_000]

/** Alerts as signed messages, one after the other, each until it is taken or has been tried for long enough. */
export function createWebhook(options: WebhookOptions): Webhook {
  const { log, retryAfterMs = retryAfterMsDefault, queueSize = 100 } = options
  const queue: Alert[] = []
  const end = new AbortController()
  let running: Promise<void> | null = null
  let dropped = 0

  function run(): void {
    running ??= deliverAll().finally(() => {
      running = null
      if (queue.length > 0 && !end.signal.aborted) run()
    })
  }

  async function deliverAll(): Promise<void> {
    for (let alert = queue[0]; alert !== undefined && !end.signal.aborted; alert = queue[0]) {
      const body = bodyOf(alert, dropped)
      if (dropped > 0) log.error({ dropped }, 'alerts were not sent: too many were waiting')
      dropped = 0
      if (!(await deliver(alert, body)) && end.signal.aborted) return
      queue.shift()
    }
  }

  /** The same message each time, under the same id: who takes it twice can tell. */
  async function deliver({ id }: Alert, body: string): Promise<boolean> {
    for (const waitMs of [0, ...retryAfterMs]) {
      if (!(await waited(waitMs))) return false
      const outcome = await attempt(id, body)
      if (outcome === 'taken') return true
      log.warn({ alert: id, outcome }, 'an alert could not be sent')
      // The receiver wants no more of them.
      if (outcome === 410) break
    }
    log.error({ alert: id }, 'an alert was given up')
    return false
  }

  async function waited(ms: number): Promise<boolean> {
    if (ms === 0) return !end.signal.aborted
    const jitter = 0.8 + Math.random() * 0.4
    return sleep(ms * jitter, true, { ref: false, signal: end.signal }).catch(() => false)
  }

  /** Nothing of what went wrong is told but its kind: the address may hold a secret. */
  async function attempt(id: string, body: string): Promise<'taken' | number | string> {
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = webhookHeaders(options.secret, { id, timestamp, body })
    const { url, allowedNetworks } = options
    try {
      const status = await post(url, { body, headers, allowedNetworks, signal: end.signal })
      return status >= 200 && status < 300 ? 'taken' : status
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'not reachable'
    }
  }

  return Object.freeze({
    send: (alert: Alert) => {
      if (end.signal.aborted || queue.length >= queueSize) dropped += 1
      else queue.push(alert)
      run()
    },
    close: async () => {
      end.abort()
      await running
      const left = queue.length + dropped
      if (left > 0) log.error({ dropped: left }, 'alerts were not sent: the process ended')
    },
  })
}

function bodyOf({ id, rule, at, environment, ...facts }: Alert, dropped: number): string {
  const data = { id, rule, ...environment, ...facts, ...(dropped > 0 && { droppedBefore: dropped }) }
  return JSON.stringify({ type: `alert.${rule}`, timestamp: at.toISOString(), data })
}
