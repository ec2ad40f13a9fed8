// Made by `npm run documents` from schema.graphql and the .graphql files beside it.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] }

import type { Value } from './scalars.ts'
import type { TypedDocument } from './typed-document.ts'
export const fragments = {
  WidgetDefinition:
    'fragment WidgetDefinition on Widget{id name title description visualization{kind options}answers controls{timeRange granularity compareTo filters drillDown export}}',
  DashboardFrame:
    'fragment DashboardFrame on Dashboard{id name title description defaultTimeRange layout filters{name title dimension locked}}',
  MetricFormat:
    'fragment MetricFormat on Metric{name title unit format currency digits locale additive approximate}',
  TimeRangeShown: 'fragment TimeRangeShown on ResolvedTimeRange{start stop timeZone}',
  CounterData:
    'fragment CounterData on Counter{__typename metric{...MetricFormat}value exactValue formatted range{...TimeRangeShown}comparison{value formatted change changeRatio range{...TimeRangeShown}}stats{asOf}}',
  TimeSeriesData:
    'fragment TimeSeriesData on TimeSeries{__typename granularity labels completeUntil axisRange:range{...TimeRangeShown}series{metric{...MetricFormat}group{dimension value}isOthers values comparisonValues total comparisonTotal}isWhole stats{asOf}}',
  LeaderboardData:
    'fragment LeaderboardData on Leaderboard{__typename metric{...MetricFormat}dimensions{title}rows{rank keys{dimension value}value exactValue formatted comparisonValue share isOthers}total range{...TimeRangeShown}stats{asOf}}',
  TableData:
    'fragment TableData on Table{__typename columns{name title kind type format granularity metric{...MetricFormat}pivot{dimension value}}pivot{granularity}cells:rows totals rowCount range{...TimeRangeShown}stats{asOf}}',
  HistogramData:
    'fragment HistogramData on Histogram{__typename dimension{title format unit}bins{from to exactFrom exactTo count}range{...TimeRangeShown}stats{asOf}}',
  FunnelData:
    'fragment FunnelData on Funnel{__typename steps{name count fromStart fromPrevious}range{...TimeRangeShown}stats{asOf}}',
  RetentionData:
    'fragment RetentionData on Retention{__typename granularity axisRange:range{...TimeRangeShown}cohorts{start size returned}stats{asOf}}',
} as const

export const DashboardDefinitionDocument: TypedDocument<
  DashboardDefinitionQuery,
  DashboardDefinitionQueryVariables
> =
  `query DashboardDefinition($name:String!){dashboard(name:$name){...DashboardFrame widgets{...WidgetDefinition}}}${fragments.DashboardFrame}${fragments.WidgetDefinition}`

export const WidgetOfDashboardDocument: TypedDocument<
  WidgetOfDashboardQuery,
  WidgetOfDashboardQueryVariables
> =
  `query WidgetOfDashboard($dashboard:String!$name:String!){dashboard(name:$dashboard){...DashboardFrame widget(name:$name){...WidgetDefinition}}}${fragments.DashboardFrame}${fragments.WidgetDefinition}`

export const WidgetByIdDocument: TypedDocument<WidgetByIdQuery, WidgetByIdQueryVariables> =
  `query WidgetById($id:ID!){widget(id:$id){...WidgetDefinition}}${fragments.WidgetDefinition}`

export const DrillDownDocument: TypedDocument<DrillDownQuery, DrillDownQueryVariables> =
  'query DrillDown($id:ID!$at:PointInput$columns:[String!]$filters:[FilterInput!]$granularity:Granularity$orderBy:[OrderInput!]$timeRange:TimeRangeInput$timeZone:TimeZone$first:Int$after:String){widget(id:$id){drillDown(at:$at columns:$columns filters:$filters granularity:$granularity orderBy:$orderBy timeRange:$timeRange timeZone:$timeZone first:$first after:$after){columns{name title kind type format}edges{node}pageInfo{hasNextPage endCursor}}}}'

