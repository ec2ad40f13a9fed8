import type { Asked } from './attempt.ts'

export type QuestionKind =
  | 'counter'
  | 'timeSeries'
  | 'leaderboard'
  | 'table'
  | 'histogram'
  | 'funnel'
  | 'retention'
  | 'records'
  | 'topValues'
  | 'widget'
  | 'drillDown'
  | 'dashboardFilters'

export type Filter = Readonly<Record<string, unknown>>

/** One field of the schema with its arguments, which any token can be asked. */
export interface Question {
  readonly what: string
  readonly kind: QuestionKind
  /** Whose dimensions it shows; null where a dashboard's filters may be of several. */
  readonly dataset: string | null
  /** What it names itself; what a stored widget names is its own affair. */
  readonly dimensions: readonly string[]
  readonly metrics: readonly string[]
  readonly dashboard: string | null
  /** `($input: CounterInput!)` */
  readonly parameters: string
  readonly field: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** The same bytes for everyone who asks, unless the operation is given a name of its own. */
export function asked({ kind, parameters, field, variables }: Question, name: string = kind): Asked {
  return { query: `query ${name}${parameters} { ${field} }`, variables }
}

/** The same field twice in one request. */
export function askedTwice({ kind, parameters, field, variables }: Question): Asked {
  const aliases = ['first', 'second'].map((alias) => `${alias}: ${field}`)
  return { query: `query ${kind}${parameters} { ${aliases.join(' ')} }`, variables }
}

/** The same question of fewer rows; null where it takes no filters. */
export function withFilters(question: Question, filters: readonly Filter[]): Question | null {
  const { kind, variables } = question
  if (kind === 'dashboardFilters') return null
  if (kind === 'widget' || kind === 'drillDown') {
    return { ...question, variables: { ...variables, filters } }
  }
  return { ...question, variables: { ...variables, input: { ...Object(variables.input), filters } } }
}
