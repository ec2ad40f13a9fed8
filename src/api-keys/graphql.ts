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

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: ApiKey,
    authorize: 'host',
    description:
      'Scope keys:write. The key is refused everywhere within two seconds. The guest tokens that were minted with it go on until they expire, unless endTokens says otherwise.',
    args: {
      id: t.arg.id({ required: true }),
      endTokens: t.arg.boolean({
        defaultValue: false,
        description: 'End the guest tokens that were minted with it, too: for a key that was stolen.',
      }),
    },
    resolve: (_, { id, endTokens }, context) =>
      hostOf(context).revokeApiKey(id, { endTokens: endTokens ?? false }),
  }),
)
