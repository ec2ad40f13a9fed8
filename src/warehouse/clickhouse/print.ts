import { Scope } from '../../access/scope.ts'
import type { Column } from '../../catalogue/column.ts'
import { TesseraError } from '../../errors.ts'
import { PolicyViolation } from '../../violation.ts'
import type { Limits } from '../limits.ts'
import { addressOf, datasetOf } from '../routing.ts'
import type { ColumnReference, JoinedView, NestedSelect, Read, Select, View } from '../select.ts'
import { type Parameter, type ParameterType, Statement } from '../statement.ts'
import { ownerTests } from '../tenant.ts'
import { printExpression } from './print-expression.ts'
import { printOrder } from './print-order.ts'
import { printPredicate } from './print-predicate.ts'
import { printSettings, type ReadonlyLevel, streamSettings } from './print-settings.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/**
 * The only producer of SQL for ClickHouse. Every table is read as a subquery that carries the tenant's predicate,
 * before any join and before anything that a guest wrote; the same predicates stand once more in the settings, for
 * the engine to apply by itself.
 */
export function printStatement(
  select: Select,
  scope: Scope,
  limits: Limits,
  readonly: ReadonlyLevel = 1,
): Statement {
  return print(select, scope, limits, { readonly, settings: [], format: 'JSONColumnsWithMetadata' })
}

/** The same for `Warehouse.stream`: the rows one by one, in the order of the outputs. */
export function printStream(
  select: Select,
  scope: Scope,
  limits: Limits,
  readonly: ReadonlyLevel = 1,
): Statement {
  return print(select, scope, limits, { readonly, settings: streamSettings, format: 'JSONCompactEachRow' })
}

interface Form {
  readonly readonly: ReadonlyLevel
  readonly settings: readonly string[]
  readonly format: string
}

function print(
  select: Select,
  scope: Scope,
  limits: Limits,
  { readonly, settings, format }: Form,
): Statement {
  if (!Scope.isScope(scope))
    throw new PolicyViolation('scope_missing', 'A statement cannot be printed without a scope.')
  const parameters: Parameter[] = []
  const bind = (type: ParameterType, value: string): string => {
    const name = `p${parameters.length}`
    parameters.push({ name, type, value })
    return `{${name}:${type}}`
  }
  const reads: Read[] = []
  const text = printSelect(select, { scope, bind, reads })
  if (text.length > maxLength) {
    throw new TesseraError('QUERY_TOO_LARGE', { expected: 'a question with fewer columns, metrics or tests' })
  }
  return Statement.of(
    `${text}\n${printSettings(reads, scope, limits, readonly, settings)}\nFORMAT ${format}`,
    parameters,
    { tables: reads.map((read) => ({ dataset: datasetOf(read), address: addressOf(read, scope) })) },
  )
}

/** The engine parses 262,144 bytes; names and formulas of a model are short, and letters have at most four. */
const maxLength = 200_000

interface Context {
  readonly scope: Scope
  readonly bind: (type: ParameterType, value: string) => string
  /** Every table that the statement reads, in order. */
  readonly reads: Read[]
}

function printSelect(select: Select, context: Context): string {
  const printing: Printing = {
    bind: context.bind,
    nullable: (reference) => isNullable(viewBelow(select), reference),
    order: (order) => printOrder(order, select),
    select: (inner) => indent(printSelect(inner, context)),
  }
  const outputs = select.outputs.map(
    ({ name, expression }) => `${printExpression(expression, printing)} AS ${quoteIdentifier(name)}`,
  )
  return [
    `SELECT ${outputs.join(', ')}`,
    `FROM (${indent(printFrom(select.from, context))})`,
    ...clause('WHERE', printPredicate(select.where, printing)),
    ...printGroups(select),
    ...clause('HAVING', printPredicate(select.having, printing)),
    ...printOrders(select),
    ...(select.limit === null ? [] : [`LIMIT ${whole(select.limit)}`]),
    ...(select.offset === 0 ? [] : [`OFFSET ${whole(select.offset)}`]),
  ].join('\n')
}

function printFrom(from: Select['from'], context: Context): string {
  return isNested(from) ? printSelect(from.select, context) : printView(from, context)
}

/** The view that the columns of a select are of, however many selects stand between. */
function viewBelow({ from }: Select): View {
  return isNested(from) ? viewBelow(from.select) : from
}

