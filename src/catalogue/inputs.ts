import type { FilterOperator, FilterValue, Grain } from '../access/grants.ts'

/**
 * The questions as the contract spells them: what a GraphQL argument or a stored widget holds before anything of it
 * is believed. Absent and null mean the same.
 */
type Optional<T> = T | null | undefined

export interface DateTimeRangeInput {
  readonly start: string
  readonly stop: string
}

/** Exactly one of the two. */
export interface TimeRangeInput {
  readonly period?: Optional<string>
  readonly between?: Optional<DateTimeRangeInput>
}

export type Granularity = Grain | 'AUTO'

export type SortOrder = 'ASC' | 'DESC'
export const comparisons = ['PREVIOUS_PERIOD', 'PREVIOUS_YEAR'] as const
export type Comparison = (typeof comparisons)[number]
export type Fill = 'DEFAULT' | 'ZERO' | 'NULL' | 'NONE'

export interface FilterInput {
  readonly dimension?: Optional<string>
  readonly operator?: Optional<FilterOperator>
  readonly values?: Optional<readonly Optional<FilterValue>[]>
  readonly and?: Optional<readonly FilterInput[]>
  readonly or?: Optional<readonly FilterInput[]>
  readonly not?: Optional<FilterInput>
}

export interface MetricFilterInput {
  readonly metric: string
  readonly operator: FilterOperator
  readonly values: readonly FilterValue[]
}

export interface OrderInput {
  readonly by: string
  readonly order?: Optional<SortOrder>
}

interface Asked {
  readonly timeRange?: Optional<TimeRangeInput>
  readonly timeZone?: Optional<string>
  readonly filters?: Optional<readonly FilterInput[]>
}

export interface CounterInput extends Asked {
  readonly metric: string
  readonly compareTo?: Optional<Comparison>
}

export interface TimeSeriesInput extends Asked {
  readonly metrics: readonly string[]
  readonly granularity?: Optional<Granularity>
  readonly groupBy?: Optional<readonly string[]>
  readonly limit?: Optional<number>
  readonly others?: Optional<boolean>
  readonly compareTo?: Optional<Comparison>
  readonly fill?: Optional<Fill>
}

export interface LeaderboardInput extends Asked {
  readonly metric: string
  readonly dimensions: readonly string[]
  readonly limit?: Optional<number>
  readonly order?: Optional<SortOrder>
  readonly others?: Optional<boolean>
  readonly compareTo?: Optional<Comparison>
  readonly having?: Optional<readonly MetricFilterInput[]>
}

export interface TableInput extends Asked {
  readonly metrics: readonly string[]
  readonly dimensions: readonly string[]
  readonly granularity?: Optional<Granularity>
  readonly pivot?: Optional<readonly string[]>
  readonly orderBy?: Optional<readonly OrderInput[]>
  readonly limit?: Optional<number>
  readonly offset?: Optional<number>
  readonly totals?: Optional<boolean>
  readonly having?: Optional<readonly MetricFilterInput[]>
}

export interface HistogramInput extends Asked {
  readonly dataset: string
  readonly dimension: string
  readonly bins?: Optional<number>
}

export interface FunnelStepInput {
  readonly name: string
  readonly filters: readonly FilterInput[]
}

export interface FunnelInput extends Asked {
  readonly dataset: string
  readonly entity: string
  readonly steps: readonly FunnelStepInput[]
  /** An ISO 8601 duration. */
  readonly within: string
}

export interface RetentionInput extends Asked {
  readonly dataset: string
  readonly entity: string
  readonly granularity: Granularity
  readonly periods?: Optional<number>
  readonly start?: Optional<readonly FilterInput[]>
  readonly return?: Optional<readonly FilterInput[]>
}

export interface TopValuesInput extends Asked {
  readonly dataset: string
  readonly dimension: string
  readonly search?: Optional<string>
  readonly limit?: Optional<number>
}

export interface RecordsInput extends Asked {
  readonly dataset: string
  readonly columns: readonly string[]
  readonly orderBy?: Optional<readonly OrderInput[]>
}

/** One figure of an answer: a bucket, a group, or the rest of the groups; absent parts mean all. */
export interface PointInput {
  /** Of several. */
  readonly metric?: Optional<string>
  /** A label of the answer. */
  readonly bucket?: Optional<string>
  readonly group?: Optional<readonly GroupKeyInput[]>
  /** The groups that do not stand alone. */
  readonly others?: Optional<boolean>
  /** Of a histogram. */
  readonly bin?: Optional<BinRangeInput>
  /** The name of a funnel's. */
  readonly step?: Optional<string>
  /** Of a retention's cohort, which is its bucket: how many buckets later, from 0 on. */
  readonly period?: Optional<number>
}

export interface BinRangeInput {
  readonly from?: Optional<FilterValue>
  readonly to?: Optional<FilterValue>
}

export interface GroupKeyInput {
  readonly dimension: string
  readonly value?: Optional<FilterValue>
}

export interface BenchmarkInput {
  readonly name: string
  readonly period?: Optional<string>
}

export interface PageInput {
  readonly first?: Optional<number>
  readonly after?: Optional<string>
}
