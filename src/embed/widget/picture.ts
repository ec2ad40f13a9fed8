import { html, type TemplateResult } from 'lit'
import type { WidgetAnswer } from '../../charts/answers.ts'
import type { ChartContext } from '../../charts/context.ts'
import { drawAnswer } from '../../charts/draw-answer.ts'
import type { Point } from '../../charts/point.ts'
import type { WidgetData } from '../../client/dashboard-data.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import { loadParts } from '../load-parts.ts'
import type { PageContext } from '../page-context.ts'
import { chartContextOf } from './chart-context.ts'
import { loadCharts } from './load-charts.ts'
import { numberView } from './views/number-view.ts'
import type { ShownTable } from './views/shown-table.ts'
import { textView } from './views/text-view.ts'

export interface PictureOptions {
  readonly widget: WidgetDefinition
  readonly answer: WidgetData | null
  readonly page: PageContext
  readonly asTable: boolean
  readonly headingLevel: number
  readonly onPoint: (at: Point) => void
  /** A file that the picture is drawn with did not come, or drawing failed. */
  readonly onFail: (error: unknown) => void
}

/** What a widget shows: words and tables as such, everything else as a chart. */
export function picture(options: PictureOptions): TemplateResult {
  const { widget, answer, page, asTable, headingLevel } = options
  const context = chartContextOf(page)
  const chart = asTable && answer !== null ? null : drawAnswer(widget, answer, context)
  // The table behind is made in a file that comes later.
  if (chart === null) return answer === null ? html`` : tableView({ answer, context }, options)
  switch (chart.view) {
    case 'number':
      return numberView(chart, widget.controls.drillDown ? options.onPoint : null)
    case 'table':
      return tableView({ chart }, options, sortable(widget, answer))
    case 'text':
      return textView(chart, headingLevel)
    default:
      return answer === null ? html`` : chartView(answer, context, options)
  }
}

function chartView(
  answer: WidgetAnswer,
  context: Partial<ChartContext>,
  { widget, onPoint, onFail }: PictureOptions,
): TemplateResult {
  loadCharts().catch(onFail)
  return html`<tessera-chart
    exportparts="chart, plot, tooltip, legend"
    .widget=${widget}
    .answer=${answer}
    .context=${context}
    .canDrill=${widget.controls.drillDown}
    @chart-point=${({ detail }: CustomEvent<Point>) => onPoint(detail)}
    @chart-failed=${({ detail }: CustomEvent<unknown>) => onFail(detail)}
  ></tessera-chart>`
}

function tableView(
  shown: ShownTable,
  { widget, page, onPoint, onFail }: PictureOptions,
  values: readonly (readonly unknown[])[] | null = null,
): TemplateResult {
  loadParts().catch(onFail)
  return html`<tessera-table
    exportparts="table"
    .shown=${shown}
    .values=${values}
    .label=${widget.title}
    .locale=${page.locale}
    .canDrill=${widget.controls.drillDown}
    @table-point=${({ detail }: CustomEvent<Point>) => onPoint(detail)}
  ></tessera-table>`
}

/** A table of figures may be sorted in the page where it has all of its rows; a pivot's heads stand over several columns. */
function sortable(
  { visualization }: WidgetDefinition,
  answer: WidgetAnswer | null,
): readonly (readonly unknown[])[] | null {
  if (answer?.__typename !== 'Table' || visualization.kind !== 'TABLE') return null
  return answer.rowCount > answer.cells.length ? null : answer.cells
}
