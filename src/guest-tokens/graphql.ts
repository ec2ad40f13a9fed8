import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { MintedGuestToken } from '../graphql/context.ts'
import { FilterOperator } from '../questions/inputs.ts'

const LockedFilter = builder.inputType('LockedFilterInput', {
  fields: (t) => ({
    dataset: t.string({ description: 'Without it, every dataset that the token can reach.' }),
    dimension: t.string({ required: true }),
    operator: t.field({ type: FilterOperator, defaultValue: 'EQUALS' }),
    values: t.field({ type: ['Value'], required: true }),
  }),
})

const CreateGuestTokenInput = builder.inputType('CreateGuestTokenInput', {
  description: 'Absent means everything. An empty list means nothing. A token can only narrow.',
  fields: (t) => ({
    tenantId: t.string({ required: true }),
    subject: t.string(),
    dashboards: t.stringList(),
    datasets: t.stringList(),
    lockedFilters: t.field({ type: [LockedFilter] }),
    expiresInSeconds: t.int({ defaultValue: 3600, description: 'an hour by default, a day at the most' }),
  }),
})

const GuestToken = builder.objectRef<MintedGuestToken>('GuestToken')
GuestToken.implement({
  authorize: 'host',
  fields: (t) => ({
    token: t.exposeString('token'),
    id: t.exposeID('id'),
    expiresAt: t.field({ type: 'DateTime', resolve: ({ expiresAt }) => expiresAt.toISOString() }),
  }),
})

builder.mutationField('createGuestToken', (t) =>
  t.field({
    type: GuestToken,
    authorize: 'host',
    description:
      'Scope tokens:create. Unknown names are refused when the token is made, not when it is used.',
    args: { input: t.arg({ type: CreateGuestTokenInput, required: true }) },
    resolve: (_, { input }, context) => hostOf(context).mintGuestToken(withOperators(input)),
  }),
)

function withOperators(input: typeof CreateGuestTokenInput.$inferInput) {
  const { lockedFilters, ...rest } = input
  if (lockedFilters == null) return rest
  return {
    ...rest,
    lockedFilters: lockedFilters.map(({ dataset, dimension, operator, values }) => ({
      ...(dataset != null && { dataset }),
      dimension,
      operator: operator ?? ('EQUALS' as const),
      values,
    })),
  }
}
