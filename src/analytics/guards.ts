import type { LockedFilter } from '../access/grants.ts'
import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'
import { allOf, never, type Predicate } from '../warehouse/select.ts'
import { columnOf, type FindDimension, findDimension, parseFilters } from './filter.ts'
import { rowRulePredicate } from './row-rules.ts'
import { formatInstant } from './time/instant.ts'

/** What the rows of a dataset must pass, whatever is asked of them. They may name what the guest may not. */
export interface Guards {
  /** The dataset that a join leads to. */
  readonly joined: (name: string) => Dataset
  /** @throws ATTRIBUTE_MISSING */
  readonly ofDataset: (dataset: Dataset) => readonly Predicate[]
  /** Where another dataset joins it; there it hides columns. */
  readonly ofJoined: (dataset: Dataset) => readonly Predicate[]
}

/**
 * The alias under which a guard reads a joined dataset that has a guard of its own: whole, but for the tenant. Were
 * its columns hidden first, a test that a hidden row fails could pass for the null in its place.
 */
export function wholeAlias(dataset: string): string {
  return `${dataset}!`
}

/** Of one request: what was computed for a dataset is kept. */
export function createGuards(scope: Scope, catalogue: Catalogue): Guards {
  const { permissions, attributeReadings } = scope
  const hasGuard = (name: string) => {
    const dataset = catalogue.datasets.get(name)
    if (dataset === undefined) throw new Error(`The joined dataset ${name} is not in the catalogue.`)
    return isNarrowed(scope, dataset)
  }
  const finderIn =
    (dataset: Dataset): FindDimension =>
    (name, argument) => {
      const dimension = findDimension(dataset, name, argument)
      const { join } = dimension
      return join === null || !hasGuard(join) ? dimension : { ...dimension, join: wholeAlias(join) }
    }
  const rules = remembered((dataset) => [
    ...lockedPredicates(permissions.lockedFilters, dataset, finderIn(dataset)),
    ...attributeReadings.map((attributes) => rowRulePredicate(dataset, attributes, finderIn(dataset))),
  ])
  return Object.freeze({
    joined: (name: string) => {
      const dataset = catalogue.datasets.get(name)
      if (dataset === undefined) throw new Error(`The joined dataset ${name} is not in the catalogue.`)
      return dataset
    },
    ofDataset: remembered((dataset) => [...rules(dataset), ...since(permissions.earliest, dataset)]),
    ofJoined: rules,
  })
}

function remembered(
  compute: (dataset: Dataset) => readonly Predicate[],
): (dataset: Dataset) => readonly Predicate[] {
  const known = new Map<string, readonly Predicate[]>()
  return (dataset) => {
    const found = known.get(dataset.name)
    if (found !== undefined) return found
    const computed = Object.freeze(compute(dataset))
    known.set(dataset.name, computed)
    return computed
  }
}

/** Whether a row rule or a locked filter keeps rows of it back. */
export function isNarrowed({ permissions }: Scope, dataset: Dataset): boolean {
  return dataset.rowRules.length > 0 || permissions.lockedFilters.some((locked) => isAbout(locked, dataset))
}

/** A filter without a dataset is about each that has its dimension. */
function isAbout({ dataset, dimension }: LockedFilter, { name, dimensions }: Dataset): boolean {
  return dataset === undefined ? dimensions.has(dimension) : dataset === name
}

/** A filter that names the dataset but not one of its dimensions holds for no row. */
function lockedPredicates(
  filters: readonly LockedFilter[],
  dataset: Dataset,
  find: FindDimension,
): readonly Predicate[] {
  return filters
    .filter((locked) => isAbout(locked, dataset))
    .map(({ dimension, operator, values }) =>
      dataset.dimensions.has(dimension)
        ? parseFilters(dataset, [{ dimension, operator, values }], find, 'lockedFilters')
        : never,
    )
}

/** A date counts where its midnight in UTC lies inside; the check of the range knows the question's own zone. */
function since(earliest: number | null, dataset: Dataset): readonly Predicate[] {
  const time = dataset.dimensions.get(dataset.timeDimension ?? '')
  if (earliest === null || time === undefined) return []
  const of = columnOf(dataset, time)
  const value =
    time.column.type.kind === 'date'
      ? ({ type: 'Date32', text: firstDateFrom(earliest) } as const)
      : ({ type: 'instant', text: String(earliest) } as const)
  return [allOf([{ kind: 'compare', operator: '>=', of, value }])]
}

function firstDateFrom(instant: number): string {
  const day = 86_400_000_000
  return formatInstant(Math.ceil(instant / day) * day).slice(0, 10)
}
