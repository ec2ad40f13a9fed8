import { UsedApiKey } from '../api-keys/types.ts'
import { badInput } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { ErasedTenantRecord, TenantRecord } from '../graphql/context.ts'

const Tenant = builder.objectRef<TenantRecord>('Tenant')
Tenant.implement({
  description:
    'A customer of the organization, as the host told of it. Tenants need not be told of to have tokens.',
  authorize: 'host',
  fields: (t) => ({
    tenantId: t.exposeString('tenantId'),
    title: t.exposeString('title', { nullable: true }),
    dataSource: t.exposeString('dataSource', {
      nullable: true,
      description:
        'The data source of its place; null: as the rule of the model says. The same for what follows.',
    }),
    database: t.exposeString('database', { nullable: true }),
    schema: t.exposeString('schema', { nullable: true, description: 'of PostgreSQL' }),
    region: t.exposeString('region', {
      nullable: true,
      description: 'The region that it is pinned to: servers of others refuse it with WRONG_REGION.',
    }),
    attributes: t.field({
      type: 'JSONObject',
      description:
        "What row rules read beside its tokens' own; where both name one, a rule must hold for each of them.",
      resolve: ({ attributes }) => Object.fromEntries(attributes),
    }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt.toISOString() }),
    erasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was erased last.',
      resolve: ({ erasedAt }) => erasedAt?.toISOString() ?? null,
    }),
    erasedBy: t.field({
      type: UsedApiKey,
      nullable: true,
      resolve: ({ erasedBy }, _, context) =>
        erasedBy === null ? null : hostOf(context).usedApiKey(erasedBy),
    }),
    erased: t.boolean({
      description: 'Whether it was erased and not told of again: then it has no tokens.',
      resolve: ({ erasedAt, isBack }) => erasedAt !== null && !isBack,
    }),
  }),
})

const ErasedTenant = builder.objectRef<ErasedTenantRecord>('ErasedTenant')
ErasedTenant.implement({
  description:
    'What was erased. What stays is a tombstone, which `tenants` shows, and what happened and when in the audit.',
  authorize: 'host',
  fields: (t) => ({
    tenantId: t.exposeString('tenantId'),
    erasedAt: t.field({ type: 'DateTime', resolve: ({ erasedAt }) => erasedAt.toISOString() }),
    erasedBy: t.field({
      type: UsedApiKey,
      nullable: true,
      resolve: ({ erasedBy }, _, context) => hostOf(context).usedApiKey(erasedBy),
    }),
    tokens: t.exposeInt('tokens', { description: 'How many tokens ended that were minted here.' }),
    dashboards: t.exposeInt('dashboards', {
      description: 'How many dashboards of the tenant alone were taken out.',
    }),
    auditEvents: t.exposeInt('auditEvents', {
      description: 'Of how many events it was erased who and where somebody was, and the details.',
    }),
    remains: t.string({
      description: 'What is not ours to erase.',
      resolve: () =>
        "The tenant's rows in the host's own data sources are the host's, as are backups of the store, logs, and a model document outside: applied again, it brings dashboards of the tenant back.",
    }),
  }),
})

const TenantInput = builder.inputType('TenantInput', {
  description: 'What is left out stays as it was; null takes it away.',
  fields: (t) => ({
    tenantId: t.string({ required: true }),
    title: t.string(),
    dataSource: t.string({ description: 'Where its rows are, of what the model leaves to tenants.' }),
    database: t.string({
      description: 'Of ClickHouse the one that its tables are in, of PostgreSQL the one to connect to.',
    }),
    schema: t.string({ description: 'Of PostgreSQL, the one that its tables are in.' }),
    region: t.string({ description: 'Pins it: the data source has to be of that region.' }),
    attributes: t.field({
      type: 'JSONObject',
      description: 'Row rules read them; they narrow what tokens may see and never widen it.',
    }),
  }),
})

builder.mutationField('upsertTenant', (t) =>
  t.field({
    type: Tenant,
    authorize: 'host',
    description: [
      'Scope model:write. Tells of a tenant, or tells otherwise: where its rows are, which region it is pinned to, what row rules may',
      'read of it. Every server knows within two seconds; then the next question goes there. Takes in again who was erased.',
    ].join('\n'),
    args: { input: t.arg({ type: TenantInput, required: true }) },
    resolve: (_, { input }, context) => hostOf(context).upsertTenant(input),
  }),
)

builder.mutationField('eraseTenant', (t) =>
  t.field({
    type: ErasedTenant,
    authorize: 'host',
    description: [
      "Scope model:write. Ends the tenant's tokens and erases what is kept about it: what was told of it, dashboards, usage, links of",
      'downloads, and in the audit who and where somebody was and the details. From then on it has no tokens until upsertTenant.',
    ].join('\n'),
    args: { tenantId: t.arg.string({ required: true }) },
    resolve: (_, { tenantId }, context) => hostOf(context).eraseTenant(tenantId),
  }),
)

const mostPerPage = 500

builder.queryField('tenants', (t) =>
  t.connection(
    {
      type: Tenant,
      authorize: 'host',
      description:
        'Scope model:write. Those who were told of, and the tombstones of those who were erased, by id.',
      resolve: async (_, { first, after, last, before }, context) => {
        if (last != null || before != null)
          throw badInput(last != null ? 'last' : 'before', 'first and after')
        const page = { first: countOf(first), after: after == null ? null : idOf(after) }
        const found = await hostOf(context).tenants(page)
        const edges = found.slice(0, page.first).map((node) => ({ node, cursor: cursorOf(node) }))
        return {
          edges,
          pageInfo: {
            hasNextPage: found.length > page.first,
            hasPreviousPage: page.after !== null,
            startCursor: edges.at(0)?.cursor ?? null,
            endCursor: edges.at(-1)?.cursor ?? null,
          },
        }
      },
    },
    { name: 'TenantConnection', authorize: 'host' },
    { name: 'TenantEdge', authorize: 'host' },
  ),
)

function countOf(first: number | null | undefined): number {
  const count = first ?? 50
  if (count >= 1 && count <= mostPerPage) return count
  throw badInput('first', `a whole number from 1 to ${mostPerPage}`)
}

function cursorOf({ tenantId }: Pick<TenantRecord, 'tenantId'>): string {
  return Buffer.from(`tenant ${tenantId}`).toString('base64url')
}

function idOf(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const id = text.startsWith('tenant ') ? text.slice('tenant '.length) : ''
  if (id !== '' && cursorOf({ tenantId: id }) === cursor && !id.includes('\0')) return id
  throw badInput('after', 'a cursor that this field answered with')
}
