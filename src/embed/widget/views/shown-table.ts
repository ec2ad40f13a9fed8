import type { WidgetAnswer } from '../../../charts/answers.ts'
import { type BehindTable, behindTable } from '../../../charts/behind-table.ts'
import type { TableChart } from '../../../charts/chart.ts'
import type { ChartContext } from '../../../charts/context.ts'

/** A table as it was made, or the one behind the figures of an answer. */
export type ShownTable =
  | { readonly chart: TableChart }
  | { readonly answer: WidgetAnswer; readonly context: Partial<ChartContext> }

export function tableIn(shown: ShownTable, title: string): TableChart {
  return 'chart' in shown ? shown.chart : tableOf(behindTable(shown.answer, shown.context), title)
}

function tableOf({ columns, rows }: BehindTable, title: string): TableChart {
  const align = (isFigure: boolean) => (isFigure ? ('end' as const) : ('start' as const))
  return {
    view: 'table',
    title,
    summary: title,
    groups: [],
    columns: columns.map(({ text, isFigure }) => ({
      text,
      align: align(isFigure),
      span: 1,
      isKey: !isFigure,
    })),
    rows: rows.map((cells) =>
      cells.map(({ text, at }, index) => {
        const isFigure = columns[index]?.isFigure ?? true
        return { text, align: align(isFigure), isKey: !isFigure, bar: null, at }
      }),
    ),
    totals: null,
    note: null,
  }
}
