import type { TableAddress } from '../../catalogue/catalogue.ts'
import type { Logger } from '../../log.ts'
import { createBounds } from '../bounds.ts'
import type { Cell, DescribedColumn } from '../warehouse.ts'
import { createAsk } from './ask.ts'
import { createConnections } from './connections.ts'
import { describeTable, listTables, type RunText } from './describe.ts'
import { createRunner } from './run.ts'
import { addressOf, type PostgresSource } from './source.ts'

/** Looks at a table for whoever sits at the command line, as who connects: no request comes near it. */
export interface PostgresLook {
  describe(table: TableAddress): Promise<readonly DescribedColumn[] | null>
  tables(schema: string): Promise<readonly string[]>
  /** The columns of one text's answer. */
  ask(text: string, timeoutMs: number): Promise<readonly (readonly Cell[])[]>
  close(): Promise<void>
}

/** @throws TesseraError BAD_USER_INPUT where the source's address is none */
export function openPostgresLook(source: PostgresSource, log: Logger): PostgresLook {
  const address = addressOf(source)
  const bounds = createBounds()
  const connections = createConnections({ name: source.name, address, max: 1, log })
  const runner = createRunner({ address, role: source.role, connections, log })

  const ask = createAsk(runner, bounds)
  const run: RunText = (text, options) => ask(text, {}, options)

  return Object.freeze({
    describe: (table: TableAddress) => describeTable(run, table),
    tables: (schema: string) => listTables(run, schema),
    ask: (text: string, timeoutMs: number) => run({ text, values: [] }, { signal: undefined, timeoutMs }),
    close: async () => {
      bounds.close()
      await runner.close()
      await connections.close()
    },
  })
}
