import type { Catalogue } from '../catalogue/catalogue.ts'
import { clickhouse } from './clickhouse/dialect.ts'
import type { Warehouse } from './warehouse.ts'

/** A warehouse in which every statement finds nothing, in place of each: to see whether a question is refused. */
export function withoutRows({ datasets }: Pick<Catalogue, 'datasets'>): ReadonlyMap<string, Warehouse> {
  return new Map([...datasets.values()].map(({ dataSource }) => [dataSource, empty]))
}

const unused = () => Promise.reject(new Error('Only questions are asked here.'))

const empty: Warehouse = Object.freeze({
  name: 'without rows',
  dialect: clickhouse,
  run: async () => ({
    columns: [],
    rowCount: 0,
    rowsRead: 0,
    bytesRead: 0,
    durationMs: 0,
  }),
  stream: () => {
    throw new Error('Only questions are asked here.')
  },
  tables: unused,
  describe: unused,
  isUnique: unused,
  ping: unused,
  close: unused,
})