export const CreateExportDocument: TypedDocument<CreateExportMutation, CreateExportMutationVariables> =
  'mutation CreateExport($input:ExportInput!){createExport(input:$input){url fileName expiresAt}}'

export const FilterValuesDocument: TypedDocument<FilterValuesQuery, FilterValuesQueryVariables> =
  'query FilterValues($dashboard:String!$filter:String!$search:String$limit:Int$timeRange:TimeRangeInput$timeZone:TimeZone){dashboard(name:$dashboard){filter(name:$filter){name values(search:$search limit:$limit timeRange:$timeRange timeZone:$timeZone){values{value count}}}}}'

export const WidgetUpdatesDocument: TypedDocument<
  WidgetUpdatesSubscription,
  WidgetUpdatesSubscriptionVariables
> =
  `subscription WidgetUpdates($widgets:[LiveWidgetInput!]!$everySeconds:Int!=10){dashboardData(widgets:$widgets everySeconds:$everySeconds){widget{id}data{...CounterData ...TimeSeriesData ...LeaderboardData ...TableData ...HistogramData ...FunnelData ...RetentionData}}}${fragments.CounterData}${fragments.MetricFormat}${fragments.TimeRangeShown}${fragments.TimeSeriesData}${fragments.LeaderboardData}${fragments.TableData}${fragments.HistogramData}${fragments.FunnelData}${fragments.RetentionData}`

export const ViewerDocument: TypedDocument<ViewerQuery, ViewerQueryVariables> =
  'query Viewer{viewer{tenantId subject role expiresAt permissions{adHoc drillDown export earliest maxDateRangeDays minGranularity lockedDimensions periods{all names}timeZones{all names}}}}'

export const WidgetDataDocument: TypedDocument<WidgetDataQuery, WidgetDataQueryVariables> =
  `query WidgetData($id:ID!$timeRange:TimeRangeInput$granularity:Granularity$timeZone:TimeZone$compareTo:Comparison$filters:[FilterInput!]){widget(id:$id){id data(timeRange:$timeRange granularity:$granularity timeZone:$timeZone compareTo:$compareTo filters:$filters){...CounterData ...TimeSeriesData ...LeaderboardData ...TableData ...HistogramData ...FunnelData ...RetentionData}}}${fragments.CounterData}${fragments.MetricFormat}${fragments.TimeRangeShown}${fragments.TimeSeriesData}${fragments.LeaderboardData}${fragments.TableData}${fragments.HistogramData}${fragments.FunnelData}${fragments.RetentionData}`
export type BinRangeInput = {
  readonly from: Value
  readonly to: Value
}

export type ColumnKind = 'DIMENSION' | 'METRIC'

export type Comparison = 'PREVIOUS_PERIOD' | 'PREVIOUS_YEAR'

export type DateTimeRangeInput = {
  readonly start: string
  readonly stop: string
}

export type DrillDownExportInput = {
  readonly at?: PointInput | null | undefined
  readonly columns?: ReadonlyArray<string> | null | undefined
  readonly filters?: ReadonlyArray<FilterInput> | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly id: string
  readonly orderBy?: ReadonlyArray<OrderInput> | null | undefined
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly timeZone?: string | null | undefined
}

export type ExportFormat = 'CSV' | 'JSON_LINES' | 'PARQUET' | 'SVG' | 'XLSX'

export type ExportInput = {
  readonly drillDown?: DrillDownExportInput | null | undefined
  readonly fileName?: string | null | undefined
  readonly format: ExportFormat
  readonly records?: RecordsInput | null | undefined
  readonly svg?: SvgOptionsInput | null | undefined
  readonly table?: TableInput | null | undefined
  readonly widget?: WidgetExportInput | null | undefined
}

