import type { TableInput } from '../../catalogue/inputs.ts'
import type { Stats, TableAnswer } from '../answers.ts'
import type { Asking, Plan, Rowset } from '../asking.ts'
import { bucketColumns, type PivotColumn, planPivot } from './pivot.ts'
import { parseTable, planTable, planTotals, type TableQuestion } from './table.ts'

/** Runs a plan for the scope, under the limits. */
export type Answer = <Answered extends { readonly stats: Stats }>(plan: Plan<Answered>) => Promise<Answered>

/** The statements of a table: one, but for the values of a pivot, for totals and past the last page. */
export async function askTable(
  asking: Asking,
  input: TableInput,
  rowset: Rowset,
  answer: Answer,
): Promise<TableAnswer> {
  const question = parseTable(asking, input, rowset)
  const { columns: spread, stats: before } = await spreadOf(asking, question, answer)
  const [table, total] = await Promise.all([
    answer(planTable(asking, question, spread)),
    input.totals === true ? answer(planTotals(asking, question, spread)) : null,
  ])
  const stats = [...before, table.stats, ...(total === null ? [] : [total.stats])].reduce(together)
  const totals = total?.totals ?? null
  if (table.rows.length > 0 || (input.offset ?? 0) === 0) return { ...table, totals, stats }
  // Past the last row nothing carries the count, so it is asked for once more.
  const first = { ...question, input: { ...input, offset: 0, limit: 1 } }
  const { rowCount } = await answer(planTable(asking, first, spread))
  return { ...table, totals, stats, rowCount }
}

async function spreadOf(
  asking: Asking,
  { rowset, pivot }: TableQuestion,
  answer: Answer,
): Promise<{ columns: readonly PivotColumn[] | null; stats: readonly Stats[] }> {
  if (pivot === null) return { columns: null, stats: [] }
  const buckets = bucketColumns(rowset, pivot)
  if (buckets !== null) return { columns: buckets, stats: [] }
  const { columns, stats } = await answer(planPivot(asking, rowset, pivot))
  return { columns, stats: [stats] }
}

/** What several statements of one question cost. */
export function together(one: Stats, other: Stats): Stats {
  return {
    durationMs: one.durationMs + other.durationMs,
    rowsRead: one.rowsRead + other.rowsRead,
    bytesRead: one.bytesRead + other.bytesRead,
    asOf: Math.min(one.asOf, other.asOf),
  }
}
