import { setTimeout as sleep } from 'node:timers/promises'
import type { Network } from '../../access/networks.ts'
import type { Logger } from '../../log.ts'
import type { Alert } from './alert.ts'
import { createOutbox, type Letter } from './outbox.ts'
import { post } from './post.ts'
import { webhookHeaders } from './signature.ts'

export interface WebhookOptions {
  readonly url: string
  readonly secret: Buffer
  readonly allowedNetworks: readonly Network[]
  readonly log: Logger
  /** How long to wait before each further attempt. */
  readonly retryAfterMs?: readonly number[]
  /** How many alerts wait; those beyond it are counted, and a message that is taken says how many. */
  readonly queueSize?: number
  /** How long a receiver may take to answer. */
  readonly timeoutMs?: number
}

export interface Webhook {
  /** Takes a microsecond and never fails. */
  send(alert: Alert): void
  /** Sends nothing more. What was waiting is told to the log. */
  close(): Promise<void>
}

/** A quarter of an hour in all. */
const retryAfterMsDefault = [1_000, 5_000, 25_000, 125_000, 625_000]
const timeoutMsDefault = 10_000

/** Alerts as signed messages, one after the other, each until it is taken or has been tried for long enough. */
export function createWebhook(options: WebhookOptions): Webhook {
  const { log, retryAfterMs = retryAfterMsDefault, queueSize = 100 } = options
  const outbox = createOutbox(queueSize)
  const end = new AbortController()
  let wake = new AbortController()
  let running: Promise<void> | null = null

  function run(): void {
    running ??= deliverAll().finally(() => {
      running = null
      if (outbox.dueAt() !== null && !end.signal.aborted) run()
    })
  }

  async function deliverAll(): Promise<void> {
    for (let dueAt = outbox.dueAt(); dueAt !== null && !end.signal.aborted; dueAt = outbox.dueAt()) {
      const letter = outbox.take(performance.now())
      if (letter === null) await untilWoken(dueAt - performance.now())
      else await deliver(letter)
    }
  }

  async function untilWoken(ms: number): Promise<void> {
    wake = new AbortController()
    // Until a timer of whole milliseconds has rung it is due.
    await sleep(Math.max(ms, 0) + 1, undefined, { ref: false, signal: wake.signal }).catch(() => undefined)
  }

  /** The same message each time, under the same id: who takes it twice can tell. */
  async function deliver(letter: Letter): Promise<void> {
    const { alert, attempts, droppedBefore: dropped } = letter
    if (attempts === 1 && dropped !== null && dropped > 0) {
      log.error({ dropped }, 'alerts were not sent: too many were waiting')
    }
    const outcome = await attempt(alert.id, bodyOf(letter))
    if (outcome === 'taken') return outbox.finish(letter, true)
    if (end.signal.aborted) return outbox.putBack(letter, 0)
    log.warn({ alert: alert.id, outcome }, 'an alert could not be sent')
    const waitMs = isFinal(outcome) ? undefined : retryAfterMs[attempts - 1]
    if (waitMs !== undefined) {
      const jitter = 0.8 + Math.random() * 0.4
      return outbox.putBack(letter, performance.now() + waitMs * jitter)
    }
    log.error({ alert: alert.id }, 'an alert was given up')
    outbox.finish(letter, false)
  }

  /** Nothing of what went wrong is told but its kind: the address may hold a secret. */
  async function attempt(id: string, body: string): Promise<'taken' | number | string> {
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = webhookHeaders(options.secret, { id, timestamp, body })
    const { url, allowedNetworks, timeoutMs = timeoutMsDefault } = options
    try {
      const status = await post(url, { body, headers, allowedNetworks, timeoutMs, signal: end.signal })
      return status >= 200 && status < 300 ? 'taken' : status
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'not reachable'
    }
  }

  return Object.freeze({
    send: (alert: Alert) => {
      outbox.add(alert)
      wake.abort()
      if (!end.signal.aborted) run()
    },
    close: async () => {
      end.abort()
      wake.abort()
      await running
      const dropped = outbox.left()
      if (dropped > 0) log.error({ dropped }, 'alerts were not sent: the process ended')
    },
  })
}

/** A receiver that refuses a message does so the next time; it may have been too slow, or asked too often. */
function isFinal(outcome: number | string): boolean {
  return typeof outcome === 'number' && outcome >= 400 && outcome < 500 && outcome !== 408 && outcome !== 429
}

function bodyOf({ alert, droppedBefore }: Letter): string {
  const { id, rule, at, environment, ...facts } = alert
  const dropped = droppedBefore ?? 0
  const data = { id, rule, ...environment, ...facts, ...(dropped > 0 && { droppedBefore: dropped }) }
  return JSON.stringify({ type: `alert.${rule}`, timestamp: at.toISOString(), data })
}
