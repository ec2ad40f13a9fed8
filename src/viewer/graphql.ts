import type { NameGrant } from '../access/grants.ts'
import type { EffectivePermissions as EffectivePermissionsShape } from '../analytics/effective-permissions.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import type { Viewer as ViewerShape } from '../graphql/context.ts'
import { Granularity } from '../questions/inputs.ts'

const Grant = builder.objectRef<NameGrant>('Grant')
Grant.implement({
  description: 'everything, or exactly these names; an empty list grants nothing',
  authorize: 'value',
  fields: (t) => ({
    all: t.exposeBoolean('all'),
    names: t.stringList({ resolve: (grant) => (grant.all ? [] : [...grant.names]) }),
  }),
})

const EffectivePermissions = builder.objectRef<EffectivePermissionsShape>('EffectivePermissions')
EffectivePermissions.implement({
  description: 'What holds for this request, after token, policy and role were intersected.',
  authorize: 'guest',
  fields: (t) => ({
    dashboards: t.expose('dashboards', { type: Grant }),
    datasets: t.expose('datasets', { type: Grant }),
    dimensions: t.expose('dimensions', {
      type: Grant,
      description:
        'Those that may be named; as dataset.dimension where another dataset withholds one of that name.',
    }),
    metrics: t.expose('metrics', { type: Grant }),
    lockedDimensions: t.stringList({
      description: 'The dimensions that are locked, without their values, as far as they may be named.',
      resolve: ({ lockedDimensions }) => [...lockedDimensions],
    }),
    periods: t.expose('periods', { type: Grant }),
    timeZones: t.expose('timeZones', { type: Grant }),
    minGranularity: t.expose('minGranularity', { type: Granularity, nullable: true }),
    maxDateRangeDays: t.exposeInt('maxDateRangeDays', { nullable: true }),
    earliest: t.expose('earliest', { type: 'DateTime', nullable: true }),
    drillDown: t.exposeBoolean('drillDown'),
    export: t.exposeBoolean('export'),
    adHoc: t.exposeBoolean('adHoc'),
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
    role: t.exposeString('role', { nullable: true }),
    expiresAt: t.field({ type: 'DateTime', resolve: ({ expiresAt }) => expiresAt.toISOString() }),
    permissions: t.field({ type: EffectivePermissions, resolve: ({ permissions }) => permissions() }),
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
