import { countedDistinct } from '../load/facts.ts'
import type { DimensionDefinition, MetricDefinition } from '../model/document.ts'
import { type Measure, measureOf, withoutUnit } from './measures.ts'
import { createNames, modelName, pluralOf } from './names.ts'
import { isNumber, type TableProfile } from './profile.ts'
import { categoriesOf, type RoledColumn, roleOf, timeOf } from './roles.ts'

/** A part of the model and what whoever reads it should know of how it was guessed. */
export interface Commented<T> {
  readonly value: T
  readonly comment?: string
}

/** What a first model and its dashboard are made of. */
export interface Guess {
  readonly dataset: string
  readonly time: (RoledColumn & { readonly dimension: string }) | undefined
  readonly dimensions: readonly Commented<DimensionDefinition>[]
  readonly metrics: readonly Commented<MetricDefinition>[]
  /** Names of dimensions that bars and filters are made of, the best first. */
  readonly categories: readonly string[]
  /** Names of metrics: of all rows, of what can be added up, and of means, shares and distinct counts. */
  readonly count: string
  readonly sums: readonly string[]
  readonly others: readonly string[]
  /** The dimension whose spread is worth a histogram. */
  readonly spread: string | undefined
  /** Columns without a dimension, and why. */
  readonly leftOut: readonly string[]
}

/** More columns of numbers than that make a list of metrics that nobody reads. */
const measuresMax = 8

export function guessModel(profile: TableProfile, tenantColumn: string): Guess {
  const columns = profile.columns
    .filter(({ name }) => name !== tenantColumn)
    .map((column): RoledColumn => ({ ...column, role: roleOf(column, profile) }))
  const names = createNames()
  const shown = columns.filter(({ role }) => !['id', 'text', 'unusable'].includes(role))
  const dimensionNames = new Map(shown.map((column) => [column, names.take(modelName(column.name))]))
  const nameOf = (column: RoledColumn) => dimensionNames.get(column) ?? column.name
  const dataset = modelName(profile.table)
  const time = timeOf(columns)
  const measures = columns
    .filter(({ role, most }) => role === 'measure' && most !== null)
    .map(measureOf)
    .sort((left, right) => left.order - right.order)
    .slice(0, measuresMax)
  const count = names.take(dataset, `${dataset.slice(0, 57)}_count`)
  const sums = measures.filter(({ isSummed }) => isSummed).map((measure) => sumOf(measure, names))
  const means = measures.map((measure) => meanOf(measure, names))
  const ids = columns
    .filter((column) => isCountedId(column, profile))
    .map((column) => distinctOf(column, names))
  const flags = columns
    .filter(({ role }) => role === 'flag')
    .map((column) => flagsOf(nameOf(column), count, names))
  const all = [...sums, ...means, ...ids, ...flags.flat()]
  const [first] = measures
  return {
    dataset,
    time: time && { ...time, dimension: nameOf(time) },
    dimensions: shown.map((column) => dimensionOf(column, nameOf(column), time, profile.rowsSeen)),
    metrics: [{ value: { name: count, aggregate: 'count' } }, ...all],
    categories: categoriesOf(columns, profile.rowsSeen).map(nameOf),
    count,
    sums: sums.map(({ value }) => value.name),
    others: [...flags.map(([, share]) => share), ...ids, ...means].map(({ value }) => value.name),
    spread: first && nameOf(first.column),
    leftOut: columns
      .filter((column) => !dimensionNames.has(column))
      .map((column) => whyLeftOut(column, profile.rowsSeen)),
  }
}

type Names = ReturnType<typeof createNames>

function dimensionOf(
  column: RoledColumn,
  name: string,
  time: RoledColumn | undefined,
  rowsSeen: number,
): Commented<DimensionDefinition> {
  const type = typeOf(column)
  const own = name === column.name ? {} : { column: column.name }
  const value = { name, type, ...own }
  if (column === time) return { value, comment: 'the time that rows are counted by' }
  return column.role === 'category' ? { value, comment: valuesOf(column, rowsSeen) } : { value }
}

function typeOf({ role, type }: RoledColumn): 'string' | 'number' | 'boolean' | 'time' {
  if (role === 'time') return 'time'
  if (role === 'flag') return 'boolean'
  return isNumber(type) ? 'number' : 'string'
}

function valuesOf({ distinct, empty }: RoledColumn, rowsSeen: number): string {
  return countedDistinct(distinct, rowsSeen - empty, 'value')
}

function whyLeftOut(column: RoledColumn, rowsSeen: number): string {
  const name = JSON.stringify(column.name)
  if (column.role === 'unusable')
    return `${name} has a name or a type, ${column.engineType.slice(0, 80)}, that no model can use`
  return `${name} has ${valuesOf(column, rowsSeen)}, too many to group by`
}

function sumOf({ column, format, unit, guess }: Measure, names: Names): Commented<MetricDefinition> {
  const base = modelName(column.name)
  const plain = withoutUnit(base).replace(/^total_/, '')
  const value = {
    name: names.take(`total_${plain.slice(0, 57)}`, `sum_of_${base.slice(0, 56)}`),
    ...({ aggregate: 'sum', column: column.name } as const),
    ...look(format, unit),
  }
  return { value, ...(guess && { comment: guess }) }
}

function meanOf(
  { column, format, unit, isSummed, guess }: Measure,
  names: Names,
): Commented<MetricDefinition> {
  const base = modelName(column.name)
  const value = {
    name: names.take(`average_${withoutUnit(base).slice(0, 55)}`, `average_${base.slice(0, 55)}`),
    ...({ aggregate: 'avg', column: column.name } as const),
    ...look(format, unit),
  }
  return { value, ...(guess && !isSummed && { comment: guess }) }
}

function look(format: Measure['format'], unit: Measure['unit']): Pick<MetricDefinition, 'format' | 'unit'> {
  return { ...(format !== undefined && { format }), ...(unit !== undefined && { unit }) }
}

/** Not the table's own key: of that there are as many as rows. Distinct counts of the engine are off by a percent or so. */
function isCountedId({ role, distinct }: RoledColumn, { rowsSeen }: TableProfile): boolean {
  return role === 'id' && distinct < 0.95 * rowsSeen
}

function distinctOf({ name }: RoledColumn, names: Names): Commented<MetricDefinition> {
  const base = modelName(name).replace(/_(id|uuid|guid|key)$/, '')
  const plural = pluralOf(base).slice(0, 50)
  return {
    value: { name: names.take(plural, `distinct_${plural}`), aggregate: 'count_distinct', column: name },
    comment: 'how many different ones',
  }
}

function flagsOf(
  dimension: string,
  count: string,
  names: Names,
): readonly [Commented<MetricDefinition>, Commented<MetricDefinition>] {
  const base = dimension.replace(/^(is|has|was)_/, '').slice(0, 50)
  const name = names.take(`${base}_count`)
  return [
    { value: { name, aggregate: 'count', filters: [{ dimension, values: [true] }] } },
    { value: { name: names.take(`${base}_share`), ratio: [name, count], format: 'percent' } },
  ]
}
