import type { TableAddress } from '../../src/catalogue/catalogue.ts'
import type { ColumnType } from '../../src/catalogue/column.ts'
import type { ConformanceEngine, ConformanceTable, StoredRow } from '../conformance/engine.ts'
import { openTestEngine, type TestEngine } from './warehouse.ts'

/** @param storage Memory where rows come and go, else as a host has them */
export async function openEngine(
  storage: Storage = 'MergeTree ORDER BY tuple()',
): Promise<ConformanceEngine> {
  const engine = await openTestEngine()
  return {
    name: 'chDB',
    createTable: (table) => createTable(engine, table, storage),
    insert: (table, rows) => insert(engine, table, rows),
    clear: (table) => clear(engine, table),
    open: () => engine.open('chdb', 6),
    close: () => engine.close(),
  }
}

export type Storage = 'MergeTree ORDER BY tuple()' | 'Memory'

export async function createTable(
  engine: TestEngine,
  { address, columns }: ConformanceTable,
  storage: Storage = 'MergeTree ORDER BY tuple()',
): Promise<void> {
  const types = columns.map(
    ({ name, type, nullable }) => `\`${name}\` ${nullable ? `Nullable(${typeName(type)})` : typeName(type)}`,
  )
  await engine.execute(`CREATE DATABASE IF NOT EXISTS \`${address.database}\``)
  await engine.execute(`CREATE TABLE ${nameOf(address)} (${types.join(', ')}) ENGINE = ${storage}`)
}

export async function insert(
  engine: TestEngine,
  { address }: ConformanceTable,
  rows: readonly StoredRow[],
): Promise<void> {
  if (rows.length === 0) return
  await engine.execute(`INSERT INTO ${nameOf(address)} FORMAT TSV\n${rows.map(lineOf).join('')}`)
}

export async function clear(engine: TestEngine, { address }: ConformanceTable): Promise<void> {
  await engine.execute(`TRUNCATE TABLE ${nameOf(address)}`)
}

export function nameOf({ database, table }: TableAddress): string {
  return `\`${database}\`.\`${table}\``
}

function lineOf(row: StoredRow): string {
  return `${row.map((value) => (value === null ? '\\N' : escaped(value))).join('\t')}\n`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
}

function typeName(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'String'
    case 'uuid':
      return 'UUID'
    case 'boolean':
      return 'Bool'
    case 'integer':
      return `${type.signed ? '' : 'U'}Int${type.bits}`
    case 'float':
      return `Float${type.bits}`
    case 'decimal':
      return `Decimal(${type.precision}, ${type.scale})`
    case 'date':
      return 'Date32'
    case 'instant':
      return type.fraction === 0 ? "DateTime('UTC')" : `DateTime64(${type.fraction}, 'UTC')`
  }
}
