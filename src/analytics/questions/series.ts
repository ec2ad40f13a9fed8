import type { Dimension } from '../../catalogue/catalogue.ts'
import type { Fill } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import type { Rows } from '../../warehouse/warehouse.ts'
import type { Figure, GroupKey, Series } from '../answers.ts'
import { compareValues } from '../compare-values.ts'
import { noFigure, zero } from '../decode.ts'
import { addExact, compareExact } from '../exact.ts'
import { figureOfNothing } from '../formula.ts'
import { windowFigures } from '../window-figures.ts'
import { type Group, type Points, readGroups, type SeriesLayout } from './series-groups.ts'

export interface Filling {
  readonly fill: Fill
  /** Microseconds since 1970. */
  readonly now: number
}

/** The labels and, for each group and metric, a value at each of them. */
export function readSeries(
  rows: Rows,
  layout: SeriesLayout,
  filling: Filling,
): { labels: readonly string[]; series: readonly Series[] } {
  const { axis, dimensions } = layout
  const groups = readGroups(rows, layout)
  // A group that has rows beside the range alone is none of this question.
  const present = groups.filter(({ filled }) => dimensions.length === 0 || filled.size > 0)
  const lines = present.map((group) => lineOf(group, layout, filling))
  const kept = keptBuckets(present, layout, filling)
  return {
    labels: kept.map((index) => axis.label(axis.buckets[index] ?? 0)),
    series: inOrder(lines, dimensions).flatMap((line) => seriesOf(line, layout, kept)),
  }
}

/** A group with its figures at every bucket, by metric. */
interface Line {
  readonly keys: readonly GroupKey[]
  readonly isOthers: boolean
  readonly figures: readonly (readonly Figure[])[]
  /** By the places of the compared window's own buckets; null where nothing is compared. */
  readonly compared: readonly (readonly Figure[])[] | null
  readonly totals: readonly Figure[]
  /** What its group is ordered by. */
  readonly rank: Figure
}

function lineOf(group: Group, layout: SeriesLayout, filling: Filling): Line {
  const { fill } = filling
  const { metrics, axis } = layout
  const isCompared = axis.comparedBuckets.length > 0
  const within = { lead: axis.lead.length, length: axis.buckets.length }
  const before = { lead: axis.comparedLead.length, length: axis.comparedBuckets.length }
  const own = { starts: axis.starts, filled: group.filled }
  const other = { starts: axis.comparedStarts, filled: group.filledBefore }
  const figures = metrics.map((_, index) =>
    figuresOf(group.points, layout, index, within, fill).map((figure, bucket) =>
      isOpen(bucket, own, filling) ? noFigure : figure,
    ),
  )
  const wholes = metrics.map((metric, index) => wholeOf(group, metric, layout, index))
  return {
    keys: group.keys,
    isOthers: group.isOthers,
    figures,
    compared: isCompared
      ? metrics.map((_, index) =>
          figuresOf(group.compared, layout, index, before, fill).map((figure, bucket) =>
            isOpen(bucket, other, filling) ? noFigure : figure,
          ),
        )
      : null,
    // Of trailing windows nothing holds over the whole range.
    totals: metrics.map((metric, index) =>
      metric.kind === 'window' && metric.window.kind !== 'cumulative'
        ? noFigure
        : (wholes[index] ?? noFigure),
    ),
    rank: wholes[0] ?? noFigure,
  }
}

function figuresOf(
  points: Points,
  { metrics, columns }: SeriesLayout,
  index: number,
  span: { readonly lead: number; readonly length: number },
  fill: Fill,
): readonly Figure[] {
  const metric = metrics[index]
  if (metric === undefined) throw new Error(`The series has no metric ${index}.`)
  const lists = (columns.places[index] ?? []).map((place) => points[place] ?? [])
  if (metric.kind === 'window') return windowFigures(metric, lists, span)
  const filler = fillerFor(metric, fill)
  return Array.from({ length: span.length }, (_, bucket) => lists[0]?.[span.lead + bucket] ?? filler)
}

/** Buckets that start after now and have no rows have no figure yet, whatever the metric. */
function isOpen(
  bucket: number,
  { starts, filled }: { readonly starts: readonly number[]; readonly filled: ReadonlySet<number> },
  { fill, now }: Filling,
): boolean {
  if (fill !== 'DEFAULT' && fill !== 'NULL') return false
  return (starts[bucket] ?? 0) * 1_000_000 > now && !filled.has(bucket)
}

/** What stands in a bucket without rows. */
export function fillerFor(metric: Metric, fill: Fill): Figure {
  if (fill === 'ZERO') return zero
  return fill === 'DEFAULT' && metric.kind !== 'window' ? figureOfNothing(metric) : noFigure
}

/** Over the whole range: where buckets do not add up, from the rows. */
function wholeOf(group: Group, metric: Metric, { axis, columns }: SeriesLayout, index: number): Figure {
  const places = columns.places[index] ?? []
  if (metric.kind === 'window') {
    const lists = places.map((place) => group.points[place] ?? [])
    const span = { lead: axis.lead.length, length: axis.buckets.length }
    return windowFigures({ ...metric, window: { kind: 'cumulative' } }, lists, span).at(-1) ?? noFigure
  }
  const [column = 0] = places
  if (metric.additive) return addExact(group.points[column] ?? [])
  return group.totals?.[column] ?? figureOfNothing(metric)
}

/** By the total of the first metric, greatest first, ties by their keys; the others last. */
function inOrder(lines: readonly Line[], dimensions: readonly Dimension[]): readonly Line[] {
  return [...lines].sort(
    (left, right) =>
      Number(left.isOthers) - Number(right.isOthers) ||
      compareExact(right.rank, left.rank) ||
      compareKeys(dimensions, left, right),
  )
}

function compareKeys(dimensions: readonly Dimension[], left: Line, right: Line): number {
  for (const [index, dimension] of dimensions.entries()) {
    const value = left.keys[index]?.value ?? null
    const other = right.keys[index]?.value ?? null
    if (value === other) continue
    if (value === null || other === null) return value === null ? 1 : -1
    const order = compareValues(dimension.type, value, other)
    if (order !== 0) return order
  }
  return 0
}

function keptBuckets(groups: readonly Group[], { axis }: SeriesLayout, { fill }: Filling): readonly number[] {
  const all = axis.buckets.map((_, index) => index)
  if (fill !== 'NONE') return all
  return all.filter((index) => groups.some(({ filled }) => filled.has(index)))
}

function seriesOf(line: Line, { metrics }: SeriesLayout, kept: readonly number[]): readonly Series[] {
  return metrics.map((metric, index) => {
    const figures = kept.map((bucket) => line.figures[index]?.[bucket] ?? noFigure)
    const before = line.compared?.[index]
    return {
      metric,
      group: line.keys,
      isOthers: line.isOthers,
      values: figures.map(({ value }) => value),
      exactValues: figures.map(({ exact }) => exact),
      comparisonValues: before === undefined ? null : kept.map((bucket) => before[bucket]?.value ?? null),
      total: line.totals[index]?.value ?? null,
      comparisonTotal: before === undefined || !metric.additive ? null : addExact(before).value,
    }
  })
}
