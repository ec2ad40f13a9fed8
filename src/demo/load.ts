import { type LoadingEngine, type LoadingTarget, openLoadingEngine } from '../load/engine.ts'
import { countRows, watchRows } from '../load/watch-rows.ts'
import { type DemoTable, demoTables } from './tables.ts'

export interface LoadProgress {
  readonly table: string
  readonly rows: number
  readonly rowsTotal: number
}

export interface LoadOptions {
  readonly onProgress?: (progress: LoadProgress) => void
}

/**
 * Loads the demo's tables where they are missing; a second call looks and does nothing. Rows go into a table aside that
 * takes its name when it is whole, so that what a kill leaves behind is never taken for the table.
 * @returns whether anything was loaded
 */
export async function loadDemo(target: LoadingTarget, options: LoadOptions = {}): Promise<boolean> {
  const engine = await openLoadingEngine(target)
  try {
    await engine.run('CREATE DATABASE IF NOT EXISTS demo')
    const present = new Set(
      await engine.lines("SELECT name FROM system.tables WHERE database = 'demo' FORMAT TSV"),
    )
    const missing = demoTables.filter(({ name }) => !present.has(name))
    for (const table of missing) await loadTable(engine, table, options)
    return missing.length > 0
  } finally {
    await engine.close()
  }
}

async function loadTable(
  engine: LoadingEngine,
  table: DemoTable,
  { onProgress }: LoadOptions,
): Promise<void> {
  const { name, columns, orderBy, rowsTotal } = table
  const aside = `demo.${name}_loading`
  await engine.run(`DROP TABLE IF EXISTS ${aside} SYNC`)
  await engine.run(`CREATE TABLE ${aside} (${columns}) ENGINE = MergeTree ORDER BY ${orderBy}`)
  const report = (rows: number) => onProgress?.({ table: name, rows, rowsTotal })
  report(0)
  const stop = watchRows(() => countRows(engine, 'demo', `${name}_loading`), report)
  try {
    await engine.insert(aside, table)
  } finally {
    await stop()
  }
  const rows = await countRows(engine, 'demo', `${name}_loading`)
  if (rows !== rowsTotal)
    throw new Error(`${name}: ${rows} rows were loaded where ${rowsTotal} were expected.`)
  await engine.run(`RENAME TABLE ${aside} TO demo.${name}`)
  report(rows)
}
