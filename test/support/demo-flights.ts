import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Oracle, openOracle, quoted } from './oracle-duckdb.ts'

const folder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data')

/** The flights of the dashboards' period with the city and state they went to, out of the package's own files. */
export async function openFlights(): Promise<Oracle> {
  const oracle = await openOracle()
  await oracle.run(`
    CREATE VIEW flights AS
    SELECT f.date, f.delay, f.distance, f.origin, f.destination, a.city, a.state
    FROM ${quoted(join(folder, 'flights-3m.parquet'))} f
    LEFT JOIN ${quoted(join(folder, 'airports.csv'))} a ON a.iata = f.destination
    WHERE f.date >= '2001-01-01' AND f.date < '2001-07-01'`)
  return oracle
}
