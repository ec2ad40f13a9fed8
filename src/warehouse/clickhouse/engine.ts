import { addAbortSignal, type Readable } from 'node:stream'
import { TesseraError } from '../../errors.ts'
import type { Parameter } from '../statement.ts'
import type { Rows, RunOptions } from '../warehouse.ts'

/** One of the two ways to ClickHouse, over HTTP or inside the process. Nothing above connect.ts sees it. */
export interface Engine {
  /**
   * Runs one text and gives the whole body of its answer. When the signal aborts, it rejects at once and the query is
   * ended in the engine as well. Rejects with whatever the way throws; `failureOf` makes sense of it.
   */
  send(text: string, parameters: readonly Parameter[], signal: AbortSignal): Promise<string>
  /**
   * Runs one text and gives the bytes of its answer as they are taken. Whenever the signal aborts or nobody takes any
   * more, the query is ended in the engine as well.
   */
  stream(text: string, parameters: readonly Parameter[], signal: AbortSignal): AsyncIterable<Uint8Array>
  /** The answer to `pingText`, past whatever is waiting; rejects where the engine is not there. */
  ping(signal: AbortSignal): Promise<string>
  /** Waits until what was aborted has ended. */
  close(): Promise<void>
}

/** One text with its parameters, as `Warehouse.run` runs a statement. */
export type RunText = (text: string, parameters: readonly Parameter[], options: RunOptions) => Promise<Rows>

export const pingText = 'SELECT 1 AS one FORMAT JSONColumnsWithMetadata'

/** Room for the largest answers that the limits on rows let through, far below the longest string of Node. */
const bodyBytesMax = 256 * 2 ** 20

/** @throws TesseraError QUERY_TOO_LARGE, and whatever ends the stream early */
export async function readBody(stream: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of addAbortSignal(signal, stream)) {
    const buffer = bytesOf(chunk)
    bytes += buffer.length
    if (bytes > bodyBytesMax) throw new TesseraError('QUERY_TOO_LARGE')
    chunks.push(buffer)
  }
  return Buffer.concat(chunks, bytes).toString('utf8')
}

export function bytesOf(chunk: unknown): Buffer {
  if (!Buffer.isBuffer(chunk)) throw new Error('A stream of bytes was expected.')
  return chunk
}
