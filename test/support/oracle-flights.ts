import fc from 'fast-check'
import { demoTables } from '../../src/demo/tables.ts'
import type { OracleDataset } from './oracle-dataset.ts'
import { type Oracle, quoted } from './oracle-duckdb.ts'
import { instantFrom, type Vocabulary } from './oracle-vocabulary.ts'

/** Airports that both engines do without, so that some flights have no destination's state: null by the join. */
export const missingAirports = ['DFW', 'SLC', 'LAX', 'OGG', 'MKE', 'CLE'] as const

/** The flights of test/support/catalogue.ts. */
export const flights: OracleDataset = {
  table: 'flights',
  tenant: 'origin',
  time: 'departed_at',
  dimensions: {
    departed_at: { sql: 'departed_at', kind: 'instant' },
    delay: { sql: 'delay', kind: 'whole' },
    distance: { sql: 'distance', kind: 'whole' },
    origin: { sql: 'origin', kind: 'text' },
    destination: { sql: 'destination', kind: 'text' },
    destination_state: { sql: 'destination_state', kind: 'text' },
  },
  metrics: {
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
    late_departures: {
      sql: 'coalesce(sum(CASE WHEN delay > 15 THEN 1 ELSE 0 END), 0)',
      exact: true,
      additive: true,
      empty: 0,
    },
    late_per_mile: {
      sql: '-(count(*) - 2 * coalesce(sum(CASE WHEN delay <= 15 THEN 1 ELSE 0 END), 0))::DOUBLE / nullif(sum(distance) * 0.5::DOUBLE, 0)',
      exact: false,
      additive: false,
      empty: null,
    },
    first_delay: {
      sql: 'first(delay ORDER BY departed_at, delay)',
      exact: true,
      additive: false,
      empty: null,
    },
    last_delay: {
      sql: 'last(delay ORDER BY departed_at, delay) FILTER (distance > 500)',
      exact: true,
      additive: false,
      empty: null,
    },
    on_time_share: {
      sql: 'avg(CASE WHEN delay <= 15 THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END)',
      exact: false,
      additive: false,
      empty: null,
    },
  },
}

const number = fc.oneof(
  fc.integer({ min: -60, max: 240 }),
  fc.integer({ min: 21, max: 3000 }),
  fc.constantFrom(15.5, -0.25, 0, 100_000, -3_000_000_000, '30', '-7'),
)

/** From 124,711 rows over 85 down to one, and a tenant without any. */
export const flightsVocabulary: Vocabulary = {
  dataset: 'flights',
  tenants: ['ATL', 'BOS', 'SLC', 'SJC', 'HNL', 'ABQ', 'MQT', 'AKN', 'ACY', 'ZZZ'],
  keys: ['destination', 'destination_state', 'distance', 'delay', 'origin'],
  time: 'departed_at',
  timeIsDate: false,
  metrics: Object.keys(flights.metrics),
  values: {
    departed_at: { value: instantFrom('2000-12-31T00:00:00Z', '2001-07-02T00:00:00Z') },
    delay: { value: number },
    distance: { value: number },
    destination: {
      value: fc.constantFrom('ATL', 'LAX', 'DFW', 'ORD', 'JFK', 'SJU', 'XYZ', 'lax', ''),
      part: fc.constantFrom('A', 'LA', 'X', 'O', 'a', '', 'W', '%', '_'),
    },
    destination_state: {
      value: fc.constantFrom('CA', 'TX', 'NY', 'GA', 'FL', 'NA', 'ca', ''),
      part: fc.constantFrom('A', 'C', 'T', 'N', 'a', ''),
    },
  },
  figures: [0, 1, 5, 12.5, 40, 300, 5000, 0.8],
}

/** Those of a share of the tenants: the many rows of the largest are for whole runs alone. */
export function flightsOf(share: number): Vocabulary {
  const { tenants } = flightsVocabulary
  return { ...flightsVocabulary, tenants: share < 1 ? tenants.slice(3) : tenants }
}

/** The flights of those who ask: nobody has need of the others'. */
export async function loadFlights(oracle: Oracle, tenants: readonly string[]): Promise<void> {
  const fileOf = (table: string) => quoted(demoTables.find(({ name }) => name === table)?.file ?? '')
  await oracle.run(`
    CREATE TABLE departures AS
    SELECT date::TIMESTAMP AS departed_at, delay::INTEGER AS delay, distance::INTEGER AS distance, origin, destination
    FROM read_parquet(${fileOf('flights')})
    WHERE origin IN (${tenants.map(quoted).join(', ')})`)
  await oracle.run(`
    CREATE TABLE airports AS
    SELECT iata, state
    FROM read_csv(${fileOf('airports')}, all_varchar = true)
    WHERE iata NOT IN (${missingAirports.map(quoted).join(', ')})`)
  await oracle.run(`
    CREATE TABLE flights AS
    SELECT departures.*, airport.state AS destination_state
    FROM departures LEFT JOIN airports AS airport ON airport.iata = destination`)
}
