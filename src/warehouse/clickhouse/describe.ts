import type { TableAddress } from '../../catalogue/catalogue.ts'
import type { DescribedColumn } from '../warehouse.ts'
import { parseColumnType } from './column-type.ts'
import type { RunText } from './engine.ts'
import { unusableAnswer } from './failure.ts'
import { quoteIdentifier } from './quote.ts'

/**
 * The statements that look at the shape of tables when a model is applied: constant but for names, which come from
 * the model. They read no tenant's rows into an answer.
 */
const columnsOfTable = `SELECT name, type FROM system.columns
WHERE database = {p0:String} AND table = {p1:String}
ORDER BY position
FORMAT JSONColumnsWithMetadata`

const tablesOfDatabase = `SELECT name FROM system.tables
WHERE database = {p0:String}
ORDER BY name
LIMIT 1000
FORMAT JSONColumnsWithMetadata`

const options = { signal: undefined, timeoutMs: 30_000 }

/** The first thousand. */
export async function listTables(run: RunText, database: string): Promise<readonly string[]> {
  const { columns } = await run(tablesOfDatabase, [{ name: 'p0', type: 'String', value: database }], options)
  return (columns[0] ?? []).map(String)
}

/** Null where there is no such table. */
export async function describeTable(
  run: RunText,
  { database, table }: TableAddress,
): Promise<readonly DescribedColumn[] | null> {
  const parameters = [database, table].map((value, index) => ({
    name: `p${index}`,
    type: 'String' as const,
    value,
  }))
  const { columns, rowCount } = await run(columnsOfTable, parameters, options)
  if (rowCount === 0) return null
  const [names = [], types = []] = columns
  return names.map((name, index) => {
    const engineType = String(types[index])
    return { name: String(name), engineType, ...parseColumnType(engineType) }
  })
}

export async function isUnique(
  run: RunText,
  { database, table }: TableAddress,
  columns: readonly string[],
): Promise<boolean> {
  const names = columns.map(quoteIdentifier).join(', ')
  const from = `${quoteIdentifier(database)}.${quoteIdentifier(table)}`
  const text = `SELECT count() AS repeated
FROM (SELECT 1 FROM ${from} GROUP BY ${names} HAVING count() > 1 LIMIT 1)
SETTINGS max_execution_time = ${options.timeoutMs / 1000}
FORMAT JSONColumnsWithMetadata`
  const { columns: answer } = await run(text, [], options)
  const repeated = answer[0]?.[0]
  if (repeated === undefined) throw unusableAnswer('A count is missing.')
  return Number(repeated) === 0
}
