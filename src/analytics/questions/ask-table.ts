import type { TableInput } from '../../catalogue/inputs.ts'
import type { Stats, TableAnswer } from '../answers.ts'
import { type Asker, together } from '../asker.ts'
import { parseMetrics, parseRowset, type Rowset } from '../asking.ts'
import { bucketColumns, type PivotColumn, planPivot } from './pivot.ts'
import { parseTable, planTable, planTotals, type TableQuestion } from './table.ts'

/** A table of one dataset. */
export async function askTable(asker: Asker, input: TableInput): Promise<TableAnswer> {
  const { asking, inAnyRange, bounded } = asker
  const { dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
  const plain = parseRowset(asking, dataset, input)
  const hasTime = input.granularity != null
  // All of the question is checked before anything is read for it.
  planTable(asking, parseTable(asking, input, hasTime ? inAnyRange(plain) : plain), null)
  return answerTable(asker, input, hasTime ? await bounded(plain) : plain)
}

/** The statements of a table: one, but for the values of a pivot, for totals and past the last page. */
export async function answerTable(asker: Asker, input: TableInput, rowset: Rowset): Promise<TableAnswer> {
  const { asking, answer } = asker
  const question = parseTable(asking, input, rowset)
  const { columns: spread, stats: before } = await spreadOf(asker, question)
  const [table, total] = await Promise.all([
    answer(planTable(asking, question, spread)),
    input.totals === true ? answer(planTotals(asking, question, spread)) : null,
  ])
  const stats = together([...before, table.stats, ...(total === null ? [] : [total.stats])])
  const totals = total?.totals ?? null
  if (table.rows.length > 0 || (input.offset ?? 0) === 0) return { ...table, totals, stats }
  // Past the last row nothing carries the count, so it is asked for once more.
  const first = { ...question, input: { ...input, offset: 0, limit: 1 } }
  const { rowCount } = await answer(planTable(asking, first, spread))
  return { ...table, totals, stats, rowCount }
}

async function spreadOf(
  { asking, answer }: Asker,
  { rowset, pivot }: TableQuestion,
): Promise<{ columns: readonly PivotColumn[] | null; stats: readonly Stats[] }> {
  if (pivot === null) return { columns: null, stats: [] }
  const buckets = bucketColumns(rowset, pivot)
  if (buckets !== null) return { columns: buckets, stats: [] }
  const { columns, stats } = await answer(planPivot(asking, rowset, pivot))
  return { columns, stats: [stats] }
}
