import Cursor from 'pg-cursor'
import { TesseraError } from '../../errors.ts'
import type { Cell, RowBatch } from '../warehouse.ts'
import type { Lease } from './connections.ts'
import { type CellReader, readerOf } from './decode.ts'
import type { Text } from './session.ts'

/** A few milliseconds, after which other requests have their turn. */
const batchRowsMax = 1_000
/** As long as nothing is known of how long they are. */
const firstRows = 8
/** What a batch should hold, by what the rows before it held. */
const lettersWanted = 2 ** 20
/** What one holds at the most, where long rows follow short ones: it is in memory as a whole. */
const lettersMax = 64 * 2 ** 20

/** The rows of a statement as they are asked for. */
export interface OpenCursor {
  /**
   * The next ones, a thousand or a megabyte about; none at the end.
   * @throws TesseraError QUERY_TOO_LARGE at once where they are more than fits into memory
   */
  read(): Promise<RowBatch>
}

/** @param lease of a connection in a transaction, behind its walls; it is of no more use after a failure */
export function openCursor({ client }: Lease, { text, values }: Text): OpenCursor {
  let letters = 0
  let rowsNext = firstRows
  let failed: unknown
  let reject: (reason: unknown) => void = () => undefined

  function fail(reason: unknown): void {
    failed ??= reason
    reject(failed)
  }

  /** What is thrown in here would end the process. */
  function getTypeParser(typeId: number): CellReader {
    try {
      return counted(readerOf(typeId))
    } catch (error) {
      fail(error)
      return () => null
    }
  }

  function counted(reader: CellReader): CellReader {
    return (cell) => {
      letters += cell.length
      if (letters > lettersMax) fail(new TesseraError('QUERY_TOO_LARGE'))
      return failed === undefined ? reader(cell) : null
    }
  }

  const cursor = client.query(
    new Cursor<readonly Cell[]>(text, [...values], { rowMode: 'array', types: { getTypeParser } }),
  )

  async function read(): Promise<RowBatch> {
    letters = 0
    const failing = new Promise<never>((_, rejected) => {
      reject = rejected
    })
    const rows = await Promise.race([cursor.read(rowsNext), failing])
    if (failed !== undefined) throw failed
    const lettersOfRow = letters / Math.max(1, rows.length)
    rowsNext = Math.min(batchRowsMax, Math.max(1, Math.floor(lettersWanted / Math.max(1, lettersOfRow))))
    return rows
  }

  return { read }
}
