import { orAborted, pause } from './abort.ts'
import { growingWaitMs } from './growing-wait.ts'
import type { TesseraError } from './tessera-error.ts'

const firstWaitMs = 500

/** What time may heal; any other refusal would be the same the next time. */
const passing: ReadonlySet<string> = new Set([
  'NETWORK',
  'TOKEN_UNAVAILABLE',
  'RATE_LIMITED',
  'QUERY_TIMEOUT',
  'WAREHOUSE_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'INTERNAL',
])

export function isPassing({ code }: TesseraError): boolean {
  return passing.has(code)
}

export function waitMs(failures: number, error: TesseraError, random = Math.random()): number {
  return growingWaitMs(firstWaitMs, failures - 1, error.retryAfterSeconds ?? 0, random)
}

/**
 * Waits, in a page at most until the network is back.
 * @throws TesseraError ABORTED
 */
export async function pauseOrOnline(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const ended = new AbortController()
  try {
    await orAborted(Promise.race([pause(ms, ended.signal), online(ended.signal)]), signal)
  } finally {
    ended.abort()
  }
}

function online(ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const page: unknown = globalThis
    if (!(page instanceof EventTarget)) return
    const back = () => resolve()
    page.addEventListener('online', back, { once: true })
    ended.addEventListener('abort', () => page.removeEventListener('online', back), { once: true })
  })
}