export type FilterInput = {
  readonly and?: ReadonlyArray<FilterInput> | null | undefined
  readonly dimension?: string | null | undefined
  readonly not?: FilterInput | null | undefined
  readonly operator?: FilterOperator | null | undefined
  readonly or?: ReadonlyArray<FilterInput> | null | undefined
  readonly values?: ReadonlyArray<Value | null | undefined> | null | undefined
}

export type FilterOperator =
  | 'BETWEEN'
  | 'CONTAINS'
  | 'ENDS_WITH'
  | 'EQUALS'
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUALS'
  | 'IS_NOT_NULL'
  | 'IS_NULL'
  | 'LESS_THAN'
  | 'LESS_THAN_OR_EQUALS'
  | 'NOT_CONTAINS'
  | 'NOT_EQUALS'
  | 'STARTS_WITH'

export type Granularity =
  | 'AUTO'
  | 'DAY'
  | 'FIFTEEN_MINUTES'
  | 'FIVE_MINUTES'
  | 'HOUR'
  | 'MINUTE'
  | 'MONTH'
  | 'QUARTER'
  | 'WEEK'
  | 'YEAR'

export type GroupKeyInput = {
  readonly dimension: string
  readonly value?: Value | null | undefined
}

export type LiveWidgetInput = {
  readonly compareTo?: Comparison | null | undefined
  readonly filters?: ReadonlyArray<FilterInput> | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly id: string
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly timeZone?: string | null | undefined
}

export type MetricFilterInput = {
  readonly metric: string
  readonly operator: FilterOperator
  readonly values: ReadonlyArray<Value>
}

export type OrderInput = {
  readonly by: string
  readonly order?: SortOrder | null | undefined
}

export type PointInput = {
  readonly bin?: BinRangeInput | null | undefined
  readonly bucket?: string | null | undefined
  readonly group?: ReadonlyArray<GroupKeyInput> | null | undefined
  readonly metric?: string | null | undefined
  readonly others?: boolean | null | undefined
  readonly period?: number | null | undefined
  readonly step?: string | null | undefined
}

export type RecordsInput = {
  readonly columns: ReadonlyArray<string>
  readonly dataset: string
  readonly filters?: ReadonlyArray<FilterInput> | null | undefined
  readonly orderBy?: ReadonlyArray<OrderInput> | null | undefined
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly timeZone?: string | null | undefined
}

export type SortOrder = 'ASC' | 'DESC'

export type SvgOptionsInput = {
  readonly direction?: TextDirection | null | undefined
  readonly height?: number | null | undefined
  readonly locale?: string | null | undefined
  readonly theme?: SvgTheme | null | undefined
  readonly title?: boolean | null | undefined
  readonly width?: number | null | undefined
}

export type SvgTheme = 'DARK' | 'LIGHT'

export type TableInput = {
  readonly dimensions: ReadonlyArray<string>
  readonly filters?: ReadonlyArray<FilterInput> | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly having?: ReadonlyArray<MetricFilterInput> | null | undefined
  readonly limit?: number | null | undefined
  readonly metrics: ReadonlyArray<string>
  readonly offset?: number | null | undefined
  readonly orderBy?: ReadonlyArray<OrderInput> | null | undefined
  readonly pivot?: ReadonlyArray<string> | null | undefined
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly timeZone?: string | null | undefined
  readonly totals?: boolean | null | undefined
}

export type TextDirection = 'LTR' | 'RTL'

export type TimeRangeInput =
  | { readonly between: DateTimeRangeInput; readonly period?: never }
  | { readonly between?: never; readonly period: string }

export type ValueType = 'BOOLEAN' | 'NUMBER' | 'STRING' | 'TIME'

export type VisualizationKind =
  | 'AREA'
  | 'BAR'
  | 'COHORT'
  | 'FUNNEL'
  | 'HEATMAP'
  | 'HISTOGRAM'
  | 'LINE'
  | 'MAP'
  | 'NUMBER'
  | 'PIE'
  | 'PIVOT'
  | 'STACKED_BAR'
  | 'TABLE'
  | 'TEXT'

