import type { HistogramAnswer, HistogramBin as HistogramBinShape } from '../analytics/answers.ts'
import { Dimension } from '../datasets/types.ts'
import { builder } from '../graphql/builder.ts'
import { QueryStats, ResolvedTimeRange } from './types.ts'

const HistogramBin = builder.objectRef<HistogramBinShape>('HistogramBin')
HistogramBin.implement({
  description: 'from is inclusive, to is exclusive',
  authorize: 'value',
  fields: (t) => ({
    from: t.exposeFloat('from'),
    to: t.exposeFloat('to'),
    exactFrom: t.exposeString('exactFrom'),
    exactTo: t.exposeString('exactTo'),
    count: t.exposeFloat('count'),
  }),
})

export const Histogram = builder.objectRef<HistogramAnswer>('Histogram')
Histogram.implement({
  authorize: 'value',
  fields: (t) => ({
    dimension: t.field({
      type: Dimension,
      description: 'Whose values are counted: its unit and format are those of the edges.',
      resolve: ({ dimension }) => dimension,
    }),
    bins: t.field({
      type: [HistogramBin],
      description:
        'Of equal width, from the least value to the greatest; none where there is no value. Rows without one are in no bin.',
      resolve: ({ bins }) => bins,
    }),
    range: t.field({ type: ResolvedTimeRange, nullable: true, resolve: ({ range }) => range }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})
