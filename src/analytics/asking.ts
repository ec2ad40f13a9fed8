import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dataset, Dimension } from '../catalogue/catalogue.ts'
import type { Customs } from '../catalogue/customs.ts'
import type { FilterInput, OrderInput, TimeRangeInput } from '../catalogue/inputs.ts'
import type { Metric } from '../catalogue/metric.ts'
import { badInput, TesseraError } from '../errors.ts'
import { allOf, always, type ColumnReference, type Predicate, type Select } from '../warehouse/select.ts'
import type { Rows } from '../warehouse/warehouse.ts'
import { columnOf, parseFilters } from './filter.ts'
import { createGuards, type Guards } from './guards.ts'
import type { Calendar } from './time/calendar.ts'
import { formatInstant } from './time/instant.ts'
import { parseTimeRange } from './time/range.ts'
import type { TimeRange } from './time/time-range.ts'
import { fromLocal, toLocal, type Zone } from './time/zone.ts'
import { checkTimeGrants, grantedZone } from './time-grants.ts'
import { requireDimension, requireMetric, type VisibleCatalogue, visibleCatalogue } from './visible.ts'

/** Who asks, what they may see, and the time (microseconds since 1970) that moving periods are resolved at. */
export interface Asking {
  readonly scope: Scope
  readonly visible: VisibleCatalogue
  readonly guards: Guards
  /** How weeks, quarters and years are counted. */
  readonly customs: Customs
  readonly now: number
}

/** @param now microseconds since 1970 */
export function askingOf(scope: Scope, catalogue: Catalogue, now: number): Asking {
  const visible = visibleCatalogue(scope, catalogue)
  const { customs } = catalogue
  return Object.freeze({ scope, visible, guards: createGuards(scope, catalogue), customs, now })
}

/** What is to be run, and how the rows become the answer. Pure. */
export interface Plan<Answer> {
  readonly dataset: Dataset
  readonly select: Select
  readonly read: (rows: Rows) => Answer
}

interface Asked {
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly timeZone?: string | null | undefined
  readonly filters?: readonly FilterInput[] | null | undefined
}

/** The rows that a question is about. */
export interface Rowset {
  readonly dataset: Dataset
  readonly zone: Calendar
  readonly range: TimeRange | null
  /** The question's own filters, without the range. */
  readonly filters: Predicate
}

/** @throws BAD_USER_INPUT, DIMENSION_NOT_ALLOWED, QUERY_TOO_LARGE, and what the grants of time refuse */
export function parseRowset(asking: Asking, dataset: Dataset, input: Asked): Rowset {
  const zone = grantedZone(asking.scope.permissions, asking.customs, input.timeZone)
  const range = parseTimeRange(input.timeRange, zone, asking.now, 'input.timeRange')
  if (range !== null && dataset.timeDimension === null) {
    throw badInput('input.timeRange', `no time range, because ${dataset.name} has no time dimension`)
  }
  checkTimeGrants(asking.scope.permissions, dataset, input.timeRange, range)
  const find = (name: string, argument: string) => requireDimension(asking.visible, dataset, name, argument)
  return { dataset, zone, range, filters: parseFilters(dataset, input.filters, find, 'input.filters') }
}

export function rowsOf({ dataset, range, filters }: Rowset): Predicate {
  return range === null ? filters : allOf([within(dataset, range), filters])
}

/** @throws BAD_USER_INPUT where the dataset has no time dimension */
export function timeDimensionOf(dataset: Dataset, argument: string): Dimension {
  const dimension = dataset.timeDimension === null ? undefined : dataset.dimensions.get(dataset.timeDimension)
  if (dimension === undefined)
    throw badInput(argument, `a dataset with a time dimension, unlike ${dataset.name}`)
  return dimension
}

export function timeColumn(dataset: Dataset): ColumnReference {
  return columnOf(dataset, timeDimensionOf(dataset, 'input.timeRange'))
}

/** Inclusive of the start and exclusive of the stop; a date counts where its midnight in the zone lies inside. */
export function within(dataset: Dataset, { start, stop, zone }: TimeRange): Predicate {
  const column = timeColumn(dataset)
  const bound = (micros: number) =>
    column.column.type.kind === 'date'
      ? ({ type: 'Date32', text: firstDateFrom(zone, micros) } as const)
      : ({ type: 'instant', text: String(micros) } as const)
  return allOf([
    { kind: 'compare', operator: '>=', of: column, value: bound(start) },
    // The last date there is; an engine would clamp the day after it and leave it out.
    bound(stop).text === '2300-01-01'
      ? always
      : { kind: 'compare', operator: '<', of: column, value: bound(stop) },
  ])
}

function firstDateFrom(zone: Zone, micros: number): string {
  const second = micros / 1_000_000
  const date = Math.floor(toLocal(zone, Math.floor(second)) / 86_400) * 86_400
  const first = fromLocal(zone, date) >= second ? date : date + 86_400
  return formatInstant(first * 1_000_000).slice(0, 10)
}

/** The metrics of a question, all of one dataset. */
export function parseMetrics(
  asking: Asking,
  names: readonly string[],
  argument: string,
): { metrics: readonly Metric[]; dataset: Dataset } {
  checkNames(names, { least: 1, most: 20 }, argument)
  const metrics = names.map((name, index) => requireMetric(asking.visible, name, `${argument}.${index}`))
  const dataset = datasetOf(asking, metrics[0])
  const other = metrics.findIndex((metric) => metric.dataset !== dataset.name)
  if (other >= 0) {
    throw new TesseraError('NOT_SUPPORTED', {
      argument: `${argument}.${other}`,
      expected: 'metrics of one dataset',
    })
  }
  return { metrics, dataset }
}

export function datasetOf(asking: Asking, metric: Metric | undefined): Dataset {
  const dataset = metric === undefined ? null : asking.visible.dataset(metric.dataset)
  if (dataset === null) throw new TesseraError('NOT_FOUND')
  return dataset
}

export function parseDimensions(
  { visible }: Asking,
  dataset: Dataset,
  names: readonly string[],
  bounds: { least: number; most: number },
  argument: string,
): readonly Dimension[] {
  checkNames(names, bounds, argument)
  return names.map((name, index) => requireDimension(visible, dataset, name, `${argument}.${index}`))
}

export function checkNames(
  names: readonly string[],
  { least, most }: { least: number; most: number },
  argument: string,
): void {
  if (names.length < least)
    throw badInput(argument, `at least ${least === 1 ? 'one name' : `${least} names`}`)
  if (names.length > most) throw badInput(argument, `at most ${most} names`)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice >= 0) throw badInput(`${argument}.${twice}`, 'each name once')
}

/** A second order by the same column would say nothing, and dropping it in silence would hide a mistake. */
export function checkOrder(orderBy: readonly OrderInput[] | null | undefined): void {
  const names = (orderBy ?? []).map(({ by }) => by)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice >= 0) throw badInput(`input.orderBy.${twice}.by`, 'each column once')
}

export function parseCount(
  value: number | null | undefined,
  fallback: number,
  { least, most }: { least: number; most: number },
  argument: string,
): number {
  const count = value ?? fallback
  if (!Number.isInteger(count) || count < least || count > most) {
    throw badInput(argument, `a whole number from ${least} to ${most}`)
  }
  return count
}
