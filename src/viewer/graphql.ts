import type { Grants, NameGrant } from '../access/grants.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import type { Viewer as ViewerShape } from '../graphql/context.ts'

const Grant = builder.objectRef<NameGrant>('Grant')
Grant.implement({
  description: 'everything, or exactly these names; an empty list grants nothing',
  authorize: 'value',
  fields: (t) => ({
    all: t.exposeBoolean('all'),
    names: t.stringList({ resolve: (grant) => (grant.all ? [] : [...grant.names]) }),
  }),
})

const EffectivePermissions = builder.objectRef<Grants>('EffectivePermissions')
EffectivePermissions.implement({
  description: 'What holds for this request.',
  authorize: 'guest',
  fields: (t) => ({
    dashboards: t.field({ type: Grant, resolve: ({ dashboards }) => dashboards }),
    datasets: t.field({ type: Grant, resolve: ({ datasets }) => datasets }),
    lockedDimensions: t.stringList({
      description: 'The dimensions that are locked, without their values.',
      resolve: ({ lockedFilters }) => [...new Set(lockedFilters.map(({ dimension }) => dimension))],
    }),
  }),
})

const Viewer = builder.objectRef<ViewerShape>('Viewer')
Viewer.implement({
  authorize: 'guest',
  fields: (t) => ({
    tenantId: t.exposeString('tenantId'),
    subject: t.exposeString('subject', {
      nullable: true,
      description: "The host's own name for the person looking, where the token carries one.",
    }),
    expiresAt: t.field({ type: 'DateTime', resolve: ({ expiresAt }) => expiresAt.toISOString() }),
    permissions: t.field({ type: EffectivePermissions, resolve: ({ grants }) => grants }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    authorize: 'guest',
    description: 'Whom the token speaks for, what it may do, and when it ends.',
    resolve: (_, __, context) => guestOf(context).viewer,
  }),
)
