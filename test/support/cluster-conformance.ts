import type { ConformanceEngine, ConformanceTable } from '../conformance/engine.ts'
import { clear, createTable, insert, nameOf } from './chdb-conformance.ts'
import { openTestEngine } from './warehouse.ts'

/**
 * A cluster of two shards inside one chDB: every table is Distributed, and each shard reads a view of half of the rows, which
 * `shardNum()` tells apart.
 */
export async function openEngine(): Promise<ConformanceEngine> {
  const engine = await openTestEngine({ cluster: true })
  const rowsOf = ({ address, columns }: ConformanceTable): ConformanceTable => ({
    address: { ...address, table: `${address.table}_rows` },
    columns,
  })
  return {
    name: 'a cluster of ClickHouse',
    async createTable(table) {
      const { database } = table.address
      const shard = { database, table: `${table.address.table}_shard` }
      const rows = nameOf(rowsOf(table).address)
      await createTable(engine, rowsOf(table), 'Memory')
      await engine.execute(
        `CREATE VIEW ${nameOf(shard)} AS SELECT * FROM ${rows} WHERE sipHash64(toString(tuple(*))) % 2 = shardNum() - 1`,
      )
      await engine.execute(
        `CREATE TABLE ${nameOf(table.address)} AS ${rows} ENGINE = Distributed('two', '${database}', '${shard.table}')`,
      )
    },
    insert: (table, rows) => insert(engine, rowsOf(table), rows),
    clear: (table) => clear(engine, rowsOf(table)),
    open: () => engine.open('chdb', 6),
    close: () => engine.close(),
  }
}
