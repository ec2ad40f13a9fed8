import type { Dimension, Metric } from '../../catalogue/catalogue.ts'
import type { Fill } from '../../catalogue/inputs.ts'
import type { Cell, Rows } from '../../warehouse/warehouse.ts'
import type { Figure, GroupKey, Series } from '../answers.ts'
import { columnAt, figureOf, noFigure, zero } from '../decode.ts'
import { addExact, compareExact } from '../exact.ts'
import { groupKeys } from './leaderboard.ts'
import type { TimeAxis } from './time-axis.ts'

/** Where the columns of a series' answer stand: bucket, keys …, figures …, compared figures … with the rows of either window, top?, total?. */
export interface Layout {
  readonly metrics: readonly Metric[]
  readonly dimensions: readonly Dimension[]
  readonly axis: TimeAxis
  readonly hasOthers: boolean
  readonly hasTotals: boolean
  readonly isCompared: boolean
}

/** The rows of one group, spread over the buckets; one list for each metric. */
interface Group {
  readonly keys: readonly GroupKey[]
  readonly isOthers: boolean
  readonly points: (Figure | undefined)[][]
  /** Of the window before, by the places of its own buckets. */
  readonly compared: (Figure | undefined)[][]
  readonly totals: Figure[]
}

/** The labels and, for each group and metric, a value at each of them. */
export function readSeries(
  rows: Rows,
  layout: Layout,
  fill: Fill,
): { labels: readonly string[]; series: readonly Series[] } {
  const groups = readGroups(rows, layout)
  const kept = keptBuckets(groups, layout, fill)
  return {
    labels: kept.map((index) => layout.axis.label(layout.axis.buckets[index] ?? 0)),
    series: groups.flatMap((group) =>
      layout.metrics.map((metric, index) =>
        seriesOf(group, metric, index, { kept, filler: fillerFor(metric, fill), layout }),
      ),
    ),
  }
}

function readGroups(rows: Rows, layout: Layout): readonly Group[] {
  const { metrics, dimensions, axis, hasOthers, hasTotals, isCompared } = layout
  const place = placesOf(axis.buckets)
  const placeBefore = placesOf(axis.comparedBuckets)
  const buckets = columnAt(rows, 0)
  const keys = dimensions.map((_, index) => columnAt(rows, 1 + index))
  const figures = metrics.map((_, index) => columnAt(rows, 1 + dimensions.length + index))
  const firstCompared = 1 + dimensions.length + metrics.length
  const compared = isCompared ? metrics.map((_, index) => columnAt(rows, firstCompared + index)) : []
  const counts = isCompared ? firstCompared + compared.length : null
  const flags = counts === null ? firstCompared : counts + 2
  const isTop = hasOthers ? columnAt(rows, flags) : null
  const isTotal = hasTotals ? columnAt(rows, flags + (hasOthers ? 1 : 0)) : null
  const groups = new Map<string, Group>()
  // Without groups there is always one series, even over no rows at all.
  if (dimensions.length === 0) groups.set('', emptyGroup([], false, metrics))
  for (let row = 0; row < rows.rowCount; row++) {
    const isOthers = isTop !== null && !isTop[row]
    const group = groupAt(groups, { dimensions, keys, metrics }, row, isOthers)
    if (isTotal?.[row]) {
      metrics.forEach((_, index) => {
        group.totals[index] = figureOf(figures[index]?.[row])
      })
      continue
    }
    const bucket = Number(buckets[row])
    const at = place.get(bucket)
    const before = placeBefore.get(bucket)
    if (at === undefined && before === undefined) {
      throw new Error('The engine answered with a bucket that was not asked for.')
    }
    // A bucket on the border of the windows holds rows of either, or of one of them alone.
    const has = (count: number) => counts === null || Number(columnAt(rows, counts + count)[row]) > 0
    if (at !== undefined && has(0)) putPoints(group.points, at, figures, row)
    if (before !== undefined && has(1)) putPoints(group.compared, before, compared, row)
  }
  // A group that has rows in the window before alone is none of this question.
  const present = [...groups.values()].filter(({ points }) => points.some((list) => list.length > 0))
  return inOrder(isCompared && dimensions.length > 0 ? present : [...groups.values()], layout)
}

function placesOf(buckets: readonly number[]): ReadonlyMap<number, number> {
  return new Map(buckets.map((bucket, index) => [bucket, index]))
}

