import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Funnel } from './funnel-types.ts'
import { Histogram } from './histogram-types.ts'
import {
  CounterInput,
  FunnelInput,
  HistogramInput,
  LeaderboardInput,
  RecordsInput,
  RetentionInput,
  TableInput,
  TimeSeriesInput,
  TopValuesInput,
} from './inputs.ts'
import { Retention } from './retention-types.ts'
import { Counter, Leaderboard, RecordConnection, Table, TimeSeries, TopValues } from './types.ts'

builder.queryFields((t) => ({
  counter: t.field({
    type: Counter,
    authorize: 'guest',
    args: { input: t.arg({ type: CounterInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.counter(input),
  }),
  timeSeries: t.field({
    type: TimeSeries,
    authorize: 'guest',
    args: { input: t.arg({ type: TimeSeriesInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.timeSeries(input),
  }),
  leaderboard: t.field({
    type: Leaderboard,
    authorize: 'guest',
    args: { input: t.arg({ type: LeaderboardInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.leaderboard(input),
  }),
  table: t.field({
    type: Table,
    authorize: 'guest',
    args: { input: t.arg({ type: TableInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.table(input),
  }),
  histogram: t.field({
    type: Histogram,
    authorize: 'guest',
    description: 'How many rows there are in each bin of a number.',
    args: { input: t.arg({ type: HistogramInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.histogram(input),
  }),
  funnel: t.field({
    type: Funnel,
    authorize: 'guest',
    description: 'How many go through steps in their order, each step later than the one before.',
    args: { input: t.arg({ type: FunnelInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.funnel(input),
  }),
  retention: t.field({
    type: Retention,
    authorize: 'guest',
    description: 'How many of those who began in a bucket of time came back in the buckets after it.',
    args: { input: t.arg({ type: RetentionInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.retention(input),
  }),
  topValues: t.field({
    type: TopValues,
    authorize: 'guest',
    description: 'The distinct values of a dimension, most frequent first: what a filter control offers.',
    args: { input: t.arg({ type: TopValuesInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).analytics.topValues(input),
  }),
  records: t.field({
    type: RecordConnection,
    authorize: 'guest',
    description: 'The rows behind a figure. Needs drill-down.',
    args: { input: t.arg({ type: RecordsInput, required: true }), first: t.arg.int(), after: t.arg.string() },
    resolve: (_, { input, first, after }, context) =>
      guestOf(context).analytics.records(input, { first, after }),
  }),
}))