export type WidgetAnswer =
  | 'COUNTER'
  | 'FUNNEL'
  | 'HISTOGRAM'
  | 'LEADERBOARD'
  | 'RETENTION'
  | 'TABLE'
  | 'TIME_SERIES'

export type WidgetExportInput = {
  readonly compareTo?: Comparison | null | undefined
  readonly filters?: ReadonlyArray<FilterInput> | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly id: string
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly timeZone?: string | null | undefined
}

export type WidgetDefinitionFragment = {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly answers: WidgetAnswer | null
  readonly visualization: {
    readonly kind: VisualizationKind
    readonly options: Readonly<Record<string, unknown>>
  }
  readonly controls: {
    readonly timeRange: boolean
    readonly granularity: boolean
    readonly compareTo: boolean
    readonly filters: ReadonlyArray<string>
    readonly drillDown: boolean
    readonly export: boolean
  }
}

export type DashboardFrameFragment = {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly defaultTimeRange: Readonly<Record<string, unknown>> | null
  readonly layout: Readonly<Record<string, unknown>>
  readonly filters: ReadonlyArray<{
    readonly name: string
    readonly title: string
    readonly dimension: string
    readonly locked: boolean
  }>
}

export type DashboardDefinitionQueryVariables = Exact<{
  name: string
}>

export type DashboardDefinitionQuery = {
  readonly dashboard: {
    readonly id: string
    readonly name: string
    readonly title: string
    readonly description: string | null
    readonly defaultTimeRange: Readonly<Record<string, unknown>> | null
    readonly layout: Readonly<Record<string, unknown>>
    readonly widgets: ReadonlyArray<{
      readonly id: string
      readonly name: string
      readonly title: string
      readonly description: string | null
      readonly answers: WidgetAnswer | null
      readonly visualization: {
        readonly kind: VisualizationKind
        readonly options: Readonly<Record<string, unknown>>
      }
      readonly controls: {
        readonly timeRange: boolean
        readonly granularity: boolean
        readonly compareTo: boolean
        readonly filters: ReadonlyArray<string>
        readonly drillDown: boolean
        readonly export: boolean
      }
    }>
    readonly filters: ReadonlyArray<{
      readonly name: string
      readonly title: string
      readonly dimension: string
      readonly locked: boolean
    }>
  } | null
}

export type WidgetOfDashboardQueryVariables = Exact<{
  dashboard: string
  name: string
}>

export type WidgetOfDashboardQuery = {
  readonly dashboard: {
    readonly id: string
    readonly name: string
    readonly title: string
    readonly description: string | null
    readonly defaultTimeRange: Readonly<Record<string, unknown>> | null
    readonly layout: Readonly<Record<string, unknown>>
    readonly widget: {
      readonly id: string
      readonly name: string
      readonly title: string
      readonly description: string | null
      readonly answers: WidgetAnswer | null
      readonly visualization: {
        readonly kind: VisualizationKind
        readonly options: Readonly<Record<string, unknown>>
      }
      readonly controls: {
        readonly timeRange: boolean
        readonly granularity: boolean
        readonly compareTo: boolean
        readonly filters: ReadonlyArray<string>
        readonly drillDown: boolean
        readonly export: boolean
      }
    } | null
    readonly filters: ReadonlyArray<{
      readonly name: string
      readonly title: string
      readonly dimension: string
      readonly locked: boolean
    }>
  } | null
}

export type WidgetByIdQueryVariables = Exact<{
  id: string
}>

export type WidgetByIdQuery = {
  readonly widget: {
    readonly id: string
    readonly name: string
    readonly title: string
    readonly description: string | null
    readonly answers: WidgetAnswer | null
    readonly visualization: {
      readonly kind: VisualizationKind
      readonly options: Readonly<Record<string, unknown>>
    }
    readonly controls: {
      readonly timeRange: boolean
      readonly granularity: boolean
      readonly compareTo: boolean
      readonly filters: ReadonlyArray<string>
      readonly drillDown: boolean
      readonly export: boolean
    }
  } | null
}

