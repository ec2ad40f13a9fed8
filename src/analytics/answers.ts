import type { FilterValue, Grain } from '../access/grants.ts'
import type { Benchmark, BenchmarkPeriod } from '../catalogue/benchmark.ts'
import type { Dimension, ValueType } from '../catalogue/catalogue.ts'
import type { Metric } from '../catalogue/metric.ts'
import type { TimeRange } from './time/time-range.ts'

/** Answers by columns, as the contract has them. Instants are RFC 3339 text. */
export interface CounterAnswer {
  readonly kind: 'counter'
  readonly metric: Metric
  readonly range: TimeRange | null
  readonly figure: Figure
  /** Null where nothing was to be compared with. */
  readonly comparison: CounterComparison | null
  readonly stats: Stats
}

export interface CounterComparison {
  readonly range: TimeRange
  readonly figure: Figure
}

/** A figure as a double and as exact decimal text; null where there is none. */
export interface Figure {
  readonly value: number | null
  readonly exact: string | null
}

export interface TimeSeriesAnswer {
  readonly kind: 'timeSeries'
  readonly granularity: Grain
  readonly range: TimeRange
  /** Microseconds since 1970; see time/latency.ts. */
  readonly completeUntil: number
  readonly labels: readonly string[]
  /** What the series are groups of, in the order of their keys. */
  readonly dimensions: readonly Dimension[]
  readonly series: readonly Series[]
  /** No group is left out: each stands alone or is one of the others. False also where that is not known. */
  readonly isWhole: boolean
  readonly stats: Stats
}

export interface Series {
  readonly metric: Metric
  readonly group: readonly GroupKey[]
  readonly isOthers: boolean
  readonly values: readonly (number | null)[]
  readonly exactValues: readonly (string | null)[]
  /** Bucket by bucket from the start of the compared window; null where nothing was to be compared with. */
  readonly comparisonValues: readonly (number | null)[] | null
  readonly total: number | null
  /** Of the whole compared window; null where nothing was to be compared with, and where its buckets do not add up. */
  readonly comparisonTotal: number | null
}

export interface GroupKey {
  readonly dimension: string
  readonly value: FilterValue
}

export interface LeaderboardAnswer {
  readonly kind: 'leaderboard'
  readonly metric: Metric
  readonly range: TimeRange | null
  /** In the order of the keys of a row. */
  readonly dimensions: readonly Dimension[]
  readonly rows: readonly LeaderboardRow[]
  readonly total: number | null
  readonly stats: Stats
}

export interface LeaderboardRow {
  readonly rank: number | null
  readonly keys: readonly GroupKey[]
  readonly figure: Figure
  readonly share: number | null
  readonly comparison: Figure | null
  readonly isOthers: boolean
}

export interface TableAnswer {
  readonly kind: 'table'
  readonly columns: readonly TableColumn[]
  /** What was spread over columns, in the order of the keys of each. */
  readonly pivot: readonly TableColumn[]
  readonly rows: readonly (readonly FilterValue[])[]
  /** Over all groups, listed or not; null where they were not asked for. */
  readonly totals: readonly FilterValue[] | null
  readonly rowCount: number
  readonly range: TimeRange | null
  readonly stats: Stats
}

export interface TableColumn {
  readonly name: string
  readonly title: string
  readonly kind: 'DIMENSION' | 'METRIC'
  readonly type: ValueType
  readonly format: string | null
  /** Of the time in buckets, whose starts the cells are; null for every other column. */
  readonly granularity: Grain | null
  /** Of a column that a pivot made, the values that it stands for. */
  readonly pivot: readonly GroupKey[]
}

export interface HistogramAnswer {
  readonly kind: 'histogram'
  readonly dimension: Dimension
  readonly bins: readonly HistogramBin[]
  readonly range: TimeRange | null
  readonly stats: Stats
}

/** `from` is inclusive and `to` exclusive; the exact ones are their decimal text. */
export interface HistogramBin {
  readonly from: number
  readonly to: number
  readonly exactFrom: string
  readonly exactTo: string
  readonly count: number
}

export interface FunnelAnswer {
  readonly kind: 'funnel'
  readonly steps: readonly FunnelStep[]
  readonly range: TimeRange | null
  readonly stats: Stats
}

export interface FunnelStep {
  readonly name: string
  readonly count: number
  /** Null in the first step, and where no one came to the step before. */
  readonly fromPrevious: number | null
  readonly fromStart: number | null
}

export interface RetentionAnswer {
  readonly kind: 'retention'
  readonly granularity: Grain
  readonly cohorts: readonly Cohort[]
  readonly range: TimeRange
  readonly stats: Stats
}

export interface Cohort {
  readonly start: string
  readonly size: number
  /** By periods; null for those that have not begun or lie beyond the range, and for the first where an order within it may not be told. */
  readonly returned: readonly (number | null)[]
}

export interface TopValuesAnswer {
  readonly kind: 'topValues'
  readonly values: readonly { readonly value: FilterValue; readonly count: number }[]
  readonly stats: Stats
}

export interface RecordsAnswer {
  readonly kind: 'records'
  readonly columns: readonly TableColumn[]
  readonly edges: readonly { readonly cursor: string; readonly node: readonly FilterValue[] }[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly stats: Stats
}

export interface BenchmarkAnswer {
  readonly kind: 'benchmark'
  readonly benchmark: Benchmark
  readonly metric: Metric
  readonly period: BenchmarkPeriod
  readonly range: TimeRange
  /** Of the guest's own tenant. */
  readonly figure: Figure
  /** Null where there are too few other tenants or one of them is too large; never which of the two. */
  readonly distribution: Distribution | null
  readonly stats: Stats
}

/** Of the other tenants. Null where one of the three figures that a quartile is the mean of outweighs the others. */
export interface Distribution {
  /** Rounded down to a multiple of five. */
  readonly tenants: number
  readonly lowerQuartile: number | null
  readonly median: number | null
  readonly upperQuartile: number | null
}

/** What an answer cost. */
export interface Stats {
  readonly durationMs: number
  readonly rowsRead: number
  readonly bytesRead: number
  /** When it was computed, in microseconds since 1970. */
  readonly asOf: number
}

export type WidgetAnswer =
  | CounterAnswer
  | TimeSeriesAnswer
  | LeaderboardAnswer
  | TableAnswer
  | HistogramAnswer
  | FunnelAnswer
  | RetentionAnswer

export function dimensionColumn(dimension: Dimension): TableColumn {
  const { name, title, type, format } = dimension
  return { name, title, kind: 'DIMENSION', type, format, granularity: null, pivot: [] }
}

export function bucketColumn(time: Dimension, granularity: Grain): TableColumn {
  return { ...dimensionColumn(time), granularity }
}

export function metricColumn(metric: Metric): TableColumn {
  const { name, title, format } = metric
  const style = format?.style ?? null
  return { name, title, kind: 'METRIC', type: 'NUMBER', format: style, granularity: null, pivot: [] }
}
