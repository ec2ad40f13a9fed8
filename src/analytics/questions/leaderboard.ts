import type { Dataset, Dimension, Metric } from '../../catalogue/catalogue.ts'
import type { LeaderboardInput } from '../../catalogue/inputs.ts'
import { allOf, anyOf, type Expression, type Predicate, type Select } from '../../warehouse/select.ts'
import type { Cell, Rows } from '../../warehouse/warehouse.ts'
import type { GroupKey, LeaderboardAnswer, LeaderboardRow } from '../answers.ts'
import {
  type Asking,
  datasetOf,
  type Plan,
  parseCount,
  parseDimensions,
  parseRowset,
  rowsOf,
} from '../asking.ts'
import { columnAt, dimensionValue, figureOf, statsOf } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { type Having, parseHaving } from '../having.ts'
import { measureOf } from '../measure.ts'
import { selectFor } from '../view.ts'
import { requireMetric } from '../visible.ts'
import { amongTop, keyNames, keyOutputs, rankingOrder } from './ranking.ts'

/** One scan: the groups and, as one more grouping set, the total over all rows. `others` needs a second scan. */
export function planLeaderboard(asking: Asking, input: LeaderboardInput): Plan<LeaderboardAnswer> {
  const metric = requireMetric(asking.visible, input.metric, 'input.metric')
  const dataset = datasetOf(asking, metric)
  const dimensions = parseDimensions(
    asking,
    dataset,
    input.dimensions,
    { least: 1, most: 5 },
    'input.dimensions',
  )
  const limit = parseCount(input.limit, 10, { least: 1, most: 1_000 }, 'input.limit')
  const having = parseHaving(asking, dataset, input.having, 'input.having')
  const rowset = parseRowset(asking, dataset, input)
  const board: Board = {
    dataset,
    dimensions,
    measure: measureOf(dataset, metric),
    descending: (input.order ?? 'DESC') === 'DESC',
    limit,
    having,
    where: rowsOf(rowset),
  }
  const others = input.others ?? false
  return {
    dataset,
    select: others ? withOthers(asking, board) : withoutOthers(asking, board),
    read: (rows) => {
      const { total, rows: ranked } = readRows(rows, dimensions, metric, others)
      return {
        kind: 'leaderboard',
        metric,
        range: rowset.range,
        rows: ranked,
        total,
        stats: statsOf(rows, asking.now),
      }
    },
  }
}

interface Board {
  readonly dataset: Dataset
  readonly dimensions: readonly Dimension[]
  readonly measure: Expression
  readonly descending: boolean
  readonly limit: number
  readonly having: Having
  readonly where: Predicate
}

/** Outputs: is total, figure, keys …; the total comes first and is no group that a test could leave out. */
function withoutOthers(asking: Asking, board: Board): Select {
  const { dataset, dimensions, having } = board
  return selectFor(asking, dataset, {
    outputs: [
      { name: 'total', expression: { kind: 'is_subtotal', key: 'k0' } },
      { name: 'v0', expression: board.measure },
      ...keyOutputs(dataset, dimensions),
      ...having.outputs,
    ],
    where: board.where,
    groupBy: [keyNames(dimensions), []],
    having:
      having.outputs.length === 0
        ? having.condition
        : anyOf([{ kind: 'holds', output: 'total' }, having.condition]),
    orderBy: [{ output: 'total', descending: true }, ...rankingOrder(dimensions, 'v0', board.descending)],
    limit: board.limit + 1,
    offset: 0,
  })
}

/** Outputs: is total, figure, keys …, stands alone. The others are computed from their rows, never from figures. */
function withOthers(asking: Asking, board: Board): Select {
  const { dataset, dimensions, having, where } = board
  const top = amongTop(asking, { ...board, by: board.measure, where, having })
  return selectFor(asking, dataset, {
    outputs: [
      { name: 'total', expression: { kind: 'is_subtotal', key: 'top' } },
      { name: 'v0', expression: board.measure },
      ...dimensions.map((dimension, index) => ({
        name: `k${index}`,
        expression: { kind: 'column_if', flag: 'top', of: columnOf(dataset, dimension) } as const,
      })),
      { name: 'top', expression: top },
    ],
    where,
    groupBy: [['top', ...keyNames(dimensions)], []],
    having: allOf([]),
    orderBy: [
      { output: 'total', descending: true },
      { output: 'top', descending: true },
      ...rankingOrder(dimensions, 'v0', board.descending),
    ],
    limit: null,
    offset: 0,
  })
}

function readRows(
  rows: Rows,
  dimensions: readonly Dimension[],
  metric: Metric,
  others: boolean,
): { total: number | null; rows: readonly LeaderboardRow[] } {
  const isTotal = columnAt(rows, 0)
  const figures = columnAt(rows, 1)
  const keys = dimensions.map((_, index) => columnAt(rows, 2 + index))
  const isTop = others ? columnAt(rows, 2 + dimensions.length) : null
  const total = figureOf(figures[isTotal.findIndex(Boolean)]).value
  const ranked: LeaderboardRow[] = []
  for (let row = 0; row < rows.rowCount; row++) {
    if (isTotal[row]) continue
    const figure = figureOf(figures[row])
    const isOthers = isTop !== null && !isTop[row]
    ranked.push({
      rank: isOthers ? null : ranked.length + 1,
      keys: isOthers ? [] : groupKeys(dimensions, keys, row),
      figure,
      share: metric.additive ? shareOf(figure.value, total) : null,
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

function shareOf(value: number | null, total: number | null): number | null {
  return value === null || total === null || total === 0 ? null : value / total
}
