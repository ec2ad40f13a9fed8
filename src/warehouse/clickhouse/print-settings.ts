import type { Scope } from '../../access/scope.ts'
import type { Limits } from '../limits.ts'
import { addressOf } from '../routing.ts'
import type { Read } from '../select.ts'
import { type OwnerTest, ownerTests } from '../tenant.ts'
import { hexadecimal, quoteIdentifier, quoteString } from './quote.ts'

/**
 * Little memory instead of little time: a million rows of nine columns, put in an order, took 76 MB in the engine the first
 * time and 3 MB more the next; with the engine's own block sizes 133 MB. Without the ratio's 0 the engine looks at that alone.
 * Each file of a sort has buffers, of 1 MB where nothing is said.
 */
export const streamSettings: readonly string[] = Object.freeze([
  'max_threads = 1',
  'max_block_size = 2048',
  `max_bytes_before_external_sort = ${8 * 2 ** 20}`,
  'max_bytes_ratio_before_external_sort = 0',
  `prefer_external_sort_block_bytes = ${2 ** 19}`,
  'temporary_files_buffer_size = 65536',
])

/**
 * Wall 2 and the limits, inside the statement: settings of a session stick to a chDB connection. A filter here can
 * have no parameters, so the tenant's id stands in it as digits.
 */
export function printSettings(
  reads: readonly Read[],
  scope: Scope,
  limits: Limits,
  readonly: ReadonlyLevel,
  more: readonly string[] = [],
): string {
  const filters = new Map<string, string>()
  for (const read of reads) {
    const filter = tableFilter(read, scope)
    const { database, table } = addressOf(read, scope)
    if (filter !== null) filters.set(`${database}.${table}`, filter)
  }
  const entries = [...filters].map(([table, filter]) => `${quoteString(table)}: ${quoteString(filter)}`)
  const settings = [
    ...(entries.length === 0 ? [] : [`additional_table_filters = {${entries.join(', ')}}`]),
    ...settingsOf(limits, readonly, more),
  ]
  return `SETTINGS ${settings.join(', ')}`
}

/**
 * Both forbid to write. 1 also forbids what reads elsewhere, such as `url()`; a server whose user is held to 2, as those of
 * drivers are, refuses a statement that says 1.
 */
export type ReadonlyLevel = 1 | 2

/** What every statement says beside its filters. */
export function settingsOf(
  limits: Limits,
  readonly: ReadonlyLevel,
  more: readonly string[],
): readonly string[] {
  return [
    `max_execution_time = ${limits.timeoutMs / 1000}`,
    `max_rows_to_read = ${limits.rowsRead}`,
    `max_result_rows = ${limits.resultRows}`,
    `max_memory_usage = ${limits.memoryBytes}`,
    // What a profile may say instead gives a part of the rows as if it were all.
    "timeout_overflow_mode = 'throw'",
    "read_overflow_mode = 'throw'",
    "result_overflow_mode = 'throw'",
    'skip_unavailable_shards = 0',
    'join_use_nulls = 1',
    'transform_null_in = 1',
    // Of a cluster: what a subquery finds on all shards is what each of them gets, wherever the engine moves it.
    "distributed_product_mode = 'global'",
    // Else three equalities between OR become an IN, which fails on what print-predicate.ts keeps out of it.
    'optimize_min_equality_disjunction_chain_length = 1000000',
    'optimize_min_inequality_conjunction_chain_length = 1000000',
    'output_format_json_quote_64bit_integers = 1',
    'output_format_json_quote_decimals = 1',
    'output_format_json_quote_denormals = 1',
    ...more,
    `readonly = ${readonly}`,
  ]
}

function tableFilter({ tenancy }: Read, scope: Scope): string | null {
  const tests = ownerTests(tenancy, scope).map(printTest)
  return tests.length === 0 ? null : tests.join(' AND ')
}

function printTest({ column: { name }, literal }: OwnerTest): string {
  if (literal === null) return 'false'
  const column = quoteIdentifier(name)
  const value = hexadecimal(literal.text)
  if (literal.type === 'String') return `${column} = ${value}`
  return literal.type === 'UUID' ? `${column} = toUUID(${value})` : `${column} = ${literal.text}`
}
