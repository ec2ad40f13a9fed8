import { Client } from 'pg'
import type { TableAddress } from '../../src/catalogue/catalogue.ts'
import type { ColumnType } from '../../src/catalogue/column.ts'
import type { ConformanceEngine, ConformanceTable, StoredRow } from '../conformance/engine.ts'
import { openPostgresTestEngine } from './postgres-warehouse.ts'

/** A PostgreSQL of its own, which `close` takes away again; it is asked as a role that owns nothing. */
export async function openEngine(): Promise<ConformanceEngine> {
  const engine = await openPostgresTestEngine()
  const client = new Client({ connectionString: engine.adminUrl })
  await client.connect()
  await client.query("SET timezone = 'UTC'")

  async function createTable({ address, columns }: ConformanceTable): Promise<void> {
    const definitions = columns.map(
      ({ name, type, nullable }) => `"${name}" ${typeName(type)}${nullable ? '' : ' NOT NULL'}`,
    )
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${address.database}"`)
    await client.query(`GRANT USAGE ON SCHEMA "${address.database}" TO ${engine.source.role}`)
    await client.query(`CREATE TABLE ${nameOf(address)} (${definitions.join(', ')})`)
    await client.query(`GRANT SELECT ON ${nameOf(address)} TO ${engine.source.role}`)
  }

  async function insert({ address, columns }: ConformanceTable, rows: readonly StoredRow[]): Promise<void> {
    const values = columns.map(({ type }, index) => `v${index}::${typeName(type)}`)
    const lists = columns.map((_, index) => `$${index + 1}::text[]`)
    const names = columns.map((_, index) => `v${index}`)
    const text = `INSERT INTO ${nameOf(address)} SELECT ${values.join(', ')} FROM unnest(${lists.join(', ')}) AS t(${names.join(', ')})`
    for (let start = 0; start < rows.length; start += batchRows) {
      const batch = rows.slice(start, start + batchRows)
      await client.query(
        text,
        columns.map((_, index) => batch.map((row) => row[index] ?? null)),
      )
    }
    if (rows.length > 1_000) await client.query(`ANALYZE ${nameOf(address)}`)
  }

  async function clear({ address }: ConformanceTable): Promise<void> {
    await client.query(`TRUNCATE ${nameOf(address)}`)
  }

  async function close(): Promise<void> {
    await client.end()
    await engine.close()
  }

  return { name: 'PostgreSQL', createTable, insert, clear, open: () => engine.open(), close }
}

const batchRows = 20_000

function nameOf({ database, table }: TableAddress): string {
  return `"${database}"."${table}"`
}

function typeName(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'text'
    case 'integer':
      if (type.bits > 64 || (type.bits === 64 && !type.signed)) return 'numeric(78)'
      return type.bits === 64 || (type.bits === 32 && !type.signed) ? 'bigint' : 'integer'
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision'
    case 'decimal':
      return `numeric(${type.precision}, ${type.scale})`
    case 'instant':
      return 'timestamptz'
    default:
      return type.kind
  }
}
