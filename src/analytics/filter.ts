import type { FilterOperator, FilterValue } from '../access/grants.ts'
import type { Dataset, Dimension } from '../catalogue/catalogue.ts'
import type { FilterInput } from '../catalogue/inputs.ts'
import { badInput, TesseraError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import {
  allOf,
  always,
  anyOf,
  type ColumnReference,
  type Literal,
  negate,
  type Predicate,
} from '../warehouse/select.ts'
import { literalOf, textLiteral } from './literal.ts'

const maxDepth = 10
export const maxTests = 200
export const maxValues = 1_000

/** How a name in a filter becomes a dimension; throws where it may not be named. */
export type FindDimension = (name: string, argument: string) => Dimension

/**
 * Any dimension that the model defines: for definitions, which may use what a guest may not name.
 * @throws DIMENSION_NOT_ALLOWED
 */
export function findDimension(dataset: Dataset, name: string, argument: string): Dimension {
  const dimension = dataset.dimensions.get(name)
  if (dimension !== undefined) return dimension
  const allowed = nearest(name, dataset.dimensions.keys())
  throw new TesseraError('DIMENSION_NOT_ALLOWED', { argument, allowed })
}

/** Where a dimension's values stand. */
export function columnOf(dataset: Dataset, dimension: Dimension): ColumnReference {
  const { column, join, type } = dimension
  const reference = { kind: 'column', alias: join ?? dataset.name, column } as const
  return type === 'BOOLEAN' && column.type.kind === 'integer' ? { ...reference, asTruth: true } : reference
}

/**
 * All of the filters hold. Two-valued: a null passes no test but IS_NULL, and a NOT_ form or `not` lets through
 * exactly the rows that its opposite does not.
 * @throws BAD_USER_INPUT, QUERY_TOO_LARGE and what `find` throws
 */
export function parseFilters(
  dataset: Dataset,
  filters: readonly FilterInput[] | null | undefined,
  find: FindDimension,
  argument: string,
): Predicate {
  if (filters === null || filters === undefined || filters.length === 0) return always
  const budget = { tests: maxTests }
  return allOf(
    filters.map((filter, index) => parseFilter({ dataset, find, budget }, filter, `${argument}.${index}`, 1)),
  )
}

interface Parsing {
  readonly dataset: Dataset
  readonly find: FindDimension
  readonly budget: { tests: number }
}

function parseFilter(parsing: Parsing, filter: FilterInput, argument: string, depth: number): Predicate {
  if (depth > maxDepth) {
    throw new TesseraError('QUERY_TOO_LARGE', {
      argument,
      expected: `at most ${maxDepth} levels of and, or and not`,
    })
  }
  const { dimension, and, or, not } = filter
  const forms = [dimension, and, or, not].filter((form) => form !== null && form !== undefined)
  if (forms.length !== 1) throw badInput(argument, 'either a test of one dimension, or one of and, or, not')
  if (dimension != null) return parseTest(parsing, filter, dimension, argument)
  if (filter.values != null) throw badInput(`${argument}.values`, 'no values beside and, or, not')
  const each = (list: readonly FilterInput[], name: string) =>
    list.map((part, index) => parseFilter(parsing, part, `${argument}.${name}.${index}`, depth + 1))
  if (and != null) return allOf(each(and, 'and'))
  if (or != null) return anyOf(each(or, 'or'))
  return negate(parseFilter(parsing, not ?? {}, `${argument}.not`, depth + 1))
}

function parseTest(parsing: Parsing, filter: FilterInput, name: string, argument: string): Predicate {
  parsing.budget.tests -= 1
  if (parsing.budget.tests < 0) {
    throw new TesseraError('QUERY_TOO_LARGE', {
      argument,
      expected: `at most ${maxTests} tests in one question`,
    })
  }
  const dimension = parsing.find(name, `${argument}.dimension`)
  const operator = filter.operator ?? 'EQUALS'
  const test: Test = {
    dimension,
    column: columnOf(parsing.dataset, dimension),
    values: parseValues(operator, filter.values, `${argument}.values`),
    argument: `${argument}.values`,
  }
  checkOperator(operator, dimension, `${argument}.operator`)
  return predicateOf(operator, test)
}

interface Test {
  readonly dimension: Dimension
  readonly column: ColumnReference
  readonly values: readonly FilterValue[]
  readonly argument: string
}

function parseValues(
  operator: FilterOperator,
  values: readonly (FilterValue | undefined)[] | null | undefined,
  argument: string,
): readonly FilterValue[] {
  if (operator === 'IS_NULL' || operator === 'IS_NOT_NULL') {
    if (values != null && values.length > 0) throw badInput(argument, `no values with ${operator}`)
    return []
  }
  if (values == null) throw badInput(argument, `values to compare with; an empty list means none`)
  if (values.length > maxValues) {
    throw new TesseraError('QUERY_TOO_LARGE', { argument, expected: `at most ${maxValues} values` })
  }
  if (operator === 'BETWEEN' && values.length !== 2) throw badInput(argument, 'two values with BETWEEN')
  if (comparisons[operator] !== undefined && values.length !== 1)
    throw badInput(argument, `one value with ${operator}`)
  return values.map((value) => value ?? null)
}

const comparisons: Partial<Record<FilterOperator, '<' | '<=' | '>' | '>='>> = {
  GREATER_THAN: '>',
  GREATER_THAN_OR_EQUALS: '>=',
  LESS_THAN: '<',
  LESS_THAN_OR_EQUALS: '<=',
}

const textMatches: Partial<Record<FilterOperator, 'contains' | 'starts_with' | 'ends_with'>> = {
  CONTAINS: 'contains',
  NOT_CONTAINS: 'contains',
  STARTS_WITH: 'starts_with',
  ENDS_WITH: 'ends_with',
}

const anyType = new Set<FilterOperator>(['EQUALS', 'NOT_EQUALS', 'IS_NULL', 'IS_NOT_NULL'])

function checkOperator(operator: FilterOperator, dimension: Dimension, argument: string): void {
  if (anyType.has(operator)) return
  const { kind } = dimension.column.type
  const isText = kind === 'string'
  if (textMatches[operator] !== undefined && !isText) {
    throw badInput(argument, `an operator for ${dimension.type} values, not ${operator}`)
  }
  if (textMatches[operator] === undefined && (dimension.type === 'BOOLEAN' || kind === 'uuid')) {
    throw badInput(argument, 'EQUALS, NOT_EQUALS, IS_NULL or IS_NOT_NULL')
  }
}

function predicateOf(operator: FilterOperator, test: Test): Predicate {
  const comparison = comparisons[operator]
  if (comparison !== undefined) return compare(test, comparison, 0)
  switch (operator) {
    case 'IS_NULL':
      return { kind: 'is_null', of: test.column }
    case 'IS_NOT_NULL':
      return negate({ kind: 'is_null', of: test.column })
    case 'EQUALS':
      return equalsAny(test)
    case 'NOT_EQUALS':
      return negate(equalsAny(test))
    case 'BETWEEN':
      return allOf([compare(test, '>=', 0), compare(test, '<=', 1)])
    case 'NOT_CONTAINS':
      return negate(matchesAny(operator, test))
    default:
      return matchesAny(operator, test)
  }
}

function equalsAny({ dimension, column, values, argument }: Test): Predicate {
  const literals: Literal[] = []
  let orNull = false
  for (const [index, value] of values.entries()) {
    if (value === null) orNull = true
    else literals.push(literalOf(dimension, value, `${argument}.${index}`))
  }
  const [first] = literals
  const equals: Predicate[] =
    first === undefined
      ? []
      : [
          literals.length === 1
            ? { kind: 'compare', operator: '=', of: column, value: first }
            : { kind: 'in', of: column, values: literals },
        ]
  return anyOf(orNull ? [...equals, { kind: 'is_null', of: column }] : equals)
}

function compare(
  { dimension, column, values, argument }: Test,
  operator: '<' | '<=' | '>' | '>=',
  index: number,
): Predicate {
  const value = values[index]
  if (value === null || value === undefined)
    throw badInput(`${argument}.${index}`, 'a value that is not null')
  return { kind: 'compare', operator, of: column, value: literalOf(dimension, value, `${argument}.${index}`) }
}

function matchesAny(operator: FilterOperator, { column, values, argument }: Test): Predicate {
  const match = textMatches[operator]
  if (match === undefined) throw new Error(`${operator} is not a test of text.`)
  return anyOf(
    values.map((value, index) => ({
      kind: 'text',
      match,
      of: column,
      value: textLiteral(value, `${argument}.${index}`),
    })),
  )
}
