import { builder } from '../graphql/builder.ts'
import type {
  ApiKeyRecord,
  CreatedApiKey as CreatedApiKeyRecord,
  UsedApiKey as UsedApiKeyRecord,
} from '../graphql/context.ts'

export const ApiKey = builder.objectRef<ApiKeyRecord>('ApiKey')
ApiKey.implement({
  description: 'A key of a host. Its secret was shown once and is not kept.',
  authorize: 'host',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    prefix: t.exposeString('prefix', { description: 'The part of the key that may be shown.' }),
    scopes: t.exposeStringList('scopes'),
    tenants: t.field({
      type: ['String'],
      nullable: true,
      description: 'Patterns of the tenants that it may act for; null for any.',
      resolve: ({ tenants }) => tenants,
    }),
    networks: t.field({
      type: ['String'],
      nullable: true,
      description: 'The addresses, in CIDR notation, that it may come from; null for any.',
      resolve: ({ networks }) => networks,
    }),
    rotatedFrom: t.field({
      type: 'ID',
      nullable: true,
      description: 'The key that it took the place of.',
      resolve: ({ rotatedFrom }) => rotatedFrom,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'To the minute.',
      resolve: ({ lastUsedAt }) => lastUsedAt?.toISOString() ?? null,
    }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt.toISOString() }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ expiresAt }) => expiresAt?.toISOString() ?? null,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ revokedAt }) => revokedAt?.toISOString() ?? null,
    }),
  }),
})

export const UsedApiKey = builder.objectRef<UsedApiKeyRecord>('UsedApiKey')
UsedApiKey.implement({
  description: 'The key that something was done with.',
  authorize: 'host',
  fields: (t) => ({
    id: t.exposeID('id'),
    prefix: t.exposeString('prefix', { description: 'The part of the key that may be shown.' }),
    name: t.string({
      nullable: true,
      description: 'null where `details` is',
      resolve: ({ record }) => record?.name ?? null,
    }),
    details: t.field({
      type: ApiKey,
      nullable: true,
      description: 'null without the scope keys:write, and of a key of other tenants',
      resolve: ({ record }) => record,
    }),
  }),
})

export const CreatedApiKey = builder.objectRef<CreatedApiKeyRecord>('CreatedApiKey')
CreatedApiKey.implement({
  authorize: 'host',
  fields: (t) => ({
    apiKey: t.field({ type: ApiKey, resolve: ({ apiKey }) => apiKey }),
    secret: t.exposeString('secret', { description: 'The key itself. It is shown this once and not kept.' }),
  }),
})
