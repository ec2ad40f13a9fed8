import type { FilterValue } from '../../src/access/grants.ts'
import type { FilterInput } from '../../src/catalogue/inputs.ts'
import { quoted } from './oracle-duckdb.ts'

/** What a dimension is in the oracle's tables: an expression, and how a value is written beside it. */
export interface OracleDimension {
  readonly sql: string
  readonly kind: 'text' | 'uuid' | 'whole' | 'decimal' | 'double' | 'single' | 'boolean' | 'date' | 'instant'
}
export type OracleDimensions = Readonly<Record<string, OracleDimension>>

/** All of the filters, from their meaning: a test of a null fails, and a NOT is the exact complement. */
export function filtersSql(
  dimensions: OracleDimensions,
  filters: readonly FilterInput[] | null | undefined,
): string {
  return conjunction((filters ?? []).map((filter) => filterSql(dimensions, filter)))
}

function conjunction(parts: readonly string[]): string {
  return `(${['true', ...parts].join(' AND ')})`
}

function disjunction(parts: readonly string[]): string {
  return `(${['false', ...parts].join(' OR ')})`
}

function filterSql(dimensions: OracleDimensions, filter: FilterInput): string {
  if (filter.and != null) return filtersSql(dimensions, filter.and)
  if (filter.or != null) return disjunction(filter.or.map((part) => filterSql(dimensions, part)))
  if (filter.not != null) return `(NOT ${filterSql(dimensions, filter.not)})`
  const dimension = dimensions[filter.dimension ?? '']
  if (dimension === undefined) throw new Error(`The oracle knows no dimension ${filter.dimension}.`)
  return `coalesce(${testSql(dimension, filter)}, false)`
}

function testSql(dimension: OracleDimension, { operator, values }: FilterInput): string {
  const { sql } = dimension
  const literals = (values ?? []).map((value) => literalSql(dimension, value ?? null))
  const [first = 'NULL', second = 'NULL'] = literals
  const any = (test: (literal: string) => string) =>
    disjunction(literals.map((literal) => `coalesce(${test(literal)}, false)`))
  switch (operator ?? 'EQUALS') {
    case 'EQUALS':
      return any((literal) => `${sql} IS NOT DISTINCT FROM ${literal}`)
    case 'NOT_EQUALS':
      return `NOT ${any((literal) => `${sql} IS NOT DISTINCT FROM ${literal}`)}`
    case 'CONTAINS':
      return any((literal) => `contains(${sql}, ${literal})`)
    case 'NOT_CONTAINS':
      return `NOT ${any((literal) => `contains(${sql}, ${literal})`)}`
    case 'STARTS_WITH':
      return any((literal) => `starts_with(${sql}, ${literal})`)
    case 'ENDS_WITH':
      return any((literal) => `ends_with(${sql}, ${literal})`)
    case 'GREATER_THAN':
      return `${sql} > ${first}`
    case 'GREATER_THAN_OR_EQUALS':
      return `${sql} >= ${first}`
    case 'LESS_THAN':
      return `${sql} < ${first}`
    case 'LESS_THAN_OR_EQUALS':
      return `${sql} <= ${first}`
    case 'BETWEEN':
      return `${sql} BETWEEN ${first} AND ${second}`
    case 'IS_NULL':
      return `${sql} IS NULL`
    case 'IS_NOT_NULL':
      return `${sql} IS NOT NULL`
  }
}

function literalSql({ kind }: OracleDimension, value: FilterValue): string {
  if (value === null) return 'NULL'
  switch (kind) {
    case 'text':
      return quoted(String(value))
    case 'uuid':
      return `UUID ${quoted(String(value))}`
    case 'whole':
    case 'decimal':
    case 'boolean':
      return String(value)
    case 'double':
      return `CAST(${value} AS DOUBLE)`
    case 'single':
      return `CAST(${value} AS FLOAT)`
    case 'date':
      return `DATE ${quoted(String(value))}`
    case 'instant':
      return `timezone('UTC', TIMESTAMPTZ ${quoted(String(value))})`
  }
}
