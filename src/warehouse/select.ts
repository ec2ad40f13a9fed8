import type { ModelTable, Tenancy } from '../catalogue/catalogue.ts'
import type { Column } from '../catalogue/column.ts'
import type { ParameterType } from './statement.ts'

/**
 * What a plan asks of a warehouse, as frozen data without a dialect. A select reads a view; only a view reads
 * tables, and the printer guards each of them by the scope.
 */
export interface Select {
  readonly from: View | NestedSelect
  readonly outputs: readonly Output[]
  readonly where: Predicate
  /** Null: not grouped. Each set lists output names; a row of a set that lacks a key has null for it. */
  readonly groupBy: readonly (readonly string[])[] | null
  readonly having: Predicate
  readonly orderBy: readonly Order[]
  readonly limit: number | null
  readonly offset: number
}

/** The rows of another select, to be grouped once more; what reads them refers to its outputs alone. */
export interface NestedSelect {
  readonly kind: 'rows_of'
  readonly select: Select
}

/** The rows of one dataset that a scope may see: guarded reads, joined, before anything that a guest wrote. */
export interface View {
  readonly dataset: string
  readonly read: Read
  readonly joins: readonly JoinedView[]
  /** Locked filters and row rules; each must hold. */
  readonly guard: readonly Predicate[]
}

/** One physical table. The printer adds the tenant's predicate and throws where the tenancy is not known. */
export interface Read {
  /** Stands before the names of its columns: `flights.delay`. */
  readonly alias: string
  readonly table: ModelTable
  readonly tenancy: Tenancy
  readonly columns: readonly Column[]
}

/**
 * Many-to-one and outer: never loses or multiplies rows of the view. It is a view of its own, so that the guard of the
 * joined dataset hides its columns and not the rows that join it.
 */
export interface JoinedView {
  readonly view: View
  readonly on: readonly { readonly own: Column; readonly other: Column }[]
}

export interface Output {
  readonly name: string
  readonly expression: Expression
}

/** A column of a view, by the alias of its read. */
export interface ColumnReference {
  readonly kind: 'column'
  readonly alias: string
  readonly column: Column
  /** A whole number that is read as whether it is not 0. */
  readonly asTruth?: true
}

export type Expression =
  | ColumnReference
  /** A column where a boolean output of the same select holds, else null. */
  | { readonly kind: 'column_if'; readonly flag: string; readonly of: ColumnReference }
  | AggregateExpression
  | ValueAtEnd
  /** What an aggregate has seen, to be merged by a select over this one. */
  | { readonly kind: 'state'; readonly of: Aggregated }
  | MergedState
  /** One of the values of a group in which all are alike. */
  | { readonly kind: 'any_of'; readonly of: OutputReference }
  | PlaceExpression
  | { readonly kind: 'ratio'; readonly numerator: Expression; readonly denominator: Expression }
  | { readonly kind: 'number'; readonly value: number }
  /** Exact where it can be: null where a part is null, and where something is divided by 0. */
  | Arithmetic
  /** The start of the bucket that an instant falls into, in whole seconds since 1970 (UTC). */
  | { readonly kind: 'bucket'; readonly time: ColumnReference; readonly buckets: BucketIndex }
  /** A column in the engine's own form: only for a select that another one reads. */
  | { readonly kind: 'raw'; readonly of: ColumnReference }
  | Among
  /** Whether a row passes; false where a null is tested. */
  | { readonly kind: 'test'; readonly of: Predicate }
  /** The earliest or latest whole second since 1970 (UTC) of a time; of a date, its midnight as if in UTC. */
  | { readonly kind: 'time_end'; readonly function: 'min' | 'max'; readonly of: ColumnReference }
  /** An output of the select whose rows are read. */
  | OutputReference
  | BinExpression
  | FunnelLevel
  | FirstBucket
  | BucketsSince
  | PeriodExpression
  /** Whether this row belongs to the grouping set without the named key. */
  | { readonly kind: 'is_subtotal'; readonly key: string }
  /** How many rows there are after having and before limit. */
  | { readonly kind: 'row_count' }

/** Whether the columns' values, taken together, are among the keys of a select's rows; null equals null. */
export interface Among {
  readonly kind: 'among'
  readonly of: readonly ColumnReference[]
  readonly select: Select
  /** The names of that select's outputs, in the order of `of`. */
  readonly keys: readonly string[]
}

export interface AggregateExpression {
  readonly kind: 'aggregate'
  readonly function:
    | 'count'
    | 'sum'
    | 'avg'
    | 'min'
    | 'max'
    | 'count_distinct'
    | 'count_distinct_approximate'
    | 'quantile'
    | 'quantile_approximate'
  readonly of: ColumnReference | null
  readonly level: number | null
  /** Only rows for which it holds. */
  readonly where: Predicate
}

export type Aggregated = AggregateExpression | ValueAtEnd

/** An aggregate from states that the select below left: of one row's state, or of all that are grouped. */
export interface MergedState {
  readonly kind: 'merged'
  readonly of: Aggregated
  /** The name of the output below. */
  readonly state: string
  readonly over: 'row' | 'group'
}

