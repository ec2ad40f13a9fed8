import type { WidgetQuestion } from '../catalogue/catalogue.ts'
import type { WidgetDefinition } from './document.ts'

/** The one question of a widget; null where it has none, as a text may, or several, which the rules refuse. */
export function questionOf(widget: WidgetDefinition): WidgetQuestion | null {
  const [question = null, ...others] = questionsOf(widget)
  return others.length === 0 ? question : null
}

export function questionsOf({
  counter,
  timeSeries,
  leaderboard,
  table,
  histogram,
  funnel,
  retention,
}: WidgetDefinition): readonly WidgetQuestion[] {
  const questions: WidgetQuestion[] = []
  if (counter !== undefined) questions.push({ kind: 'counter', input: counter })
  if (timeSeries !== undefined) questions.push({ kind: 'timeSeries', input: timeSeries })
  if (leaderboard !== undefined) questions.push({ kind: 'leaderboard', input: leaderboard })
  if (table !== undefined) questions.push({ kind: 'table', input: table })
  if (histogram !== undefined) questions.push({ kind: 'histogram', input: histogram })
  if (funnel !== undefined) questions.push({ kind: 'funnel', input: funnel })
  if (retention !== undefined) questions.push({ kind: 'retention', input: retention })
  return questions
}
