import { badInput } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { GuestTokenInput, MintedGuestToken } from '../graphql/context.ts'
import { FilterOperator, Granularity } from '../questions/inputs.ts'

const LockedFilter = builder.inputType('LockedFilterInput', {
  fields: (t) => ({
    dataset: t.string({ description: 'Without it, every dataset that the token can reach.' }),
    dimension: t.string({ required: true }),
    operator: t.field({ type: FilterOperator, defaultValue: 'EQUALS' }),
    values: t.field({ type: ['Value'], required: true }),
  }),
})

const TokenLimits = builder.inputType('TokenLimitsInput', {
  fields: (t) => ({
    requestsPerMinute: t.int({
      description:
        'More are refused with RATE_LIMITED. A request is as many as its operation has fields at its root, or asks questions.',
    }),
    concurrentQueries: t.int({ description: 'More wait for their turn.' }),
  }),
})

export const CreateGuestTokenInput = builder.inputType('CreateGuestTokenInput', {
  description:
    "Absent means the policy's or role's own setting. An empty list means nothing. Every grant is intersected with the policy and the role: a token can only narrow.",
  fields: (t) => ({
    tenantId: t.string({ required: true }),
    subject: t.string({ description: "the host's own name for the person looking" }),
    role: t.string({ description: 'viewer, analyst, admin, or one that the model names' }),
    policy: t.string({ description: 'a policy of the model' }),
    attributes: t.field({
      type: 'JSONObject',
      description: 'What row rules read: text, numbers, booleans, and lists of them.',
    }),
    dashboards: t.stringList(),
    widgets: t.stringList({ description: 'dashboard/widget, an id, or a name wherever it stands' }),
    hiddenWidgets: t.stringList({ description: 'The same; these are left out.' }),
    datasets: t.stringList(),
    allowedDimensions: t.stringList({ description: 'a name in any dataset, or dataset.dimension' }),
    lockedFilters: t.field({ type: [LockedFilter] }),
    allowedPeriods: t.field({ type: ['Period'] }),
    timeZones: t.field({
      type: ['TimeZone'],
      description: 'The zones to ask in. Where a finest grain is kept and none is named, UTC alone.',
    }),
    minGranularity: t.field({
      type: Granularity,
      description: 'The finest grain; AUTO is none. Time ranges must start and stop on its edges.',
    }),
    maxDateRangeDays: t.int(),
    earliest: t.field({ type: 'DateTime', description: 'Rows before it are not there.' }),
    allowDrillDown: t.boolean(),
    allowExport: t.boolean(),
    allowAdHoc: t.boolean({ description: "Questions of the guest's own, beside those of widgets." }),
    origins: t.stringList({ description: 'Pages that may send the token, such as https://app.example.com.' }),
    limits: t.field({ type: TokenLimits }),
    expiresInSeconds: t.int({ defaultValue: 3600, description: 'an hour by default, a day at the most' }),
    withRefreshToken: t.boolean({
      defaultValue: false,
      description: 'Also a refresh token, with which whoever holds it gets the next guest token without you.',
    }),
    refreshExpiresInSeconds: t.int({
      description:
        'Of the refresh token and all that follow it: 30 days by default, 90 at the most. Only with withRefreshToken.',
    }),
  }),
})

const GuestToken = builder.objectRef<MintedGuestToken>('GuestToken')
GuestToken.implement({
  authorize: 'value',
  fields: (t) => ({
    token: t.exposeString('token'),
    id: t.exposeID('id'),
    expiresAt: t.field({ type: 'DateTime', resolve: ({ expiresAt }) => expiresAt.toISOString() }),
    refreshToken: t.exposeString('refreshToken', {
      nullable: true,
      description: 'Shown this once, and good for one use.',
    }),
    refreshExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ refreshExpiresAt }) => refreshExpiresAt?.toISOString() ?? null,
    }),
  }),
})

builder.mutationField('createGuestToken', (t) =>
  t.field({
    type: GuestToken,
    authorize: 'host',
    description:
      'Scope tokens:create. Unknown names are refused when the token is made, not when it is used.',
    args: { input: t.arg({ type: CreateGuestTokenInput, required: true }) },
    resolve: (_, { input }, context) => hostOf(context).mintGuestToken(tokenInput(input)),
  }),
)

builder.mutationField('refreshGuestToken', (t) =>
  t.field({
    type: GuestToken,
    authorize: 'anyone',
    description: [
      'A new guest token that says what the first one said, and the next refresh token. The refresh token itself does as the',
      'credential, and so does an API key with tokens:create or a guest token of the same tenant. It is good for one use: a',
      'second one, whoever comes first, ends its whole family, the guest tokens included.',
    ].join('\n'),
    args: { refreshToken: t.arg.string({ required: true }) },
    resolve: (_, { refreshToken }, context) => context.refreshGuestToken(refreshToken),
  }),
)

const TenantSubject = builder.inputType('TenantSubjectInput', {
  description: "A viewer, by the host's own name.",
  fields: (t) => ({
    tenantId: t.string({ required: true }),
    subject: t.string({ required: true }),
  }),
})

const RevokeGuestTokensInput = builder.inputType('RevokeGuestTokensInput', {
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'of one token' }),
    subject: t.field({ type: TenantSubject, description: 'all of a viewer' }),
    tenantId: t.string({ description: 'all of a tenant' }),
  }),
})

builder.mutationField('revokeGuestTokens', (t) =>
  t.int({
    authorize: 'host',
    description: [
      'Scope tokens:create. By token, by viewer or by tenant: what was minted before this answers is refused from then on, and',
      'its open subscriptions and downloads end. Holds on every server within two seconds. Tokens minted afterwards are good.',
      'Answers how many tokens it is about: those minted here that have not expired, whether or not they were ended before.',
    ].join('\n'),
    args: { input: t.arg({ type: RevokeGuestTokensInput, required: true }) },
    resolve: (_, { input }, context) => hostOf(context).revokeGuestTokens(input),
  }),
)

export function tokenInput(input: typeof CreateGuestTokenInput.$inferInput): GuestTokenInput {
  const { lockedFilters, minGranularity, widgets, hiddenWidgets, ...rest } = input
  if (minGranularity === 'AUTO') throw badInput('input.minGranularity', 'a grain, not AUTO')
  return {
    ...rest,
    minGranularity,
    widgets: widgets?.map(widgetName),
    hiddenWidgets: hiddenWidgets?.map(widgetName),
    lockedFilters: lockedFilters?.map(({ dataset, dimension, operator, values }) => ({
      ...(dataset != null && { dataset }),
      dimension,
      operator: operator ?? 'EQUALS',
      values,
    })),
  }
}

/** Of an id, what it stands for; a name has no capital letter and so is none. */
function widgetName(text: string): string {
  const [, key = text] = /^Widget:(.+)$/s.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? []
  return key
}
