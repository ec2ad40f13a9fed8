import { z } from 'zod'
import { UsedApiKey } from '../api-keys/types.ts'
import { badInput } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { AuditEventRecord, AuditPage } from '../graphql/context.ts'

const AuditEvent = builder.objectRef<AuditEventRecord>('AuditEvent')
AuditEvent.implement({
  description:
    'Something that happened to the credentials or the model of the environment. It never holds a secret.',
  authorize: 'host',
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at.toISOString() }),
    kind: t.exposeString('kind', { description: 'token.minted, credential.refused, model.applied …' }),
    outcome: t.exposeString('outcome'),
    reason: t.exposeString('reason', { nullable: true }),
    tenantId: t.exposeString('tenantId', { nullable: true }),
    subject: t.exposeString('subject', { nullable: true }),
    tokenId: t.exposeString('tokenId', { nullable: true }),
    requestId: t.exposeString('requestId', { nullable: true }),
    address: t.exposeString('address', { nullable: true }),
    detail: t.field({ type: 'JSONObject', resolve: ({ detail }) => detail }),
    apiKey: t.field({
      type: UsedApiKey,
      nullable: true,
      description: 'The key that it was done with.',
      resolve: ({ apiKeyId }, _, context) =>
        apiKeyId === null ? null : hostOf(context).usedApiKey(apiKeyId),
    }),
  }),
})

const mostPerPage = 500

builder.queryField('auditEvents', (t) =>
  t.connection(
    {
      type: AuditEvent,
      authorize: 'host',
      description: 'Scope audit:read. What happened in the environment, the newest first.',
      resolve: async (_, { first, after, last, before }, context) => {
        if (last != null || before != null)
          throw badInput(last != null ? 'last' : 'before', 'first and after')
        const page = parsePage(first, after)
        const events = await hostOf(context).auditEvents(page)
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

const cursorShape = z.tuple([z.iso.datetime(), z.uuid()])

function parsePage(first: number | null | undefined, after: string | null | undefined): AuditPage {
  const count = first ?? 50
  if (count < 1 || count > mostPerPage) throw badInput('first', `a whole number from 1 to ${mostPerPage}`)
  if (after == null) return { first: count, after: null }
  const cursor = cursorShape.safeParse(Buffer.from(after, 'base64url').toString('utf8').split(' '))
  if (!cursor.success) throw badInput('after', 'a cursor that this field answered with')
  const [at, id] = cursor.data
  return { first: count, after: { at: new Date(at), id } }
}

function cursorOf({ at, id }: AuditEventRecord): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}
