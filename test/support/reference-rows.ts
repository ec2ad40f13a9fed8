import type { DatasetDefinition, ModelDocument } from '../../src/model/document.ts'
import { type CellType, isUnfilled, passes, rulePasses } from './reference-filters.ts'
import { datasetNamed, type Lock, layersOf, type Viewing } from './reference-layers.ts'
import { secondOf } from './reference-time.ts'
import { type Row, tables } from './reference-world.ts'

/** Every row of a dataset that may be seen whatever is asked, as its dimensions show it, beside its own columns. */
export function visibleRows(viewing: Viewing, dataset: DatasetDefinition): readonly Row[] {
  const { tenantColumn, timeDimension } = dataset
  const earliest = layersOf(viewing).all.flatMap((layer) => layer.earliest ?? [])
  return (tables[dataset.name] ?? [])
    .filter((row) => tenantColumn === undefined || row[tenantColumn] === viewing.tenant)
    .filter(
      (row) =>
        timeDimension === undefined || earliest.every((text) => Number(row[timeDimension]) >= secondOf(text)),
    )
    .filter((row) => isLetThrough(viewing, dataset, row))
    .map((row) => shown(viewing, dataset, row, (joined, other) => isLetThrough(viewing, joined, other)))
}

/**
 * By row rules, which let nothing through without their attributes, and by locked filters. Both read what a join finds
 * whether or not the viewer may see it.
 */
function isLetThrough(viewing: Viewing, dataset: DatasetDefinition, row: Row): boolean {
  const { attributes = {} } = viewing.claims
  const typeOf = typesOf(viewing.document, dataset)
  const whole = shown(viewing, dataset, row, () => true)
  const locks = layersOf(viewing).all.flatMap(({ lockedFilters = [] }) => lockedFilters)
  return (
    (dataset.rowRules ?? []).every(
      (rule) => !isUnfilled(rule, attributes, typeOf) && rulePasses(rule, whole, attributes, typeOf),
    ) && locks.every((lock) => lockPasses(lock, dataset, whole, typeOf))
  )
}

function lockPasses(
  { dataset: about, ...test }: Lock,
  { name, dimensions = [] }: DatasetDefinition,
  row: Row,
  typeOf: (name: string) => CellType,
): boolean {
  const hasIt = dimensions.some((dimension) => dimension.name === test.dimension)
  if (about === undefined ? !hasIt : about !== name) return true
  return hasIt && passes(test, row, typeOf)
}

/** The row with its joined dimensions, which are null where no row of the other dataset is found or let through. */
function shown(
  { document }: Viewing,
  { dimensions = [], joins = [] }: DatasetDefinition,
  row: Row,
  isSeen: (dataset: DatasetDefinition, row: Row) => boolean,
): Row {
  const found = new Map(
    joins.map(({ to, on }) => {
      const other = (tables[to] ?? []).find((candidate) =>
        Object.entries(on).every(([own, theirs]) => candidate[theirs] === row[own]),
      )
      const isHidden = other === undefined || !isSeen(datasetNamed(document, to), other)
      return [to, isHidden ? null : other] as const
    }),
  )
  const joined = dimensions.flatMap(({ name, from }) => {
    const [to = '', column = ''] = from?.split('.') ?? []
    return from === undefined ? [] : [[name, found.get(to)?.[column] ?? null] as const]
  })
  return { ...row, ...Object.fromEntries(joined) }
}

export function typesOf(document: ModelDocument, dataset: DatasetDefinition): (name: string) => CellType {
  return (name) => {
    const dimension = dataset.dimensions?.find((one) => one.name === name)
    const [other, theirs] = dimension?.from?.split('.') ?? []
    if (other !== undefined && theirs !== undefined)
      return typesOf(document, datasetNamed(document, other))(theirs)
    const type = dimension?.type
    return type === 'number' || type === 'time' ? type : 'string'
  }
}
