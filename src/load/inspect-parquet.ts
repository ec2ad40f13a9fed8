import { z } from 'zod'
import { parseColumnType } from '../warehouse/clickhouse/column-type.ts'
import { damageOf, FileProblem } from './damage.ts'
import type { LoadingEngine } from './engine.ts'
import { type FileFacts, type LoadColumn, printFitsTenant, storedType } from './facts.ts'
import type { Source, SourceColumn } from './source.ts'

/**
 * Reads a Parquet file once: its columns have types, and what is to be known is where values are missing.
 * @throws FileProblem
 */
export async function inspectParquet(
  engine: LoadingEngine,
  source: Source,
  names: readonly string[],
  tenant: number,
): Promise<FileFacts> {
  const loaded = source.columns.map(loadedAs)
  const own = loaded[tenant]
  const column = source.columns[tenant]
  if (own === undefined || column === undefined) throw new Error('There is no such column.')
  if (!own.holdsTenants) {
    throw new FileProblem(
      `${source.file.name}, column ${column.name}: expected text, whole numbers or UUIDs, which can hold the id of a tenant; it is ${own.kind}. Nothing was loaded.`,
    )
  }
  const hasTenant = own.kind === 'text' ? printFitsTenant(column.read) : `isNotNull(${column.read})`
  const { rows, tenantGaps, columns: found } = await lookAt(engine, source, hasTenant)
  if (rows === 0) throw new FileProblem(`${source.file.name}: it has no rows.`)
  const columns = source.columns.map(({ name }, index): LoadColumn => {
    const { empty = 0, distinct = 0 } = found[index] ?? {}
    const { type = '', kind = '', value = '', notes = [] } = loaded[index] ?? {}
    return {
      source: name,
      name: names[index] ?? name,
      type: storedType(type, index === tenant ? 0 : empty, distinct),
      kind,
      value,
      empty,
      distinct,
      notes,
    }
  })
  const tenantColumn = columns[tenant]
  if (tenantColumn === undefined) throw new Error('There is no such column.')
  return { rows, columns, tenant: tenantColumn, tenantGaps, hasTenant }
}

interface LoadedAs extends Pick<LoadColumn, 'kind' | 'value' | 'notes'> {
  readonly type: string
  readonly holdsTenants: boolean
}

/** Days and instants in the widest form, since others would wrap around in silence; what is no plain value, as JSON. */
function loadedAs({ read, engineType }: SourceColumn): LoadedAs {
  const { type } = parseColumnType(engineType ?? '')
  const plain = (engineType ?? '').replace(/^(?:LowCardinality\()?Nullable\((.*)\)$/s, '$1')
  const as = (kind: string, to: string, value: string, notes: readonly string[] = []) => ({
    kind,
    type: to,
    value,
    notes,
    holdsTenants: ['text', 'integer', 'UUID'].includes(kind),
  })
  switch (type?.kind) {
    case 'string':
      return as('text', 'String', read)
    case 'uuid':
      return as('UUID', 'UUID', read)
    case 'boolean':
      return as('boolean', 'Bool', read)
    case 'integer':
      return as('integer', plain, read)
    case 'float':
    case 'decimal':
      return as('number', plain, read)
    case 'date':
      return as('date', 'Date32', read)
    case 'instant': {
      const notes = type.fraction > 6 ? ['digits after the millionth of a second are left out'] : []
      const fraction = Math.min(6, type.fraction)
      return as(
        'instant',
        `DateTime64(${fraction}, 'UTC')`,
        `toDateTime64(${read}, ${fraction}, 'UTC')`,
        notes,
      )
    }
    default:
      return as('JSON', 'String', `toJSONString(${read})`, ['what is in it is kept as JSON, in a text'])
  }
}

const answerSchema = z
  .tuple(
    [z.coerce.number(), z.coerce.number(), z.coerce.number()],
    z.tuple([z.coerce.number(), z.coerce.number()]).transform(([empty, distinct]) => ({ empty, distinct })),
  )
  .transform(([rows, gaps, firstRow, ...columns]) => ({
    rows,
    tenantGaps: { rows: gaps, firstRow },
    columns,
  }))

async function lookAt(engine: LoadingEngine, { columns, from, row, file }: Source, hasTenant: string) {
  const figures = columns.map(({ read }) => `tuple(countIf(isNull(${read})), uniq(${read}))`)
  const statement = `SELECT count(), countIf(NOT ${hasTenant}), minIf(${row}, NOT ${hasTenant}), ${figures.join(', ')}
FROM ${from}
FORMAT JSONCompactEachRow`
  try {
    const [answer = ''] = await engine.lines(statement)
    return answerSchema.parse(JSON.parse(answer))
  } catch (error) {
    throw damageOf(file.name, error, 0)
  }
}
