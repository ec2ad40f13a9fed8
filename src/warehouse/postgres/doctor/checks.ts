import { TesseraError } from '../../../errors.ts'
import type { Logger } from '../../../log.ts'
import { type Check, fine, problem, type TableUse } from '../../doctor.ts'
import type { Warehouse } from '../../warehouse.ts'
import { openPostgresWarehouse } from '../connect.ts'
import type { PostgresSource } from '../source.ts'

const pingTimeoutMs = 5_000

/** Whether the server answers, and whether the tables are there. */
export async function* checkPostgres(
  source: PostgresSource,
  tables: readonly TableUse[],
  log: Logger,
): AsyncGenerator<Check> {
  const warehouse = await openPostgresWarehouse(source, { log, connections: 2 })
  try {
    const reached = await checkServer(warehouse)
    yield reached
    if (reached.outcome === 'ok') for (const table of tables) yield await checkTable(warehouse, table)
  } finally {
    await warehouse.close()
  }
}

async function checkServer(warehouse: Warehouse): Promise<Check> {
  try {
    await warehouse.ping(pingTimeoutMs)
    return fine('server', 'It answers.')
  } catch (error) {
    const code = error instanceof TesseraError ? error.code : 'unknown'
    return problem('server', `It is not reached: ${code}.`)
  }
}

async function checkTable(warehouse: Warehouse, { address }: TableUse): Promise<Check> {
  const name = `${address.database}.${address.table}`
  const columns = await warehouse.describe(address)
  return columns === null ? problem(name, 'It is not there.') : fine(name, `${columns.length} columns.`)
}
