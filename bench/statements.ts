import { readFile } from 'node:fs/promises'
import { ChdbConnection } from 'chdb/connection'
import { createAnalytics } from '../src/analytics/analytics.ts'
import { visibleCatalogue } from '../src/analytics/visible.ts'
import { loadDemo } from '../src/demo/load.ts'
import { createLogger } from '../src/log.ts'
import { buildCatalogue } from '../src/model/catalogue.ts'
import { resolveModel } from '../src/model/check.ts'
import { parseModel } from '../src/model/parse.ts'
import { openWarehouse } from '../src/warehouse/clickhouse/connect.ts'
import { defaultLimits } from '../src/warehouse/limits.ts'
import type { Statement } from '../src/warehouse/statement.ts'
import type { Warehouse } from '../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../src/warehouse/warehouses.ts'
import { widgetData } from '../src/widgets/data.ts'
import { testScope } from '../test/support/scope.ts'

/** The statements of the demo's dashboard, as text with its parameters in it, on clients without anything around. */
export interface BareStatements {
  readonly widgets: readonly string[]
  /** The widgets' statements, in parallel. */
  run(widgets: readonly string[]): Promise<void>
  close(): Promise<void>
}

export async function openBareStatements(folder: string, tenantId: string): Promise<BareStatements> {
  await loadDemo({ kind: 'chdb', path: folder })
  const texts = await recordStatements(folder, tenantId)
  const idle = Array.from({ length: texts.size }, () => new ChdbConnection({ path: folder }))

  async function runOne(name: string): Promise<void> {
    const client = idle.pop()
    const query = texts.get(name)
    if (client === undefined || query === undefined) throw new Error(`Nothing to run ${name} on.`)
    const { stream } = await client.exec({ query })
    JSON.parse(Buffer.concat(await stream.toArray()).toString('utf8'))
    idle.push(client)
  }

  return {
    widgets: [...texts.keys()],
    run: async (widgets) => {
      await Promise.all(widgets.map(runOne))
    },
    close: async () => {
      await Promise.all(idle.map((client) => client.close()))
    },
  }
}

async function recordStatements(path: string, tenantId: string): Promise<ReadonlyMap<string, string>> {
  const warehouse = await openWarehouse(
    { name: 'warehouse', kind: 'chdb', path },
    { log: createLogger('silent') },
  )
  const recorded: Statement[] = []
  const recorder: Warehouse = {
    ...warehouse,
    run: (statement, options) => {
      recorded.push(statement)
      return warehouse.run(statement, options)
    },
  }
  const text = await readFile(new URL('../examples/flights.yaml', import.meta.url), 'utf8')
  const warehouses = warehousesNamed([[warehouse.name, recorder]])
  const { document, columns } = await resolveModel(parseModel(text), warehouses)
  const catalogue = buildCatalogue(document, columns, 1)
  const scope = testScope(tenantId)
  const analytics = createAnalytics(scope, {
    catalogue,
    warehouses,
    limits: defaultLimits,
    questionsPerRequest: 100,
    now: Date.now() * 1000,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
  const visible = visibleCatalogue(scope, catalogue)
  const texts = new Map<string, string>()
  for (const widget of visible.dashboard('departures')?.widgets ?? []) {
    recorded.length = 0
    await widgetData({ stored: analytics, catalogue: visible, mayAsk: true }, widget, {})
    const [statement] = recorded
    if (statement !== undefined) texts.set(widget.name, withValues(statement))
  }
  await warehouse.close()
  return texts
}

function withValues({ text, parameters }: Statement): string {
  const values = new Map(
    parameters.map(({ name, type, value }) => [name, type === 'String' ? `'${value}'` : value]),
  )
  return text.replaceAll(/\{(p\d+):[^}]+\}/g, (_, name: string) => values.get(name) ?? '')
}
