import type { Dataset } from '../../catalogue/catalogue.ts'
import type { FilterInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { TesseraError } from '../../errors.ts'
import { type Asking, checkNames, datasetOf } from '../asking.ts'
import { requireDimension, requireMetric } from '../visible.ts'
import { dimensionsOf } from '../widget-question.ts'

/** The metrics of one dataset among those of a question. */
export interface Part {
  readonly dataset: Dataset
  readonly metrics: readonly Metric[]
}

/**
 * The metrics of a question by their datasets, in the order in which these come first.
 * @throws BAD_USER_INPUT, METRIC_NOT_ALLOWED
 */
export function partsOf(asking: Asking, names: readonly string[], argument: string): readonly Part[] {
  checkNames(names, { least: 1, most: 20 }, argument)
  const metrics = names.map((name, index) => requireMetric(asking.visible, name, `${argument}.${index}`))
  const datasets = new Map(metrics.map((metric) => [metric.dataset, datasetOf(asking, metric)]))
  return [...datasets.values()].map((dataset) => ({
    dataset,
    metrics: metrics.filter((metric) => metric.dataset === dataset.name),
  }))
}

/** What a question over several datasets names of them. */
export interface Shared {
  readonly names: readonly string[]
  readonly argument: string
  readonly filters: readonly FilterInput[] | null | undefined
}

/**
 * That each dimension means the same in every dataset of the question, by declaration; each is held to the grants.
 * @throws DIMENSION_NOT_ALLOWED, NOT_SUPPORTED
 */
export function requireConformed(
  asking: Asking,
  parts: readonly Part[],
  { names, argument, filters }: Shared,
): void {
  const datasets = parts.map(({ dataset }) => dataset)
  for (const [index, name] of names.entries()) {
    requireShared(asking, datasets, name, `${argument}.${index}`)
  }
  for (const [index, filter] of (filters ?? []).entries()) {
    for (const name of dimensionsOf([filter])) requireShared(asking, datasets, name, `input.filters.${index}`)
  }
}

function requireShared(
  { visible }: Asking,
  datasets: readonly Dataset[],
  name: string,
  argument: string,
): void {
  for (const dataset of datasets) {
    const dimension = requireDimension(visible, dataset, name, argument)
    if (dimension.conformed) continue
    const shared = sharedDimensions(visible.dimensions, datasets)
    throw new TesseraError('NOT_SUPPORTED', {
      argument,
      expected: `a dimension that the model declares to mean the same in ${datasets.map(({ name }) => name).join(' and ')}`,
      allowed: shared,
    })
  }
}

function sharedDimensions(
  dimensionsOf: (dataset: Dataset) => readonly { readonly name: string; readonly conformed: boolean }[],
  datasets: readonly Dataset[],
): readonly string[] {
  const lists = datasets.map((dataset) =>
    dimensionsOf(dataset)
      .filter(({ conformed }) => conformed)
      .map(({ name }) => name),
  )
  const [first = [], ...others] = lists
  return first.filter((name) => others.every((list) => list.includes(name)))
}
