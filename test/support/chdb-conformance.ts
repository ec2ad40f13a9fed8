import type { ColumnType } from '../../src/catalogue/column.ts'
import type { ConformanceEngine, StoredRow } from '../conformance/engine.ts'
import { openTestEngine } from './warehouse.ts'

/** @param storage Memory where rows come and go, else as a host has them */
export async function openEngine(
  storage: 'MergeTree ORDER BY tuple()' | 'Memory' = 'MergeTree ORDER BY tuple()',
): Promise<ConformanceEngine> {
  const engine = await openTestEngine()
  const nameOf = ({ database, table }: { database: string; table: string }) => `\`${database}\`.\`${table}\``
  return {
    name: 'chDB',
    async createTable({ address, columns }) {
      const types = columns.map(
        ({ name, type, nullable }) =>
          `\`${name}\` ${nullable ? `Nullable(${typeName(type)})` : typeName(type)}`,
      )
      await engine.execute(`CREATE DATABASE IF NOT EXISTS \`${address.database}\``)
      await engine.execute(`CREATE TABLE ${nameOf(address)} (${types.join(', ')}) ENGINE = ${storage}`)
    },
    async insert({ address }, rows) {
      if (rows.length === 0) return
      await engine.execute(`INSERT INTO ${nameOf(address)} FORMAT TSV\n${rows.map(lineOf).join('')}`)
    },
    clear: async ({ address }) => {
      await engine.execute(`TRUNCATE TABLE ${nameOf(address)}`)
    },
    open: () => engine.open('chdb', 6),
    close: () => engine.close(),
  }
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