function isNested(from: Select['from']): from is NestedSelect {
  return 'select' in from
}

function printView(view: View, context: Context): string {
  const printing: Printing = {
    bind: context.bind,
    nullable: (reference) => isNullable(view, reference),
    order: noOtherRows,
    select: noOtherRows,
  }
  const guard = () => view.guard.map((predicate) => printPredicate(predicate, printing))
  if (view.joins.length === 0) return printRead(view.read, context, guard)
  const names = [view.read, ...view.joins.map((join) => join.view.read)].flatMap((read) =>
    read.columns.map((column) => columnName(read, column.name)),
  )
  return [
    `SELECT ${names.join(', ')}`,
    `FROM (${indent(printRead(view.read, context, () => []))}) AS ${quoteIdentifier(view.read.alias)}`,
    ...view.joins.map((join) => printJoin(view, join, context)),
    ...clause('WHERE', ...guard()),
  ].join('\n')
}

function noOtherRows(): never {
  throw new Error('A guard reads no other rows.')
}

function printJoin(view: View, { view: joined, on }: JoinedView, context: Context): string {
  const keys = on.map(
    ({ own, other }) => `${columnName(view.read, own.name)} = ${columnName(joined.read, other.name)}`,
  )
  const alias = quoteIdentifier(joined.read.alias)
  return `LEFT ANY JOIN (${indent(printView(joined, context))}) AS ${alias} ON ${keys.join(' AND ')}`
}

/** A table under the tenant's predicate. Its columns get names that no output has: neither can stand for the other. */
function printRead(read: Read, context: Context, guard: () => readonly string[]): string {
  context.reads.push(read)
  const columns = read.columns.map((column) => `${printStored(column)} AS ${columnName(read, column.name)}`)
  const { database, table } = addressOf(read, context.scope)
  return [
    `SELECT ${columns.join(', ') || '1'} FROM ${quoteIdentifier(database)}.${quoteIdentifier(table)}`,
    ...clause('WHERE', ...printTenant(read, context), ...guard()),
  ].join('\n')
}

/**
 * Bytes that are no text leave the engine as a replacement character, so they are compared as one. What is no finite
 * number is no figure and no key: it is read as null. There is one zero; `-0.0` would be a second. */
export function printStored({ name, type }: Column): string {
  const stored = quoteIdentifier(name)
  if (type.kind === 'string') return `toValidUTF8(${stored})`
  return type.kind === 'float' ? `if(isFinite(${stored}), ${stored} + 0, NULL)` : stored
}

function isNullable(view: View, { alias, column }: ColumnReference): boolean {
  return column.nullable || column.type.kind === 'float' || alias !== view.read.alias
}

/**
 * Wall 1, at each table. Empty only for a table that the model declares to be the same for every tenant, or to be in a place
 * of the tenant alone, which its address was made of.
 */
function printTenant({ tenancy }: Read, { scope, bind }: Context): readonly string[] {
  return ownerTests(tenancy, scope).map(({ column, literal }) =>
    literal === null || literal.type === 'instant'
      ? 'false'
      : `${quoteIdentifier(column.name)} = ${bind(literal.type, literal.text)}`,
  )
}

function columnName(read: Read, column: string): string {
  return quoteIdentifier(`${read.alias}.${column}`)
}

function printGroups({ groupBy }: Select): readonly string[] {
  if (groupBy === null) return []
  const sets = groupBy.map((names) => names.map(quoteIdentifier).join(', '))
  const [only = ''] = sets
  if (sets.length > 1) return [`GROUP BY GROUPING SETS (${sets.map((set) => `(${set})`).join(', ')})`]
  return only === '' ? [] : [`GROUP BY ${only}`]
}

function printOrders(select: Select): readonly string[] {
  const orders = select.orderBy.map((order) => printOrder(order, select))
  return orders.length === 0 ? [] : [`ORDER BY ${orders.join(', ')}`]
}

function clause(keyword: string, ...conditions: readonly string[]): readonly string[] {
  const rest = conditions.filter((condition) => condition !== 'true')
  return rest.length === 0 ? [] : [`${keyword} ${rest.join(' AND ')}`]
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('Not a count of rows.')
  return String(value)
}

function indent(text: string): string {
  return text.includes('\n') ? `\n  ${text.replaceAll('\n', '\n  ')}\n` : text
}
