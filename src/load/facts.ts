import { z } from 'zod'

/** A column as it will be loaded. */
export interface LoadColumn {
  /** In the file. */
  readonly source: string
  /** In the table. */
  readonly name: string
  /** Of the table, in the engine's words, Nullable where a row has no value. */
  readonly type: string
  /** In words of people. */
  readonly kind: string
  /** SQL: the value out of the file's. */
  readonly value: string
  readonly empty: number
  readonly distinct: number
  /** What whoever loads it should know. */
  readonly notes: readonly string[]
}

/** Rows whose tenant column holds nothing that could be a tenant's id. */
export interface TenantGaps {
  readonly rows: number
  readonly firstRow: number
}

/** What was found in a file by reading all of it. */
export interface FileFacts {
  readonly rows: number
  readonly columns: readonly LoadColumn[]
  readonly tenant: LoadColumn
  readonly tenantGaps: TenantGaps
  /** SQL: whether a row has a tenant. */
  readonly hasTenant: string
}

/** Distinct values of a text up to which the engine keeps them in a dictionary. */
const dictionaryMax = 10_000

export function storedType(type: string, empty: number, distinct: number): string {
  const nullable = empty === 0 ? type : `Nullable(${type})`
  return type === 'String' && distinct <= dictionaryMax ? `LowCardinality(${nullable})` : nullable
}

/** SQL: whether a text can be the id of a tenant in a token. Null is none. */
export function printFitsTenant(value: string): string {
  return `ifNull(trimBoth(${value}) != '' AND lengthUTF8(${value}) <= 256 AND NOT match(${value}, '[\\\\x00-\\\\x1f\\\\x7f]'), false)`
}

/** One line of numbers and lists of them, as the engine prints a row. */
export const numbersSchema = z.array(z.union([z.coerce.number(), z.array(z.coerce.number())]))

export function counted(rows: number, what = 'row'): string {
  return `${rows.toLocaleString('en')} ${what}${rows === 1 ? '' : 's'}`
}

/** The engine counts different values exactly up to here, and to within a few percent beyond. */
const exactMax = 65_536

/** @param rows with a value: there can't be more different ones */
export function countedDistinct(distinct: number, rows: number, what: string): string {
  return `${distinct > exactMax ? 'about ' : ''}${counted(Math.min(distinct, rows), what)}`
}
