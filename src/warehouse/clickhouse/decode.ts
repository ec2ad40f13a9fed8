import { parseError } from '@clickhouse/client'
import type { TesseraError } from '../../errors.ts'
import type { Cell, Rows } from '../warehouse.ts'
import { failureOf, unusableAnswer } from './failure.ts'

/**
 * A body in JSONColumnsWithMetadata. Its own count of what was read is the one that chDB gives (its summary counts
 * the rows of the answer), and its names keep the columns of an answer without rows.
 * @throws TesseraError WAREHOUSE_UNAVAILABLE where the body is anything else or breaks off, and what the engine says
 *   where an exception stands in the middle of it
 */
export function decodeBody(body: string): Omit<Rows, 'durationMs'> {
  const parsed = parseJson(body)
  if (!isRecord(parsed)) throw unusableAnswer('The answer holds no columns.')
  const { meta, data, rows, statistics } = parsed
  if (!Array.isArray(meta) || !isRecord(data) || !isCount(rows) || !isRecord(statistics)) {
    throw unusableAnswer('The answer holds no columns.')
  }
  const rowCount = Number(rows)
  const columns = meta.map((column: unknown) => columnOf(column, data, rowCount))
  const { rows_read: rowsRead, bytes_read: bytesRead } = statistics
  if (!isCount(rowsRead) || !isCount(bytesRead)) throw unusableAnswer('The answer says not what was read.')
  return { columns, rowCount, rowsRead: Number(rowsRead), bytesRead: Number(bytesRead) }
}

function columnOf(meta: unknown, data: Record<string, unknown>, rowCount: number): readonly Cell[] {
  const name = isRecord(meta) ? meta.name : undefined
  if (typeof name !== 'string') throw unusableAnswer('A column has no name.')
  const column = Object.hasOwn(data, name) ? data[name] : []
  if (!isCells(column)) throw unusableAnswer('The answer holds something else than columns of cells.')
  if (column.length !== rowCount) throw unusableAnswer('A column has another number of rows than the answer.')
  return column
}

function isCells(column: unknown): column is readonly Cell[] {
  if (!Array.isArray(column)) return false
  for (const cell of column) if (typeof cell === 'object' && cell !== null) return false
  return true
}

/** Quoted where the engine quotes its 64-bit integers. */
function isCount(value: unknown): boolean {
  if (typeof value !== 'number' && !(typeof value === 'string' && /^\d+$/.test(value))) return false
  return Number.isInteger(Number(value)) && Number(value) >= 0
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw brokenBody(body)
  }
}

/** An exception in mid-stream ends the body, and no bracket is closed after it. */
function brokenBody(body: string): TesseraError {
  const at = body.lastIndexOf('Code: ', body.lastIndexOf('DB::Exception: '))
  const exception = at === -1 ? null : parseError(body.slice(at))
  if (exception !== null && 'code' in exception) return failureOf(exception)
  return unusableAnswer(`The answer of ${body.length} characters is not what was asked for.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
