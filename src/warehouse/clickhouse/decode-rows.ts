import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseError } from '@clickhouse/client'
import type { Cell, RowBatch } from '../warehouse.ts'
import { failureOf, unusableAnswer } from './failure.ts'

/** So much is parsed at once: 0.5 ms, after which other requests have their turn. */
const batchBytes = 64 * 2 ** 10
/** Far more than a row that a model can describe. */
const rowBytesMax = 16 * 2 ** 20
/** Beside a batch. */
const exceptionBytesMax = 128 * 2 ** 10
const newline = 0x0a

/**
 * The rows of a body in JSONCompactEachRow, wherever its chunks break.
 * @throws TesseraError WAREHOUSE_UNAVAILABLE where it is anything else or ends within a row, and what the engine says
 *   where an exception stands in the middle of it
 */
export async function* decodeRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RowBatch> {
  const source = chunks[Symbol.asyncIterator]()
  let row = createRow()
  for await (const chunk of { [Symbol.asyncIterator]: () => source }) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    // Each byte is searched once, so that a long row costs no more than as many short ones.
    if (!bytes.includes(newline)) {
      row.add(bytes)
      continue
    }
    let left = row.endedBy(bytes)
    let end = endOfRows(left)
    while (end > 0) {
      const rows = parseRows(left.subarray(0, end))
      if (rows === null) throw brokenRows(await toItsEnd(left, source))
      yield rows
      await nextTurn()
      left = left.subarray(end)
      end = endOfRows(left)
    }
    row = createRow()
    row.add(left)
  }
  const rest = row.endedBy(Buffer.alloc(0))
  if (rest.length > 0) throw brokenRows(rest.toString('utf8'))
}

/** The parts of a row whose end did not come yet. */
function createRow() {
  const parts: Buffer[] = []
  let length = 0

  function add(bytes: Buffer): void {
    length += bytes.length
    if (length > rowBytesMax) throw unusableAnswer('A row of the answer does not end.')
    // A copy: the chunk's memory may be the engine's.
    if (bytes.length > 0) parts.push(Buffer.from(bytes))
  }

  function endedBy(bytes: Buffer): Buffer {
    return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes])
  }

  return { add, endedBy }
}

/** After the last row that fits into a batch, or after the first one where that is longer; 0 where none ends. */
function endOfRows(bytes: Buffer): number {
  const within = bytes.subarray(0, batchBytes).lastIndexOf(newline) + 1
  return within > 0 ? within : bytes.indexOf(newline, batchBytes) + 1
}

/** A newline within a value stands as `\n`, so that each byte of it ends a row. */
function parseRows(bytes: Buffer): RowBatch | null {
  const text = bytes.toString('utf8', 0, bytes.length - 1)
  const rows = parseJson(`[${text.replaceAll('\n', ',')}]`)
  return isRows(rows) ? rows : null
}

function isRows(rows: unknown): rows is (readonly Cell[])[] {
  return Array.isArray(rows) && rows.every((row) => Array.isArray(row))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** An exception stands at the end, on lines of its own, which may come in pieces; after it the connection may break. */
async function toItsEnd(first: Buffer, source: AsyncIterator<Uint8Array>): Promise<string> {
  const parts = [first]
  let length = first.length
  try {
    while (length < exceptionBytesMax) {
      const { done, value } = await source.next()
      if (done === true) break
      // A copy, as above.
      parts.push(Buffer.from(value))
      length += value.length
    }
  } catch {
    // What came before it says more.
  }
  return Buffer.concat(parts).toString('utf8')
}

function brokenRows(text: string) {
  const at = text.lastIndexOf('Code: ', text.lastIndexOf('DB::Exception: '))
  const exception = at === -1 ? null : parseError(text.slice(at))
  if (exception !== null && 'code' in exception) return failureOf(exception)
  return unusableAnswer('The answer is not the rows that were asked for, or not all of them.')
}
