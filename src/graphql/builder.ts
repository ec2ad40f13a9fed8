import SchemaBuilder from '@pothos/core'
import RelayPlugin from '@pothos/plugin-relay'
import type { FilterValue } from '../access/grants.ts'
import { badInput } from '../errors.ts'
import { answerSizePlugin } from './answer-size-plugin.ts'
import { authorizationPlugin } from './authorization.ts'
import type { RequestContext } from './context.ts'

export const builder = new SchemaBuilder<{
  Context: RequestContext
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: string; Output: string }
    TimeZone: { Input: string; Output: string }
    Period: { Input: string; Output: string }
    Value: { Input: FilterValue; Output: FilterValue }
    JSONObject: { Input: Record<string, unknown>; Output: Readonly<Record<string, unknown>> }
  }
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
}>({
  // Rules run before anything else that a plugin does with a field.
  plugins: [authorizationPlugin, answerSizePlugin, RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    cursorType: 'String',
    // The catalogue is frozen; a node's type shows in its members.
    brandLoadedObjects: false,
    edgesFieldOptions: { nullable: { list: false, items: false } },
    pageInfoTypeOptions: { authorize: 'value' },
    defaultConnectionTypeOptions: { authorize: 'value' },
    defaultEdgeTypeOptions: { authorize: 'value' },
    nodeQueryOptions: { authorize: 'guest', description: 'Null where it does not exist or may not be seen.' },
    nodesQueryOptions: false,
    encodeGlobalID: (typename, id) => Buffer.from(`${typename}:${id}`).toString('base64url'),
    decodeGlobalID: (globalId) => decodeGlobalID(globalId),
  },
})

builder.queryType({})
builder.mutationType({})
builder.subscriptionType({})

/**
 * Of the nodes that there are; any other type is answered like one that does not exist.
 * @throws BAD_USER_INPUT
 */
export function decodeGlobalID(globalId: string, argument = 'id'): { typename: string; id: string } {
  const text = Buffer.from(globalId, 'base64url').toString('utf8')
  const match = /^(Dashboard|Widget):(.{1,300})$/s.exec(text)
  if (match === null) throw badInput(argument, 'an id that this API answered with')
  return { typename: match[1] ?? '', id: match[2] ?? '' }
}
