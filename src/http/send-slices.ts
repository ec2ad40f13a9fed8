import type { Exchange } from './answer.ts'
import type { Unsent } from './unsent.ts'

export interface ReaderTerms {
  readonly unsent: Unsent
  /** Whose answer it is. */
  readonly holder: string
  /** How long a reader may take nothing. */
  readonly stallMs?: number
}

const defaultStallMs = 60_000

/** So few that a reader with a slow connection takes one in time. */
const sliceBytes = 65_536

/** Sends a whole answer with its length, as fast as it is taken. Its headers are set by then. */
export async function sendWhole(exchange: Exchange, bytes: Buffer, terms: ReaderTerms): Promise<void> {
  if (!(await sendSlices(exchange, bytes, terms))) return
  exchange.response.end()
  // The last bytes as well are bound to be taken in time.
  await happened(exchange, 'finish', terms)
}

/**
 * Sends some of an answer, and is done when it was taken but for what sockets hold.
 * @returns false where the connection is over; it is, for a reader that takes nothing for so long
 */
export async function sendSlices(exchange: Exchange, bytes: Buffer, terms: ReaderTerms): Promise<boolean> {
  const { request, response } = exchange
  const held = terms.unsent.hold(terms.holder, bytes.length, () => request.socket.destroy())
  try {
    for (let from = 0; from < bytes.length; from += sliceBytes) {
      if (response.destroyed) return false
      const slice = bytes.subarray(from, from + sliceBytes)
      if (!response.write(slice) && !(await happened(exchange, 'drain', terms))) return false
      held.taken(slice.length)
    }
    return true
  } finally {
    held.release()
  }
}

function happened(
  { request, response }: Exchange,
  event: 'drain' | 'finish',
  { stallMs = defaultStallMs }: ReaderTerms,
): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      // An answer that waits for another one of its connection has no socket of its own yet, and is not told of its end.
      request.socket.destroy()
      over()
    }, stallMs)
    const settle = (isTaken: boolean) => {
      clearTimeout(late)
      response.off(event, done)
      response.off('close', over)
      resolve(isTaken)
    }
    const done = () => settle(true)
    const over = () => settle(false)
    response.on(event, done)
    response.on('close', over)
  })
}
