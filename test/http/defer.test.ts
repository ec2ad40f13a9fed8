import { GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString, specifiedDirectives } from 'graphql'
import { meros } from 'meros/browser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badInput } from '../../src/errors.ts'
import { deferDirective } from '../../src/graphql/defer.ts'
import { type Edge, startEdge } from '../support/edge.ts'

/** What `slow(name)` waits for. */
const waiting = new Map<string, () => void>()
const secret = 'SELECT * FROM flights WHERE origin = hunter2'
let latest: AbortSignal | null = null

function field(resolve: (name: string) => unknown) {
  const args = { name: { type: GraphQLString } }
  return {
    type: GraphQLString,
    args,
    resolve: (_: unknown, { name }: { name?: string }) => resolve(name ?? ''),
  }
}

const fields = {
  hello: field(() => 'world'),
  slow: field((name) => new Promise((resolve) => waiting.set(name, () => resolve(name)))),
  broken: field(() => {
    throw new GraphQLError('Of our own.', { originalError: new Error(secret) })
  }),
  wrong: field(() => {
    throw badInput('input.limit', 'a whole number from 1 to 10')
  }),
}
const thing = new GraphQLObjectType({ name: 'Thing', fields })
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { ...fields, thing: { type: thing, resolve: () => ({}) } },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: { change: { type: thing, resolve: () => ({}) } },
  }),
  directives: [...specifiedDirectives, deferDirective],
})

let edge: Edge

beforeAll(async () => {
  edge = await startEdge({
    schema,
    production: true,
    onRequest: (signal) => {
      latest = signal
    },
  })
})
afterAll(() => edge.close())

const parts = 'multipart/mixed, application/json'

