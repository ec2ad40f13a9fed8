import type { TableAddress } from '../catalogue/catalogue.ts'
import type { DatasetDefinition, ModelDocument } from './document.ts'

/** Where PostgreSQL has a schema, ClickHouse has a database. */
export function addressOf(
  { dataSources }: ModelDocument,
  { dataSource, database, schema, table }: DatasetDefinition,
): TableAddress {
  const source = dataSources.find(({ name }) => name === dataSource)
  if (source?.kind === 'postgres') return { database: schema ?? source.schema ?? 'public', table }
  return { database: database ?? 'default', table }
}
