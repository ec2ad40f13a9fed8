import type { FilterInput, TimeRangeInput } from '../../src/catalogue/inputs.ts'
import { near, type Oracle, type OracleCell, quoted } from './oracle-duckdb.ts'
import { filtersSql, type OracleDimensions } from './oracle-filters.ts'
import { type OracleRange, rangeOf, utcOf } from './oracle-time.ts'

/** A dataset as the oracle has it: one table whose joins are made, and figures from their meaning. */
export interface OracleDataset {
  readonly table: string
  readonly tenant: string
  /** The name of a dimension. */
  readonly time: string
  readonly dimensions: OracleDimensions
  readonly metrics: Readonly<Record<string, OracleMetric>>
}

export interface OracleMetric {
  readonly sql: string
  /** Whole numbers and decimals are compared digit for digit, doubles to 1e-9. */
  readonly exact: boolean
  readonly additive: boolean
  /** What a bucket without rows shows unless a fill is asked for. */
  readonly empty: 0 | null
}

export interface OracleContext {
  readonly oracle: Oracle
  readonly dataset: OracleDataset
  /** A UTC timestamp, from which moving periods count. */
  readonly now: string
}

export function metricNamed({ metrics }: OracleDataset, name: string): OracleMetric {
  const metric = metrics[name]
  if (metric === undefined) throw new Error(`The oracle knows no metric ${name}.`)
  return metric
}

export function dimensionNamed({ dimensions }: OracleDataset, name: string): OracleDimensions[string] {
  const dimension = dimensions[name]
  if (dimension === undefined) throw new Error(`The oracle knows no dimension ${name}.`)
  return dimension
}

interface Rowset {
  readonly tenant: string
  readonly locked: readonly FilterInput[]
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly zone: string
  readonly filters?: readonly FilterInput[] | null | undefined
}

/** Leaves the rows of a question in the table `picked`. */
export async function pickRows(
  { oracle, dataset, now }: OracleContext,
  of: Rowset,
): Promise<OracleRange | null> {
  const range = await rangeOf(oracle, of.timeRange, of.zone, now)
  const moment = momentSql(dataset, of.zone)
  const inRange =
    range === null
      ? 'true'
      : `${moment} >= TIMESTAMP ${quoted(range.start)} AND ${moment} < TIMESTAMP ${quoted(range.stop)}`
  await oracle.run(`
    CREATE OR REPLACE TEMP TABLE picked AS
    FROM ${dataset.table}
    WHERE ${dataset.tenant} = ${quoted(of.tenant)} AND ${inRange}
      AND ${filtersSql(dataset.dimensions, of.locked)} AND ${filtersSql(dataset.dimensions, of.filters)}`)
  return range
}

/** The time of a row as a UTC timestamp: of a date, its midnight in the zone. */
export function momentSql(dataset: OracleDataset, zone: string): string {
  const { sql, kind } = dimensionNamed(dataset, dataset.time)
  return kind === 'date' ? utcOf(`CAST(${sql} AS TIMESTAMP)`, zone) : sql
}

/**
 * The range of a question with buckets that asked for none: from the first row's second, or day, to the end of the
 * last one's; today where there is no row. A row without a time is in no range.
 */
export async function boundPicked(
  { oracle, dataset, now }: OracleContext,
  zone: string,
): Promise<OracleRange> {
  const { sql, kind } = dimensionNamed(dataset, dataset.time)
  await oracle.run(`DELETE FROM picked WHERE ${sql} IS NULL`)
  const unit = kind === 'date' ? 'DAY' : 'SECOND'
  const bound = (of: string) => (kind === 'date' ? utcOf(of, zone) : of)
  const cut = (end: string) => `date_trunc('${unit}', CAST(${end}(${sql}) AS TIMESTAMP))`
  const today = utcOf(
    `date_trunc('day', timezone(${quoted(zone)}, timezone('UTC', TIMESTAMP ${quoted(now)})))`,
    zone,
  )
  const [row] = await oracle.rows(`
    SELECT
      CAST(coalesce(${bound(cut('min'))}, ${today}) AS VARCHAR) AS start,
      CAST(coalesce(${bound(`${cut('max')} + INTERVAL 1 ${unit}`)}, ${today} + INTERVAL 24 HOUR) AS VARCHAR) AS stop
    FROM picked`)
  return { start: String(row?.start), stop: String(row?.stop) }
}

/** A metric's figure in a select: digits where they are compared, else a double. */
export function figureSql(dataset: OracleDataset, name: string): string {
  const { sql, exact } = metricNamed(dataset, name)
  return `CAST(${sql} AS ${exact ? 'VARCHAR' : 'DOUBLE'})`
}

/** The double that an answer must show. */
export function shownOf(cell: OracleCell | undefined): unknown {
  if (cell === null || cell === undefined) return null
  return typeof cell === 'string' ? Number(cell) : near(Number(cell))
}

/** The digits that an answer must show; of a double, any that come near it. */
export function digitsOf(cell: OracleCell | undefined): unknown {
  if (cell === null || cell === undefined) return null
  if (typeof cell === 'string') return withoutTrailingZeros(cell)
  const { asymmetricMatch } = near(Number(cell))
  return {
    asymmetricMatch: (actual: unknown) => typeof actual === 'string' && asymmetricMatch(Number(actual)),
    toString: () => `digits near ${cell}`,
  }
}

/** A figure among a table's cells. */
export function cellOf(cell: OracleCell | undefined): unknown {
  return typeof cell === 'string' ? numberOrDigits(cell) : shownOf(cell)
}

/** A number where a double shows all of its digits. */
export function numberOrDigits(text: string): number | string {
  const digits = withoutTrailingZeros(text)
  return String(Number(digits)) === digits ? Number(digits) : digits
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