export type DrillDownQueryVariables = Exact<{
  id: string
  at?: PointInput | null | undefined
  columns?: ReadonlyArray<string> | null | undefined
  filters?: ReadonlyArray<FilterInput> | null | undefined
  granularity?: Granularity | null | undefined
  orderBy?: ReadonlyArray<OrderInput> | null | undefined
  timeRange?: TimeRangeInput | null | undefined
  timeZone?: string | null | undefined
  first?: number | null | undefined
  after?: string | null | undefined
}>

export type DrillDownQuery = {
  readonly widget: {
    readonly drillDown: {
      readonly columns: ReadonlyArray<{
        readonly name: string
        readonly title: string
        readonly kind: ColumnKind
        readonly type: ValueType
        readonly format: string | null
      }>
      readonly edges: ReadonlyArray<{ readonly node: ReadonlyArray<Value | null> }>
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
    }
  } | null
}

export type CreateExportMutationVariables = Exact<{
  input: ExportInput
}>

export type CreateExportMutation = {
  readonly createExport: { readonly url: string; readonly fileName: string; readonly expiresAt: string }
}

export type FilterValuesQueryVariables = Exact<{
  dashboard: string
  filter: string
  search?: string | null | undefined
  limit?: number | null | undefined
  timeRange?: TimeRangeInput | null | undefined
  timeZone?: string | null | undefined
}>

export type FilterValuesQuery = {
  readonly dashboard: {
    readonly filter: {
      readonly name: string
      readonly values: {
        readonly values: ReadonlyArray<{ readonly value: Value | null; readonly count: number }>
      }
    } | null
  } | null
}

export type WidgetUpdatesSubscriptionVariables = Exact<{
  widgets: ReadonlyArray<LiveWidgetInput>
  everySeconds?: number
}>

