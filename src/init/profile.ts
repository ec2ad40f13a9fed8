import { z } from 'zod'
import type { ColumnType } from '../catalogue/column.ts'
import type { LoadingEngine } from '../load/engine.ts'
import { parseColumnType } from '../warehouse/clickhouse/column-type.ts'
import { quoteIdentifier, quoteString } from '../warehouse/clickhouse/quote.ts'

/** What a column holds, as far as a first model asks. */
export interface ColumnProfile {
  readonly name: string
  /** In the engine's own words. */
  readonly engineType: string
  /** Null where a model cannot use it. */
  readonly type: ColumnType | null
  readonly empty: number
  readonly distinct: number
  /** Of numbers, and of times in seconds since 1970; null of everything else, and where no row has a value. */
  readonly least: number | null
  readonly most: number | null
}

export interface TableProfile {
  readonly database: string
  readonly table: string
  readonly rows: number
  /** How many rows were looked at; the span of times is that of all. */
  readonly rowsSeen: number
  readonly columns: readonly ColumnProfile[]
}

/** Enough to tell an id from a category, and 0.4 s in chDB for ten columns. */
const rowsSeenMax = 1_000_000

/** @throws Error that names the tables that there are */
export async function profileTable(
  engine: LoadingEngine,
  database: string,
  table: string,
): Promise<TableProfile> {
  const named = await describe(engine, database, table)
  const usable = named.filter(({ type }) => type !== null)
  const from = `${quoteIdentifier(database)}.${quoteIdentifier(table)}`
  const names = usable.map(({ name }) => quoteIdentifier(name)).join(', ')
  const figures = usable.map(({ name, type }) => printFigures(quoteIdentifier(name), type))
  const sample = `(SELECT ${names === '' ? '1' : names} FROM ${from} LIMIT ${rowsSeenMax})`
  const [seen = '[]'] = await engine.lines(
    `SELECT count(), ${figures.join(', ') || '1'} FROM ${sample} FORMAT JSONCompactEachRow`,
  )
  const [rowsSeen, ...found] = sampleSchema.parse(JSON.parse(seen))
  const times = usable.filter(({ type }) => isTime(type))
  const spans = times.flatMap(({ name }) => printSpan(quoteIdentifier(name)))
  const [whole = '[]'] = await engine.lines(
    `SELECT ${['count()', ...spans].join(', ')} FROM ${from} FORMAT JSONCompactEachRow`,
  )
  const [rows = 0, ...edges] = z.array(figure).parse(JSON.parse(whole))
  const columns = named.map((column): ColumnProfile => {
    const place = usable.indexOf(column)
    const timePlace = times.indexOf(column)
    const [empty = 0, distinct = 0, least = null, most = null] = found[place] ?? []
    const span = timePlace < 0 ? [least, most] : edges.slice(2 * timePlace, 2 * timePlace + 2)
    return {
      ...column,
      empty: empty ?? 0,
      distinct: distinct ?? 0,
      least: span[0] ?? null,
      most: span[1] ?? null,
    }
  })
  return { database, table, rows: rows ?? 0, rowsSeen, columns }
}

const figure = z.union([z.null(), z.coerce.number()])
const sampleSchema = z.tuple([z.coerce.number()], z.union([z.array(figure), z.number().transform(() => [])]))

async function describe(engine: LoadingEngine, database: string, table: string) {
  const lines = await engine.lines(
    `SELECT name, type FROM system.columns WHERE database = ${quoteString(database)} AND table = ${quoteString(table)} ORDER BY position FORMAT JSONCompactEachRow`,
  )
  if (lines.length === 0) throw new Error(await missing(engine, database, table))
  return lines.map((line) => {
    const [name, engineType] = z.tuple([z.string(), z.string()]).parse(JSON.parse(line))
    const isNamable = /^[^\p{Cc}\p{Cs}`\\]{1,128}$/u.test(name)
    return { name, engineType, type: isNamable ? parseColumnType(engineType).type : null }
  })
}

async function missing(engine: LoadingEngine, database: string, table: string): Promise<string> {
  const lines = await engine.lines(
    "SELECT concat(database, '.', name) AS address FROM system.tables WHERE lower(database) NOT IN ('system', 'information_schema') ORDER BY address LIMIT 20 FORMAT JSONCompactEachRow",
  )
  const there = lines.map((line) => String(Array.from(JSON.parse(line))[0]))
  const known =
    there.length === 0 ? 'There is no table yet: `tessera load` makes one.' : `There is ${there.join(', ')}.`
  return `There is no table ${database}.${table}. ${known}`
}

export function isTime(type: ColumnType | null): boolean {
  return type?.kind === 'date' || type?.kind === 'instant'
}

export function isNumber(type: ColumnType | null): boolean {
  return type?.kind === 'integer' || type?.kind === 'float' || type?.kind === 'decimal'
}

/** Exact up to many more than a category has. */
function printFigures(column: string, type: ColumnType | null): string {
  const edges = isNumber(type)
    ? [`toFloat64(minOrNull(${column}))`, `toFloat64(maxOrNull(${column}))`]
    : ['NULL', 'NULL']
  return `[toFloat64(countIf(isNull(${column}))), toFloat64(uniq(${column})), ${edges.join(', ')}]`
}

function printSpan(column: string): readonly string[] {
  return ['minOrNull', 'maxOrNull'].map(
    (edge) =>
      `dateDiff('second', toDateTime64('1970-01-01', 0, 'UTC'), toDateTime64(${edge}(${column}), 0, 'UTC'))`,
  )
}
