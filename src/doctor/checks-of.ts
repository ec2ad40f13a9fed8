import type { Logger } from '../log.ts'
import { checkClickHouse } from '../warehouse/clickhouse/doctor/checks.ts'
import type { ChdbSource, ClickHouseSource } from '../warehouse/clickhouse/source.ts'
import type { Check, TableUse } from '../warehouse/doctor.ts'
import { checkPostgres } from '../warehouse/postgres/doctor/checks.ts'
import type { PostgresSource } from '../warehouse/postgres/source.ts'

/** What is looked at in a data source, each check as soon as it is made. Rejects at nothing that a server says or doesn't. */
export function checksOf(
  source: ClickHouseSource | ChdbSource | PostgresSource,
  tables: readonly TableUse[],
  log: Logger,
): AsyncIterable<Check> {
  return source.kind === 'postgres'
    ? checkPostgres(source, tables, log)
    : checkClickHouse(source, tables, log)
}