export type WidgetUpdatesSubscription = {
  readonly dashboardData: {
    readonly widget: { readonly id: string }
    readonly data:
      | {
          readonly __typename: 'Counter'
          readonly value: number | null
          readonly exactValue: string | null
          readonly formatted: string
          readonly metric: {
            readonly name: string
            readonly title: string
            readonly unit: string | null
            readonly format: string | null
            readonly currency: string | null
            readonly digits: number | null
            readonly locale: string | null
            readonly additive: boolean
            readonly approximate: boolean
          }
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly comparison: {
            readonly value: number | null
            readonly formatted: string
            readonly change: number | null
            readonly changeRatio: number | null
            readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string }
          } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Funnel'
          readonly steps: ReadonlyArray<{
            readonly name: string
            readonly count: number
            readonly fromStart: number | null
            readonly fromPrevious: number | null
          }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Histogram'
          readonly dimension: {
            readonly title: string
            readonly format: string | null
            readonly unit: string | null
          }
          readonly bins: ReadonlyArray<{
            readonly from: number
            readonly to: number
            readonly exactFrom: string
            readonly exactTo: string
            readonly count: number
          }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Leaderboard'
          readonly total: number | null
          readonly metric: {
            readonly name: string
            readonly title: string
            readonly unit: string | null
            readonly format: string | null
            readonly currency: string | null
            readonly digits: number | null
            readonly locale: string | null
            readonly additive: boolean
            readonly approximate: boolean
          }
          readonly dimensions: ReadonlyArray<{ readonly title: string }>
          readonly rows: ReadonlyArray<{
            readonly rank: number | null
            readonly value: number | null
            readonly exactValue: string | null
            readonly formatted: string
            readonly comparisonValue: number | null
            readonly share: number | null
            readonly isOthers: boolean
            readonly keys: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
          }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Retention'
          readonly granularity: Granularity
          readonly axisRange: { readonly start: string; readonly stop: string; readonly timeZone: string }
          readonly cohorts: ReadonlyArray<{
            readonly start: string
            readonly size: number
            readonly returned: ReadonlyArray<number | null>
          }>
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Table'
          readonly totals: ReadonlyArray<Value | null> | null
          readonly rowCount: number
          readonly cells: ReadonlyArray<ReadonlyArray<Value | null>>
          readonly columns: ReadonlyArray<{
            readonly name: string
            readonly title: string
            readonly kind: ColumnKind
            readonly type: ValueType
            readonly format: string | null
            readonly granularity: Granularity | null
            readonly metric: {
              readonly name: string
              readonly title: string
              readonly unit: string | null
              readonly format: string | null
              readonly currency: string | null
              readonly digits: number | null
              readonly locale: string | null
              readonly additive: boolean
              readonly approximate: boolean
            } | null
            readonly pivot: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
          }>
          readonly pivot: ReadonlyArray<{ readonly granularity: Granularity | null }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'TimeSeries'
          readonly granularity: Granularity
          readonly labels: ReadonlyArray<string>
          readonly completeUntil: string
          readonly isWhole: boolean
          readonly axisRange: { readonly start: string; readonly stop: string; readonly timeZone: string }
          readonly series: ReadonlyArray<{
            readonly isOthers: boolean
            readonly values: ReadonlyArray<number | null>
            readonly comparisonValues: ReadonlyArray<number | null> | null
            readonly total: number | null
            readonly comparisonTotal: number | null
            readonly metric: {
              readonly name: string
              readonly title: string
              readonly unit: string | null
              readonly format: string | null
              readonly currency: string | null
              readonly digits: number | null
              readonly locale: string | null
              readonly additive: boolean
              readonly approximate: boolean
            }
            readonly group: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
          }>
          readonly stats: { readonly asOf: string }
        }
      | null
  }
}

export type MetricFormatFragment = {
  readonly name: string
  readonly title: string
  readonly unit: string | null
  readonly format: string | null
  readonly currency: string | null
  readonly digits: number | null
  readonly locale: string | null
  readonly additive: boolean
  readonly approximate: boolean
}

export type ViewerQueryVariables = Exact<{ [key: string]: never }>

export type ViewerQuery = {
  readonly viewer: {
    readonly tenantId: string
    readonly subject: string | null
    readonly role: string | null
    readonly expiresAt: string
    readonly permissions: {
      readonly adHoc: boolean
      readonly drillDown: boolean
      readonly export: boolean
      readonly earliest: string | null
      readonly maxDateRangeDays: number | null
      readonly minGranularity: Granularity | null
      readonly lockedDimensions: ReadonlyArray<string>
      readonly periods: { readonly all: boolean; readonly names: ReadonlyArray<string> }
      readonly timeZones: { readonly all: boolean; readonly names: ReadonlyArray<string> }
    }
  }
}

export type TimeRangeShownFragment = {
  readonly start: string
  readonly stop: string
  readonly timeZone: string
}

export type CounterDataFragment = {
  readonly __typename: 'Counter'
  readonly value: number | null
  readonly exactValue: string | null
  readonly formatted: string
  readonly metric: {
    readonly name: string
    readonly title: string
    readonly unit: string | null
    readonly format: string | null
    readonly currency: string | null
    readonly digits: number | null
    readonly locale: string | null
    readonly additive: boolean
    readonly approximate: boolean
  }
  readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
  readonly comparison: {
    readonly value: number | null
    readonly formatted: string
    readonly change: number | null
    readonly changeRatio: number | null
    readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string }
  } | null
  readonly stats: { readonly asOf: string }
}

