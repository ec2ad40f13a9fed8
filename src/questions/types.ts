import type {
  CounterAnswer,
  CounterComparison as CounterComparisonShape,
  Figure,
  GroupKey as GroupKeyShape,
  LeaderboardAnswer,
  LeaderboardRow as LeaderboardRowShape,
  RecordsAnswer,
  Series as SeriesShape,
  Stats,
  TableAnswer,
  TableColumn as TableColumnShape,
  TimeSeriesAnswer,
  TopValuesAnswer,
} from '../analytics/answers.ts'
import { changeOf, changeRatioOf } from '../analytics/change.ts'
import { formatFigure } from '../analytics/format.ts'
import { formatInstant } from '../analytics/time/instant.ts'
import type { TimeRange } from '../analytics/time/time-range.ts'
import type { ValueType as ValueTypeName } from '../catalogue/catalogue.ts'
import type { Metric as MetricShape } from '../catalogue/metric.ts'
import { Dimension, Metric, ValueType } from '../datasets/types.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Granularity } from './inputs.ts'

/** Answers. Numbers are Floats; exact* gives the same figure as exact decimal text. */
export const ResolvedTimeRange = builder.objectRef<TimeRange>('ResolvedTimeRange')
ResolvedTimeRange.implement({
  authorize: 'value',
  fields: (t) => ({
    start: t.field({ type: 'DateTime', resolve: ({ start }) => formatInstant(start) }),
    stop: t.field({ type: 'DateTime', resolve: ({ stop }) => formatInstant(stop) }),
    timeZone: t.field({ type: 'TimeZone', resolve: ({ zone }) => zone.name }),
  }),
})

const CacheStatus = builder.enumType('CacheStatus', {
  description: 'SHARED: another request of the same scope was already computing it',
  values: ['HIT', 'MISS', 'SHARED'] as const,
})

export const QueryStats = builder.objectRef<Stats>('QueryStats')
QueryStats.implement({
  description:
    'What a figure cost. rowsRead and bytesRead are 0 in production, where they would tell guests of rows that are not theirs.',
  authorize: 'value',
  fields: (t) => ({
    durationMs: t.exposeFloat('durationMs'),
    rowsRead: t.exposeFloat('rowsRead'),
    bytesRead: t.exposeFloat('bytesRead'),
    cache: t.field({ type: CacheStatus, resolve: () => 'MISS' as const }),
    asOf: t.field({ type: 'DateTime', resolve: ({ asOf }) => formatInstant(asOf) }),
  }),
})

export const GroupKey = builder.objectRef<GroupKeyShape>('GroupKey')
GroupKey.implement({
  authorize: 'value',
  fields: (t) => ({
    dimension: t.exposeString('dimension'),
    value: t.field({ type: 'Value', nullable: true, resolve: ({ value }) => value }),
  }),
})

interface ComparedCounter extends CounterComparisonShape {
  readonly current: Figure
  readonly metric: MetricShape
}

const CounterComparison = builder.objectRef<ComparedCounter>('CounterComparison')
CounterComparison.implement({
  authorize: 'value',
  fields: (t) => ({
    range: t.field({ type: ResolvedTimeRange, resolve: ({ range }) => range }),
    value: t.float({ nullable: true, resolve: ({ figure }) => figure.value }),
    formatted: t.string({ resolve: ({ figure, metric }) => formatFigure(figure, metric) }),
    change: t.float({
      nullable: true,
      description: 'what was added since',
      resolve: ({ current, figure }) => changeOf(current, figure),
    }),
    changeRatio: t.float({
      nullable: true,
      description: 'the change as a share of the size of the earlier value; null where that is 0',
      resolve: ({ current, figure }) => changeRatioOf(current, figure),
    }),
  }),
})

