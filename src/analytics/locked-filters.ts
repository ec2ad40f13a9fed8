import { type FilterOperator, fitsOperator, type LockedFilter, valueCounts } from '../access/grants.ts'
import { type Names, permits } from '../access/permissions.ts'
import type { Catalogue, Dataset, Dimension } from '../catalogue/catalogue.ts'
import type { FilterInput } from '../catalogue/inputs.ts'
import { badInput } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { parseFilters } from './filter.ts'

/**
 * That each locked filter holds wherever the token can look: a filter that a dataset can't apply would either close
 * that dataset without a word or leave it open.
 * @throws BAD_USER_INPUT
 */
export function checkLockedFilters(
  filters: readonly LockedFilter[],
  catalogue: Pick<Catalogue, 'datasets'>,
  datasets: Names,
  argument: string,
): void {
  const reachable = [...catalogue.datasets.values()].filter((dataset) => permits(datasets, dataset.name))
  const targets = filters.map((filter, index) => {
    const path = `${argument}.${index}`
    checkValueCount(filter, `${path}.values`)
    return filter.dataset === undefined
      ? everyDataset(filter, reachable, path)
      : namedDataset(filter, filter.dataset, catalogue, path)
  })
  for (const dataset of new Set(targets.flat())) {
    // An empty `and` holds always; it stands in so that positions in messages are those of the input.
    const own = filters.map(
      (filter, index): FilterInput =>
        targets[index]?.includes(dataset) === true ? testOf(filter) : { and: [] },
    )
    parseFilters(dataset, own, (name, path) => lockedDimension(dataset, name, path), argument)
  }
}

function testOf({ dimension, operator, values }: LockedFilter): FilterInput {
  return { dimension, operator, values }
}

function namedDataset(
  filter: LockedFilter,
  name: string,
  catalogue: Pick<Catalogue, 'datasets'>,
  path: string,
): readonly Dataset[] {
  const dataset = catalogue.datasets.get(name)
  if (dataset === undefined) {
    throw badInput(`${path}.dataset`, 'the name of a dataset', nearest(name, catalogue.datasets.keys()))
  }
  lockedDimension(dataset, filter.dimension, `${path}.dimension`)
  return [dataset]
}

function everyDataset(filter: LockedFilter, reachable: readonly Dataset[], path: string): readonly Dataset[] {
  const lacking = reachable.filter((dataset) => !dataset.dimensions.has(filter.dimension))
  if (lacking.length === 0) return reachable
  const names = lacking.map((dataset) => dataset.name).join(', ')
  throw badInput(
    `${path}.dimension`,
    `a dimension of every dataset that the token can reach, which ${names} lacks; name the dataset that the filter is about, or leave the others out of input.datasets`,
    nearest(filter.dimension, sharedDimensions(reachable)),
  )
}

function sharedDimensions([first, ...others]: readonly Dataset[]): readonly string[] {
  const names = [...(first?.dimensions.keys() ?? [])]
  return names.filter((name) => others.every((dataset) => dataset.dimensions.has(name)))
}

function lockedDimension(dataset: Dataset, name: string, argument: string): Dimension {
  const dimension = dataset.dimensions.get(name)
  if (dimension !== undefined) return dimension
  throw badInput(
    argument,
    `a dimension of the dataset ${dataset.name}`,
    nearest(name, dataset.dimensions.keys()),
  )
}

function checkValueCount({ operator, values }: LockedFilter, argument: string): void {
  const absent = values.indexOf(null)
  if (absent >= 0) throw badInput(`${argument}.${absent}`, 'a value that is not null; IS_NULL tests for null')
  if (fitsOperator(operator, values.length)) return
  throw badInput(argument, `${countInWords(operator)} with ${operator}`)
}

function countInWords(operator: FilterOperator): string {
  const { least, most } = valueCounts[operator]
  if (most === 0) return 'no values'
  if (least !== most) return `${least} to ${most} values`
  return most === 1 ? 'one value' : `${most} values`
}
