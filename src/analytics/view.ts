import type { Dataset, Join } from '../catalogue/catalogue.ts'
import type { Column } from '../catalogue/column.ts'
import type {
  ColumnReference,
  Expression,
  JoinedView,
  Operand,
  Predicate,
  Select,
  View,
} from '../warehouse/select.ts'
import { type Guards, wholeAlias } from './guards.ts'

/** A select without its view: what a question asks for. */
export type Wish = Omit<Select, 'from'>

/** The only maker of selects: what a question asks for, on the rows of the dataset that the scope may see. */
export function selectFor({ guards }: { readonly guards: Guards }, dataset: Dataset, wish: Wish): Select {
  const read = { dataset, alias: dataset.name, guard: guards.ofDataset(dataset) }
  return Object.freeze({ from: viewOf(read, columnsOf(wish), guards), ...wish })
}

/** The rows of a select, to be grouped once more: tables are read by the inner one alone. */
export function selectOver(select: Select, wish: Wish): Select {
  if (columnsOf(wish).length > 0) throw new Error('A select over a select reads no columns.')
  return Object.freeze({ from: { kind: 'rows_of', select } as const, ...wish })
}

/** A dataset as one select reads it. */
interface Reading {
  readonly dataset: Dataset
  /** Its own name, or another where it is read a second time. */
  readonly alias: string
  readonly guard: readonly Predicate[]
}

function viewOf(
  { dataset, alias, guard }: Reading,
  wanted: readonly ColumnReference[],
  guards: Guards,
): View {
  const references = [...wanted, ...guard.flatMap((predicate) => [...columnsOfPredicate(predicate)])]
  const aliases = new Set(references.map((reference) => reference.alias))
  const joins = [...dataset.joins.values()].flatMap((join) => [
    ...(aliases.has(join.dataset) ? [{ join, isWhole: false }] : []),
    ...(aliases.has(wholeAlias(join.dataset)) ? [{ join, isWhole: true }] : []),
  ])
  const keys = joins.flatMap(({ join }) => join.on.map((pair) => pair.own))
  return Object.freeze({
    dataset: dataset.name,
    read: {
      alias,
      table: dataset.table,
      tenancy: dataset.tenancy,
      columns: distinct([...columnsNamed(references, alias), ...keys]),
    },
    joins: joins.map((joined) => joinedView(joined, references, guards)),
    guard,
  })
}

/**
 * Under the joined dataset's own guard for what is shown, and whole for the guard of the dataset that joins it. So guards
 * never lead in a circle: one that reads another dataset reads it without a guard.
 */
function joinedView(
  { join, isWhole }: { readonly join: Join; readonly isWhole: boolean },
  references: readonly ColumnReference[],
  guards: Guards,
): JoinedView {
  const dataset = guards.joined(join.dataset)
  const alias = isWhole ? wholeAlias(join.dataset) : join.dataset
  const columns = [...join.on.map((pair) => pair.other), ...columnsNamed(references, alias)]
  const wanted = columns.map((column): ColumnReference => ({ kind: 'column', alias, column }))
  const guard = isWhole ? [] : guards.ofJoined(dataset)
  return { view: viewOf({ dataset, alias, guard }, wanted, guards), on: join.on }
}

function columnsNamed(references: readonly ColumnReference[], alias: string): readonly Column[] {
  return references.filter((reference) => reference.alias === alias).map((reference) => reference.column)
}

export function distinct(columns: readonly Column[]): readonly Column[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()]
}

function columnsOf({ outputs, where, having }: Wish): readonly ColumnReference[] {
  return [
    ...outputs.flatMap((output) => [...columnsOfExpression(output.expression)]),
    ...columnsOfPredicate(where),
    ...columnsOfPredicate(having),
  ]
}

export function* columnsOfExpression(expression: Expression): Generator<ColumnReference> {
  switch (expression.kind) {
    case 'column':
      yield expression
      return
    case 'raw':
    case 'column_if':
    case 'time_end':
      yield expression.of
      return
    case 'aggregate':
      if (expression.of !== null) yield expression.of
      yield* columnsOfPredicate(expression.where)
      return
    case 'ratio':
      yield* columnsOfExpression(expression.numerator)
      yield* columnsOfExpression(expression.denominator)
      return
    case 'state':
      yield* columnsOfExpression(expression.of)
      return
    case 'value_at_end':
      yield expression.of
      yield expression.by
      yield* columnsOfPredicate(expression.where)
      return
    case 'arithmetic':
      yield* columnsOfExpression(expression.left)
      yield* columnsOfExpression(expression.right)
      return
    case 'bucket':
      yield expression.time
      return
    case 'among':
      yield* expression.of
      return
    case 'test':
      yield* columnsOfPredicate(expression.of)
      return
    case 'bin':
      yield expression.of
      return
    case 'funnel_level':
      yield expression.time
      for (const step of expression.steps) yield* columnsOfPredicate(step)
      return
    case 'first_bucket':
    case 'buckets_since':
      yield expression.time
      yield* columnsOfPredicate(expression.where)
      if (expression.kind === 'buckets_since') yield* columnsOfPredicate(expression.since)
      return
    case 'number':
    case 'merged':
    case 'any_of':
    case 'place':
    case 'output':
    case 'period':
    case 'is_subtotal':
    case 'row_count':
      return
  }
}

export function* columnsOfPredicate(predicate: Predicate): Generator<ColumnReference> {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const part of predicate.of) yield* columnsOfPredicate(part)
      return
    case 'not':
      yield* columnsOfPredicate(predicate.of)
      return
    case 'among':
      yield* predicate.of
      return
    case 'is_null':
    case 'compare':
    case 'in':
    case 'text':
      yield* columnOfOperand(predicate.of)
      return
    case 'constant':
    case 'holds':
      return
  }
}

function* columnOfOperand(operand: Operand): Generator<ColumnReference> {
  if (operand.kind === 'column') yield operand
}