function ask(query: string, accept: string, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${edge.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${edge.token}`, accept },
    body: JSON.stringify({ query }),
    signal,
  })
}

/** The bodies of an answer in parts, as a client's library reads them. */
async function* partsOf(response: Response): AsyncGenerator<unknown> {
  const read = await meros(response)
  if (read instanceof Response) throw new Error(`Not in parts: ${await read.text()}`)
  for await (const { body } of read) yield body
}

async function release(name: string): Promise<void> {
  await expect.poll(() => waiting.has(name)).toBe(true)
  waiting.get(name)?.()
  waiting.delete(name)
}

const inTurn = `{
  hello
  ... @defer(label: "one") { one: slow(name: "one") }
  ... @defer(label: "two") { two: slow(name: "two") }
}`
const whole = { data: { hello: 'world', one: 'one', two: 'two' } }
const inParts = [
  { data: { hello: 'world' }, hasNext: true },
  { incremental: [{ data: { two: 'two' }, path: [], label: 'two' }], hasNext: true },
  { incremental: [{ data: { one: 'one' }, path: [], label: 'one' }], hasNext: false },
]

describe('what is deferred', () => {
  test('comes as soon as it is there, in parts of multipart/mixed', async () => {
    const response = await ask(inTurn, parts)
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; deferSpec=20220824')
    const read = partsOf(response)
    const [first, second, third] = inParts
    expect((await read.next()).value).toEqual(first)
    await release('two')
    expect((await read.next()).value).toEqual(second)
    await release('one')
    expect((await read.next()).value).toEqual(third)
    expect((await read.next()).done).toBe(true)
  })

  test('comes in events where they are accepted', async () => {
    const asked = ask(inTurn, 'text/event-stream')
    await release('two')
    // The first was sent before the others were there to be sent with it.
    const response = await asked
    await release('one')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events = inParts.map((part) => `event: next\ndata: ${JSON.stringify(part)}\n\n`)
    expect(await response.text()).toBe([':\n\n', ...events, 'event: complete\ndata:\n\n'].join(''))
  })

  test.each(['application/json', 'application/graphql-response+json', '*/*'])(
    'comes with the rest where %s is all that is accepted',
    async (accept) => {
      const asked = ask(inTurn, accept)
      await release('one')
      await release('two')
      expect(await (await asked).json()).toEqual(whole)
    },
  )

  test('of a mutation comes with the rest', async () => {
    const response = await ask('mutation { change { ... @defer { hello } } }', parts)
    expect(await response.json()).toEqual({ data: { change: { hello: 'world' } } })
  })

  test('fails alone, with its code and the request’s id and nothing from inside', async () => {
    const response = await ask(
      `{
        hello
        thing { ... @defer(label: "broken") { broken } }
        ... @defer(label: "wrong") { wrong }
        ... @defer(label: "slow") { slow(name: "fine") }
      }`,
      parts,
    )
    const requestId = response.headers.get('x-request-id')
    await release('fine')
    const bodies: unknown[] = []
    for await (const body of partsOf(response)) bodies.push(body)
    expect(JSON.stringify(bodies)).not.toContain('hunter2')
    const received = bodies.flatMap((body) => Object(body).incremental ?? [])
    expect(received.toSorted((a, b) => (a.label < b.label ? -1 : 1))).toEqual([
      {
        label: 'broken',
        path: ['thing'],
        data: { broken: null },
        errors: [
          {
            message: 'Something went wrong on the server.',
            locations: [{ line: 3, column: 47 }],
            path: ['thing', 'broken'],
            extensions: { code: 'INTERNAL', requestId },
          },
        ],
      },
      { label: 'slow', path: [], data: { slow: 'fine' } },
      {
        label: 'wrong',
        path: [],
        data: { wrong: null },
        errors: [
          {
            message:
              'An argument is not of the allowed form. input.limit: expected a whole number from 1 to 10.',
            locations: [{ line: 4, column: 38 }],
            path: ['wrong'],
            extensions: {
              code: 'BAD_USER_INPUT',
              argument: 'input.limit',
              expected: 'a whole number from 1 to 10',
              requestId,
            },
          },
        ],
      },
    ])
  })

  test('is asked no longer when the client has gone', async () => {
    const going = new AbortController()
    const response = await ask(inTurn, parts, going.signal)
    const read = partsOf(response)
    expect((await read.next()).value).toEqual(inParts[0])
    going.abort()
    await expect.poll(() => latest?.aborted).toBe(true)
  })
})

describe('a document with @defer', () => {
  const fragments = Array.from({ length: 101 }, () => '... @defer { hello }').join(' ')
  const nested = `{ ...A @defer ...A @defer }
    fragment A on Query { ${'...B @defer '.repeat(7)} } fragment B on Query { ${'...C @defer '.repeat(7)} }
    fragment C on Query { hello }`

  test.each([
    [`{ ${fragments} }`, 'QUERY_TOO_LARGE', 'query: expected at most 100 fragments under @defer.'],
    [nested, 'QUERY_TOO_LARGE', 'query: expected at most 100 fragments under @defer.'],
    [
      `{ ... @defer(label: "${'a'.repeat(65)}") { hello } }`,
      'QUERY_TOO_LARGE',
      'query: expected aliases and labels of at most 64 characters.',
    ],
    [
      `{ ... @defer { ${'a'.repeat(65)}: hello } }`,
      'QUERY_TOO_LARGE',
      'query: expected aliases and labels of at most 64 characters.',
    ],
    [
      '{ ... @defer { thing { a: __typename } } }',
      'QUERY_TOO_LARGE',
      'query: expected no alias of __typename, nor of what a schema says of itself.',
    ],
    [`{ ... @defer { ${'hello '.repeat(5_000)} } }`, 'QUERY_TOO_LARGE', 'at most 5000 tokens'],
    ['{ ... @defer { __schema { queryType { name } } } }', 'BAD_USER_INPUT', 'introspection'],
    ['{ ... @defer(label: "a") { hello } ... @defer(label: "a") { hello } }', 'BAD_USER_INPUT', 'label'],
    ['query ($a: String) { ... @defer(label: $a) { hello } }', 'BAD_USER_INPUT', 'label'],
    ['{ hello @defer }', 'BAD_USER_INPUT', '"@defer" may not be used on FIELD'],
    ['{ ... @stream { hello } }', 'BAD_USER_INPUT', 'Unknown directive "@stream".'],
  ])('is bounded like any other: %.40s', async (query, code, message) => {
    for (const accept of ['multipart/mixed', 'text/event-stream', 'application/graphql-response+json']) {
      const response = await ask(query, accept)
      const { errors } = Object(await response.json())
      expect([response.status, errors[0].extensions.code]).toEqual([400, code])
      expect(errors[0].message).toContain(message)
    }
  })
})

test('whoever takes events alone gets one for an answer without parts, and JSON where nothing was asked', async () => {
  const response = await ask('{ hello }', 'text/event-stream')
  expect(await response.text()).toBe(
    ':\n\nevent: next\ndata: {"data":{"hello":"world"}}\n\nevent: complete\ndata:\n\n',
  )
  const refused = await fetch(`${edge.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: '{ hello }' }),
  })
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    401,
    'application/graphql-response+json; charset=utf-8',
  ])
  expect(Object(await refused.json()).errors[0].extensions.code).toBe('UNAUTHENTICATED')
})
