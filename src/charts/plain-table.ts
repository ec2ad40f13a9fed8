import type { WidgetAnswer } from './answers.ts'
import { type BehindTable, behindTable } from './behind-table.ts'
import { type ChartContext, chartContext } from './context.ts'
import type { TableChart } from './table-chart.ts'
import { fill } from './words.ts'

const nothing: BehindTable = { columns: [], rows: [] }

/** The table behind an answer as a picture of its own. */
export function plainTable(
  title: string,
  answer: WidgetAnswer | null,
  given: Partial<ChartContext> = {},
): TableChart {
  const { words } = chartContext(given)
  const { columns, rows } = answer === null ? nothing : behindTable(answer, given)
  const align = (isFigure: boolean) => (isFigure ? 'end' : 'start')
  return {
    view: 'table',
    title,
    summary: fill(words.summary, { title, text: columns.map(({ text }) => text).join(', ') }),
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
