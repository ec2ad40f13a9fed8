import { apiKeyScopes } from '../access/api-key-scopes.ts'
import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import { ApiKey, CreatedApiKey } from './types.ts'

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKey],
    authorize: 'host',
    description: 'Scope keys:write. All keys of the environment, the oldest first.',
    resolve: (_, __, context) => hostOf(context).apiKeys(),
  }),
)

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'Absent means as the key that makes it; it can have no more.',
  fields: (t) => ({
    name: t.string({ required: true }),
    scopes: t.stringList({ required: true, description: apiKeyScopes.join(', ') }),
    tenants: t.stringList({
      description:
        'The tenants that it may act for: ids, or beginnings and *, such as acme-*. Then it has neither model:write nor admin, which are about all tenants.',
    }),
    networks: t.stringList({
      description: 'The addresses that it may come from, in CIDR notation, such as 203.0.113.0/24.',
    }),
    expiresAt: t.field({ type: 'DateTime' }),
  }),
})

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: CreatedApiKey,
    authorize: 'host',
    description: 'Scope keys:write. A key that may do what its maker may, or less.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true }) },
    resolve: (_, { input }, context) => hostOf(context).createApiKey(input),
  }),
)

builder.mutationField('rotateApiKey', (t) =>
  t.field({
    type: CreatedApiKey,
    authorize: 'host',
    description:
      'Scope keys:write. A new key with the name and bounds of another, which goes on for graceSeconds and no longer. The guest tokens that were minted with it go on.',
    args: {
      id: t.arg.id({ required: true }),
      graceSeconds: t.arg.int({ defaultValue: 0, description: '30 days at the most' }),
    },
    resolve: (_, { id, graceSeconds }, context) =>
      hostOf(context).rotateApiKey(id, { graceSeconds: graceSeconds ?? 0 }),
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
