import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import { ApiKey } from './types.ts'

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKey],
    authorize: 'host',
    description: 'Scope keys:write. All keys of the environment, the oldest first.',
    resolve: (_, __, context) => hostOf(context).apiKeys(),
  }),
)
