import type { Among, ColumnReference } from '../select.ts'
import type { Kind } from './kinds.ts'
import { rowsOf } from './print-text.ts'
import { printValue } from './print-value.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/** Null equals null, and IN has no such thing: what may be null goes in as whether it is, and a value in its place. */
export function printAmong({ of, select, keys }: Among, printing: Printing): string {
  const own: string[] = []
  const others: string[] = []
  for (const [index, reference] of of.entries()) {
    const key = quoteIdentifier(keys[index] ?? '')
    const parts = (value: string) => printParts(value, reference, printing)
    own.push(...parts(printValue(reference, printing)))
    others.push(...parts(key))
  }
  return `(${own.join(', ')}) IN (SELECT ${others.join(', ')} FROM ${rowsOf(printing.select(select))})`
}

function printParts(value: string, reference: ColumnReference, printing: Printing): readonly string[] {
  if (!printing.nullable(reference)) return [value]
  const substitute = substitutes[printing.kindOf(reference)]
  return [`${value} IS NULL`, `coalesce(${value}, ${substitute})`]
}

const substitutes: Readonly<Record<Kind, string>> = {
  text: "''",
  uuid: "'00000000-0000-0000-0000-000000000000'::uuid",
  boolean: 'false',
  integer: '0',
  numeric: '0',
  float: '0',
  date: "'1970-01-01'::date",
  instant: "'1970-01-01 00:00:00+00'::timestamptz",
  internal: 'NULL',
}
