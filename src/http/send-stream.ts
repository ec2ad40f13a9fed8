import type { ServerResponse } from 'node:http'
import type { Exchange } from './answer.ts'
import type { Streamed } from './delivery.ts'

export interface StreamTerms {
  /** Aborts when the server is to stop: what has no end of its own ends then, without saying that it was whole. */
  readonly closing: AbortSignal | undefined
  readonly heartbeatMs?: number
  /** How long a reader may take nothing. */
  readonly stallMs?: number
}

/** Below the minute after which common proxies cut a connection that says nothing. */
const defaultHeartbeatMs = 12_000
const defaultStallMs = 60_000

/**
 * Sends each result as soon as it is there, and asks for the next one when the client has taken this one, so that what
 * waits in this process does not grow. When the client goes, the results are ended.
 */
export async function sendStream(
  { response, signal }: Exchange,
  { format, results }: Streamed,
  { closing, heartbeatMs = defaultHeartbeatMs, stallMs = defaultStallMs }: StreamTerms,
): Promise<void> {
  const iterator = results[Symbol.asyncIterator]()
  let cut = false
  const stop = () => {
    cut = true
    iterator.return?.().catch(() => undefined)
  }
  const isEndless = format.heartbeat !== null
  if (signal.aborted || (isEndless && closing?.aborted === true)) return stop()
  signal.addEventListener('abort', stop, { once: true })
  if (isEndless) closing?.addEventListener('abort', stop, { once: true })
  const heartbeat = setInterval(() => {
    if (format.heartbeat !== null && !response.writableNeedDrain) response.write(format.heartbeat)
  }, heartbeatMs)
  try {
    response.writeHead(200, {
      'content-type': format.contentType,
      'cache-control': 'no-store, no-transform',
      // Nginx would collect the parts.
      'x-accel-buffering': 'no',
    })
    response.write(format.head)
    for (;;) {
      const step = await iterator.next()
      if (cut) break
      if (step.done === true) {
        response.write(format.tail)
        break
      }
      if (!response.write(format.part(step.value))) await drained(response, stallMs)
    }
  } finally {
    clearInterval(heartbeat)
    signal.removeEventListener('abort', stop)
    closing?.removeEventListener('abort', stop)
    response.end()
  }
}

/** Resolves as well when the connection is over; it is, for a reader that takes nothing for so long. */
function drained(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => response.destroy(), stallMs)
    const done = () => {
      clearTimeout(late)
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
