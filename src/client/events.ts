import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { TesseraError } from './tessera-error.ts'

/** The server says something every 12 seconds; who hears nothing for so long has lost it without being told. */
const silenceMs = 30_000

/**
 * The events of one connection, until it ends.
 * @throws TesseraError NETWORK after a silence; what the connection breaks with
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  longestSilenceMs: number = silenceMs,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const arrived: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => arrived.push(event) })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), longestSilenceMs)
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* arrived.splice(0)
    }
  } finally {
    // It may have broken already.
    reader.cancel().catch(() => {})
  }
}

function within<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TesseraError('NETWORK', 'The server fell silent.')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
