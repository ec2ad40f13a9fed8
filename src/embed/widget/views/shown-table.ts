import type { WidgetAnswer } from '../../../charts/answers.ts'
import type { ChartContext } from '../../../charts/context.ts'
import { plainTable } from '../../../charts/plain-table.ts'
import type { TableChart } from '../../../charts/table-chart.ts'

/** A table as it was made, or the one behind the figures of an answer. */
export type ShownTable =
  | { readonly chart: TableChart }
  | { readonly answer: WidgetAnswer; readonly context: Partial<ChartContext> }

export function tableIn(shown: ShownTable, title: string): TableChart {
  return 'chart' in shown ? shown.chart : plainTable(title, shown.answer, shown.context)
}