function putPoints(
  points: (Figure | undefined)[][],
  at: number,
  figures: readonly (readonly Cell[])[],
  row: number,
): void {
  for (const [index, column] of figures.entries()) {
    const list = points[index]
    if (list?.[at] !== undefined) throw new Error('Two groups of the engine are one here.')
    if (list !== undefined) list[at] = figureOf(column[row])
  }
}

function groupAt(
  groups: Map<string, Group>,
  {
    dimensions,
    keys,
    metrics,
  }: { dimensions: readonly Dimension[]; keys: readonly (readonly Cell[])[]; metrics: readonly Metric[] },
  row: number,
  isOthers: boolean,
): Group {
  const id = dimensions.length === 0 ? '' : JSON.stringify([isOthers, ...keys.map((column) => column[row])])
  const known = groups.get(id)
  if (known !== undefined) return known
  const group = emptyGroup(isOthers ? [] : groupKeys(dimensions, keys, row), isOthers, metrics)
  groups.set(id, group)
  return group
}

function emptyGroup(keys: readonly GroupKey[], isOthers: boolean, metrics: readonly Metric[]): Group {
  return {
    keys,
    isOthers,
    points: metrics.map(() => []),
    compared: metrics.map(() => []),
    totals: metrics.map((metric) => fillerFor(metric, 'DEFAULT')),
  }
}

/** By the total of the first metric, greatest first, ties by their keys; the others last. */
function inOrder(groups: readonly Group[], { metrics, dimensions }: Layout): readonly Group[] {
  for (const group of groups) {
    metrics.forEach((metric, index) => {
      if (metric.additive) group.totals[index] = addExact(group.points[index] ?? [])
    })
  }
  const rank = (group: Group) => group.totals[0] ?? noFigure
  return [...groups].sort(
    (left, right) =>
      Number(left.isOthers) - Number(right.isOthers) ||
      compareExact(rank(right), rank(left)) ||
      compareKeys(dimensions, left, right),
  )
}

function compareKeys(dimensions: readonly Dimension[], left: Group, right: Group): number {
  for (const [index, dimension] of dimensions.entries()) {
    const value = left.keys[index]?.value ?? null
    const other = right.keys[index]?.value ?? null
    if (value === other) continue
    if (value === null || other === null) return value === null ? 1 : -1
    const order = compareValues(dimension, value, other)
    if (order !== 0) return order
  }
  return 0
}

/** The engine's order: numbers by every digit, instants by the clock, text bytewise. */
function compareValues({ type }: Dimension, left: Cell, right: Cell): number {
  if (type === 'NUMBER') return compareExact(figureOf(left), figureOf(right))
  const bytes = (value: Cell) => Buffer.from(type === 'TIME' ? String(value).replace('Z', '') : String(value))
  return Buffer.compare(bytes(left), bytes(right))
}

function keptBuckets(groups: readonly Group[], { axis }: Layout, fill: Fill): readonly number[] {
  const all = axis.buckets.map((_, index) => index)
  if (fill !== 'NONE') return all
  return all.filter((index) => groups.some((group) => group.points[0]?.[index] !== undefined))
}

/** What stands in a bucket without rows. */
function fillerFor(metric: Metric, fill: Fill): Figure {
  if (fill === 'ZERO') return zero
  if (fill === 'DEFAULT' && countsFromZero(metric)) return zero
  return noFigure
}

/** Counts and sums of no rows are 0; an average of no rows is none. */
function countsFromZero(metric: Metric): boolean {
  return metric.kind === 'aggregate' && ['count', 'sum', 'count_distinct'].includes(metric.aggregate)
}

interface Shown {
  readonly kept: readonly number[]
  readonly filler: Figure
  readonly layout: Layout
}

function seriesOf(group: Group, metric: Metric, index: number, { kept, filler, layout }: Shown): Series {
  const points = group.points[index] ?? []
  const figures = kept.map((bucket) => points[bucket] ?? filler)
  const before = group.compared[index] ?? []
  const isThere = (bucket: number) => bucket < layout.axis.comparedBuckets.length
  return {
    metric,
    group: group.keys,
    isOthers: group.isOthers,
    values: figures.map(({ value }) => value),
    exactValues: figures.map(({ exact }) => exact),
    comparisonValues: layout.isCompared
      ? kept.map((bucket) => (isThere(bucket) ? (before[bucket] ?? filler).value : null))
      : null,
    total: group.totals[index]?.value ?? null,
  }
}