/** 1 for the first of the rows that pass, 2 for the next …; `limit + 1` for all after that and all that do not pass. */
export interface PlaceExpression {
  readonly kind: 'place'
  readonly passes: Predicate
  readonly orderBy: readonly Order[]
  readonly limit: number
}

/** The value of the row with the least or greatest time among those that have a value; of equal times, the least or greatest value. */
export interface ValueAtEnd {
  readonly kind: 'value_at_end'
  readonly end: 'first' | 'last'
  readonly of: ColumnReference
  readonly by: ColumnReference
  readonly where: Predicate
}

export interface Arithmetic {
  readonly kind: 'arithmetic'
  readonly operator: '+' | '-' | '*' | '/'
  readonly left: Expression
  readonly right: Expression
}

/** The bin that a number falls into. */
export interface BinExpression {
  readonly kind: 'bin'
  readonly of: ColumnReference
  readonly bins: BinIndex
}

/**
 * `whole`: the bin's number from 0 on, in exact arithmetic; an integer is counted in ones and a decimal in units of its
 * last digit. What lies before the first bin has a number below 0. `edges`: the greatest edge that is not greater; what
 * lies before the first edge must be left out by the select.
 */
export type BinIndex =
  | { readonly kind: 'whole'; readonly first: bigint; readonly width: bigint }
  | { readonly kind: 'edges'; readonly edges: readonly number[] }

/**
 * How many of the steps the rows of a group went through: the greatest k with rows r1 … rk, ri passing step i, each
 * strictly later than the one before and the last at most `within` microseconds after the first.
 */
export interface FunnelLevel {
  readonly kind: 'funnel_level'
  readonly time: ColumnReference
  /** At most 32. */
  readonly steps: readonly Predicate[]
  readonly within: number
}

/** The bucket of the group's first row that passes; null where none does. */
export interface FirstBucket {
  readonly kind: 'first_bucket'
  readonly time: ColumnReference
  readonly buckets: BucketIndex
  readonly where: Predicate
}

/** The buckets with a row that passes `where`, at or after the group's first row that passes `since`; for a nesting select. */
export interface BucketsSince {
  readonly kind: 'buckets_since'
  readonly time: ColumnReference
  readonly buckets: BucketIndex
  readonly since: Predicate
  readonly where: Predicate
}

/**
 * One row for a bucket of `from` alone, numbered -1, and one for each bucket of `of` that is fewer than `count`
 * buckets later, numbered by how many.
 */
export interface PeriodExpression {
  readonly kind: 'period'
  readonly of: OutputReference
  readonly from: OutputReference
  /** All of them, as the engine's numbers, ascending. */
  readonly buckets: readonly number[]
  readonly count: number
}

/** Bucket starts as seconds since 1970, ascending; `runs` where a few stretches of equal width make them up. */
export type BucketIndex =
  | { readonly kind: 'edges'; readonly edges: readonly number[] }
  | { readonly kind: 'runs'; readonly runs: readonly BucketRun[] }

/** Buckets of `width` seconds from `start` on, up to the next run. */
export interface BucketRun {
  readonly start: number
  readonly width: number
}

export interface Order {
  readonly output: string
  readonly descending: boolean
}

/** Two-valued: a test of a null is false, and `not` is the true complement. */
export type Predicate =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | { readonly kind: 'is_null'; readonly of: Operand }
  | {
      readonly kind: 'compare'
      readonly operator: '=' | '<' | '<=' | '>' | '>='
      readonly of: Operand
      readonly value: Literal
    }
  /** At least one literal. */
  | { readonly kind: 'in'; readonly of: Operand; readonly values: readonly Literal[] }
  | {
      readonly kind: 'text'
      readonly match: 'contains' | 'starts_with' | 'ends_with' | 'contains_folded'
      readonly of: Operand
      readonly value: Literal
    }
  | Among
  /** A boolean output, after grouping. */
  | { readonly kind: 'holds'; readonly output: string }

/** What a predicate tests: a column before grouping, an output after it. */
export type Operand = ColumnReference | OutputReference

export interface OutputReference {
  readonly kind: 'output'
  readonly name: string
}

/** A value, checked against its type's range, in the engine's text form; `instant` is microseconds since 1970. */
export interface Literal {
  readonly type: ParameterType | 'instant'
  readonly text: string
}

export const always: Predicate = Object.freeze({ kind: 'constant', value: true })
export const never: Predicate = Object.freeze({ kind: 'constant', value: false })

/** All of them hold; true when there is none. */
export function allOf(predicates: readonly Predicate[]): Predicate {
  const rest = predicates.filter((predicate) => !(predicate.kind === 'constant' && predicate.value))
  const [first] = rest
  if (first === undefined) return always
  return rest.length === 1 ? first : { kind: 'and', of: rest }
}

/** Any of them holds; false when there is none. */
export function anyOf(predicates: readonly Predicate[]): Predicate {
  const rest = predicates.filter((predicate) => !(predicate.kind === 'constant' && !predicate.value))
  const [first] = rest
  if (first === undefined) return never
  return rest.length === 1 ? first : { kind: 'or', of: rest }
}

export function negate(predicate: Predicate): Predicate {
  return { kind: 'not', of: predicate }
}
