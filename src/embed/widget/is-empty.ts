import type { WidgetData } from '../../client/dashboard-data.ts'

/** Whether there is nothing to be seen: no rows, or no figure. A zero is one. */
export function isEmpty(answer: WidgetData): boolean {
  switch (answer.__typename) {
    case 'Counter':
      return answer.value === null
    case 'TimeSeries':
      return answer.series.every(({ values }) => values.every((value) => value === null))
    case 'Leaderboard':
      return answer.rows.length === 0
    case 'Table':
      return answer.cells.length === 0
    case 'Histogram':
      return answer.bins.length === 0
    case 'Funnel':
      return answer.steps.every(({ count }) => count === 0)
    case 'Retention':
      return answer.cohorts.every(({ size }) => size === 0)
  }
}
