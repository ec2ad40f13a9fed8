import { z } from 'zod'
import { damageOf, FileProblem } from './damage.ts'
import type { LoadingEngine } from './engine.ts'
import { counted, type FileFacts, type LoadColumn, printFitsTenant, storedType } from './facts.ts'
import { endsInsideQuotes } from './file.ts'
import type { Source, SourceColumn } from './source.ts'
import {
  ambiguousDateForm,
  decimalForm,
  printKind,
  type Reading,
  readingOf,
  type TextKind,
  textKinds,
  textReading,
} from './text-kinds.ts'

/**
 * Reads every field of a CSV or of JSON lines once, as text, and decides what its column is: of all rows, so that nothing is
 * found not to fit when half of the file is loaded.
 * @param names of the table's columns, in the order of the file's
 * @param tenant the place of the tenant column, which is kept as text, letter by letter
 * @throws FileProblem
 */
export async function inspectText(
  engine: LoadingEngine,
  source: Source,
  names: readonly string[],
  tenant: number,
): Promise<FileFacts> {
  const { rows, lastLength, tenantGaps, columns: found } = await lookAt(engine, source, tenant)
  if (rows === 0) throw new FileProblem(`${source.file.name}: it has no rows.`)
  await refuseOpenQuotes(source, rows, lastLength)
  const columns = source.columns.map((column, index) => {
    const one = foundAt(found, index)
    const { counts, firsts, distinct, invalid, firstInvalid, ambiguous } = one
    if (invalid > 0) throw notUtf8(source, column, invalid, firstInvalid)
    const reading = index === tenant ? textReading : readingOf(one)
    const isTenant = index === tenant
    return {
      source: column.name,
      name: names[index] ?? column.name,
      type: storedType(reading.type, isTenant ? 0 : counts.empty, distinct),
      kind: reading.kind,
      value: reading.print(column.read),
      empty: counts.empty,
      distinct,
      notes: isTenant ? [] : notesOf(reading, counts, firsts, ambiguous),
    } satisfies LoadColumn
  })
  const own = columns[tenant]
  const read = source.columns[tenant]?.read
  if (own === undefined || read === undefined) throw new Error('There is no such column.')
  return { rows, columns, tenant: own, tenantGaps, hasTenant: printFitsTenant(read) }
}

const byKind = z
  .array(z.coerce.number())
  .transform((values) => Object.fromEntries(textKinds.map((kind, index) => [kind, values[index] ?? 0])))
  .pipe(z.record(z.enum(textKinds), z.number()))

const columnSchema = z
  .tuple([
    byKind,
    byKind,
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
  ])
  .transform(([counts, firsts, distinct, invalid, firstInvalid, fractions, ambiguous, inexact, scale]) => ({
    counts,
    firsts,
    distinct,
    invalid,
    firstInvalid,
    fractions,
    ambiguous,
    inexact,
    scale,
  }))

const answerSchema = z
  .tuple([z.coerce.number(), z.coerce.number(), z.coerce.number(), z.coerce.number()], columnSchema)
  .transform(([rows, lastLength, gaps, firstRow, ...columns]) => ({
    rows,
    lastLength,
    tenantGaps: { rows: gaps, firstRow },
    columns,
  }))

type Found = z.infer<typeof columnSchema>

/** Loading a file of 400 columns cost 18.8 s of a core where one statement looked at all of them, and 11.6 s so. */
const columnsAtOnce = 40

async function lookAt(engine: LoadingEngine, source: Source, tenant: number) {
  const { columns, file, headerRows } = source
  try {
    const looks: z.infer<typeof answerSchema>[] = []
    for (let start = 0; start < columns.length; start += columnsAtOnce) {
      const [answer = ''] = await engine.lines(printLook(source, tenant, start))
      looks.push(answerSchema.parse(JSON.parse(answer)))
    }
    const [first] = looks
    if (first === undefined) throw new FileProblem(`${file.name}: it has no columns.`)
    return { ...first, columns: looks.flatMap((look) => look.columns) }
  } catch (error) {
    throw damageOf(file.name, error, headerRows)
  }
}

