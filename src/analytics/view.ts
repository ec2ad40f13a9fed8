import type { Scope } from '../access/scope.ts'
import type { Dataset } from '../catalogue/catalogue.ts'
import type { Column } from '../catalogue/column.ts'
import type { ColumnReference, Expression, Operand, Predicate, Select, View } from '../warehouse/select.ts'
import { parseFilters } from './filter.ts'
import { requireDimension } from './visible.ts'

/** A select without its view: what a question asks for. */
export type Wish = Omit<Select, 'from'>

/** The only maker of selects: what a question asks for, on the rows of the dataset that the scope may see. */
export function selectFor(scope: Scope, dataset: Dataset, wish: Wish): Select {
  return Object.freeze({ from: viewFor(scope, dataset, columnsOf(wish)), ...wish })
}

function viewFor(scope: Scope, dataset: Dataset, wanted: readonly ColumnReference[]): View {
  const guard = guardOf(scope, dataset)
  const references = [...wanted, ...guard.flatMap((predicate) => [...columnsOfPredicate(predicate)])]
  const aliases = new Set(references.map((reference) => reference.alias))
  const joins = [...dataset.joins.values()].filter((join) => aliases.has(join.dataset))
  const keys = joins.flatMap((join) => join.on.map((pair) => pair.own))
  return Object.freeze({
    dataset: dataset.name,
    read: {
      alias: dataset.name,
      table: dataset.table,
      tenancy: dataset.tenancy,
      columns: distinct([...columnsNamed(references, dataset.name), ...keys]),
    },
    joins: joins.map((join) => ({
      alias: join.dataset,
      table: join.table,
      tenancy: join.tenancy,
      columns: distinct([...join.on.map((pair) => pair.other), ...columnsNamed(references, join.dataset)]),
      on: join.on,
    })),
    guard,
  })
}

/** The locked filters that hold for this dataset. They may name what the guest may not. */
function guardOf({ grants }: Scope, dataset: Dataset): readonly Predicate[] {
  return grants.lockedFilters
    .filter((locked) => locked.dataset === undefined || locked.dataset === dataset.name)
    .map(({ dimension, operator, values }) =>
      parseFilters(
        dataset,
        [{ dimension, operator, values }],
        (name, argument) => requireDimension(dataset, name, argument),
        'lockedFilters',
      ),
    )
}

function columnsNamed(references: readonly ColumnReference[], alias: string): readonly Column[] {
  return references.filter((reference) => reference.alias === alias).map((reference) => reference.column)
}

function distinct(columns: readonly Column[]): readonly Column[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()]
}

function columnsOf({ outputs, where, having }: Wish): readonly ColumnReference[] {
  return [
    ...outputs.flatMap((output) => [...columnsOfExpression(output.expression)]),
    ...columnsOfPredicate(where),
    ...columnsOfPredicate(having),
  ]
}

function* columnsOfExpression(expression: Expression): Generator<ColumnReference> {
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
    case 'bucket':
      yield expression.time
      return
    case 'among':
      yield* expression.of
      return
    case 'is_subtotal':
    case 'row_count':
      return
  }
}

function* columnsOfPredicate(predicate: Predicate): Generator<ColumnReference> {
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
      yield* columnOfOperand(predicate.of)
      return
    case 'text':
      yield predicate.of
      return
    case 'constant':
    case 'holds':
      return
  }
}

function* columnOfOperand(operand: Operand): Generator<ColumnReference> {
  if (operand.kind === 'column') yield operand
}
