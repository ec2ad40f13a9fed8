import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { ModelChangeEntry, ModelChange as ModelChangeShape } from '../graphql/context.ts'

const ModelChangeAction = builder.enumType('ModelChangeAction', {
  values: ['ADDED', 'CHANGED', 'REMOVED'] as const,
})

const ModelChangeItem = builder.objectRef<ModelChangeEntry>('ModelChangeItem')
ModelChangeItem.implement({
  authorize: 'host',
  fields: (t) => ({
    action: t.field({ type: ModelChangeAction, resolve: ({ action }) => action }),
    kind: t.exposeString('kind', { description: 'dataset, metric, dashboard, widget …' }),
    name: t.exposeString('name'),
  }),
})

const ModelChange = builder.objectRef<ModelChangeShape>('ModelChange')
ModelChange.implement({
  authorize: 'host',
  fields: (t) => ({
    version: t.exposeFloat('version', {
      description: 'of the model after the change; with dryRun, what it would be',
    }),
    dryRun: t.exposeBoolean('dryRun'),
    changes: t.field({ type: [ModelChangeItem], resolve: ({ changes }) => changes }),
  }),
})

builder.mutationField('applyModel', (t) =>
  t.field({
    type: ModelChange,
    authorize: 'host',
    description:
      'Scope model:write. Data sources, datasets, metrics, dashboards, widgets and policies in one document, all or nothing.',
    args: {
      document: t.arg({ type: 'JSONObject', required: true }),
      dryRun: t.arg.boolean({ defaultValue: false }),
    },
    resolve: (_, { document, dryRun }, context) =>
      hostOf(context).applyModel(document, { dryRun: dryRun ?? false }),
  }),
)

builder.queryField('exportModel', (t) =>
  t.field({
    type: 'JSONObject',
    authorize: 'host',
    description: 'Scope model:write. The model document as it was applied.',
    resolve: (_, __, context) => hostOf(context).exportModel(),
  }),
)
