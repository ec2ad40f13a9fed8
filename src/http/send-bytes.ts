import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** How slowly a reader may take a file while others wait for her place. */
export interface ReadingPace {
  /** How long she may keep the file waiting; what she takes earns her as much again, and never more than this. */
  readonly patienceMs: number
  readonly bytesPerSecond: number
}

/** A million bytes a minute: of less than that a file of rows comes to no end in the time that it has. */
const defaultPace: ReadingPace = Object.freeze({ patienceMs: 60_000, bytesPerSecond: 16_384 })

/** So few that a reader with a slow connection takes one in time. */
const sliceBytes = 65_536

/**
 * Sends bytes as fast as they are taken and ends the answer after the last; where they fail or are taken too slowly, the
 * connection is reset, so that no client takes the beginning for the whole.
 * @param onSent called with how many bytes have gone, as they go
 */
export async function sendBytes(
  response: ServerResponse,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onSent: (length: number) => void,
  pace: ReadingPace = defaultPace,
): Promise<void> {
  // One for all slices: a signal with a timeout for each of them would stay in memory for that minute.
  const tooSlow = new AbortController()
  const end = AbortSignal.any([signal, tooSlow.signal])
  let patienceMs = pace.patienceMs

  async function waited(): Promise<number> {
    const since = performance.now()
    const timer = setTimeout(() => tooSlow.abort(), patienceMs)
    await once(response, 'drain', { signal: end }).finally(() => clearTimeout(timer))
    return performance.now() - since
  }

  try {
    for await (const slice of slicesOf(bytes)) {
      signal.throwIfAborted()
      onSent(slice.length)
      const waitedMs = response.write(slice) ? 0 : await waited()
      patienceMs = patienceLeft(pace, patienceMs, { waitedMs, bytes: slice.length })
    }
    signal.throwIfAborted()
    response.end()
  } catch (error) {
    response.socket?.resetAndDestroy()
    throw error
  }
}

/** Of so much patience, after so many bytes were waited for. */
export function patienceLeft(
  pace: ReadingPace,
  patienceMs: number,
  { waitedMs, bytes }: { readonly waitedMs: number; readonly bytes: number },
): number {
  const earnedMs = (bytes / pace.bytesPerSecond) * 1_000
  return Math.min(pace.patienceMs, Math.max(0, patienceMs - waitedMs) + earnedMs)
}

async function* slicesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += sliceBytes) yield chunk.subarray(from, from + sliceBytes)
  }
}
