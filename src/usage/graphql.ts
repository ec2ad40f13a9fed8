import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { UsageRecord as Usage } from '../graphql/context.ts'

const UsageRecord = builder.objectRef<Usage>('UsageRecord')
UsageRecord.implement({
  description: 'What was asked for one tenant on one day, by the clock of UTC.',
  authorize: 'value',
  fields: (t) => ({
    tenantId: t.exposeString('tenantId'),
    day: t.field({
      type: 'DateTime',
      description: 'its start',
      resolve: ({ day }) => `${day}T00:00:00.000Z`,
    }),
    questions: t.exposeFloat('questions', {
      description:
        'One for each, however many statements it takes; those of live widgets and downloads as well.',
    }),
    rowsRead: t.exposeFloat('rowsRead', {
      nullable: true,
      description:
        'By the warehouse, as far as it tells; PostgreSQL does not. null where guests are not told of costs',
    }),
    bytesRead: t.exposeFloat('bytesRead', { nullable: true, description: 'the same' }),
    durationMs: t.exposeFloat('durationMs', { description: 'That statements took, added up.' }),
    exports: t.exposeFloat('exports', { description: 'Links of downloads that were given.' }),
    tokensMinted: t.exposeFloat('tokensMinted', { description: 'Refreshed ones among them.' }),
  }),
})

const UsageInput = builder.inputType('UsageInput', {
  fields: (t) => ({
    start: t.field({ type: 'DateTime', required: true, description: 'Days that begin then or later.' }),
    stop: t.field({ type: 'DateTime', required: true, description: 'exclusive; at most 400 days later' }),
    tenantId: t.string({ description: 'of this tenant alone' }),
  }),
})

builder.queryField('usage', (t) =>
  t.field({
    type: [UsageRecord],
    authorize: 'guest or host',
    description: [
      'What was asked for tenants, by day and tenant; days on which nothing was asked are absent. For hosts with the scope usage:read,',
      'and for guests whose role or policy has the permission usage_read: then of their own tenant alone. It is stored every five seconds.',
    ].join('\n'),
    args: { input: t.arg({ type: UsageInput, required: true }) },
    resolve: async (_, { input }, context) => [...(await (context.guest ?? hostOf(context)).usage(input))],
  }),
)
