import type { ColumnReference, Operand } from '../select.ts'
import type { Kind } from './kinds.ts'
import type { Printing } from './printing.ts'

/** From the year 1 to the year 9999; what is beyond, `infinity` included, is read as null. */
export const timesFrom = { date: "'0001-01-01'::date", instant: "'0001-01-01 00:00:00+00'::timestamptz" }
export const timesUntil = { date: "'10000-01-01'::date", instant: "'10000-01-01 00:00:00+00'::timestamptz" }

/** What is tested, as a figure, a key or a value to compare by its order. Text is ordered by its bytes. */
export function printOperand(operand: Operand, printing: Printing): string {
  if (operand.kind === 'output') return printing.output(operand.name)
  return printValue(operand, printing)
}

export function printValue(reference: ColumnReference, printing: Printing): string {
  const column = printing.column(reference)
  if (reference.asTruth === true) return `(${column} <> 0)`
  switch (reference.column.type.kind) {
    case 'string':
      return `(${column} COLLATE "C")`
    case 'date':
      return printing.isKnown(column) ? column : `CASE WHEN ${printKnown(column, 'date')} THEN ${column} END`
    case 'instant':
      if (printing.isKnown(column)) return `${column}::timestamptz`
      return `CASE WHEN ${printKnown(column, 'instant')} THEN ${column}::timestamptz END`
    default:
      return column
  }
}

/** A time that is one: null of null. */
export function printKnown(column: string, kind: 'date' | 'instant'): string {
  return `(${column} >= ${timesFrom[kind]} AND ${column} < ${timesUntil[kind]})`
}

/** A column's name alone where that says the same, so that an index on it can be used. */
export function printBare(operand: Operand, printing: Printing): string {
  const isBare = operand.kind === 'column' && operand.asTruth !== true
  return isBare ? printing.column(operand) : printOperand(operand, printing)
}

/** As answers have it: exact numbers without trailing zeros, times in UTC. */
export function printShown(value: string, kind: Kind): string {
  switch (kind) {
    case 'numeric':
      return `trim_scale(${value})`
    case 'date':
      return `to_char(${value}, 'YYYY-MM-DD')`
    case 'instant':
      return `to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`
    default:
      return value
  }
}

/**
 * A double of a numeric of any size: null where it is greater than all doubles, 0 where it is less than all of them; the
 * cast alone would fail.
 */
export function printDouble(numeric: string): string {
  return `NULLIF(GREATEST(NULLIF(LEAST(round(${numeric}, 323), ${most}), ${most}), -${most}), -${most})::float8`
}

const most = '1.7976931348623157e308'