export type TimeSeriesDataFragment = {
  readonly __typename: 'TimeSeries'
  readonly granularity: Granularity
  readonly labels: ReadonlyArray<string>
  readonly completeUntil: string
  readonly isWhole: boolean
  readonly axisRange: { readonly start: string; readonly stop: string; readonly timeZone: string }
  readonly series: ReadonlyArray<{
    readonly isOthers: boolean
    readonly values: ReadonlyArray<number | null>
    readonly comparisonValues: ReadonlyArray<number | null> | null
    readonly total: number | null
    readonly comparisonTotal: number | null
    readonly metric: {
      readonly name: string
      readonly title: string
      readonly unit: string | null
      readonly format: string | null
      readonly currency: string | null
      readonly digits: number | null
      readonly locale: string | null
      readonly additive: boolean
      readonly approximate: boolean
    }
    readonly group: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
  }>
  readonly stats: { readonly asOf: string }
}

export type LeaderboardDataFragment = {
  readonly __typename: 'Leaderboard'
  readonly total: number | null
  readonly metric: {
    readonly name: string
    readonly title: string
    readonly unit: string | null
    readonly format: string | null
    readonly currency: string | null
    readonly digits: number | null
    readonly locale: string | null
    readonly additive: boolean
    readonly approximate: boolean
  }
  readonly dimensions: ReadonlyArray<{ readonly title: string }>
  readonly rows: ReadonlyArray<{
    readonly rank: number | null
    readonly value: number | null
    readonly exactValue: string | null
    readonly formatted: string
    readonly comparisonValue: number | null
    readonly share: number | null
    readonly isOthers: boolean
    readonly keys: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
  }>
  readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
  readonly stats: { readonly asOf: string }
}

export type TableDataFragment = {
  readonly __typename: 'Table'
  readonly totals: ReadonlyArray<Value | null> | null
  readonly rowCount: number
  readonly cells: ReadonlyArray<ReadonlyArray<Value | null>>
  readonly columns: ReadonlyArray<{
    readonly name: string
    readonly title: string
    readonly kind: ColumnKind
    readonly type: ValueType
    readonly format: string | null
    readonly granularity: Granularity | null
    readonly metric: {
      readonly name: string
      readonly title: string
      readonly unit: string | null
      readonly format: string | null
      readonly currency: string | null
      readonly digits: number | null
      readonly locale: string | null
      readonly additive: boolean
      readonly approximate: boolean
    } | null
    readonly pivot: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
  }>
  readonly pivot: ReadonlyArray<{ readonly granularity: Granularity | null }>
  readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
  readonly stats: { readonly asOf: string }
}

export type HistogramDataFragment = {
  readonly __typename: 'Histogram'
  readonly dimension: { readonly title: string; readonly format: string | null; readonly unit: string | null }
  readonly bins: ReadonlyArray<{
    readonly from: number
    readonly to: number
    readonly exactFrom: string
    readonly exactTo: string
    readonly count: number
  }>
  readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
  readonly stats: { readonly asOf: string }
}

export type FunnelDataFragment = {
  readonly __typename: 'Funnel'
  readonly steps: ReadonlyArray<{
    readonly name: string
    readonly count: number
    readonly fromStart: number | null
    readonly fromPrevious: number | null
  }>
  readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
  readonly stats: { readonly asOf: string }
}

export type RetentionDataFragment = {
  readonly __typename: 'Retention'
  readonly granularity: Granularity
  readonly axisRange: { readonly start: string; readonly stop: string; readonly timeZone: string }
  readonly cohorts: ReadonlyArray<{
    readonly start: string
    readonly size: number
    readonly returned: ReadonlyArray<number | null>
  }>
  readonly stats: { readonly asOf: string }
}

export type WidgetDataQueryVariables = Exact<{
  id: string
  timeRange?: TimeRangeInput | null | undefined
  granularity?: Granularity | null | undefined
  timeZone?: string | null | undefined
  compareTo?: Comparison | null | undefined
  filters?: ReadonlyArray<FilterInput> | null | undefined
}>

