import type { Place } from '../access/places/place.ts'
import type { Column, ColumnType } from '../catalogue/column.ts'
import type { DescribedColumn } from '../warehouse/warehouse.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import type { ModelColumns } from './catalogue.ts'
import { checkFeatures } from './check-features.ts'
import { checkStoredFilters } from './check-filters.ts'
import { checkJoinKeys } from './check-joins.ts'
import { checkRouting } from './check-routing.ts'
import {
  type ColumnUse,
  columnUses,
  type Described,
  fits,
  fractionMax,
  isTooFine,
  needTexts,
  sourceOf,
} from './column-uses.ts'
import type { DatasetDefinition, ModelDocument } from './document.ts'
import { type Finding, type Locate, modelError, nowhere } from './problem.ts'
import { lookedAt, samplePlace, type TenantEntry } from './routing.ts'
import { expectedName } from './spelling.ts'

/** A document whose tables and columns were found in the warehouse. */
export interface ResolvedModel {
  readonly document: ModelDocument
  readonly columns: ModelColumns
}

/** What is known beside the document. */
export interface ResolveTerms {
  /** What was found before, to be told with the rest. */
  readonly known?: readonly Finding[]
  /** Those who are registered in the environment. */
  readonly tenants?: readonly TenantEntry[]
  /** Those of them whose places may be looked at; all unless it is given. */
  readonly samples?: readonly TenantEntry[]
}

/**
 * Checks a sound document against the warehouse: tables, columns, their types, the keys of joins and the values in
 * filters. Tables in the places of tenants are looked at in that of one.
 * @param warehouses what is not among them is left out
 * @throws BAD_USER_INPUT with all problems, or NOT_SUPPORTED where all of them are what a data source lacks;
 *   WAREHOUSE_UNAVAILABLE
 */
export async function resolveModel(
  document: ModelDocument,
  warehouses: Warehouses,
  locate: Locate = nowhere,
  { known = [], tenants = [], samples = tenants }: ResolveTerms = {},
): Promise<ResolvedModel> {
  const sample = samplePlace(document, samples)
  const findings: Finding[] = [...known, ...checkRouting(document, tenants, sample)]
  const { described, missing } = await describeTables(document, warehouses, sample)
  findings.push(...missing)
  const uses = columnUses(document)
  const misused = uses.flatMap((use) => checkUse(use, described))
  findings.push(...misused.map(({ finding }) => finding))
  const columns = columnsUsed(uses, described)
  const broken = new Set(misused.map(({ use }) => use.user))
  const sound = document.datasets.filter(({ name }) => described.has(name) && !broken.has(name))
  findings.push(...(await checkJoinKeys(document, sound, described, { warehouses, sample })))
  findings.push(...checkStoredFilters(document, sound, columns))
  findings.push(...checkConformedColumns(document, sound, columns))
  findings.push(...checkFeatures(document, { warehouses, sample }))
  if (findings.length > 0) throw modelError(findings, locate)
  return { document, columns }
}

/** What means the same is stored alike: a date is no instant and a text no UUID, and neither would meet the other. */
function checkConformedColumns(
  document: ModelDocument,
  sound: readonly DatasetDefinition[],
  columns: ModelColumns,
): readonly Finding[] {
  const first = new Map<string, { readonly kind: string; readonly dataset: string }>()
  return sound.flatMap(({ name, dimensions = [] }) =>
    dimensions.flatMap((dimension, index): readonly Finding[] => {
      if (dimension.conformed !== true) return []
      const source = sourceOf(document, name, dimension)
      const type = columns.get(source.dataset)?.get(source.column)?.type
      if (type === undefined) return []
      const kind = alike[type.kind]
      const known = first.get(dimension.name)
      if (known === undefined) first.set(dimension.name, { kind, dataset: name })
      if (known === undefined || known.kind === kind) return []
      const place = document.datasets.findIndex((dataset) => dataset.name === name)
      const expected = `a column of ${known.kind}, like that of ${known.dataset}, because the dimension is conformed`
      return [{ path: ['datasets', place, 'dimensions', index, 'conformed'], expected }]
    }),
  )
}

const alike: Readonly<Record<ColumnType['kind'], string>> = {
  string: 'text',
  uuid: 'UUIDs',
  integer: 'numbers',
  float: 'numbers',
  decimal: 'numbers',
  boolean: 'booleans',
  date: 'dates',
  instant: 'instants',
}

async function describeTables(
  document: ModelDocument,
  warehouses: Warehouses,
  sample: Place | null,
): Promise<{ described: Described; missing: readonly Finding[] }> {
  const missing: Finding[] = []
  const described = new Map<string, ReadonlyMap<string, DescribedColumn>>()
  const describe = async (dataset: DatasetDefinition, index: number) => {
    const looked = lookedAt(document, dataset, sample)
    const warehouse = looked === null ? null : warehouses.find(looked.at)
    if (looked === null || warehouse === null) return
    const { address } = looked
    const columns = await warehouse.describe(address)
    if (columns !== null) {
      described.set(dataset.name, new Map(columns.map((column) => [column.name, column])))
      return
    }
    const tables = await warehouse.tables(address.database)
    const what = `a table of the ${isPostgres(document, dataset) ? 'schema' : 'database'} ${address.database}`
    missing.push({ path: ['datasets', index, 'table'], expected: expectedName(what, address.table, tables) })
  }
  await Promise.all(document.datasets.map(describe))
  return { described, missing }
}

function isPostgres({ dataSources }: ModelDocument, { dataSource }: DatasetDefinition): boolean {
  return dataSources.find(({ name }) => name === dataSource)?.kind === 'postgres'
}

interface Misuse {
  readonly use: ColumnUse
  readonly finding: Finding
}

/** A column of a table that is missing itself is not one more finding. */
function checkUse(use: ColumnUse, described: Described): readonly Misuse[] {
  const { path, at, dataset, column, need } = use
  const columns = described.get(dataset)
  if (columns === undefined) return []
  const misuse = (expected: string) => [{ use, finding: { path, expected, ...(at && { at }) } }]
  const found = columns.get(column)
  if (found === undefined) {
    return misuse(expectedName(`a column of the table of ${dataset}`, column, columns.keys()))
  }
  if (found.type !== null && isTooFine(found.type)) {
    return misuse(
      `an instant of at most ${fractionMax} digits after the second; ${column} is ${found.engineType}`,
    )
  }
  const isListed = need === 'tenant' && found.isEnum === true
  if (found.type !== null && fits(need, found.type) && !isListed) return []
  const about = isListed ? ', an enum, which holds none but its own values' : ''
  return misuse(`a column of ${needTexts[need]}; ${column} is ${found.engineType}${about}`)
}

/** The columns that the model uses, as the process will know them. */
function columnsUsed(uses: readonly ColumnUse[], described: Described): ModelColumns {
  const columns = new Map([...described.keys()].map((name) => [name, new Map<string, Column>()]))
  for (const { dataset, column: name } of uses) {
    const found = described.get(dataset)?.get(name)
    if (found === undefined || found.type === null) continue
    columns.get(dataset)?.set(name, { name, type: found.type, nullable: found.nullable })
  }
  return columns
}
