import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { DataSourceSecretRecord } from '../graphql/context.ts'

const DataSourceSecret = builder.objectRef<DataSourceSecretRecord>('DataSourceSecret')
DataSourceSecret.implement({
  description:
    'What data sources are connected to with, where the model says { secret: name }. Its value is never told.',
  authorize: 'host',
  fields: (t) => ({
    name: t.exposeString('name'),
    setAt: t.field({ type: 'DateTime', resolve: ({ setAt }) => setAt.toISOString() }),
  }),
})

builder.queryField('dataSourceSecrets', (t) =>
  t.field({
    type: [DataSourceSecret],
    authorize: 'host',
    description: 'Scope model:write. Those of the environment, by name.',
    resolve: (_, __, context) => hostOf(context).dataSourceSecrets(),
  }),
)

builder.mutationField('setDataSourceSecret', (t) =>
  t.field({
    type: DataSourceSecret,
    authorize: 'host',
    description: [
      'Scope model:write. Keeps a value, encrypted, that the model names and does not hold: an address with a password, a user, a',
      'password, a certificate. It takes the place of the one of that name on every server within two seconds; statements under way go on.',
    ].join('\n'),
    args: { name: t.arg.string({ required: true }), value: t.arg.string({ required: true }) },
    resolve: (_, input, context) => hostOf(context).setDataSourceSecret(input),
  }),
)

builder.mutationField('deleteDataSourceSecret', (t) =>
  t.field({
    type: DataSourceSecret,
    authorize: 'host',
    description:
      'Scope model:write. Data sources of the model that name it answer WAREHOUSE_UNAVAILABLE within two seconds; statements under way go on.',
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, context) => hostOf(context).deleteDataSourceSecret(name),
  }),
)
