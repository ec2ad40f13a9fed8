import type { ScopeTerms } from '../access/layers.ts'
import type { Benchmark } from './benchmark.ts'
import type { Column } from './column.ts'
import type { Customs } from './customs.ts'
import type { DataSource } from './data-source.ts'
import type {
  CounterInput,
  FunnelInput,
  HistogramInput,
  LeaderboardInput,
  RetentionInput,
  TableInput,
  TimeRangeInput,
  TimeSeriesInput,
} from './inputs.ts'
import type { Metric } from './metric.ts'
import type { RowRule } from './row-rule.ts'

/**
 * The model of one environment as the process keeps it in memory: resolved, checked against the warehouse,
 * frozen, and replaced whole when its version changes. Nothing in it belongs to a request.
 */
export interface Catalogue extends ScopeTerms {
  readonly version: number
  /** Of the calendar that figures are cut by. */
  readonly customs: Customs
  readonly dataSources: ReadonlyMap<string, DataSource>
  readonly datasets: ReadonlyMap<string, Dataset>
  /** By name, which is unique in the environment. */
  readonly metrics: ReadonlyMap<string, Metric>
  readonly benchmarks: ReadonlyMap<string, Benchmark>
  readonly dashboards: ReadonlyMap<string, Dashboard>
  /** By `widgetKey(dashboard, widget)`. */
  readonly widgets: ReadonlyMap<string, Widget>
}

export type ValueType = 'STRING' | 'NUMBER' | 'BOOLEAN' | 'TIME'

export interface Dataset {
  readonly name: string
  readonly title: string
  readonly description: string | null
  /** Null where it is in the place of each tenant. */
  readonly dataSource: string | null
  readonly table: ModelTable
  readonly tenancy: Tenancy
  /** The name of the dimension that time ranges and buckets are about. */
  readonly timeDimension: string | null
  /** For how many seconds after its time a row may still arrive. */
  readonly latencySeconds: number
  readonly dimensions: ReadonlyMap<string, Dimension>
  /** By the name of the dataset joined to. */
  readonly joins: ReadonlyMap<string, Join>
  readonly metrics: readonly Metric[]
  /** Which rows a token sees, by its attributes; each must hold. */
  readonly rowRules: readonly RowRule[]
}

/** Of PostgreSQL, `database` is the schema. */
export interface TableAddress {
  readonly database: string
  readonly table: string
}

/** A table of the place of whoever asks: what stands before its name, a scope knows. */
export interface RoutedTable {
  readonly database: null
  readonly table: string
}

export type ModelTable = TableAddress | RoutedTable

/**
 * How a table's rows are told apart by tenant. A model that leaves it open is refused.
 * `column`: the tenant's id stands in a column. `own`: it is in a place of the tenant alone, and may have the column as
 * well. `shared`: reference data that is the same for every tenant.
 */
export type Tenancy = (
  | { readonly kind: 'column'; readonly column: Column }
  | { readonly kind: 'own'; readonly column: Column | null }
  | { readonly kind: 'shared' }
) & {
  /** Columns that say of which organization and environment a row is; each must hold, too. */
  readonly within?: readonly WithinColumn[]
}

export interface WithinColumn {
  readonly column: Column
  readonly of: 'organizationId' | 'environmentId'
}

/** Many-to-one: at most one row of `table` for each row of the dataset. */
export interface Join {
  readonly dataset: string
  readonly table: ModelTable
  readonly tenancy: Tenancy
  /** Pairs of the dataset's own column and the joined table's column. */
  readonly on: readonly { readonly own: Column; readonly other: Column }[]
}

export interface Dimension {
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly type: ValueType
  readonly format: string | null
  readonly unit: string | null
  readonly column: Column
  /** The join that the column comes from; null for the dataset's own. */
  readonly join: string | null
  /** The permissions that naming it needs; all of them. */
  readonly requires: readonly string[]
  /** Whether it means the same in every dataset that has a conformed dimension of its name. */
  readonly conformed: boolean
}

export interface Dashboard {
  readonly name: string
  readonly title: string
  readonly description: string | null
  /** The tenant that it belongs to; null where it belongs to the environment. */
  readonly tenantId: string | null
  readonly filters: readonly DashboardFilter[]
  readonly defaultTimeRange: TimeRangeInput | null
  readonly layout: Readonly<Record<string, unknown>>
  readonly widgets: readonly Widget[]
}

export interface DashboardFilter {
  readonly name: string
  readonly title: string
  readonly dimension: string
  readonly dataset: string
}

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

export interface Widget {
  readonly dashboard: string
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly visualization: {
    readonly kind: (typeof visualizationKinds)[number]
    readonly options: Readonly<Record<string, unknown>>
  }
  /** Null of a text, which asks nothing. */
  readonly question: WidgetQuestion | null
}

/** A stored question: the contract's input for its kind, held to the same checks as a guest's own. */
export type WidgetQuestion =
  | { readonly kind: 'counter'; readonly input: CounterInput }
  | { readonly kind: 'timeSeries'; readonly input: TimeSeriesInput }
  | { readonly kind: 'leaderboard'; readonly input: LeaderboardInput }
  | { readonly kind: 'table'; readonly input: TableInput }
  | { readonly kind: 'histogram'; readonly input: HistogramInput }
  | { readonly kind: 'funnel'; readonly input: FunnelInput }
  | { readonly kind: 'retention'; readonly input: RetentionInput }

export function widgetKey(dashboard: string, widget: string): string {
  return `${dashboard}/${widget}`
}
