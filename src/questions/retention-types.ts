import type { Cohort as CohortShape, RetentionAnswer } from '../analytics/answers.ts'
import { builder } from '../graphql/builder.ts'
import { Granularity } from './inputs.ts'
import { QueryStats, ResolvedTimeRange } from './types.ts'

const Cohort = builder.objectRef<CohortShape>('Cohort')
Cohort.implement({
  authorize: 'value',
  fields: (t) => ({
    start: t.field({ type: 'DateTime', resolve: ({ start }) => start }),
    size: t.exposeFloat('size'),
    returned: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description: [
        'Entities that came back in period 0, 1, 2 …, at their start or after it; null for a period that has not begun',
        'or lies beyond the range. For a token with a finest grain, period 0 is null where there is a return condition.',
      ].join('\n'),
      resolve: ({ returned }) => returned,
    }),
  }),
})

export const Retention = builder.objectRef<RetentionAnswer>('Retention')
Retention.implement({
  authorize: 'value',
  fields: (t) => ({
    granularity: t.field({ type: Granularity, resolve: ({ granularity }) => granularity }),
    range: t.field({ type: ResolvedTimeRange, resolve: ({ range }) => range }),
    cohorts: t.field({
      type: [Cohort],
      description: 'Every bucket of the range, those in which no one began included.',
      resolve: ({ cohorts }) => cohorts,
    }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})
