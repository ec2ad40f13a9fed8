import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** Who takes nothing for so long is gone, whatever the connection says. */
const stallMs = 60_000

/**
 * Sends bytes as fast as they are taken and ends the answer after the last; where they fail, the connection is reset, so
 * that no client takes the beginning for the whole.
 * @param onSent called with how many bytes have gone, as they go
 */
export async function sendBytes(
  response: ServerResponse,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onSent: (length: number) => void,
): Promise<void> {
  // One for all chunks: a signal with a timeout for each of them would stay in memory for that minute.
  const stalled = new AbortController()
  const end = AbortSignal.any([signal, stalled.signal])
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted()
      onSent(chunk.length)
      if (response.write(chunk)) continue
      const timer = setTimeout(() => stalled.abort(), stallMs)
      await once(response, 'drain', { signal: end }).finally(() => clearTimeout(timer))
    }
    signal.throwIfAborted()
    response.end()
  } catch (error) {
    response.socket?.resetAndDestroy()
    throw error
  }
}
