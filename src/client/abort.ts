import { aborted } from './tessera-error.ts'

export interface Abortable {
  readonly signal?: AbortSignal | undefined
}

/** @throws TesseraError ABORTED as soon as the signal aborts; the work itself goes on for whoever else waits for it. */
export function orAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work
  if (signal.aborted) return Promise.reject(aborted())
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted())
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** @throws TesseraError ABORTED */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const done = new AbortController()
  const wait = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    done.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
  return orAborted(wait, signal).finally(() => done.abort())
}
