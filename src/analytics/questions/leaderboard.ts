import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { LeaderboardInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import {
  type Among,
  allOf,
  always,
  anyOf,
  type Expression,
  type Output,
  type Predicate,
  type Select,
} from '../../warehouse/select.ts'
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
import { columnOf } from '../filter.ts'
import { type Having, noHaving, parseHaving } from '../having.ts'
import { measureOf, requireRowMetric } from '../measure.ts'
import { splitStates } from '../states.ts'
import { selectFor, selectOver } from '../view.ts'
import { requireMetric } from '../visible.ts'
import { rowsWithin, type Windows, windowsOf } from '../windows.ts'
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

interface Board {
  readonly dataset: Dataset
  readonly dimensions: readonly Dimension[]
  readonly measure: Expression
  /** The figure of the window before. */
  readonly compared: Expression | null
  readonly descending: boolean
  readonly limit: number
  readonly having: Having
  readonly windows: Windows
}

/** A group that has rows in the window before alone is not in the list. */
function presence({ windows }: Board): Having {
  if (windows.compared === null) return noHaving
  return {
    outputs: [{ name: 'n', expression: rowsWithin(windows.current) }],
    condition: isPresent('n'),
  }
}

function isPresent(name: string): Predicate {
  const of = { kind: 'output', name } as const
  return { kind: 'compare', operator: '>', of, value: { type: 'Int64', text: '0' } }
}

function comparedOutputs({ compared }: Board): readonly Output[] {
  return compared === null ? [] : [{ name: 'c0', expression: compared }]
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

/**
 * One scan: each group leaves the states of its figures, and the states of all that do not stand alone are merged, so
 * that the others are computed from their rows and never from figures. Outputs: is total, figure, keys …, stands alone,
 * compared figure, rows of the question's own window.
 */
function withOthers(asking: Asking, board: Board): Select {
  const { dataset, dimensions, windows, having, descending, limit } = board
  const present = presence(board)
  const figures = [
    { name: 'v0', ...splitStates(board.measure, 'a') },
    ...comparedOutputs(board).map(({ name, expression }) => ({ name, ...splitStates(expression, 'b') })),
    ...present.outputs.map(({ name, expression }) => ({ name, ...splitStates(expression, 'd') })),
  ]
  const keys = dimensions.map((_, index) => `g${index}`)
  const states = figures.flatMap((figure) => figure.states.map(({ name }) => name))
  const plain = { having: always, orderBy: [], limit: null, offset: 0 }
  const groups = selectFor(asking, dataset, {
    ...plain,
    outputs: [
      ...dimensions.map((dimension, index) => ({
        name: `g${index}`,
        expression: columnOf(dataset, dimension),
      })),
      ...figures.flatMap((figure) => figure.states),
      ...having.outputs,
    ],
    where: windows.where,
    groupBy: [keys],
  })
  const placed = selectOver(groups, {
    ...plain,
    outputs: [
      ...[...keys, ...states].map((name) => ({ name, expression: { kind: 'output', name } as const })),
      ...figures.map(({ name, ofRow }) => ({ name: `${name}_alone`, expression: ofRow })),
      {
        name: 'place',
        expression: {
          kind: 'place',
          passes: allOf([having.condition, ...present.outputs.map(() => isPresent('n_alone'))]),
          orderBy: [
            { output: 'v0_alone', descending },
            ...keys.map((output) => ({ output, descending: false })),
          ],
          limit,
        },
      },
    ],
    where: always,
    groupBy: null,
  })
  return selectOver(placed, {
    ...plain,
    outputs: [
      { name: 'total', expression: { kind: 'is_subtotal', key: 'place' } },
      ...figures.slice(0, 1).map(({ name, ofGroup }) => ({ name, expression: ofGroup })),
      ...keys.map((name, index) => ({
        name: `k${index}`,
        expression: { kind: 'any_of', of: { kind: 'output', name } } as const,
      })),
      { name: 'top', expression: { kind: 'test', of: standsAlone(limit) } },
      ...figures.slice(1).map(({ name, ofGroup }) => ({ name, expression: ofGroup })),
      { name: 'place', expression: { kind: 'output', name: 'place' } },
    ],
    where: always,
    groupBy: [['place'], []],
    orderBy: [
      { output: 'total', descending: true },
      { output: 'place', descending: false },
    ],
  })
}

function standsAlone(limit: number): Predicate {
  const of = { kind: 'output', name: 'place' } as const
  return { kind: 'compare', operator: '<=', of, value: { type: 'Int64', text: String(limit) } }
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
