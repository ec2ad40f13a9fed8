import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface DemoTable {
  readonly name: string
  readonly columns: string
  readonly orderBy: string
  /** Of the package's file. */
  readonly rowsTotal: number
  /** The absolute path of the file that the rows come from. */
  readonly file: string
  readonly format: 'Parquet' | 'CSVWithNames'
  /** The columns of the file. */
  readonly structure: string
  /** The table's columns, in its order, out of the file's. */
  readonly select: string
}

/** 3 million US departures of the first half of 2001, and the airports; both of the package vega-datasets. */
export const demoTables: readonly DemoTable[] = [
  {
    name: 'airports',
    columns:
      'iata String, name String, city String, state String, country String, latitude Float64, longitude Float64',
    orderBy: 'iata',
    rowsTotal: 3_376,
    file: packageFile('airports.csv'),
    format: 'CSVWithNames',
    structure:
      'iata String, name String, city String, state String, country String, latitude Float64, longitude Float64',
    select: 'iata, name, city, state, country, latitude, longitude',
  },
  {
    name: 'flights',
    columns:
      "departed_at DateTime('UTC'), delay Int32, distance Int32, origin LowCardinality(String), destination LowCardinality(String)",
    orderBy: '(origin, departed_at)',
    rowsTotal: 3_000_000,
    file: packageFile('flights-3m.parquet'),
    format: 'Parquet',
    structure: "date DateTime64(6, 'UTC'), delay Int64, distance Int64, origin String, destination String",
    select: "toDateTime(date, 'UTC'), toInt32(delay), toInt32(distance), origin, destination",
  },
]

function packageFile(name: string): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  return join(dirname(entry), '..', 'data', name)
}
