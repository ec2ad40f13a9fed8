import type { FilterInput, TimeRangeInput } from '../../src/catalogue/inputs.ts'
import { demoTables } from '../../src/demo/tables.ts'
import { near, type Oracle, type OracleCell, quoted } from './oracle-duckdb.ts'
import { filtersSql, type OracleDimensions } from './oracle-filters.ts'
import { type OracleRange, rangeOf } from './oracle-time.ts'

/** Airports that both engines do without, so that some flights have no destination's state: null by the join. */
export const missingAirports = ['DFW', 'SLC', 'LAX', 'OGG', 'MKE', 'CLE'] as const

export const flightsDimensions: OracleDimensions = {
  departed_at: { sql: 'departed_at', kind: 'instant' },
  delay: { sql: 'delay', kind: 'number' },
  distance: { sql: 'distance', kind: 'number' },
  origin: { sql: 'origin', kind: 'text' },
  destination: { sql: 'destination', kind: 'text' },
  destination_state: { sql: 'destination_state', kind: 'text' },
}

export interface OracleMetric {
  readonly sql: string
  /** Whole numbers are compared digit for digit, doubles to 1e-9. */
  readonly exact: boolean
  readonly additive: boolean
  /** What a bucket without rows shows unless a fill is asked for. */
  readonly empty: 0 | null
}

/** The figures of test/support/catalogue.ts, from their meaning. */
export const flightsMetrics: Readonly<Record<string, OracleMetric>> = {
  departures: { sql: 'count(*)', exact: true, additive: true, empty: 0 },
  on_time_departures: {
    sql: 'coalesce(sum(CASE WHEN delay <= 15 THEN 1 ELSE 0 END), 0)',
    exact: true,
    additive: true,
    empty: 0,
  },
  average_delay: { sql: 'avg(delay)', exact: false, additive: false, empty: null },
  total_distance: { sql: 'coalesce(sum(distance), 0)', exact: true, additive: true, empty: 0 },
  longest_delay: { sql: 'max(delay)', exact: true, additive: false, empty: null },
  shortest_delay: { sql: 'min(delay)', exact: true, additive: false, empty: null },
  destinations: { sql: 'count(DISTINCT destination)', exact: true, additive: false, empty: 0 },
  delay_p95: { sql: 'quantile_cont(delay, 0.95)', exact: false, additive: false, empty: null },
  on_time_share: {
    sql: 'avg(CASE WHEN delay <= 15 THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END)',
    exact: false,
    additive: false,
    empty: null,
  },
}

export function metricNamed(name: string): OracleMetric {
  const metric = flightsMetrics[name]
  if (metric === undefined) throw new Error(`The oracle knows no metric ${name}.`)
  return metric
}

/** The flights of those who ask: the oracle has no need of the others'. */
export async function loadFlights(oracle: Oracle, tenants: readonly string[]): Promise<void> {
  const fileOf = (table: string) => quoted(demoTables.find(({ name }) => name === table)?.file ?? '')
  await oracle.run(`
    CREATE TABLE flights AS
    SELECT date::TIMESTAMP AS departed_at, delay::INTEGER AS delay, distance::INTEGER AS distance, flight.origin, flight.destination, airport.state AS destination_state
    FROM read_parquet(${fileOf('flights')}) AS flight
    LEFT JOIN (
      FROM read_csv(${fileOf('airports')}, all_varchar = true)
      WHERE iata NOT IN (${missingAirports.map(quoted).join(', ')})
    ) AS airport ON airport.iata = flight.destination
    WHERE flight.origin IN (${tenants.map(quoted).join(', ')})`)
}

interface Rowset {
  readonly tenant: string
  readonly locked: readonly FilterInput[]
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly zone: string
  readonly filters?: readonly FilterInput[] | null | undefined
  readonly now: string
}

/** Leaves the rows of a question in the table `picked`. */
export async function pickRows(oracle: Oracle, of: Rowset): Promise<OracleRange | null> {
  const range = await rangeOf(oracle, of.timeRange, of.zone, of.now)
  const inRange =
    range === null
      ? 'true'
      : `departed_at >= TIMESTAMP ${quoted(range.start)} AND departed_at < TIMESTAMP ${quoted(range.stop)}`
  await oracle.run(`
    CREATE OR REPLACE TEMP TABLE picked AS
    FROM flights
    WHERE origin = ${quoted(of.tenant)} AND ${inRange}
      AND ${filtersSql(flightsDimensions, of.locked)} AND ${filtersSql(flightsDimensions, of.filters)}`)
  return range
}

/** From the first row to just after the last; today where there is none. */
export async function extentOfPicked(oracle: Oracle, zone: string, now: string): Promise<OracleRange> {
  const today = `timezone('UTC', timezone(${quoted(zone)}, date_trunc('day', timezone(${quoted(zone)}, timezone('UTC', TIMESTAMP ${quoted(now)})))))`
  const [row] = await oracle.rows(`
    SELECT
      CAST(coalesce(min(departed_at), ${today}) AS VARCHAR) AS start,
      CAST(coalesce(max(departed_at) + INTERVAL 1 SECOND, ${today} + INTERVAL 24 HOUR) AS VARCHAR) AS stop
    FROM picked`)
  return { start: String(row?.start), stop: String(row?.stop) }
}

/** A metric's figure in a select: digits where they are compared, else a double. */
export function figureSql(name: string): string {
  const { sql, exact } = metricNamed(name)
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
  if (typeof cell === 'string') return cell
  const figure = Number(cell)
  return {
    asymmetricMatch: (actual: unknown) =>
      typeof actual === 'string' && Math.abs(Number(actual) - figure) <= 1e-9 * Math.max(1, Math.abs(figure)),
    toString: () => `digits near ${figure}`,
  }
}