export const Counter = builder.objectRef<CounterAnswer>('Counter')
Counter.implement({
  authorize: 'value',
  fields: (t) => ({
    metric: t.field({ type: Metric, resolve: ({ metric }) => metric }),
    range: t.field({ type: ResolvedTimeRange, nullable: true, resolve: ({ range }) => range }),
    value: t.float({ nullable: true, resolve: ({ figure }) => figure.value }),
    exactValue: t.string({ nullable: true, resolve: ({ figure }) => figure.exact }),
    formatted: t.string({ resolve: ({ figure, metric }) => formatFigure(figure, metric) }),
    comparison: t.field({
      type: CounterComparison,
      nullable: true,
      resolve: ({ figure, metric, comparison }) => comparison && { ...comparison, current: figure, metric },
    }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})

export const Series = builder.objectRef<SeriesShape>('Series')
Series.implement({
  authorize: 'value',
  fields: (t) => ({
    metric: t.field({ type: Metric, resolve: ({ metric }) => metric }),
    group: t.field({ type: [GroupKey], resolve: ({ group }) => group }),
    isOthers: t.exposeBoolean('isOthers'),
    values: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      resolve: ({ values }) => values,
    }),
    exactValues: t.field({
      type: ['String'],
      nullable: { list: false, items: true },
      resolve: ({ exactValues }) => exactValues,
    }),
    comparisonValues: t.field({
      type: ['Float'],
      nullable: { list: true, items: true },
      description:
        'The first bucket of the window before, the second …; null where it has fewer. Null without a comparison.',
      resolve: ({ comparisonValues }) => comparisonValues,
    }),
    total: t.exposeFloat('total', {
      nullable: true,
      description: 'Over the whole range, computed from the rows where the buckets do not add up to it.',
    }),
    comparisonTotal: t.exposeFloat('comparisonTotal', {
      nullable: true,
      description:
        'Over the whole window before. Null without a comparison, and of a metric whose buckets do not add up.',
    }),
  }),
})

export const TimeSeries = builder.objectRef<TimeSeriesAnswer>('TimeSeries')
TimeSeries.implement({
  authorize: 'value',
  fields: (t) => ({
    granularity: t.field({ type: Granularity, resolve: ({ granularity }) => granularity }),
    range: t.field({ type: ResolvedTimeRange, resolve: ({ range }) => range }),
    completeUntil: t.field({
      type: 'DateTime',
      description: [
        'A bucket that ends by then is final. In later ones rows may still come: the clock has not passed them, or the',
        'data arrives late, as the latency of the dataset has it. Where a line is drawn dashed from.',
      ].join('\n'),
      resolve: ({ completeUntil }) => formatInstant(completeUntil),
    }),
    labels: t.field({ type: ['DateTime'], description: 'bucket starts', resolve: ({ labels }) => labels }),
    dimensions: t.field({
      type: [Dimension],
      description: 'What the series are groups of, in the order of their keys.',
      resolve: ({ dimensions }) => dimensions,
    }),
    series: t.field({ type: [Series], resolve: ({ series }) => series }),
    isWhole: t.exposeBoolean('isWhole', {
      description: [
        'No group is left out: each stands alone or is one of the others. False also where as many groups as',
        'may stand alone came without others, so that there may be more.',
      ].join('\n'),
    }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})

interface RankedRow extends LeaderboardRowShape {
  readonly metric: MetricShape
}

const LeaderboardRow = builder.objectRef<RankedRow>('LeaderboardRow')
LeaderboardRow.implement({
  authorize: 'value',
  fields: (t) => ({
    rank: t.exposeInt('rank', { nullable: true }),
    keys: t.field({ type: [GroupKey], resolve: ({ keys }) => keys }),
    value: t.float({ nullable: true, resolve: ({ figure }) => figure.value }),
    exactValue: t.string({ nullable: true, resolve: ({ figure }) => figure.exact }),
    formatted: t.string({ resolve: ({ figure, metric }) => formatFigure(figure, metric) }),
    share: t.exposeFloat('share', {
      nullable: true,
      description: 'of the total; null where the metric is not additive',
    }),
    comparisonValue: t.float({ nullable: true, resolve: ({ comparison }) => comparison?.value ?? null }),
    isOthers: t.exposeBoolean('isOthers'),
  }),
})

export const Leaderboard = builder.objectRef<LeaderboardAnswer>('Leaderboard')
Leaderboard.implement({
  authorize: 'value',
  fields: (t) => ({
    metric: t.field({ type: Metric, resolve: ({ metric }) => metric }),
    range: t.field({ type: ResolvedTimeRange, nullable: true, resolve: ({ range }) => range }),
    dimensions: t.field({
      type: [Dimension],
      description: 'In the order of the keys of a row.',
      resolve: ({ dimensions }) => dimensions,
    }),
    rows: t.field({
      type: [LeaderboardRow],
      resolve: ({ rows, metric }) => rows.map((row) => ({ ...row, metric })),
    }),
    total: t.exposeFloat('total', { nullable: true, description: 'over all rows, listed or not' }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})

const ColumnKind = builder.enumType('ColumnKind', { values: ['DIMENSION', 'METRIC'] as const })

const TableColumn = builder.objectRef<TableColumnShape>('TableColumn')
TableColumn.implement({
  authorize: 'value',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    kind: t.field({ type: ColumnKind, resolve: ({ kind }) => kind }),
    type: t.field({ type: ValueType, resolve: ({ type }): ValueTypeName => type }),
    format: t.exposeString('format', { nullable: true }),
    metric: t.field({
      type: Metric,
      nullable: true,
      description: 'Of a column of figures, what they are and how they are written.',
      resolve: ({ kind, name }, _, context) =>
        kind === 'METRIC' ? guestOf(context).catalogue.metric(name) : null,
    }),
    granularity: t.field({
      type: Granularity,
      nullable: true,
      description:
        'Of the time in buckets, whose starts the cells are; never AUTO. Null for every other column.',
      resolve: ({ granularity }) => granularity,
    }),
    pivot: t.field({
      type: [GroupKey],
      description: 'The values that the column stands for; empty where no pivot made it.',
      resolve: ({ pivot }) => pivot,
    }),
  }),
})

export const Table = builder.objectRef<TableAnswer>('Table')
Table.implement({
  authorize: 'value',
  fields: (t) => ({
    columns: t.field({ type: [TableColumn], resolve: ({ columns }) => columns }),
    pivot: t.field({
      type: [TableColumn],
      description: 'What was spread over columns, in the order of the keys of each.',
      resolve: ({ pivot }) => pivot,
    }),
    rows: t.field({ type: t.listRef(t.listRef('Value', { nullable: true })), resolve: ({ rows }) => rows }),
    totals: t.field({
      type: ['Value'],
      nullable: { list: true, items: true },
      description:
        'By columns, computed from all rows of the question, whatever having leaves; null unless they are asked for.',
      resolve: ({ totals }) => totals,
    }),
    rowCount: t.exposeInt('rowCount', { description: 'of all pages' }),
    range: t.field({ type: ResolvedTimeRange, nullable: true, resolve: ({ range }) => range }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})

const TopValue = builder.objectRef<TopValuesAnswer['values'][number]>('TopValue')
TopValue.implement({
  authorize: 'value',
  fields: (t) => ({
    value: t.field({ type: 'Value', nullable: true, resolve: ({ value }) => value }),
    count: t.exposeFloat('count'),
  }),
})

export const TopValues = builder.objectRef<TopValuesAnswer>('TopValues')
TopValues.implement({
  authorize: 'value',
  fields: (t) => ({
    values: t.field({ type: [TopValue], resolve: ({ values }) => values }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})

const RecordEdge = builder.objectRef<RecordsAnswer['edges'][number]>('RecordEdge')
RecordEdge.implement({
  authorize: 'value',
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    node: t.field({ type: ['Value'], nullable: { list: false, items: true }, resolve: ({ node }) => node }),
  }),
})

export const RecordConnection = builder.objectRef<RecordsAnswer>('RecordConnection')
RecordConnection.implement({
  authorize: 'value',
  fields: (t) => ({
    columns: t.field({ type: [TableColumn], resolve: ({ columns }) => columns }),
    edges: t.field({ type: [RecordEdge], resolve: ({ edges }) => edges }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      resolve: ({ edges, hasNextPage, hasPreviousPage }) => ({
        hasNextPage,
        hasPreviousPage,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      }),
    }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})
