import type { Dimension } from '../../catalogue/catalogue.ts'
import type { LeaderboardInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { type Among, allOf, anyOf, type Select } from '../../warehouse/select.ts'
import type { Cell, Rows } from '../../warehouse/warehouse.ts'
import type { GroupKey, LeaderboardAnswer, LeaderboardRow } from '../answers.ts'
import {
  type Asking,
  datasetOf,
  type Plan,
  parseCount,
  parseDimensions,
  parseRowset,
  type Rowset,
  rowsOf,
} from '../asking.ts'
import { columnAt, dimensionValue, figureOf, statsOf } from '../decode.ts'
import { parseHaving } from '../having.ts'
import { measureOf, requireRowMetric } from '../measure.ts'
import { selectFor } from '../view.ts'
import { requireMetric } from '../visible.ts'
import { windowsOf } from '../windows.ts'
import { type Board, comparedOutputs, presence } from './board.ts'
import { withOthers } from './board-others.ts'
import { amongTop, keyNames, keyOutputs, rankingOrder } from './ranking.ts'

/** One scan: the groups and, as one more grouping set, the total over all rows. */
export function planLeaderboard(asking: Asking, input: LeaderboardInput): Plan<LeaderboardAnswer> {
  const metric = requireRowMetric(requireMetric(asking.visible, input.metric, 'input.metric'), 'input.metric')
  const dataset = datasetOf(asking, metric)
  const dimensions = parseDimensions(asking, dataset, input.dimensions, keyBounds, 'input.dimensions')
  const limit = limitOf(input)
  const rowset = parseRowset(asking, dataset, input)
  const windows = windowsOf(asking, rowset, input)
  const having = parseHaving(asking, dataset, input.having, 'input.having', windows.current)
  const board: Board = {
    dataset,
    dimensions,
    measure: measureOf(dataset, metric, windows.current),
    compared: windows.compared === null ? null : measureOf(dataset, metric, windows.compared.rows),
    descending: isDescending(input),
    limit,
    having,
    windows,
  }
  const others = input.others ?? false
  return {
    dataset,
    select: others ? withOthers(asking, board) : withoutOthers(asking, board),
    read: (rows) => {
      const { total, rows: ranked } = readRows(rows, board, metric, others)
      return {
        kind: 'leaderboard',
        metric,
        range: rowset.range,
        dimensions,
        rows: ranked,
        total,
        stats: statsOf(rows, asking.now),
      }
    },
  }
}

/** The groups of a leaderboard that stand alone. */
export function topOfBoard(asking: Asking, input: LeaderboardInput, rowset: Rowset): Among {
  const { dataset } = rowset
  const metric = requireMetric(asking.visible, input.metric, 'input.metric')
  return amongTop(asking, {
    dataset,
    dimensions: parseDimensions(asking, dataset, input.dimensions, keyBounds, 'input.dimensions'),
    by: measureOf(dataset, requireRowMetric(metric, 'input.metric')),
    descending: isDescending(input),
    limit: limitOf(input),
    where: rowsOf(rowset),
    having: parseHaving(asking, dataset, input.having, 'input.having'),
  })
}

const keyBounds = { least: 1, most: 5 } as const

function limitOf({ limit }: LeaderboardInput): number {
  return parseCount(limit, 10, { least: 1, most: 1_000 }, 'input.limit')
}

function isDescending({ order }: LeaderboardInput): boolean {
  return (order ?? 'DESC') === 'DESC'
}

/** Outputs: is total, figure, keys …, compared figure; the total comes first and is no group that a test could leave out. */
function withoutOthers(asking: Asking, board: Board): Select {
  const { dataset, dimensions, windows } = board
  const present = presence(board)
  const condition = allOf([board.having.condition, present.condition])
  return selectFor(asking, dataset, {
    outputs: [
      { name: 'total', expression: { kind: 'is_subtotal', key: 'k0' } },
      { name: 'v0', expression: board.measure },
      ...keyOutputs(dataset, dimensions),
      ...comparedOutputs(board),
      ...board.having.outputs,
      ...present.outputs,
    ],
    where: windows.where,
    groupBy: [keyNames(dimensions), []],
    having:
      condition.kind === 'constant' ? condition : anyOf([{ kind: 'holds', output: 'total' }, condition]),
    orderBy: [{ output: 'total', descending: true }, ...rankingOrder(dimensions, 'v0', board.descending)],
    limit: board.limit + 1,
    offset: 0,
  })
}

function readRows(
  rows: Rows,
  { dimensions, compared }: Board,
  metric: Metric,
  others: boolean,
): { total: number | null; rows: readonly LeaderboardRow[] } {
  const isTotal = columnAt(rows, 0)
  const figures = columnAt(rows, 1)
  const keys = dimensions.map((_, index) => columnAt(rows, 2 + index))
  const isTop = others ? columnAt(rows, 2 + dimensions.length) : null
  const before = compared === null ? null : columnAt(rows, 2 + dimensions.length + (others ? 1 : 0))
  const total = figureOf(figures[isTotal.findIndex(Boolean)]).value
  const ranked: LeaderboardRow[] = []
  const present = before !== null && others ? columnAt(rows, 4 + dimensions.length) : null
  for (let row = 0; row < rows.rowCount; row++) {
    // The others may have rows in the window before alone.
    if (isTotal[row] || Number(present?.[row] ?? 1) === 0) continue
    const figure = figureOf(figures[row])
    const isOthers = isTop !== null && !isTop[row]
    ranked.push({
      rank: isOthers ? null : ranked.length + 1,
      keys: isOthers ? [] : groupKeys(dimensions, keys, row),
      figure,
      share: metric.additive ? shareOf(figure.value, total) : null,
      comparison: before === null ? null : figureOf(before[row]),
      isOthers,
    })
  }
  return { total, rows: ranked }
}

export function groupKeys(
  dimensions: readonly Dimension[],
  keys: readonly (readonly Cell[])[],
  row: number,
): readonly GroupKey[] {
  return dimensions.map((dimension, index) => ({
    dimension: dimension.name,
    value: dimensionValue(dimension, keys[index]?.[row]),
  }))
}

/** A part of a whole: where figures below 0 make one more than the total, there is no such part. */
function shareOf(value: number | null, total: number | null): number | null {
  if (value === null || total === null || total === 0) return null
  const share = value / total
  return share >= 0 && share <= 1 ? share : null
}
