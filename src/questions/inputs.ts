import { filterOperators, granularities } from '../access/grants.ts'
import { comparisons, type FilterInput } from '../catalogue/inputs.ts'
import { builder } from '../graphql/builder.ts'

export const Granularity = builder.enumType('Granularity', { values: [...granularities, 'AUTO'] as const })
export const Comparison = builder.enumType('Comparison', { values: comparisons })
export const SortOrder = builder.enumType('SortOrder', { values: ['ASC', 'DESC'] as const })
export const FilterOperator = builder.enumType('FilterOperator', {
  description: 'CONTAINS, STARTS_WITH and ENDS_WITH compare letter by letter, case included.',
  values: filterOperators,
})
export const Fill = builder.enumType('Fill', {
  description: [
    'What stands in a bucket without rows: 0 for counts and sums by default, null for averages and their like, and null',
    'for all in a bucket that starts after now. NONE leaves such buckets out.',
  ].join('\n'),
  values: ['DEFAULT', 'ZERO', 'NULL', 'NONE'] as const,
})

const DateTimeRange = builder.inputType('DateTimeRangeInput', {
  description: 'start is inclusive, stop is exclusive',
  fields: (t) => ({
    start: t.field({ type: 'DateTime', required: true }),
    stop: t.field({ type: 'DateTime', required: true }),
  }),
})

export const TimeRange = builder.inputType('TimeRangeInput', {
  isOneOf: true,
  fields: (t) => ({ period: t.field({ type: 'Period' }), between: t.field({ type: DateTimeRange }) }),
})

export const Filter = builder.inputRef<FilterInput>('FilterInput')
Filter.implement({
  description: [
    'Either a test of one dimension (dimension, operator, values) or one of and, or, not. Several values',
    'mean any of them for EQUALS, CONTAINS, STARTS_WITH and ENDS_WITH, none of them for the NOT_ forms.',
    'A null passes no test but IS_NULL and the NOT_ forms; an empty list of values means none.',
  ].join('\n'),
  fields: (t) => ({
    dimension: t.string(),
    operator: t.field({ type: FilterOperator, defaultValue: 'EQUALS' }),
    values: t.field({ type: ['Value'], required: { list: false, items: false } }),
    and: t.field({ type: [Filter] }),
    or: t.field({ type: [Filter] }),
    not: t.field({ type: Filter }),
  }),
})

const MetricFilter = builder.inputType('MetricFilterInput', {
  description: "A test of a metric's value, after grouping.",
  fields: (t) => ({
    metric: t.string({ required: true }),
    operator: t.field({ type: FilterOperator, required: true }),
    values: t.field({ type: ['Value'], required: true }),
  }),
})

export const OrderBy = builder.inputType('OrderInput', {
  fields: (t) => ({
    by: t.string({ required: true }),
    order: t.field({ type: SortOrder, defaultValue: 'DESC' }),
  }),
})

const GroupKey = builder.inputType('GroupKeyInput', {
  description: 'A key of the answer: its dimension and its value, null included.',
  fields: (t) => ({ dimension: t.string({ required: true }), value: t.field({ type: 'Value' }) }),
})

const BinRange = builder.inputType('BinRangeInput', {
  description: 'The edges of a bin, as numbers or as their exact text.',
  fields: (t) => ({
    from: t.field({ type: 'Value', required: true }),
    to: t.field({ type: 'Value', required: true }),
  }),
})

export const Point = builder.inputType('PointInput', {
  description: 'One figure of an answer. What is left out means all.',
  fields: (t) => ({
    metric: t.string({ description: 'of several' }),
    bucket: t.field({ type: 'DateTime', description: 'a label of the answer' }),
    group: t.field({ type: [GroupKey], description: 'keys of a series, of a row, and of a pivoted column' }),
    others: t.boolean({ defaultValue: false, description: 'the groups that do not stand alone' }),
    bin: t.field({ type: BinRange, description: 'of a histogram' }),
    step: t.string({ description: 'the name of a step of a funnel: its rows, of those who reached it' }),
    period: t.int({ description: 'of the cohort that bucket names: who came back so many buckets later' }),
  }),
})

