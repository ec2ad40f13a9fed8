import { quoteIdentifier, quoteString } from '../warehouse/clickhouse/quote.ts'
import { safeColumnNames } from './column-name.ts'
import { damageOf } from './damage.ts'
import type { LoadingEngine } from './engine.ts'
import { counted, type FileFacts } from './facts.ts'
import type { LoadFile } from './file.ts'
import { inspectParquet } from './inspect-parquet.ts'
import { inspectText } from './inspect-text.ts'
import { openSource, type Source } from './source.ts'
import { countRows, watchRows } from './watch-rows.ts'

export interface LoadOptions {
  readonly database: string
  readonly table: string
  /** By its name in the file or in the table. */
  readonly tenantColumn: string
  /** Undefined for the tenant column and then the first time. */
  readonly orderBy: readonly string[] | undefined
  /** Put the file in the place of a table that is there. */
  readonly replace: boolean
  /** Leave out rows without a tenant, which are a reason to load nothing otherwise. */
  readonly skipRowsWithoutTenant: boolean
}

/** A file that was read once, and the table that it would become. */
export interface LoadPlan {
  readonly source: Source
  readonly facts: FileFacts
  readonly orderBy: readonly string[]
  /** Of the table; those of the file without the ones that are left out. */
  readonly rows: number
}

/**
 * Reads the file, and refuses what could not be loaded whole. Changes nothing.
 * @throws Error, FileProblem
 */
export async function planLoad(
  engine: LoadingEngine,
  file: LoadFile,
  options: LoadOptions,
): Promise<LoadPlan> {
  await refuseTable(engine, options)
  const source = await openSource(engine, file)
  const sourceNames = source.columns.map(({ name }) => name)
  const names = safeColumnNames(sourceNames)
  const place = columnPlace('--tenant-column', options.tenantColumn, sourceNames, names)
  const inspect = file.format === 'parquet' ? inspectParquet : inspectText
  const facts = await inspect(engine, source, names, place)
  const { rows: gaps, firstRow } = facts.tenantGaps
  if (gaps > 0 && !options.skipRowsWithoutTenant) {
    throw new Error(
      `${file.name}, column ${facts.tenant.source}: ${counted(gaps)}, first row ${firstRow}, ${gaps === 1 ? 'has' : 'have'} no tenant's id (nothing, spaces, control characters or more than 256 characters). No tenant would ever see them. Mend the file, or leave them out with --skip-rows-without-tenant.`,
    )
  }
  if (gaps === facts.rows) throw new Error(`${file.name}: no row has a tenant.`)
  return { source, facts, orderBy: orderOf(facts, options, sourceNames, names), rows: facts.rows - gaps }
}

async function refuseTable(engine: LoadingEngine, { database, table, replace }: LoadOptions): Promise<void> {
  const [rows] = await engine.lines(
    `SELECT ifNull(total_rows, 0) FROM system.tables WHERE database = ${quoteString(database)} AND name = ${quoteString(table)} FORMAT TSV`,
  )
  if (rows === undefined || replace) return
  throw new Error(
    `${database}.${table} is there already, with ${counted(Number(rows))}. --replace puts the file in its place; or choose another --table.`,
  )
}

function columnPlace(
  flag: string,
  wanted: string,
  sourceNames: readonly string[],
  names: readonly string[],
): number {
  const place = [sourceNames.indexOf(wanted), names.indexOf(wanted)].find((index) => index >= 0)
  if (place !== undefined) return place
  const [only = ''] = sourceNames
  const hint =
    sourceNames.length === 1 && /[;\t|]/.test(only)
      ? " Its header is one field: is there another character between the fields? Say it with --delimiter ';'."
      : ''
  throw new Error(
    `${flag}: expected a column of the file (${sourceNames.map((name) => JSON.stringify(name)).join(', ')}), not ${JSON.stringify(wanted)}.${hint}`,
  )
}

