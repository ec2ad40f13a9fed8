import type { Dimension } from '../../catalogue/catalogue.ts'
import type { Metric } from '../../catalogue/metric.ts'
import type { Output } from '../../warehouse/select.ts'
import type { Cell, Rows } from '../../warehouse/warehouse.ts'
import type { Figure, GroupKey } from '../answers.ts'
import { columnAt, figureOf } from '../decode.ts'
import { groupKeys } from './leaderboard.ts'
import type { SeriesColumns } from './series-columns.ts'
import type { TimeAxis } from './time-axis.ts'

/**
 * What the answer of a series is read by. Its outputs: `bucket`, keys `k0` …, figures `v0` …, those of the window before
 * `c0` …, how many rows of either window there are `n` and `m`, whether the group stands alone `top`, whether the row
 * is about the whole range `total`.
 */
export interface SeriesLayout {
  readonly metrics: readonly Metric[]
  readonly columns: SeriesColumns
  readonly dimensions: readonly Dimension[]
  readonly axis: TimeAxis
  readonly outputs: readonly Output[]
}

/** Points of each column, by the places of the lead's buckets and then of the window's own. */
export type Points = (Figure | undefined)[][]

/** The rows of one group, spread over the buckets. */
export interface Group {
  readonly keys: readonly GroupKey[]
  readonly isOthers: boolean
  readonly points: Points
  readonly compared: Points
  /** The window's own buckets that have rows. */
  readonly filled: Set<number>
  /** The compared window's. */
  readonly filledBefore: Set<number>
  /** By column, over the whole range; of a row that the engine gave for it. */
  totals: readonly Figure[] | null
}

export function readGroups(rows: Rows, layout: SeriesLayout): readonly Group[] {
  const { dimensions, columns, axis, outputs } = layout
  const named = (name: string) => columnNamed(rows, outputs, name)
  const buckets = named('bucket') ?? []
  const keys = dimensions.map((_, index) => named(`k${index}`) ?? [])
  const figures = columns.all.map((_, index) => named(`v${index}`) ?? [])
  // Where no bucket is of both windows, one figure is of whichever its bucket is of.
  const before = columns.all.map((_, index) => named(`c${index}`) ?? figures[index] ?? [])
  const [counts, countsBefore, tops, totals] = ['n', 'm', 'top', 'total'].map(named)
  const place = placesOf([...axis.lead, ...axis.buckets])
  const placeBefore = placesOf([...axis.comparedLead, ...axis.comparedBuckets])
  const groups = new Map<string, Group>()
  // Without groups there is always one series, even over no rows at all.
  if (dimensions.length === 0) groups.set('', emptyGroup([], false, columns))
  for (let row = 0; row < rows.rowCount; row++) {
    const isOthers = tops != null && !tops[row]
    const group = groupAt(groups, layout, keys, row, isOthers)
    if (totals?.[row]) {
      group.totals = figures.map((column) => figureOf(column[row]))
      continue
    }
    const bucket = Number(buckets[row])
    const at = place.get(bucket)
    const atBefore = placeBefore.get(bucket)
    if (at === undefined && atBefore === undefined) {
      throw new Error('The engine answered with a bucket that was not asked for.')
    }
    const has = (column: readonly Cell[] | null | undefined) => column == null || Number(column[row]) > 0
    if (at !== undefined) {
      const isFilled = at >= axis.lead.length && has(counts)
      if (isFilled) group.filled.add(at - axis.lead.length)
      putPoints(group.points, at, figures, row, (index) => isFilled || columns.all[index]?.hasLead === true)
    }
    if (atBefore !== undefined) {
      const isFilled = atBefore >= axis.comparedLead.length && has(countsBefore)
      if (isFilled) group.filledBefore.add(atBefore - axis.comparedLead.length)
      putPoints(
        group.compared,
        atBefore,
        before,
        row,
        (index) => isFilled || columns.all[index]?.hasLead === true,
      )
    }
  }
  return [...groups.values()]
}

function columnNamed(rows: Rows, outputs: readonly Output[], name: string): readonly Cell[] | null {
  const index = outputs.findIndex((output) => output.name === name)
  return index < 0 ? null : columnAt(rows, index)
}

function placesOf(buckets: readonly number[]): ReadonlyMap<number, number> {
  return new Map(buckets.map((bucket, index) => [bucket, index]))
}

function putPoints(
  points: Points,
  at: number,
  figures: readonly (readonly Cell[])[],
  row: number,
  isWanted: (column: number) => boolean,
): void {
  for (const [index, column] of figures.entries()) {
    const list = points[index]
    if (list === undefined || !isWanted(index)) continue
    if (list[at] !== undefined) throw new Error('Two groups of the engine are one here.')
    list[at] = figureOf(column[row])
  }
}

function groupAt(
  groups: Map<string, Group>,
  { dimensions, columns }: SeriesLayout,
  keys: readonly (readonly Cell[])[],
  row: number,
  isOthers: boolean,
): Group {
  const id = dimensions.length === 0 ? '' : JSON.stringify([isOthers, ...keys.map((column) => column[row])])
  const known = groups.get(id)
  if (known !== undefined) return known
  const group = emptyGroup(isOthers ? [] : groupKeys(dimensions, keys, row), isOthers, columns)
  groups.set(id, group)
  return group
}

function emptyGroup(keys: readonly GroupKey[], isOthers: boolean, { all }: SeriesColumns): Group {
  return {
    keys,
    isOthers,
    points: all.map(() => []),
    compared: all.map(() => []),
    filled: new Set(),
    filledBefore: new Set(),
    totals: null,
  }
}
