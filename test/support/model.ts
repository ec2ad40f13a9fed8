import { readFile } from 'node:fs/promises'
import { type Problem, TesseraError } from '../../src/errors.ts'
import type { TestEngine } from './warehouse.ts'

/** The demo's model, as it is shipped. */
export const flightsText = await readFile(new URL('../../examples/flights.yaml', import.meta.url), 'utf8')

/** The tables of the demo's model with a few rows, and tables that a model can be wrong about. */
export async function createModelTables({ execute }: TestEngine): Promise<void> {
  await execute('CREATE DATABASE IF NOT EXISTS demo')
  await execute(`CREATE OR REPLACE TABLE demo.flights (
    departed_at DateTime('UTC'), delay Int32, distance Int32, origin LowCardinality(String),
    destination LowCardinality(String)
  ) ENGINE = MergeTree ORDER BY (origin, departed_at)`)
  await execute(`CREATE OR REPLACE TABLE demo.airports (
    iata String, name String, city String, state String, country String, latitude Float64, longitude Float64
  ) ENGINE = MergeTree ORDER BY iata`)
  await execute(`INSERT INTO demo.airports VALUES ('ATL', 'Hartsfield', 'Atlanta', 'GA', 'USA', 33.6, -84.4),
    ('JFK', 'Kennedy', 'New York', 'NY', 'USA', 40.6, -73.8)`)
  await execute(`CREATE OR REPLACE TABLE demo.orders (
    id UInt64, shop UInt32, customer String, at DateTime64(9, 'UTC'), paid UInt8, tags Array(String), score Float64,
    day Date
  ) ENGINE = MergeTree ORDER BY id`)
  await execute(`CREATE OR REPLACE TABLE demo.customers (shop UInt32, id String, name Nullable(String))
    ENGINE = MergeTree ORDER BY id`)
  await execute(`INSERT INTO demo.customers VALUES (1, 'a', 'Ann'), (2, 'a', 'Abe'), (2, 'b', 'Bea')`)
}

/** The problems that a document is refused with. */
export async function problemsOf(work: () => unknown): Promise<readonly Problem[]> {
  try {
    await work()
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'BAD_USER_INPUT') return error.details.problems ?? []
    throw error
  }
  throw new Error('The document was accepted.')
}