function orderOf(
  { columns, tenant }: FileFacts,
  { orderBy }: LoadOptions,
  sourceNames: readonly string[],
  names: readonly string[],
): readonly string[] {
  const isFull = (name: string) =>
    columns.some((column) => column.name === name && isOrderable(column, tenant))
  if (orderBy === undefined) {
    const time = columns.find(({ name, kind }) => (kind === 'instant' || kind === 'date') && isFull(name))
    return [tenant.name, ...(time === undefined ? [] : [time.name])]
  }
  return orderBy.map((wanted) => {
    const name = names[columnPlace('--order-by', wanted, sourceNames, names)] ?? wanted
    if (isFull(name)) return name
    throw new Error(`--order-by: expected columns with a value in every row; ${name} lacks some.`)
  })
}

function isOrderable(column: FileFacts['tenant'], tenant: FileFacts['tenant']): boolean {
  return column === tenant || column.empty === 0
}

/**
 * Loads the file. Its rows go into a table aside that takes the name when it is whole, in one step that a kill can't cut in
 * two; what a kill leaves aside, the next load of the table takes away.
 * @throws FileProblem, and whatever ends the engine; then the table is as it was
 */
export async function runLoad(
  engine: LoadingEngine,
  { source, facts, orderBy, rows: rowsTotal }: LoadPlan,
  { database, table, skipRowsWithoutTenant }: LoadOptions,
  onProgress: (rows: number) => void,
): Promise<void> {
  const asideName = `${table}${asideSuffix}`
  const aside = `${quoteIdentifier(database)}.${quoteIdentifier(asideName)}`
  const target = `${quoteIdentifier(database)}.${quoteIdentifier(table)}`
  const drop = () => engine.run(`DROP TABLE IF EXISTS ${aside} SYNC`)
  await engine.run(`CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(database)}`)
  await drop()
  const columns = facts.columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`)
  await engine.run(
    `CREATE TABLE ${aside} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY (${orderBy.map(quoteIdentifier).join(', ')})`,
  )
  try {
    onProgress(0)
    // All of them are there only when the table has its name.
    const report = (rows: number) => onProgress(Math.min(rows, rowsTotal - 1))
    const stop = watchRows(() => countRows(engine, database, asideName), report)
    try {
      await engine.run(insertion(aside, source, facts, skipRowsWithoutTenant))
    } finally {
      await stop()
    }
    await requireRows(engine, { source, rowsTotal, database, asideName })
    await takeName(engine, { database, table, aside, target })
  } catch (error) {
    await drop()
    throw damageOf(source.file.name, error, source.headerRows)
  }
  onProgress(rowsTotal)
}

export const asideSuffix = '_loading'

function insertion(aside: string, source: Source, facts: FileFacts, skips: boolean): string {
  const { from, settings } = source
  const values = facts.columns.map(({ value }) => value)
  const where = skips ? ` WHERE ${facts.hasTenant}` : ''
  // What has no value must not become one in silence, and no row of a broken file may be left out.
  const all = [
    ...settings.filter((setting) => !setting.startsWith('max_threads')),
    'insert_null_as_default = 0',
  ]
  return `INSERT INTO ${aside} SELECT ${values.join(', ')} FROM ${from}${where} SETTINGS ${all.join(', ')}`
}

async function requireRows(
  engine: LoadingEngine,
  {
    source,
    rowsTotal,
    database,
    asideName,
  }: {
    readonly source: Source
    readonly rowsTotal: number
    readonly database: string
    readonly asideName: string
  },
): Promise<void> {
  const rows = await countRows(engine, database, asideName)
  if (rows === rowsTotal) return
  throw new Error(
    `${source.file.name}: ${counted(rows)} came in the place of ${rowsTotal}. Did the file change meanwhile? Nothing was loaded.`,
  )
}

async function takeName(
  engine: LoadingEngine,
  place: {
    readonly database: string
    readonly table: string
    readonly aside: string
    readonly target: string
  },
): Promise<void> {
  const { database, table, aside, target } = place
  const [there] = await engine.lines(
    `SELECT 1 FROM system.tables WHERE database = ${quoteString(database)} AND name = ${quoteString(table)} FORMAT TSV`,
  )
  if (there === undefined) {
    await engine.run(`RENAME TABLE ${aside} TO ${target}`)
    return
  }
  await engine.run(`EXCHANGE TABLES ${aside} AND ${target}`)
  await engine.run(`DROP TABLE ${aside} SYNC`)
}
