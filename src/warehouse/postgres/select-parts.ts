import type { ColumnReference, Expression, NestedSelect, Operand, Output, Select, View } from '../select.ts'
import { kindOf } from './kinds.ts'
import { printExpression } from './print-expression.ts'
import { timesWithin } from './print-predicate.ts'
import { isNullable, type StatementContext } from './print-view.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/** How a select stands in its statement. */
export interface Standing {
  /** How many selects read its rows, one over the other: names of outputs are those of one depth. */
  readonly depth: number
  /** Whether its rows leave the engine. */
  readonly isShown: boolean
  /** No more rows than this, whatever the select says; null where there is no such bound. */
  readonly rowsMax: number | null
}

/** A select and what is known of it before it is printed. */
export interface Parts {
  readonly select: Select
  readonly context: StatementContext
  readonly standing: Standing
  /** The rows of a select that stands by itself. */
  readonly inner: (select: Select) => string
  /** Each with its place among the outputs. */
  readonly outputs: readonly Placed[]
  /** The names of outputs that are keys. */
  readonly keys: ReadonlySet<string>
  /** The names of columns of time that `where` bounds on either side, so that each is known. */
  readonly times: ReadonlySet<string>
}

export interface Placed extends Output {
  readonly place: number
}

export function partsOf(
  select: Select,
  context: StatementContext,
  standing: Standing,
  inner: Parts['inner'],
): Parts {
  const outputs = select.outputs.map((output, place) => ({ ...output, place }))
  const keys = new Set(select.groupBy?.flat())
  const parts = { select, context, standing, inner, outputs, keys, times: new Set<string>() }
  const plain = printingOf(parts, () => false)
  const ends = timesOfEnds(select).map((time) => context.column(time))
  return { ...parts, times: new Set([...ends, ...timesWithin(select.where, plain)]) }
}

export function nameOf({ standing: { depth } }: Parts, output: string): string {
  return quoteIdentifier(depth === 0 ? output : `${depth}.${output}`)
}

/** @param own outputs that the rows at hand already have; any other name is one of the select below */
export function printingOf(parts: Parts, own: (name: string) => boolean): Printing {
  const { select, context, standing } = parts
  const below = { ...parts, standing: { ...standing, depth: standing.depth + 1 } }
  const ownOutput = (name: string) =>
    own(name) ? select.outputs.find((each) => each.name === name) : undefined
  return {
    ...context,
    output: (name) => nameOf(own(name) ? parts : below, name),
    kindOf: (of: Expression | Operand) => {
      const output = of.kind === 'output' ? ownOutput(of.name) : undefined
      return kindOf(output?.expression ?? of, select)
    },
    nullable: (reference) => isNullable(viewBelow(select), reference),
    isKnown: (column) => parts.times.has(column),
    select: parts.inner,
  }
}

/** The time of a select that asks for nothing but its ends, to which rows without one have nothing to say. */
export function timesOfEnds({ outputs }: Select): readonly ColumnReference[] {
  const [first, ...others] = outputs.flatMap(({ expression }) =>
    expression.kind === 'time_end' ? [expression.of] : [null],
  )
  if (first == null || others.some((other) => other?.column !== first.column)) return []
  return [first]
}

export function columnsOf(parts: Parts, outputs: readonly Placed[], printing: Printing): readonly string[] {
  return outputs.map(
    ({ name, expression, place }) =>
      `${printExpression(expression, place, printing)} AS ${nameOf(parts, name)}`,
  )
}

/** The view that the columns of a select are of, however many selects stand between. */
function viewBelow({ from }: Select): View {
  return isNested(from) ? viewBelow(from.select) : from
}

export function isNested(from: Select['from']): from is NestedSelect {
  return 'select' in from
}
