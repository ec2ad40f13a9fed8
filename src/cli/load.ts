import { type Config, readConfig } from '../config.ts'
import { createProgressDisplay } from '../demo/progress.ts'
import { describePlan } from '../load/describe-plan.ts'
import { type LoadingEngine, openLoadingEngine } from '../load/engine.ts'
import { counted } from '../load/facts.ts'
import { type FileFormat, type LoadFile, openFile } from '../load/file.ts'
import { asideSuffix, type LoadOptions, type LoadPlan, planLoad, runLoad } from '../load/load.ts'
import { createClosers } from './closers.ts'
import { warehouseOf } from './compose.ts'
import { ask, canAsk } from './confirm.ts'
import { lockDataFolder } from './data-folder-lock.ts'

export interface LoadCommandOptions {
  readonly table: string
  readonly tenantColumn: string
  readonly database: string
  readonly format?: FileFormat | undefined
  readonly delimiter?: string | undefined
  /** With commas between. */
  readonly orderBy?: string | undefined
  readonly replace: boolean
  readonly skipRowsWithoutTenant: boolean
  readonly yes: boolean
}

/** Loads a file into the embedded warehouse, which is one process's own: its server must be stopped. */
export async function load(name: string, options: LoadCommandOptions): Promise<void> {
  const config = readConfig(process.env)
  requireEmbedded(config)
  requireName('--table', options.table)
  requireName('--database', options.database)
  const closers = createClosers()
  try {
    const file = await openFile(name, options)
    closers.add(file.close)
    closers.add((await lockDataFolder(config.dataFolder)).release)
    const engine = await openLoadingEngine(warehouseOf(config))
    closers.add(engine.close)
    await loadFile(engine, file, options)
  } finally {
    await closers.closeAll()
  }
}

async function loadFile(
  engine: LoadingEngine,
  file: LoadFile,
  { orderBy, yes, ...rest }: LoadCommandOptions,
): Promise<void> {
  const options: LoadOptions = { ...rest, orderBy: orderBy?.split(',').map((column) => column.trim()) }
  const address = `${options.database}.${options.table}`
  const plan = await planLoad(engine, file, options)
  process.stdout.write(`${describePlan(plan, address)}\n`)
  await requireConsent(yes)
  await runWithProgress(engine, plan, options, address)
  process.stdout.write(nextSteps(plan, options, address))
}

async function requireConsent(yes: boolean): Promise<void> {
  if (yes) return
  if (!canAsk())
    throw new Error('Nothing was loaded: there is no terminal to ask on. If it is right, say --yes.')
  if (/^y(es)?$/i.test(await ask('Load it? [y/N] '))) return
  throw new Error('Nothing was loaded.')
}

async function runWithProgress(
  engine: LoadingEngine,
  plan: LoadPlan,
  options: LoadOptions,
  table: string,
): Promise<void> {
  const display = createProgressDisplay(process.stderr)
  try {
    await runLoad(engine, plan, options, (rows) => display.show({ table, rows, rowsTotal: plan.rows }))
  } finally {
    display.stop()
  }
}

function nextSteps({ rows, facts }: LoadPlan, { database, table }: LoadOptions, address: string): string {
  const { name, distinct } = facts.tenant
  const from = database === defaultDatabase ? '' : ` --database ${database}`
  return `${counted(rows)} of ${counted(distinct, 'tenant')} are in ${address}.

Next, a first model of it, with a dashboard:
  tessera init --table ${table}${from} --tenant-column ${name} --output model.yaml

Look it over, then start the server, which prints an API key at its first start, and apply the model in another terminal:
  tessera serve
  tessera apply model.yaml --api-key tsk_…

The server's address with /graphql has GraphiQL; how to see the dashboard as one of the tenants stands in docs/quickstart.md.
`
}

export const defaultDatabase = 'data'

function requireEmbedded({ clickhouseUrls }: Config): void {
  if (clickhouseUrls === undefined) return
  throw new Error(
    'CLICKHOUSE_URL is set, so that the rows are read from that server, and `tessera load` fills the embedded warehouse alone. Load the file with a client of ClickHouse, or unset the variable.',
  )
}

/** The same names that a model can give to a table. */
function requireName(flag: string, name: string): void {
  if (name.endsWith(asideSuffix)) {
    throw new Error(
      `${flag}: expected a name that does not end with ${asideSuffix}, which half-loaded tables have.`,
    )
  }
  if (/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name) && !reserved.has(name.toLowerCase())) return
  throw new Error(
    `${flag}: expected at most 63 letters, digits and _, not starting with a digit, and no name of the engine's own, not ${JSON.stringify(name)}.`,
  )
}

const reserved: ReadonlySet<string> = new Set(['system', 'information_schema'])
