import { z } from 'zod'
import { UsedApiKey } from '../api-keys/types.ts'
import { badInput } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { AuditEventRecord, AuditPage } from '../graphql/context.ts'
import { instantSchema, parseAuditFilter } from './filter.ts'

const ownAlone = 'For guests only of what they did themselves.'

const AuditEvent = builder.objectRef<AuditEventRecord>('AuditEvent')
AuditEvent.implement({
  description:
    'Something that was done or refused in the environment. It never holds a secret, nor what a question asked for.',
  authorize: 'value',
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at.toISOString() }),
    kind: t.exposeString('kind', { description: 'token.minted, credential.refused, model.applied …' }),
    outcome: t.exposeString('outcome', { description: 'SUCCEEDED, REFUSED or FAILED' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Of a refused credential what was wrong with it; of another refusal its code.',
    }),
    count: t.exposeInt('count', {
      description:
        'How many such events it stands for: of many refusals at a time some are told and the others counted, so that sums are exact.',
    }),
    tenantId: t.exposeString('tenantId', { nullable: true }),
    subject: t.exposeString('subject', { nullable: true }),
    tokenId: t.exposeString('tokenId', { nullable: true, description: ownAlone }),
    requestId: t.exposeString('requestId', { nullable: true, description: ownAlone }),
    address: t.exposeString('address', { nullable: true, description: ownAlone }),
    detail: t.field({
      description: 'For guests it is empty.',
      type: 'JSONObject',
      resolve: ({ detail }) => detail,
    }),
    apiKey: t.field({
      type: UsedApiKey,
      nullable: true,
      description: 'The key that it was done with. For guests always null.',
      resolve: ({ apiKeyId }, _, context) =>
        apiKeyId === null ? null : hostOf(context).usedApiKey(apiKeyId),
    }),
  }),
})

const ofHosts = 'for hosts alone'

const AuditEventFilter = builder.inputType('AuditEventFilter', {
  description: 'All that is given must hold; an empty list lets nothing through.',
  fields: (t) => ({
    kinds: t.stringList({ description: 'An unknown one is refused.' }),
    outcomes: t.stringList({ description: 'An unknown one is refused.' }),
    reasons: t.stringList(),
    tenantId: t.string(),
    subject: t.string(),
    apiKeyId: t.id({ description: ofHosts }),
    tokenId: t.id({ description: ofHosts }),
    requestId: t.string({ description: ofHosts }),
    address: t.string({ description: ofHosts }),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'exclusive' }),
  }),
})

const mostPerPage = 500

builder.queryField('auditEvents', (t) =>
  t.connection(
    {
      type: AuditEvent,
      authorize: 'guest or host',
      description: [
        'What happened in the environment, the newest first. For hosts with the scope audit:read, and for guests whose role or policy',
        'has the permission audit_read: then of their own tenant alone. Pages stay right while events are added.',
      ].join('\n'),
      args: { filter: t.arg({ type: AuditEventFilter }) },
      resolve: async (_, { first, after, last, before, filter }, context) => {
        if (last != null || before != null)
          throw badInput(last != null ? 'last' : 'before', 'first and after')
        const reader = context.guest ?? hostOf(context)
        const page = { ...parsePage(first, after), filter: parseAuditFilter(filter) }
        const events = await reader.auditEvents(page)
        const edges = events.slice(0, page.first).map((node) => ({ node, cursor: cursorOf(node) }))
        return {
          edges,
          pageInfo: {
            hasNextPage: events.length > page.first,
            hasPreviousPage: page.after !== null,
            startCursor: edges.at(0)?.cursor ?? null,
            endCursor: edges.at(-1)?.cursor ?? null,
          },
        }
      },
    },
    { name: 'AuditEventConnection', authorize: 'value' },
    { name: 'AuditEventEdge', authorize: 'value' },
  ),
)

const cursorShape = z.tuple([instantSchema, z.uuid()])

function parsePage(
  first: number | null | undefined,
  after: string | null | undefined,
): Omit<AuditPage, 'filter'> {
  const count = first ?? 50
  if (count < 1 || count > mostPerPage) throw badInput('first', `a whole number from 1 to ${mostPerPage}`)
  if (after == null) return { first: count, after: null }
  const cursor = cursorShape.safeParse(Buffer.from(after, 'base64url').toString('utf8').split(' '))
  if (!cursor.success) throw badInput('after', 'a cursor that this field answered with')
  const [at, id] = cursor.data
  return { first: count, after: { at, id } }
}

function cursorOf({ at, id }: AuditEventRecord): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}
