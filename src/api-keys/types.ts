import { builder } from '../graphql/builder.ts'
import type { ApiKeyRecord } from '../graphql/context.ts'

export const ApiKey = builder.objectRef<ApiKeyRecord>('ApiKey')
ApiKey.implement({
  description: 'A key of a host. Its secret was shown once and is not kept.',
  authorize: 'host',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    prefix: t.exposeString('prefix', { description: 'The part of the key that may be shown.' }),
    scopes: t.exposeStringList('scopes'),
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