export type WidgetDataQuery = {
  readonly widget: {
    readonly id: string
    readonly data:
      | {
          readonly __typename: 'Counter'
          readonly value: number | null
          readonly exactValue: string | null
          readonly formatted: string
          readonly metric: {
            readonly name: string
            readonly title: string
            readonly unit: string | null
            readonly format: string | null
            readonly currency: string | null
            readonly digits: number | null
            readonly locale: string | null
            readonly additive: boolean
            readonly approximate: boolean
          }
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly comparison: {
            readonly value: number | null
            readonly formatted: string
            readonly change: number | null
            readonly changeRatio: number | null
            readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string }
          } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Funnel'
          readonly steps: ReadonlyArray<{
            readonly name: string
            readonly count: number
            readonly fromStart: number | null
            readonly fromPrevious: number | null
          }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Histogram'
          readonly dimension: {
            readonly title: string
            readonly format: string | null
            readonly unit: string | null
          }
          readonly bins: ReadonlyArray<{
            readonly from: number
            readonly to: number
            readonly exactFrom: string
            readonly exactTo: string
            readonly count: number
          }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Leaderboard'
          readonly total: number | null
          readonly metric: {
            readonly name: string
            readonly title: string
            readonly unit: string | null
            readonly format: string | null
            readonly currency: string | null
            readonly digits: number | null
            readonly locale: string | null
            readonly additive: boolean
            readonly approximate: boolean
          }
          readonly dimensions: ReadonlyArray<{ readonly title: string }>
          readonly rows: ReadonlyArray<{
            readonly rank: number | null
            readonly value: number | null
            readonly exactValue: string | null
            readonly formatted: string
            readonly comparisonValue: number | null
            readonly share: number | null
            readonly isOthers: boolean
            readonly keys: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
          }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Retention'
          readonly granularity: Granularity
          readonly axisRange: { readonly start: string; readonly stop: string; readonly timeZone: string }
          readonly cohorts: ReadonlyArray<{
            readonly start: string
            readonly size: number
            readonly returned: ReadonlyArray<number | null>
          }>
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'Table'
          readonly totals: ReadonlyArray<Value | null> | null
          readonly rowCount: number
          readonly cells: ReadonlyArray<ReadonlyArray<Value | null>>
          readonly columns: ReadonlyArray<{
            readonly name: string
            readonly title: string
            readonly kind: ColumnKind
            readonly type: ValueType
            readonly format: string | null
            readonly granularity: Granularity | null
            readonly metric: {
              readonly name: string
              readonly title: string
              readonly unit: string | null
              readonly format: string | null
              readonly currency: string | null
              readonly digits: number | null
              readonly locale: string | null
              readonly additive: boolean
              readonly approximate: boolean
            } | null
            readonly pivot: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
          }>
          readonly pivot: ReadonlyArray<{ readonly granularity: Granularity | null }>
          readonly range: { readonly start: string; readonly stop: string; readonly timeZone: string } | null
          readonly stats: { readonly asOf: string }
        }
      | {
          readonly __typename: 'TimeSeries'
          readonly granularity: Granularity
          readonly labels: ReadonlyArray<string>
          readonly completeUntil: string
          readonly isWhole: boolean
          readonly axisRange: { readonly start: string; readonly stop: string; readonly timeZone: string }
          readonly series: ReadonlyArray<{
            readonly isOthers: boolean
            readonly values: ReadonlyArray<number | null>
            readonly comparisonValues: ReadonlyArray<number | null> | null
            readonly total: number | null
            readonly comparisonTotal: number | null
            readonly metric: {
              readonly name: string
              readonly title: string
              readonly unit: string | null
              readonly format: string | null
              readonly currency: string | null
              readonly digits: number | null
              readonly locale: string | null
              readonly additive: boolean
              readonly approximate: boolean
            }
            readonly group: ReadonlyArray<{ readonly dimension: string; readonly value: Value | null }>
          }>
          readonly stats: { readonly asOf: string }
        }
  } | null
}
