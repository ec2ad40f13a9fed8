import { allOf, always, type Predicate, type Select } from '../../warehouse/select.ts'
import type { Asking } from '../asking.ts'
import { columnOf } from '../filter.ts'
import { splitStates } from '../states.ts'
import { selectFor, selectOver } from '../view.ts'
import { type Board, comparedOutputs, isPresent, presence } from './board.ts'

/**
 * One scan: each group leaves the states of its figures, and the states of all that do not stand alone are merged, so
 * that the others are computed from their rows and never from figures. Outputs: is total, figure, keys …, stands alone,
 * compared figure, rows of the question's own window.
 */
export function withOthers(asking: Asking, board: Board): Select {
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
