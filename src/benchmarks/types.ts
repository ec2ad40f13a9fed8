import type { BenchmarkAnswer, Distribution } from '../analytics/answers.ts'
import { formatFigure } from '../analytics/format.ts'
import type { Benchmark as BenchmarkShape } from '../catalogue/benchmark.ts'
import { Metric } from '../datasets/types.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { QueryStats, ResolvedTimeRange } from '../questions/types.ts'

export const BenchmarkInfo = builder.objectRef<BenchmarkShape>('BenchmarkInfo')
BenchmarkInfo.implement({
  description: 'A figure that the model lets tenants hold against those of the other tenants.',
  authorize: 'guest',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    metric: t.field({
      type: Metric,
      nullable: true,
      resolve: ({ metric }, _, context) => guestOf(context).catalogue.metric(metric),
    }),
    periods: t.field({ type: ['Period'], resolve: ({ periods }) => periods }),
    timeZone: t.field({ type: 'TimeZone', resolve: ({ timeZone }) => timeZone }),
  }),
})

const BenchmarkDistribution = builder.objectRef<Distribution>('BenchmarkDistribution')
BenchmarkDistribution.implement({
  description: [
    "The other tenants' figures. Each quartile is the mean of three tenants' figures in two significant digits; it is",
    'null where one of the three outweighs the other two.',
  ].join('\n'),
  authorize: 'value',
  fields: (t) => ({
    tenants: t.exposeInt('tenants', {
      description: 'How many other tenants have a figure, rounded down to a multiple of five.',
    }),
    lowerQuartile: t.exposeFloat('lowerQuartile', { nullable: true }),
    median: t.exposeFloat('median', { nullable: true }),
    upperQuartile: t.exposeFloat('upperQuartile', { nullable: true }),
  }),
})

export const Benchmark = builder.objectRef<BenchmarkAnswer>('Benchmark')
Benchmark.implement({
  authorize: 'value',
  fields: (t) => ({
    name: t.string({ resolve: ({ benchmark }) => benchmark.name }),
    title: t.string({ resolve: ({ benchmark }) => benchmark.title }),
    metric: t.field({ type: Metric, resolve: ({ metric }) => metric }),
    period: t.field({ type: 'Period', resolve: ({ period }) => period }),
    range: t.field({ type: ResolvedTimeRange, resolve: ({ range }) => range }),
    value: t.float({
      nullable: true,
      description: "The tenant's own figure.",
      resolve: ({ figure }) => figure.value,
    }),
    exactValue: t.string({ nullable: true, resolve: ({ figure }) => figure.exact }),
    formatted: t.string({ resolve: ({ figure, metric }) => formatFigure(figure, metric) }),
    distribution: t.field({
      type: BenchmarkDistribution,
      nullable: true,
      description: 'Null where there are too few other tenants, or one has too large a share.',
      resolve: ({ distribution }) => distribution,
    }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})
