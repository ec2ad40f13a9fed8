import { quoteIdentifier, quoteString } from '../warehouse/clickhouse/quote.ts'
import { damageOf, FileProblem } from './damage.ts'
import type { LoadingEngine } from './engine.ts'
import type { LoadFile } from './file.ts'

/** A column of a file, and how a statement reads it. */
export interface SourceColumn {
  readonly name: string
  /** SQL. Of a text file, the field's text, or null where it is empty. */
  readonly read: string
  /** In the engine's words; null of a text file, whose fields say themselves what they are. */
  readonly engineType: string | null
}

/** The rows of a file, as a part of a statement. */
export interface Source {
  readonly file: LoadFile
  readonly columns: readonly SourceColumn[]
  /** `file(…)` */
  readonly from: string
  readonly settings: readonly string[]
  /** SQL, of a row's number counted from 1, as whoever opens the file counts it. */
  readonly row: string
  readonly headerRows: number
}

/** @throws FileProblem */
export function openSource(engine: LoadingEngine, file: LoadFile): Promise<Source> {
  if (file.format === 'parquet') return openParquet(engine, file)
  return file.format === 'ndjson' ? openJson(engine, file) : openCsv(engine, file)
}

async function openCsv(engine: LoadingEngine, file: LoadFile): Promise<Source> {
  // By place, so that no name of the file's header stands in a statement.
  const form = [
    `format_csv_delimiter = ${quoteString(file.delimiter)}`,
    // Two tenants whose ids differ by a space would become one.
    'input_format_csv_trim_whitespaces = 0',
    `input_format_csv_allow_whitespace_or_tab_as_delimiter = ${file.delimiter === '\t' ? 1 : 0}`,
  ]
  const named = await described(engine, file, `file(${quoteString(file.path)}, 'CSVWithNames')`, [
    ...form,
    'input_format_max_rows_to_read_for_schema_inference = 1',
  ])
  const structure = named.map((_, index) => `c${index + 1} Nullable(String)`).join(', ')
  return {
    file,
    columns: named.map(({ name }, index) => ({
      name,
      read: `nullIf(c${index + 1}, '')`,
      engineType: null,
    })),
    from: `file(${quoteString(file.path)}, 'CSVWithNames', ${quoteString(structure)})`,
    settings: [...form, 'input_format_with_names_use_header = 0', 'max_threads = 1'],
    row: 'rowNumberInAllBlocks() + 2',
    headerRows: 1,
  }
}

async function openJson(engine: LoadingEngine, file: LoadFile): Promise<Source> {
  const names = await jsonKeys(engine, file)
  const quoted = names.map((name) => quotedName(file, name))
  const structure = quoted.map((name) => `${name} Nullable(String)`).join(', ')
  return {
    file,
    columns: names.map((name, index) => ({ name, read: `nullIf(${quoted[index]}, '')`, engineType: null })),
    from: `file(${quoteString(file.path)}, 'JSONEachRow', ${quoteString(structure)})`,
    // Keys that were not there at the first reading would be left out in silence.
    settings: ['input_format_skip_unknown_fields = 0', 'max_threads = 1'],
    row: 'rowNumberInAllBlocks() + 1',
    headerRows: 0,
  }
}

/** The keys of all lines, in the order in which they come first. */
async function jsonKeys(engine: LoadingEngine, file: LoadFile): Promise<readonly string[]> {
  const isObject = "(isValidJSON(line) AND JSONType(line) = 'Object')"
  const [answer = ''] = await asked(
    engine,
    file,
    `SELECT minIf(r, NOT ${isObject}), countIf(NOT ${isObject}), minMap(keys, arrayMap((key, i) -> r * 10000 + i, keys, arrayEnumerate(keys)))
FROM (
  SELECT rowNumberInAllBlocks() + 1 AS r, line, if(isValidJSON(line), JSONExtractKeys(line), []) AS keys
  FROM file(${quoteString(file.path)}, 'LineAsString')
)
WHERE trimBoth(line) != ''
SETTINGS max_threads = 1 FORMAT JSONCompactEachRow`,
    0,
  )
  const [row, damaged, keys] = Array.from(JSON.parse(answer))
  if (Number(damaged) > 0) {
    throw new FileProblem(
      `${file.name}, line ${row}: expected one JSON object in each line${Number(damaged) > 1 ? `, as in ${damaged} lines in all` : ''}. Nothing was loaded.`,
    )
  }
  const [names, places] = Array.isArray(keys) ? keys : [[], []]
  const first = Array.from(names, (name, index) => ({ name: String(name), place: Number(places[index]) }))
  if (first.length === 0) throw new FileProblem(`${file.name}: it has no rows.`)
  return first.sort((left, right) => left.place - right.place).map(({ name }) => name)
}

async function openParquet(engine: LoadingEngine, file: LoadFile): Promise<Source> {
  const from = `file(${quoteString(file.path)}, 'Parquet')`
  const columns = await described(engine, file, from, [])
  return {
    file,
    columns: columns.map(({ name, type }) => ({
      name,
      read: quotedName(file, name),
      engineType: type,
    })),
    from,
    settings: [],
    row: '_row_number + 1',
    headerRows: 0,
  }
}

async function described(
  engine: LoadingEngine,
  file: LoadFile,
  from: string,
  settings: readonly string[],
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const set = settings.length === 0 ? '' : ` SETTINGS ${settings.join(', ')}`
  const lines = await asked(engine, file, `DESCRIBE ${from}${set} FORMAT JSONCompactEachRow`, 1)
  return lines.map((line) => {
    const [name, type] = Array.from(JSON.parse(line), String)
    return { name: name ?? '', type: type ?? '' }
  })
}

async function asked(
  engine: LoadingEngine,
  file: LoadFile,
  statement: string,
  headerRows: number,
): Promise<readonly string[]> {
  try {
    return await engine.lines(statement)
  } catch (error) {
    if (
      error instanceof Error &&
      /EMPTY_DATA_PASSED|the file is empty|Cannot read rows/.test(String(error))
    ) {
      throw new FileProblem(`${file.name}: it has no rows.`)
    }
    throw damageOf(file.name, error, headerRows)
  }
}

function quotedName(file: LoadFile, name: string): string {
  try {
    return quoteIdentifier(name)
  } catch {
    throw new FileProblem(
      `${file.name}: the name of a column, ${JSON.stringify(name)}, is empty or holds control characters. Rename it in the file.`,
    )
  }
}