export const CounterInput = builder.inputType('CounterInput', {
  fields: (t) => ({
    metric: t.string({ required: true }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
    compareTo: t.field({ type: Comparison }),
  }),
})

export const TimeSeriesInput = builder.inputType('TimeSeriesInput', {
  fields: (t) => ({
    metrics: t.stringList({ required: true }),
    timeRange: t.field({ type: TimeRange, description: 'without it, from the first row to the last' }),
    granularity: t.field({ type: Granularity, defaultValue: 'AUTO' }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
    compareTo: t.field({ type: Comparison }),
    groupBy: t.stringList(),
    limit: t.int({ defaultValue: 5, description: 'how many groups stand alone' }),
    others: t.boolean({
      defaultValue: true,
      description: 'the rest as one more series, recomputed, not summed',
    }),
    fill: t.field({ type: Fill, defaultValue: 'DEFAULT' }),
  }),
})

export const LeaderboardInput = builder.inputType('LeaderboardInput', {
  fields: (t) => ({
    metric: t.string({ required: true }),
    dimensions: t.stringList({ required: true }),
    limit: t.int({ defaultValue: 10 }),
    order: t.field({ type: SortOrder, defaultValue: 'DESC' }),
    others: t.boolean({ defaultValue: false }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
    compareTo: t.field({ type: Comparison }),
    having: t.field({ type: [MetricFilter] }),
  }),
})

export const TableInput = builder.inputType('TableInput', {
  fields: (t) => ({
    metrics: t.stringList({ required: true }),
    dimensions: t.stringList({ required: true }),
    granularity: t.field({ type: Granularity, description: 'the time dimension as one more column' }),
    pivot: t.stringList({
      description:
        'dimensions spread over columns, at most 100 values together; with a granularity, the time dimension as well',
    }),
    orderBy: t.field({ type: [OrderBy] }),
    limit: t.int({ defaultValue: 100 }),
    offset: t.int({ defaultValue: 0 }),
    totals: t.boolean({
      defaultValue: false,
      description: 'one more row over all groups and, with a pivot, one more column over all of its values',
    }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
    having: t.field({ type: [MetricFilter] }),
  }),
})

export const HistogramInput = builder.inputType('HistogramInput', {
  fields: (t) => ({
    dataset: t.string({ required: true }),
    dimension: t.string({ required: true, description: 'a dimension of numbers' }),
    bins: t.int({ defaultValue: 20, description: 'at most so many, from 2 to 200' }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})

const FunnelStep = builder.inputType('FunnelStepInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    filters: t.field({
      type: [Filter],
      required: true,
      description: 'the rows that are this step; every row where there are none',
    }),
  }),
})

export const FunnelInput = builder.inputType('FunnelInput', {
  fields: (t) => ({
    dataset: t.string({ required: true }),
    entity: t.string({ required: true, description: 'the dimension that identifies who moves through' }),
    steps: t.field({ type: [FunnelStep], required: true, description: '2 to 20, in their order' }),
    within: t.string({
      required: true,
      description:
        'ISO 8601 duration from the first step to the last, of weeks, days, hours, minutes and seconds; at most 366 days',
    }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})

export const RetentionInput = builder.inputType('RetentionInput', {
  fields: (t) => ({
    dataset: t.string({ required: true }),
    entity: t.string({ required: true, description: 'the dimension that identifies who comes back' }),
    granularity: t.field({ type: Granularity, required: true, description: 'of the cohorts; not AUTO' }),
    periods: t.int({ defaultValue: 8, description: 'from 1 to 100, the first being the cohort’s own' }),
    start: t.field({
      type: [Filter],
      description: "the rows that begin; an entity's first one in the range decides its cohort",
    }),
    return: t.field({ type: [Filter], description: 'the rows that are a return' }),
    timeRange: t.field({ type: TimeRange, description: 'without it, from the first row to the last' }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})

export const RecordsInput = builder.inputType('RecordsInput', {
  fields: (t) => ({
    dataset: t.string({ required: true }),
    columns: t.stringList({ required: true }),
    orderBy: t.field({ type: [OrderBy] }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})

export const TopValuesInput = builder.inputType('TopValuesInput', {
  fields: (t) => ({
    dataset: t.string({ required: true }),
    dimension: t.string({ required: true }),
    search: t.string({ description: 'text anywhere in the value, whatever its case and accents' }),
    limit: t.int({ defaultValue: 20 }),
    timeRange: t.field({ type: TimeRange }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})
