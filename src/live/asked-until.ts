import { setMaxListeners } from 'node:events'

/**
 * Runs until the first of the signals aborts, with its reason. Nothing is left of it afterwards, unlike with
 * `AbortSignal.any`, whose signals stay known to those that they were made of for as long as these live.
 */
export async function askedUntil<Answer>(
  signals: readonly AbortSignal[],
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const either = new AbortController()
  setMaxListeners(0, either.signal)
  const stops = signals.map((signal) => {
    const stop = () => either.abort(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    return () => signal.removeEventListener('abort', stop)
  })
  try {
    return await ask(either.signal)
  } finally {
    for (const stop of stops) stop()
  }
}
