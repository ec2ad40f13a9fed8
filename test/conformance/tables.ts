import type { Column } from '../../src/catalogue/column.ts'
import { column, int32, second, text } from '../support/catalogue.ts'
import { type Oracle, type OracleCell, openOracle } from '../support/oracle-duckdb.ts'
import { createEvents } from '../support/oracle-event-log.ts'
import { eventColumns, eventsAddress } from '../support/oracle-events.ts'
import { loadFlights } from '../support/oracle-flights.ts'
import type { SuiteEngine } from './conform.ts'
import type { ConformanceEngine, ConformanceTable } from './engine.ts'

/** The rows of a select of the oracle's, whose columns have the table's names. */
export async function copyTable(
  oracle: Oracle,
  engine: ConformanceEngine,
  table: ConformanceTable,
  select: string,
): Promise<void> {
  const cells = table.columns.map(({ name }, index) => `CAST("${name}" AS VARCHAR) AS c${index}`)
  const rows = await oracle.rows(`SELECT ${cells.join(', ')} FROM (${select})`)
  await engine.createTable(table)
  await engine.insert(
    table,
    rows.map((row) => table.columns.map((_, index) => textOf(row[`c${index}`]))),
  )
}

function textOf(cell: OracleCell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}

/** The oracle's `events`. */
export function loadEvents(oracle: Oracle, engine: ConformanceEngine): Promise<void> {
  const table = { address: eventsAddress, columns: Object.values<Column>(eventColumns) }
  return copyTable(oracle, engine, table, 'SELECT * RENAME (at_utc AS "at") FROM events')
}

const flightColumns = [
  column('departed_at', second),
  column('delay', int32),
  column('distance', int32),
  column('origin', text),
  column('destination', text),
]
const airportColumns = [column('iata', text), column('state', text)]

const address = (table: string) => ({ database: 'demo', table })

/** The oracle's `departures` and `airports`, as the demo has them. */
export async function loadFlightTables(oracle: Oracle, engine: ConformanceEngine): Promise<void> {
  await copyTable(oracle, engine, { address: address('flights'), columns: flightColumns }, 'FROM departures')
  await copyTable(oracle, engine, { address: address('airports'), columns: airportColumns }, 'FROM airports')
}

/** The events, for who asks no oracle about them. */
export async function loadEventsOnce(engine: SuiteEngine): Promise<void> {
  if (engine.isMade(eventsAddress)) return
  const oracle = await openOracle()
  await createEvents(oracle)
  await loadEvents(oracle, engine)
  oracle.close()
}

/** The flights of some tenants, for who asks no oracle about them. */
export async function loadFlightsOnce(engine: SuiteEngine, tenants: readonly string[]): Promise<void> {
  if (engine.isMade(address('flights'))) return
  const oracle = await openOracle()
  await loadFlights(oracle, tenants)
  await loadFlightTables(oracle, engine)
  oracle.close()
}
