import type { TableAddress } from '../../src/catalogue/catalogue.ts'
import type { Column } from '../../src/catalogue/column.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'

/** An engine that is held against the others: a warehouse with its dialect, and a way to fill it. */
export interface ConformanceEngine {
  readonly name: string
  /** Makes an empty table, and its database or schema where there is none. */
  createTable(table: ConformanceTable): Promise<void>
  /** Adds rows; each has a value for each column of the table. */
  insert(table: ConformanceTable, rows: readonly StoredRow[]): Promise<void>
  /** Takes all rows out of a table. */
  clear(table: ConformanceTable): Promise<void>
  /** For the suites to ask; the engine closes what it opened. */
  open(): Promise<Warehouse>
  close(): Promise<void>
}

/** A table that a suite asks about. Columns are of these types or of ones that hold all of their values. */
export interface ConformanceTable {
  readonly address: TableAddress
  readonly columns: readonly Column[]
}

/**
 * Values as text: digits, `true`, `2001-01-31`, and instants in UTC as `2001-01-31 00:00:00.25`. Null is null; of doubles,
 * `NaN`, `Infinity` and `-Infinity` are values too.
 */
export type StoredRow = readonly (string | null)[]
