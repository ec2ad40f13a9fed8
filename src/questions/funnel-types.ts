import type { FunnelAnswer, FunnelStep as FunnelStepShape } from '../analytics/answers.ts'
import { builder } from '../graphql/builder.ts'
import { QueryStats, ResolvedTimeRange } from './types.ts'

const FunnelStep = builder.objectRef<FunnelStepShape>('FunnelStep')
FunnelStep.implement({
  authorize: 'value',
  fields: (t) => ({
    name: t.exposeString('name'),
    count: t.exposeFloat('count', { description: 'entities that came as far as this step' }),
    fromPrevious: t.exposeFloat('fromPrevious', {
      nullable: true,
      description: 'as a share of the step before; null for the first, and where that is 0',
    }),
    fromStart: t.exposeFloat('fromStart', {
      nullable: true,
      description: 'as a share of the first step; null for the first, and where that is 0',
    }),
  }),
})

export const Funnel = builder.objectRef<FunnelAnswer>('Funnel')
Funnel.implement({
  authorize: 'value',
  fields: (t) => ({
    steps: t.field({ type: [FunnelStep], resolve: ({ steps }) => steps }),
    range: t.field({ type: ResolvedTimeRange, nullable: true, resolve: ({ range }) => range }),
    stats: t.field({ type: QueryStats, resolve: ({ stats }) => stats }),
  }),
})
