import type { Aggregated, Expression, Output } from '../warehouse/select.ts'

/** An expression over groups in two steps: the states that are left by group, and the figure that is merged from them. */
export interface Split {
  readonly states: readonly Output[]
  /** Of one group, by the select over it. */
  readonly ofRow: Expression
  /** Of several groups: from what their rows left, never from their figures. */
  readonly ofGroup: Expression
}

/** @param prefix of the names of the states */
export function splitStates(expression: Expression, prefix: string): Split {
  const states: Output[] = []
  const name = (of: Aggregated): string => {
    const output = `${prefix}${states.length}`
    states.push({ name: output, expression: { kind: 'state', of } })
    return output
  }
  const ofGroup = withMerged(expression, (of) => ({ kind: 'merged', of, state: name(of), over: 'group' }))
  let next = 0
  const ofRow = withMerged(expression, (of) => ({
    kind: 'merged',
    of,
    state: `${prefix}${next++}`,
    over: 'row',
  }))
  return { states, ofRow, ofGroup }
}

function withMerged(expression: Expression, merged: (of: Aggregated) => Expression): Expression {
  switch (expression.kind) {
    case 'aggregate':
    case 'value_at_end':
      return merged(expression)
    case 'ratio':
      return {
        kind: 'ratio',
        numerator: withMerged(expression.numerator, merged),
        denominator: withMerged(expression.denominator, merged),
      }
    case 'arithmetic':
      return {
        ...expression,
        left: withMerged(expression.left, merged),
        right: withMerged(expression.right, merged),
      }
    case 'number':
      return expression
    default:
      throw new Error(`A figure has no ${expression.kind}.`)
  }
}
