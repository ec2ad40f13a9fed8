import type { TableAddress } from '../catalogue/catalogue.ts'
import type { ColumnType } from '../catalogue/column.ts'
import type { Dialect } from './dialect.ts'
import type { Statement } from './statement.ts'
import type { StreamOwner } from './stream-places.ts'

/** A data source that answers statements of its dialect. HTTP and chDB differ behind it and nowhere else. */
export interface Warehouse {
  readonly name: string
  readonly dialect: Dialect
  /**
   * Runs one printed statement. Ends within `timeoutMs`, waiting for a connection included; when the signal aborts
   * or the time is up, the query is ended in the engine as well.
   * @throws TesseraError QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL
   */
  run(statement: Statement, options: RunOptions): Promise<Rows>
  /**
   * The rows of a statement that was printed for it, in batches, as they are taken: what is not taken is not read. The
   * whole stream ends within `timeoutMs`, waiting for a connection and for whoever takes the rows included.
   * @throws TesseraError as `run` does, at any batch; rows that came before stand for nothing then. RATE_LIMITED where others, or
   *   the owner, stream all that may be streamed at a time
   */
  stream(statement: Statement, options: StreamOptions): AsyncIterable<RowBatch>
  /** The names of the tables and views of a database; none where it does not exist. */
  tables(database: string): Promise<readonly string[]>
  /** The columns of a table; null where it does not exist. */
  describe(table: TableAddress): Promise<readonly DescribedColumn[] | null>
  /** Whether each combination of these columns' values stands at most once. */
  isUnique(table: TableAddress, columns: readonly string[]): Promise<boolean>
  /** @throws TesseraError WAREHOUSE_UNAVAILABLE */
  ping(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

/** A column as the engine has it. */
export interface DescribedColumn {
  readonly name: string
  /** In the engine's own words, for messages. */
  readonly engineType: string
  /** Null where a model cannot use it. */
  readonly type: ColumnType | null
  readonly nullable: boolean
  /** Of an enum: the engine compares it with its own values alone, and fails at any other. */
  readonly isEnum?: true
}

export interface RunOptions {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
}

export interface StreamOptions extends RunOptions {
  readonly owner: StreamOwner
}

/** An answer by columns, in the order of the statement's outputs. 64-bit integers and decimals are text. */
export interface Rows {
  readonly columns: readonly (readonly Cell[])[]
  readonly rowCount: number
  readonly rowsRead: number
  readonly bytesRead: number
  readonly durationMs: number
}

/** Some rows, each with its cells in the order of the statement's outputs. */
export type RowBatch = readonly (readonly Cell[])[]

export type Cell = string | number | boolean | null
