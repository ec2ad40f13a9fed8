import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { badInput } from '../../src/errors.ts'
import { type Edge, type Sent, startEdge } from '../support/edge.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/
const secret = 'SELECT * FROM flights WHERE origin = hunter2'

function field(resolve: (context: unknown) => unknown) {
  return { type: GraphQLString, resolve: (_: unknown, __: object, context: unknown) => resolve(context) }
}

const query: GraphQLObjectType = new GraphQLObjectType({
  name: 'Query',
  fields: () => ({
    hello: field(() => 'world'),
    large: field(() => 'x'.repeat(20_000_000)),
    context: field((context) => Object.keys(Object(context)).sort().join(' ')),
    broken: field(() => {
      throw new Error(secret)
    }),
    brokenGraphql: field(() => {
      throw new GraphQLError('Of our own.', { originalError: new Error(secret) })
    }),
    wrong: field(() => {
      throw badInput('input.limit', 'a whole number from 1 to 10')
    }),
    endless: field(() => new Promise(() => {})),
    self: { type: query, resolve: () => ({}) },
  }),
})
const schema = new GraphQLSchema({ query })

let edge: Edge
let production: Edge
let latestSignal: AbortSignal | null = null

beforeAll(async () => {
  const onRequest = (signal: AbortSignal) => {
    latestSignal = signal
  }
  edge = await startEdge({ schema, onRequest })
  production = await startEdge({ schema, production: true })
})

afterAll(() => Promise.all([edge.close(), production.close()]))

function json({ text: body }: Sent) {
  return JSON.parse(body)
}

/** The answer without what differs from request to request. */
function errorOf(sent: Sent) {
  const { message, extensions } = json(sent).errors[0]
  const { requestId, ...rest } = extensions
  expect(requestId).toBe(sent.headers['x-request-id'])
  expect(requestId).toMatch(uuid)
  return { status: sent.status, message, ...rest }
}

describe('a request without a credential', () => {
  const unauthenticated = {
    status: 401,
    message: 'The credential is missing, malformed, expired or not accepted.',
    code: 'UNAUTHENTICATED',
  }
  const headers = { 'content-type': 'application/json' }

  test.each([
    ['a query', '{"query":"{ hello }"}'],
    ['a typo', '{"query":"{ helo }"}'],
    ['what is no GraphQL', '{"query":"{{{"}'],
    ['what is no JSON', '{'],
    ['introspection', '{"query":"{ __schema { types { name } } }"}'],
  ])('gets the same 401 for %s', async (_, body) => {
    const sent = await edge.send({ headers, body })
    expect([errorOf(sent), sent.headers['www-authenticate']]).toEqual([unauthenticated, 'Bearer'])
  })

  test('gets it for a GET as well', async () => {
    expect(errorOf(await edge.send({ method: 'GET', path: '/graphql?query={hello}', headers: {} }))).toEqual(
      unauthenticated,
    )
  })

  test('gets it where there are two, of which one is right', async () => {
    const authorization = [`Bearer ${edge.token}`, `Bearer ${edge.token}x`]
    const sent = await edge.send({ headers: { ...headers, authorization }, body: '{"query":"{ hello }"}' })
    expect(errorOf(sent)).toEqual(unauthenticated)
  })
})

