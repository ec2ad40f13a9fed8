import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { Among, Expression, Order, Output, Predicate, Select } from '../../warehouse/select.ts'
import type { Asking } from '../asking.ts'
import { columnOf } from '../filter.ts'
import { type Having, noHaving } from '../having.ts'
import { selectFor } from '../view.ts'

/** The groups that stand alone: the first `limit` by a figure, ties in the order of their keys. */
export interface Ranking {
  readonly dataset: Dataset
  readonly dimensions: readonly Dimension[]
  readonly by: Expression
  readonly descending: boolean
  readonly limit: number
  readonly where: Predicate
  readonly having?: Having
}

export function keyName(index: number): string {
  return `k${index}`
}

export function keyNames(dimensions: readonly Dimension[]): readonly string[] {
  return dimensions.map((_, index) => keyName(index))
}

export function keyOutputs(dataset: Dataset, dimensions: readonly Dimension[]): readonly Output[] {
  return dimensions.map((dimension, index) => ({
    name: keyName(index),
    expression: columnOf(dataset, dimension),
  }))
}

export function rankingOrder(
  dimensions: readonly Dimension[],
  by: string,
  descending: boolean,
): readonly Order[] {
  return [
    { output: by, descending },
    ...keyNames(dimensions).map((output) => ({ output, descending: false })),
  ]
}

/** Whether a row belongs to one of the groups that stand alone. */
export function amongTop(asking: Asking, ranking: Ranking): Among {
  const { dataset, dimensions } = ranking
  return {
    kind: 'among',
    of: dimensions.map((dimension) => columnOf(dataset, dimension)),
    select: topGroups(asking, ranking),
    keys: keyNames(dimensions),
  }
}

function topGroups(
  asking: Asking,
  { dataset, dimensions, by, descending, limit, where, having = noHaving }: Ranking,
): Select {
  return selectFor(asking, dataset, {
    outputs: [
      ...dimensions.map((dimension, index) => ({
        name: keyName(index),
        expression: { kind: 'raw', of: columnOf(dataset, dimension) } as const,
      })),
      { name: 'rank', expression: by },
      ...having.outputs,
    ],
    where,
    groupBy: [keyNames(dimensions)],
    having: having.condition,
    orderBy: rankingOrder(dimensions, 'rank', descending),
    limit,
    offset: 0,
  })
}
