/**
 * What of an answer is drawn, by the names of the typed documents of src/client, whose results can be drawn as they
 * are; a test holds that.
 */
export type Value = string | number | boolean | null

export interface MetricInfo {
  readonly name: string
  readonly title: string
  /** number, percent, currency, duration or bytes. */
  readonly format: string | null
  readonly digits: number | null
  readonly currency: string | null
  readonly unit: string | null
  readonly additive: boolean
}

export interface GroupKey {
  readonly dimension: string
  readonly value?: unknown
}

export interface ResolvedTimeRange {
  readonly start: string
  readonly stop: string
  readonly timeZone: string
}

export interface CounterData {
  readonly __typename: 'Counter'
  readonly metric: MetricInfo
  readonly range: ResolvedTimeRange | null
  readonly value: number | null
  readonly exactValue: string | null
  readonly comparison: CounterComparison | null
}

export interface CounterComparison {
  readonly range: ResolvedTimeRange
  readonly value: number | null
  readonly change: number | null
  readonly changeRatio: number | null
}

export interface TimeSeriesData {
  readonly __typename: 'TimeSeries'
  readonly granularity: string
  readonly axisRange: ResolvedTimeRange
  /** A bucket that ends by then is final. */
  readonly completeUntil: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  /** Whether no group is left out, where it was asked for. */
  readonly isWhole?: boolean
}

export interface Series {
  readonly metric: MetricInfo
  readonly group: readonly GroupKey[]
  readonly isOthers: boolean
  readonly values: readonly (number | null)[]
  readonly comparisonValues: readonly (number | null)[] | null
  readonly total: number | null
  /** Of the whole window before; null where it does not add up. */
  readonly comparisonTotal?: number | null
}

export interface LeaderboardData {
  readonly __typename: 'Leaderboard'
  readonly metric: MetricInfo
  readonly range: ResolvedTimeRange | null
  /** In the order of the keys of a row. */
  readonly dimensions: readonly { readonly title: string }[]
  readonly rows: readonly LeaderboardRow[]
  readonly total: number | null
}

export interface LeaderboardRow {
  readonly keys: readonly GroupKey[]
  readonly value: number | null
  /** Its decimal text, where it was asked for. */
  readonly exactValue?: string | null
  readonly share: number | null
  readonly comparisonValue: number | null
  readonly isOthers: boolean
}

export interface TableData {
  readonly __typename: 'Table'
  readonly columns: readonly TableColumn[]
  /** What was spread over columns, in the order of the keys of each. */
  readonly pivot: readonly { readonly granularity: string | null }[]
  /** A figure that a double cannot hold exactly is decimal text. */
  readonly cells: readonly (readonly unknown[])[]
  readonly totals: readonly unknown[] | null
  readonly rowCount: number
  readonly range: ResolvedTimeRange | null
}

export interface TableColumn {
  readonly name: string
  readonly title: string
  readonly kind: 'DIMENSION' | 'METRIC'
  readonly type: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'TIME'
  readonly format: string | null
  /** Of the time in buckets, whose starts the cells are. */
  readonly granularity: string | null
  readonly pivot: readonly GroupKey[]
  /** Of a column of figures, where it was asked for: how they are written. */
  readonly metric?: MetricInfo | null
}

export interface HistogramData {
  readonly __typename: 'Histogram'
  readonly dimension: { readonly title: string; readonly format: string | null; readonly unit: string | null }
  readonly range: ResolvedTimeRange | null
  readonly bins: readonly HistogramBin[]
}

export interface HistogramBin {
  readonly from: number
  readonly to: number
  readonly exactFrom: string
  readonly exactTo: string
  readonly count: number
}

export interface FunnelData {
  readonly __typename: 'Funnel'
  readonly range: ResolvedTimeRange | null
  readonly steps: readonly FunnelStep[]
}

export interface FunnelStep {
  readonly name: string
  readonly count: number
  readonly fromPrevious: number | null
  readonly fromStart: number | null
}

export interface RetentionData {
  readonly __typename: 'Retention'
  readonly granularity: string
  readonly axisRange: ResolvedTimeRange
  readonly cohorts: readonly Cohort[]
}

export interface Cohort {
  readonly start: string
  readonly size: number
  readonly returned: readonly (number | null)[]
}

export type WidgetAnswer =
  | CounterData
  | TimeSeriesData
  | LeaderboardData
  | TableData
  | HistogramData
  | FunnelData
  | RetentionData

export const visualizationKinds = [
  'NUMBER',
  'LINE',
  'AREA',
  'BAR',
  'STACKED_BAR',
  'PIE',
  'TABLE',
  'PIVOT',
  'HEATMAP',
  'HISTOGRAM',
  'FUNNEL',
  'COHORT',
  'MAP',
  'TEXT',
] as const
export type VisualizationKind = (typeof visualizationKinds)[number]

/** What of a widget is drawn beside its answer. */
export interface DrawnWidget {
  readonly title: string
  readonly description?: string | null
  readonly visualization: { readonly kind: VisualizationKind; readonly options: unknown }
}