describe('a body', () => {
  const hidden = 'hunter2'

  test.each([
    ['cut off', `{"query":"${hidden}`],
    ['a text', `"${hidden}"`],
    ['null', 'null'],
    ['bare GraphQL', `{ ${hidden} }`],
  ])('that is not a JSON object is refused with 400 and without an echo: %s', async (_, body) => {
    const { token } = edge
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, accept }
      const sent = await edge.send({ headers, body })
      expect([sent.status, json(sent).errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
      expect(sent.text).not.toContain(hidden)
    }
  })

  test('of several requests is refused', async () => {
    const sent = await edge.send({ body: '[{"query":"{ hello }"},{"query":"{ hello }"}]' })
    expect([sent.status, json(sent).errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
  })

  test('that is empty or no UTF-8 is refused', async () => {
    for (const body of ['', new Uint8Array([0x7b, 0xff, 0x7d])]) {
      expect(errorOf(await edge.send({ body }))).toEqual({
        status: 400,
        message: 'An argument is not of the allowed form. Expected a body of JSON text in UTF-8.',
        code: 'BAD_USER_INPUT',
        expected: 'a body of JSON text in UTF-8',
      })
    }
  })

  test.each([99_999, 100_000])('of %i bytes is answered', async (bytes) => {
    const body = '{"query":"{ hello }"}'.padEnd(bytes)
    expect(json(await edge.send({ body }))).toEqual({ data: { hello: 'world' } })
  })

  test.each([100_001, 900_000, 20_000_000])('of %i bytes is refused with 413', async (bytes) => {
    expect(errorOf(await edge.send({ body: '{"query":"{ hello }"}'.padEnd(bytes) }))).toEqual({
      status: 413,
      message: 'The query is larger than its limits. Expected a body of at most 100000 bytes.',
      code: 'QUERY_TOO_LARGE',
      expected: 'a body of at most 100000 bytes',
    })
  })

  test('whose length is not said beforehand is bounded as well', async () => {
    const authorization = `Bearer ${edge.token}`
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked', authorization }
    const sent = await edge.send({ headers, body: ' '.repeat(300_000) })
    expect([sent.status, json(sent).errors[0].extensions.code]).toEqual([413, 'QUERY_TOO_LARGE'])
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ])('of the type %s is refused with 415', async (type) => {
    const headers = { 'content-type': type, authorization: `Bearer ${edge.token}` }
    const sent = await edge.send({ headers, body: '{"query":"{ hello }"}' })
    expect([sent.status, json(sent).errors[0].extensions.code]).toEqual([415, 'BAD_USER_INPUT'])
  })
})

describe('an error', () => {
  test('of our own is told with its code and details, under its field', async () => {
    const sent = await edge.ask('{ hello wrong }')
    expect([sent.status, json(sent).data, json(sent).errors[0].path]).toEqual([
      200,
      { hello: 'world', wrong: null },
      ['wrong'],
    ])
    expect(errorOf(sent)).toEqual({
      status: 200,
      message: 'An argument is not of the allowed form. input.limit: expected a whole number from 1 to 10.',
      code: 'BAD_USER_INPUT',
      argument: 'input.limit',
      expected: 'a whole number from 1 to 10',
    })
  })

  test.each(['broken', 'brokenGraphql'])('of any other kind shows nothing of itself: %s', async (name) => {
    const sent = await edge.ask(`{ ${name} }`)
    expect(errorOf(sent)).toEqual({
      status: 200,
      message: 'Something went wrong on the server.',
      code: 'INTERNAL',
    })
    expect(sent.text).not.toContain('hunter2')
  })

  test('in a document names what may have been meant, but not in production', async () => {
    const message = 'Cannot query field "helo" on type "Query".'
    expect(errorOf(await edge.ask('{ helo }')).message).toBe(`${message} Did you mean "hello" or "self"?`)
    expect(errorOf(await production.ask('{ helo }')).message).toBe(message)
  })
})

test('who accepts nothing that there is is told what there is', async () => {
  const headers = { 'content-type': 'application/json', accept: 'image/png' }
  expect(errorOf(await edge.send({ headers, body: JSON.stringify({ query: '{ hello }' }) }))).toEqual({
    status: 406,
    message:
      'This is not supported. Expected a request that accepts application/graphql-response+json, application/json, multipart/mixed or text/event-stream.',
    code: 'NOT_SUPPORTED',
    expected:
      'a request that accepts application/graphql-response+json, application/json, multipart/mixed or text/event-stream',
  })
})

describe('introspection', () => {
  test('is there, but not in production', async () => {
    const query = '{ __schema { queryType { name } } }'
    expect(json(await edge.ask(query))).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } })
    expect(errorOf(await production.ask(query)).code).toBe('BAD_USER_INPUT')
  })
})

