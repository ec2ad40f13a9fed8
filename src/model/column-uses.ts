import type { ColumnType } from '../catalogue/column.ts'
import type { Aggregate } from '../catalogue/metric.ts'
import type { DescribedColumn } from '../warehouse/warehouse.ts'
import type { DatasetDefinition, DimensionDefinition, ModelDocument } from './document.ts'
import type { Path } from './problem.ts'
import { splitFrom } from './rules/dataset.ts'

/** What a column has to be where it is used. */
export type Need = 'tenant' | 'string' | 'number' | 'boolean' | 'time' | 'key' | 'any'

export interface ColumnUse {
  /** Where the model uses it. */
  readonly path: Path
  readonly at?: 'key'
  /** The dataset whose definition uses it, and the one whose table holds it; they differ across a join. */
  readonly user: string
  readonly dataset: string
  readonly column: string
  readonly need: Need
}

/** The described columns of each dataset's table, by name; without the datasets whose table was not found. */
export type Described = ReadonlyMap<string, ReadonlyMap<string, DescribedColumn>>

/** Every place in which a sound document names a physical column. */
export function columnUses(document: ModelDocument): readonly ColumnUse[] {
  return document.datasets.flatMap((dataset, index) => {
    const path = ['datasets', index]
    return [
      ...tenantUses(dataset, path),
      ...joinUses(dataset, path),
      ...dimensionUses(document, dataset, path),
      ...metricUses(dataset, path),
    ]
  })
}

function tenantUses(definition: DatasetDefinition, path: Path): readonly ColumnUse[] {
  const { name } = definition
  return (['tenantColumn', 'organizationColumn', 'environmentColumn'] as const).flatMap((member) => {
    const column = definition[member]
    if (column === undefined) return []
    return [{ path: [...path, member], user: name, dataset: name, column, need: 'tenant' as const }]
  })
}

function joinUses({ name, joins = [] }: DatasetDefinition, path: Path): readonly ColumnUse[] {
  return joins.flatMap(({ to, on }, index) =>
    Object.entries(on).flatMap(([own, other]): ColumnUse[] => {
      const place = [...path, 'joins', index, 'on', own]
      return [
        { path: place, at: 'key', user: name, dataset: name, column: own, need: 'key' },
        { path: place, user: name, dataset: to, column: other, need: 'key' },
      ]
    }),
  )
}

function dimensionUses(
  document: ModelDocument,
  { name: user, dimensions = [] }: DatasetDefinition,
  path: Path,
): readonly ColumnUse[] {
  return dimensions.map((dimension, index) => {
    const member = dimension.from !== undefined ? 'from' : dimension.column !== undefined ? 'column' : 'name'
    const { dataset, column, type } = sourceOf(document, user, dimension)
    return { path: [...path, 'dimensions', index, member], user, dataset, column, need: type ?? 'any' }
  })
}

/** Where a dimension's values stand, and the type that is declared for them; through a join, by the other dimension. */
export function sourceOf(
  document: ModelDocument,
  user: string,
  { name, column, type, from }: DimensionDefinition,
): { readonly dataset: string; readonly column: string; readonly type: DimensionDefinition['type'] } {
  if (from === undefined) return { dataset: user, column: column ?? name, type }
  const [dataset, member] = splitFrom(from)
  const other = dimensionNamed(document, dataset, member)
  return { dataset, column: other?.column ?? member, type: type ?? other?.type }
}

export function dimensionNamed(
  document: ModelDocument,
  dataset: string,
  name: string,
): DimensionDefinition | undefined {
  const found = document.datasets.find((candidate) => candidate.name === dataset)
  return found?.dimensions?.find((dimension) => dimension.name === name)
}

function metricUses({ name, metrics = [] }: DatasetDefinition, path: Path): readonly ColumnUse[] {
  return metrics.flatMap(({ aggregate, column }, index): ColumnUse[] => {
    if (aggregate === undefined || column === undefined) return []
    const need = needs[aggregate]
    return [{ path: [...path, 'metrics', index, 'column'], user: name, dataset: name, column, need }]
  })
}

/** A figure is a number, so the smallest of some instants or names is none. */
const needs: Readonly<Record<Aggregate, Need>> = {
  count: 'any',
  count_distinct: 'any',
  sum: 'number',
  avg: 'number',
  min: 'number',
  max: 'number',
  quantile: 'number',
  first: 'number',
  last: 'number',
}

const fitting: Readonly<Record<Need, (type: ColumnType) => boolean>> = {
  any: () => true,
  key: () => true,
  tenant: ({ kind }) => kind === 'string' || kind === 'integer' || kind === 'uuid',
  string: ({ kind }) => kind === 'string' || kind === 'uuid',
  number: ({ kind }) => kind === 'integer' || kind === 'float' || kind === 'decimal',
  boolean: (type) => type.kind === 'boolean' || (type.kind === 'integer' && type.bits === 8 && !type.signed),
  time: ({ kind }) => kind === 'date' || kind === 'instant',
}

export function fits(need: Need, type: ColumnType): boolean {
  return fitting[need](type)
}

/** Instants are counted in microseconds; a finer one would be cut off in silence. */
export const fractionMax = 6

export function isTooFine(type: ColumnType): boolean {
  return type.kind === 'instant' && type.fraction > fractionMax
}

/** In words that follow `a column of`. */
export const needTexts: Readonly<Record<Need, string>> = {
  any: 'text, numbers, booleans or times',
  key: 'text, numbers, booleans or times',
  tenant: 'text, whole numbers or UUIDs, which can hold the id of a tenant',
  string: 'text or UUIDs',
  number: 'numbers',
  boolean: 'booleans or UInt8',
  time: 'dates or instants',
}
