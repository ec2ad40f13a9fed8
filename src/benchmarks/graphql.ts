import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Benchmark, BenchmarkInfo } from './types.ts'

builder.queryFields((t) => ({
  benchmarks: t.field({
    type: [BenchmarkInfo],
    authorize: 'guest',
    description: 'Those that the model declares, of metrics that the token may name.',
    resolve: (_, __, context) => guestOf(context).catalogue.benchmarks(),
  }),
  benchmark: t.field({
    type: Benchmark,
    authorize: 'guest',
    description: "The tenant's own figure beside how those of the other tenants are spread.",
    args: {
      name: t.arg.string({ required: true }),
      period: t.arg({ type: 'Period', description: 'one of its periods; the first by default' }),
    },
    resolve: (_, { name, period }, context) => guestOf(context).analytics.benchmark({ name, period }),
  }),
}))