describe('a document', () => {
  const tooLarge = (expected: string) => ({
    status: 400,
    message: `The query is larger than its limits. query: expected ${expected}.`,
    code: 'QUERY_TOO_LARGE',
    argument: 'query',
    expected,
  })

  test('of very many fields is refused, aliases of __typename too', async () => {
    const fields = Array.from({ length: 2_000 }, (_, index) => `a${index}: __typename`)
    expect(errorOf(await edge.ask(`{ ${fields.join(' ')} }`))).toEqual(tooLarge('at most 5000 tokens'))
  })

  test('that names what GraphQL resolves itself in its own way is refused: nothing would count it', async () => {
    for (const query of ['{ __schema { a: __typename } }', '{ __schema { types { a: name } } }']) {
      expect(errorOf(await edge.ask(query))).toEqual(
        tooLarge('no alias of __typename, nor of what a schema says of itself'),
      )
    }
  })

  test('that is very deep is refused', async () => {
    const query = `${'{ self '.repeat(17)}{ hello }${' }'.repeat(17)}`
    expect(errorOf(await edge.ask(query))).toEqual(tooLarge('fields at most 16 deep'))
  })

  test('whose few fragments spread to very many fields is refused', async () => {
    const spreads = (name: string) => `a: self { ...${name} } b: self { ...${name} } c: self { ...${name} }`
    const fragments = Array.from(
      { length: 8 },
      (_, index) => `fragment f${index} on Query { ${spreads(`f${index + 1}`)} }`,
    )
    const query = `{ ...f0 } ${fragments.join(' ')} fragment f8 on Query { hello }`
    expect(errorOf(await edge.ask(query))).toEqual(tooLarge('at most 3000 fields'))
  })

  test('whose fragments go in a circle is refused and not followed', async () => {
    expect(errorOf(await edge.ask('{ ...a } fragment a on Query { ...a }')).code).toBe('BAD_USER_INPUT')
  })

  test('with deeply nested variables is refused', async () => {
    const variables = JSON.parse(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`)
    expect(errorOf(await edge.ask('{ hello }', variables))).toMatchObject({
      status: 400,
      code: 'QUERY_TOO_LARGE',
      argument: 'variables',
    })
  })
})

describe('a resolver', () => {
  test('gets our own context and nothing of the request', async () => {
    expect(json(await edge.ask('{ context }'))).toEqual({
      data: { context: 'admit answerSize guest host refreshGuestToken requestId' },
    })
  })
})

describe('a client that goes away', () => {
  test('ends what its request began', async () => {
    const end = new AbortController()
    latestSignal = null
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${edge.token}` }
    const init = { method: 'POST', headers, body: '{"query":"{ endless }"}', signal: end.signal }
    const answer = fetch(`${edge.url}/graphql`, init)
    const signal = await vi.waitUntil(() => latestSignal)
    expect(signal.aborted).toBe(false)
    end.abort()
    await expect(answer).rejects.toThrow('aborted')
    await vi.waitUntil(() => signal.aborted)
  })

  test('is told as one that got its answer: nothing of a request goes on after it', async () => {
    await edge.ask('{ hello }')
    await vi.waitUntil(() => latestSignal?.aborted === true)
  })
})

test('an answer that nobody reads is ended by one that needs its room', async () => {
  const { hostname, port } = new URL(edge.url)
  const unread = connect(Number(port), hostname)
  const isOver = new Promise((resolve) => unread.on('error', resolve).on('end', resolve))
  const body = '{"query":"{ large }"}'
  const head = `Authorization: Bearer ${edge.token}\r\nContent-Type: application/json`
  unread.write(
    `POST /graphql HTTP/1.1\r\nHost: a\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await once(unread, 'readable')
  expect((await edge.ask('{ large }')).text).toHaveLength('{"data":{"large":""}}'.length + 20_000_000)
  unread.resume()
  await isOver
  expect(unread.bytesRead).toBeLessThan(20_000_000)
})

describe('a request id', () => {
  test('is ours, whatever the client sends', async () => {
    const headers = { 'x-request-id': 'from outside' }
    const sent = await edge.send({ method: 'GET', path: '/healthz', headers })
    expect(sent.headers['x-request-id']).toMatch(uuid)
  })
})

describe('what is not HTTP', () => {
  test('ends its own connection and nothing else', async () => {
    const { hostname, port } = new URL(edge.url)
    const socket = connect(Number(port), hostname)
    socket.end('\0\0\0 nonsense\r\n\r\n')
    expect(await text(socket)).toBe('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    expect(json(await edge.ask('{ hello }'))).toEqual({ data: { hello: 'world' } })
  })
})

describe('an unknown path', () => {
  test('is answered with 404, without a credential', async () => {
    const sent = await edge.send({ method: 'GET', path: '/graphql/../etc/passwd', headers: {} })
    expect([sent.status, json(sent).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
  })
})
