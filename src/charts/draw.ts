import type { DrawnWidget, WidgetAnswer } from './answers.ts'
import type { Chart } from './chart.ts'
import type { ChartContext } from './context.ts'
import { drawAnswer } from './draw-answer.ts'
import { plainTable } from './plain-table.ts'

/**
 * What a widget looks like, as draw-answer.ts has it, a table at the last.
 * @param answer null where there is none, as for a text without a question
 */
export function chartOption(
  widget: DrawnWidget,
  answer: WidgetAnswer | null,
  given: Partial<ChartContext> = {},
): Chart {
  return drawAnswer(widget, answer, given) ?? plainTable(widget.title, answer, given)
}
