import type {
  CounterInput,
  FilterInput,
  FunnelInput,
  Granularity,
  HistogramInput,
  LeaderboardInput,
  RecordsInput,
  RetentionInput,
  TableInput,
  TimeRangeInput,
  TimeSeriesInput,
  TopValuesInput,
} from '../catalogue/inputs.ts'
import type { GuestTokenInput } from './context.ts'

type Optional<T> = T | null | undefined

/** Exactly one of `tokenId` and `token`. */
export interface ExplainInput {
  readonly tokenId?: Optional<string>
  readonly token?: Optional<GuestTokenInput>
  readonly question: ExplainedQuestion
}

/** Exactly one of them. */
export interface ExplainedQuestion {
  readonly dashboard?: Optional<string>
  readonly widget?: Optional<WidgetQuestionInput>
  readonly counter?: Optional<CounterInput>
  readonly timeSeries?: Optional<TimeSeriesInput>
  readonly leaderboard?: Optional<LeaderboardInput>
  readonly table?: Optional<TableInput>
  readonly histogram?: Optional<HistogramInput>
  readonly funnel?: Optional<FunnelInput>
  readonly retention?: Optional<RetentionInput>
  readonly topValues?: Optional<TopValuesInput>
  readonly records?: Optional<RecordsInput>
}

export interface WidgetQuestionInput {
  readonly dashboard: string
  readonly name: string
  readonly timeRange?: Optional<TimeRangeInput>
  readonly granularity?: Optional<Granularity>
  readonly timeZone?: Optional<string>
  readonly filters?: Optional<readonly FilterInput[]>
}

export const explainOutcomes = ['ALLOWED', 'NARROWED', 'REFUSED'] as const
export type ExplainOutcome = (typeof explainOutcomes)[number]

export interface Explanation {
  readonly outcome: ExplainOutcome
  /** Of the refusal. */
  readonly code: string | null
  readonly rules: readonly ExplainedRule[]
  /** Null where the question is about no dataset that could be found. */
  readonly rows: ExplainedRows | null
}

export interface ExplainedRule {
  readonly effect: ExplainOutcome
  /** `role viewer`, `policy overview`, `token`, `row rule of flights`, `tenant`, `question` … */
  readonly source: string
  readonly text: string
}

export interface ExplainedRows {
  readonly dataset: string
  /** Of the tenant, before anything narrows them. */
  readonly ofTenant: number
  /** That the token lets through. */
  readonly visible: number
  /** Of those, inside the question's own range and filters; null where it is refused. */
  readonly asked: number | null
}
