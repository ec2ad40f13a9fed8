import type { PostgresLook } from '../warehouse/postgres/look.ts'
import { quoteIdentifier } from '../warehouse/postgres/quote.ts'
import type { Cell } from '../warehouse/warehouse.ts'
import { type ColumnProfile, isNumber, isTime, type TableProfile } from './profile.ts'

/** Counting what is distinct sorts each column: a second for ten of them. */
const rowsSeenMax = 200_000
const timeoutMs = 120_000

type Described = Pick<ColumnProfile, 'name' | 'engineType' | 'type'>

/** The same of a table of PostgreSQL, whose schema takes the place of the database. @throws Error that names the tables that there are */
export async function profilePostgresTable(
  look: PostgresLook,
  schema: string,
  table: string,
): Promise<TableProfile> {
  const described = await look.describe({ database: schema, table })
  if (described === null) throw new Error(await missing(look, schema, table))
  const named = described.map(
    ({ name, engineType, type }): Described => ({ name, engineType, type: isNamable(name) ? type : null }),
  )
  const usable = named.filter(({ type }) => type !== null)
  const from = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`
  const sample = `(SELECT * FROM ${from} LIMIT ${rowsSeenMax}) AS sample`
  const figures = ['count(*)', ...usable.flatMap(figuresOf)]
  const times = usable.filter(({ type }) => isTime(type))
  const [rowsSeen = 0, ...found] = await numbers(look, figures, sample)
  const [rows = 0, ...edges] = await numbers(look, ['count(*)', ...times.flatMap(spanOf)], from)
  const columns = named.map((column): ColumnProfile => {
    const place = usable.indexOf(column)
    const timePlace = times.indexOf(column)
    const [empty = 0, distinct = 0, ...range] = place < 0 ? [] : found.slice(4 * place, 4 * place + 4)
    const [least = null, most = null] = timePlace < 0 ? range : edges.slice(2 * timePlace, 2 * timePlace + 2)
    return { ...column, empty: empty ?? 0, distinct: distinct ?? 0, least, most }
  })
  return { database: schema, table, rows: rows ?? 0, rowsSeen: rowsSeen ?? 0, columns }
}

/** As models name columns. */
function isNamable(name: string): boolean {
  return /^[^\p{Cc}\p{Cs}`\\]{1,128}$/u.test(name)
}

async function missing(look: PostgresLook, schema: string, table: string): Promise<string> {
  const there = await look.tables(schema)
  const known =
    there.length === 0 ? 'It has none that can be read.' : `There is ${there.slice(0, 20).join(', ')}.`
  return `There is no table ${table} in the schema ${schema}. ${known}`
}

function figuresOf({ name, type }: Described): readonly string[] {
  const column = quoteIdentifier(name)
  const edges = isNumber(type) ? [`min(${column})`, `max(${column})`] : ['NULL', 'NULL']
  return [`count(*) FILTER (WHERE ${column} IS NULL)`, `count(DISTINCT ${column})`, ...edges]
}

/** Without what is no instant: infinity. */
function spanOf({ name }: Described): readonly string[] {
  const column = quoteIdentifier(name)
  return ['min', 'max'].map(
    (edge) => `extract(epoch FROM ${edge}(${column}) FILTER (WHERE isfinite(${column})))`,
  )
}

async function numbers(
  look: PostgresLook,
  expressions: readonly string[],
  from: string,
): Promise<readonly (number | null)[]> {
  const outputs = expressions.map((expression) => `(${expression})::float8`)
  const columns = await look.ask(`SELECT ${outputs.join(', ')} FROM ${from}`, timeoutMs)
  return columns.map(([cell]: readonly Cell[]) => (typeof cell === 'number' ? cell : null))
}
