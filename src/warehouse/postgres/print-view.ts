import type { Scope } from '../../access/scope.ts'
import type { Column } from '../../catalogue/column.ts'
import { addressOf } from '../routing.ts'
import type { ColumnReference, JoinedView, Read, View } from '../select.ts'
import { type OwnerTest, ownerTests } from '../tenant.ts'
import { kindOf } from './kinds.ts'
import { printPredicate } from './print-predicate.ts'
import { clause, indent, rowsOf } from './print-text.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/** What all parts of one statement share. */
export interface StatementContext extends Pick<Printing, 'bind' | 'column'> {
  readonly scope: Scope
  /** Every table that the statement reads, in order. */
  readonly reads: Read[]
}

/** The rows that a scope may see; its columns under their short names. */
export function printView(view: View, context: StatementContext): string {
  if (view.joins.length === 0) return printRead(view.read, context, printGuard(view, context))
  const read = printRead(view.read, context, () => [])
  return [
    'SELECT *',
    `FROM ${rowsOf(read)}`,
    ...view.joins.map((join, index) => printJoin(view, join, `j${index}`, context)),
    ...clause('WHERE', ...printGuard(view, context)()),
  ].join('\n')
}

/** Called where it stands in the text, since printing numbers the parameters. */
function printGuard(view: View, context: StatementContext): () => readonly string[] {
  const printing: Printing = {
    ...context,
    nullable: (reference) => isNullable(view, reference),
    kindOf: (of) => {
      if (of.kind !== 'column') throw new Error('A guard tests columns alone.')
      return kindOf(of, null)
    },
    output: noRows,
    isKnown: () => false,
    select: noRows,
  }
  return () => view.guard.map((predicate) => printPredicate(predicate, printing))
}

function noRows(): never {
  throw new Error('A guard reads no other rows.')
}

/**
 * At most one row of what is joined for each row, whether its key repeats or not. Not row by row: without an index on the
 * key that would read the joined table once for each.
 */
function printJoin(
  view: View,
  { view: joined, on }: JoinedView,
  alias: string,
  context: StatementContext,
): string {
  const name = (read: Read, column: Column) => {
    const text = context.column({ kind: 'column', alias: read.alias, column })
    return column.type.kind === 'string' ? `${text} COLLATE "C"` : text
  }
  const keys = on.map(({ other }) => name(joined.read, other)).join(', ')
  const pairs = on.map(({ own, other }) => `${name(view.read, own)} = ${name(joined.read, other)}`)
  const once = [
    `SELECT DISTINCT ON (${keys}) *`,
    `FROM ${rowsOf(printView(joined, context))}`,
    `ORDER BY ${keys}`,
  ]
  return `LEFT JOIN (${indent(once.join('\n'))}) AS ${alias} ON ${pairs.join(' AND ')}`
}

/** A table under the tenant's predicate. */
function printRead(read: Read, context: StatementContext, guard: () => readonly string[]): string {
  const columns = read.columns.map(
    (column) => `${printStored(column)} AS ${context.column({ kind: 'column', alias: read.alias, column })}`,
  )
  context.reads.push(read)
  const { database, table } = addressOf(read, context.scope)
  const head = `SELECT ${columns.join(', ') || '1 AS "none"'} FROM ${quoteIdentifier(database)}.${quoteIdentifier(table)}`
  const tenant = printTenant(read, context)
  // The guard names the columns as the outputs of the table's rows.
  const rows = [head, ...clause('WHERE', ...tenant)].join('\n')
  const rest = clause('WHERE', ...guard())
  return rest.length === 0 ? rows : ['SELECT *', `FROM ${rowsOf(rows)}`, ...rest].join('\n')
}

/**
 * What is no finite number is no figure and no key: it is read as null. There is one zero; `-0.0` would be a second. Times
 * stay bare, for the indexes that they are in; print-value.ts reads what is none of them as null.
 */
export function printStored({ name, type }: Column): string {
  const stored = quoteIdentifier(name)
  switch (type.kind) {
    case 'string':
      return `${stored}::text`
    case 'float':
      return `CASE WHEN ${stored} > '-Infinity' AND ${stored} < 'Infinity' THEN ${stored} + 0::${type.bits === 32 ? 'real' : 'float8'} END`
    case 'decimal':
      return `CASE WHEN ${stored} > -${beyond} AND ${stored} < ${beyond} THEN ${type.scale < 20 ? stored : `round(${stored}, ${digitsMax})`} END`
    default:
      return stored
  }
}

/** After the point: what is shown can be asked for again, as a filter's value or the place in a list, which have no more. */
const digitsMax = 20
/** `numeric` without a size holds numbers that no double is near to, beside NaN and Infinity. */
const beyond = '1e300'

const alwaysKnown: ReadonlySet<string> = new Set(['string', 'uuid', 'boolean', 'integer'])

export function isNullable(view: View, { alias, column }: ColumnReference): boolean {
  return column.nullable || !alwaysKnown.has(column.type.kind) || alias !== view.read.alias
}

/**
 * Wall 1, at each table. Empty only for a table that the model declares to be the same for every tenant, or to be in a place
 * of the tenant alone, which its address was made of.
 */
function printTenant({ tenancy }: Read, { scope, bind }: StatementContext): readonly string[] {
  return ownerTests(tenancy, scope).map((test) => printOwner(test, bind))
}

export function printOwner({ column, literal }: OwnerTest, bind: Printing['bind']): string {
  if (literal === null || literal.text.includes('\u0000')) return 'false'
  return `${quoteIdentifier(column.name)} = ${bind(literal.type, literal.text)}`
}
