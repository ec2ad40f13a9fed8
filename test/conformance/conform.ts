import { afterAll, describe } from 'vitest'
import type { ConformanceEngine, ConformanceTable } from './engine.ts'

/**
 * Registers the tests of some kind of questions.
 * @param share of the cases that chDB is asked in the ordinary suite
 */
export type Suite = (engine: SuiteEngine, share?: number) => void | Promise<void>

/** One for several suites. */
export interface SuiteEngine extends ConformanceEngine {
  /** Whether an earlier suite has made and filled a table. */
  isMade(address: ConformanceTable['address']): boolean
}

/** Runs suites on one engine, which is closed after them. */
export function conform(engine: ConformanceEngine, suites: Readonly<Record<string, Suite>>, share = 1): void {
  const made = new Set<string>()
  afterAll(() => engine.close())
  for (const [name, suite] of Object.entries(suites)) {
    describe(`${engine.name}: ${name}`, () => suite(fillingOnce(engine, made), share))
  }
}

/** A table that an earlier suite has made and filled is left as it is, unless it is cleared. */
function fillingOnce(engine: ConformanceEngine, made: Set<string>): SuiteEngine {
  const own = new Set<string>()
  const nameOf = ({ address: { database, table } }: Pick<ConformanceTable, 'address'>) =>
    `${database}.${table}`
  return {
    ...engine,
    isMade: (address) => made.has(nameOf({ address })),
    createTable: async (table) => {
      const name = nameOf(table)
      if (made.has(name)) return
      made.add(name)
      own.add(name)
      await engine.createTable(table)
    },
    clear: async (table) => {
      own.add(nameOf(table))
      await engine.clear(table)
    },
    insert: async (table, rows) => {
      if (own.has(nameOf(table))) await engine.insert(table, rows)
    },
  }
}
