import type { Exchange } from './answer.ts'
import type { Delivered, Format, Streamed } from './delivery.ts'
import { type ReaderTerms, sendSlices } from './send-slices.ts'

export interface StreamTerms extends ReaderTerms {
  /** Aborts when the server is to stop: what has no end of its own ends then, without saying that it was whole. */
  readonly closing: AbortSignal | undefined
  readonly heartbeatMs?: number
}

/** Below the minute after which common proxies cut a connection that says nothing. */
const defaultHeartbeatMs = 12_000

/**
 * Sends each result as soon as it is there, and asks for the next one when the client has taken this one, so that what
 * waits in this process does not grow. When the client goes, the results are ended.
 */
export async function sendStream(
  exchange: Exchange,
  { format, results, isEndless }: Streamed,
  terms: StreamTerms,
): Promise<void> {
  const { response, signal } = exchange
  const { closing, heartbeatMs = defaultHeartbeatMs } = terms
  const iterator = results[Symbol.asyncIterator]()
  let cut = false
  let isWithin = false
  const stop = () => {
    cut = true
    iterator.return?.().catch(() => undefined)
  }
  if (signal.aborted || (isEndless && closing?.aborted === true)) return stop()
  signal.addEventListener('abort', stop, { once: true })
  if (isEndless) closing?.addEventListener('abort', stop, { once: true })
  const heartbeat = setInterval(() => {
    if (format.heartbeat === null || isWithin || response.writableNeedDrain) return
    response.write(format.heartbeat)
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
      const part = await nextPart(iterator, format)
      if (cut) break
      if (part === null) {
        response.write(format.tail)
        break
      }
      isWithin = true
      if (!(await sendSlices(exchange, part, terms))) return stop()
      isWithin = false
    }
  } finally {
    clearInterval(heartbeat)
    signal.removeEventListener('abort', stop)
    closing?.removeEventListener('abort', stop)
    response.end()
  }
}

/** As bytes alone: what they are made of may be many times as large, and is let go before they are taken. */
async function nextPart(iterator: AsyncIterator<Delivered>, format: Format): Promise<Buffer | null> {
  const step = await iterator.next()
  return step.done === true ? null : Buffer.from(format.part(step.value))
}
