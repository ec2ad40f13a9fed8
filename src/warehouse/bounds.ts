import { setMaxListeners } from 'node:events'
import { TesseraError } from '../errors.ts'
import type { RunOptions } from './warehouse.ts'

/** How long one statement may take, everything that it waits for included. */
export interface Bound {
  /** By the caller's signal, when the time is up (QUERY_TIMEOUT), or when the warehouse closes (WAREHOUSE_UNAVAILABLE). */
  readonly end: AbortSignal
  remainingMs(): number
  release(): void
}

export interface Bounds {
  /** @throws the signal's reason where it is aborted already, and WAREHOUSE_UNAVAILABLE after `close` */
  bound(options: RunOptions): Bound
  close(): void
}

const timeoutMsMax = 2 ** 31 - 1

/** The bounds of all that one warehouse runs. */
export function createBounds(): Bounds {
  const running = new Set<AbortController>()
  let closed = false

  function bound({ signal, timeoutMs }: RunOptions): Bound {
    signal?.throwIfAborted()
    if (closed) throw new TesseraError('WAREHOUSE_UNAVAILABLE')
    const end = new AbortController()
    // Waiting for a connection, the exchange, its rows and the kill each listen; ten would be the limit.
    setMaxListeners(0, end.signal)
    const allowedMs = Math.min(timeoutMs, timeoutMsMax)
    const endsAt = performance.now() + allowedMs
    const onAbort = () => end.abort(signal?.reason)
    const timer = setTimeout(() => end.abort(new TesseraError('QUERY_TIMEOUT')), allowedMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    running.add(end)
    return {
      end: end.signal,
      remainingMs: () => endsAt - performance.now(),
      release: () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        running.delete(end)
      },
    }
  }

  function close(): void {
    closed = true
    for (const end of running) end.abort(new TesseraError('WAREHOUSE_UNAVAILABLE'))
  }

  return Object.freeze({ bound, close })
}

/** The promise's outcome, or the signal's reason where that comes first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