/** Of some columns, beside what is asked of every row. */
function printLook({ columns, from, settings, row }: Source, tenant: number, start: number): string {
  const some = columns.slice(start, start + columnsAtOnce)
  const values = some.map(({ read }, index) => `${read} AS v${index}`)
  const kinds = some.map((_, index) => `${printKind(`v${index}`)} AS k${index}`)
  const last = columns.at(-1)?.read ?? "''"
  const fits = printFitsTenant(columns[tenant]?.read ?? "''")
  const inner = `SELECT ${row} AS r, length(ifNull(${last}, '')) AS tail, ${fits} AS fits, ${values.join(', ')} FROM ${from}`
  const figures = some.map((_, index) => printFigures(`v${index}`, `k${index}`))
  return `SELECT count(), argMax(tail, r), countIf(NOT fits), minIf(r, NOT fits), ${figures.join(', ')}
FROM (SELECT *, ${kinds.join(', ')} FROM (${inner}))
SETTINGS ${settings.join(', ')}
FORMAT JSONCompactEachRow`
}

function printFigures(value: string, kind: string): string {
  const each = (print: (place: number) => string) => `[${textKinds.map((_kind, place) => print(place))}]`
  const isInvalid = `NOT isValidUTF8(${value})`
  return `tuple(${[
    each((place) => `countIf(${kind} = ${place})`),
    each((place) => `minIf(r, ${kind} = ${place})`),
    `uniq(${value})`,
    `countIf(${isInvalid})`,
    `minIf(r, ${isInvalid})`,
    `countIf(${kind} = 5 AND position(${value}, '.') > 0)`,
    `countIf(match(${value}, '${ambiguousDateForm}'))`,
    `countIf(${kind} IN (1, 2) AND NOT match(trimBoth(${value}), '${decimalForm}'))`,
    `maxIf(length(extract(trimBoth(assumeNotNull(${value})), '[.]([0-9]+)$')), ${kind} = 2)`,
  ].join(', ')})`
}

function foundAt(found: readonly Found[], index: number): Found {
  const one = found[index]
  if (one === undefined) throw new Error('The engine answered with fewer columns than it was asked about.')
  return one
}

async function refuseOpenQuotes({ file, headerRows }: Source, rows: number, length: number): Promise<void> {
  if (headerRows === 0 || file.compressed || !(await endsInsideQuotes(file, length))) return
  throw new FileProblem(
    `${file.name}, row ${rows + headerRows}: its last field begins with a quote that nothing closes, to the end of the file. Nothing was loaded.`,
  )
}

function notUtf8({ file }: Source, { name }: SourceColumn, invalid: number, row: number): FileProblem {
  return new FileProblem(
    `${file.name}, row ${row}, column ${name}: expected text in UTF-8${invalid > 1 ? `, as in ${invalid} fields in all` : ''}. Convert the file, for example: iconv -f WINDOWS-1252 -t UTF-8. Nothing was loaded.`,
  )
}

/** Half is no accident: a column that is nearly of numbers was meant to be. */
const nearly = 0.5

function notesOf(
  { kind }: Reading,
  counts: Found['counts'],
  firsts: Found['firsts'],
  ambiguous: number,
): readonly string[] {
  if (kind !== 'text') return []
  const filled = textKinds.slice(1).reduce((sum, each) => sum + counts[each], 0)
  if (filled === 0) return ['no row has a value']
  if (ambiguous > 0 && ambiguous === counts.text) {
    return ['days in a form that can be read in two ways are text; write them as 2024-01-31']
  }
  const meant: readonly (readonly [string, readonly TextKind[]])[] = [
    ['number', ['integer', 'number']],
    ['date', ['date', 'instant']],
  ]
  return meant.flatMap(([word, kinds]) => {
    const fitting = kinds.reduce((sum, each) => sum + counts[each], 0)
    if (fitting < nearly * filled) return []
    const others = textKinds.slice(1).filter((each) => !kinds.includes(each) && counts[each] > 0)
    const first = Math.min(...others.map((each) => firsts[each]))
    return [
      `text, because ${counted(filled - fitting, 'value')} of it, first in row ${first}, cannot be a ${word}`,
    ]
  })
}
