import type { WidgetAnswer } from '../../charts/answers.ts'
import type { WidgetData } from '../../client/dashboard-data.ts'

/** An answer by the names of the schema, some of which have another name in a document that asks for all types at once. */
export function drawable(answer: WidgetData): WidgetAnswer {
  switch (answer.__typename) {
    case 'TimeSeries':
    case 'Retention':
      return { ...answer, range: answer.axisRange }
    case 'Table':
      return { ...answer, rows: answer.cells }
    default:
      return answer
  }
}
