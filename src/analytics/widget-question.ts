import type { WidgetQuestion } from '../catalogue/catalogue.ts'

/** The metrics that a stored question names, wherever they stand in it. */
export function questionMetrics(question: WidgetQuestion): readonly string[] {
  switch (question.kind) {
    case 'counter':
      return [question.input.metric]
    case 'timeSeries':
      return question.input.metrics
    case 'leaderboard':
      return [question.input.metric, ...(question.input.having ?? []).map((test) => test.metric)]
    case 'table':
      return [...question.input.metrics, ...(question.input.having ?? []).map((test) => test.metric)]
  }
}
