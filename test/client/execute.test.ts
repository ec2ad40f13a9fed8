import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'
import { createTesseraClient } from '../../src/client/client.ts'
import { forgetTokens } from '../../src/client/page-session.ts'
import type { TesseraErrorCode } from '../../src/client/tessera-error.ts'
import { tokenFrom } from '../../src/client/tokens.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { caught } from '../support/caught.ts'
import { type Answering, answerJson, type SmallServer, startSmallServer } from '../support/small-server.ts'

const servers: SmallServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function clientOf(answering: Answering, getToken = () => 'a.b.c') {
  const server = await startSmallServer(answering)
  servers.push(server)
  return { server, client: createTesseraClient({ url: server.url, tokens: tokenFrom({ getToken }) }) }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

function part(payload: object): string {
  const text = JSON.stringify(payload)
  return `\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}\r\n---`
}

const multipart = { 'content-type': 'multipart/mixed; boundary="-"; deferSpec=20220824' }

it('does for no other viewer what one wanted to be done', async () => {
  const tokens: unknown[] = []
  const { client } = await clientOf(
    (response, { headers }) => {
      tokens.push(headers.authorization)
      if (tokens.length > 1) return answerJson(response, { data: { done: true } })
      forgetTokens()
      answerJson(response, {}, 401)
    },
    () => `token.of.${tokens.length}`,
  )
  expect(await caught(client.query('mutation { done }', {}))).toMatchObject({ code: 'ABORTED' })
  expect(tokens).toEqual(['Bearer token.of.0'])
  expect(await client.query('{ done }', {})).toEqual({ done: true })
})

describe('an answer in parts', () => {
  it('is the state again and again, with what did not change shared', async () => {
    const { client } = await clientOf((response) => {
      response.writeHead(200, multipart)
      response.write('---')
      response.write(part({ data: { w0: { id: 'a' }, w1: { id: 'b' }, list: [1] }, hasNext: true }))
      const first = [{ path: ['w1'], data: { data: { value: 7 } } }]
      response.write(part({ incremental: first, hasNext: true }))
      const errors = [{ message: 'No.', path: ['w0', 'data'], extensions: { code: 'QUERY_TIMEOUT' } }]
      const second = [
        { path: ['w0'], data: null, errors },
        { path: ['list', 1], items: [2, 3] },
      ]
      response.end(`${part({ incremental: second, hasNext: false })}--\r\n`)
    })
    const states = await all(client.execute('{ dashboard }', {}))
    expect(states.map(({ data, hasNext }) => [data, hasNext])).toEqual([
      [{ w0: { id: 'a' }, w1: { id: 'b' }, list: [1] }, true],
      [{ w0: { id: 'a' }, w1: { id: 'b', data: { value: 7 } }, list: [1] }, true],
      [{ w0: { id: 'a' }, w1: { id: 'b', data: { value: 7 } }, list: [1, 2, 3] }, false],
    ])
    expect(
      states.map(({ errors }) => errors.map(({ code, message, path }) => [code, message, path])),
    ).toEqual([[], [], [['QUERY_TIMEOUT', 'No.', ['w0', 'data']]]])
    const [first, second, third] = states.map(({ data }) => Object(data))
    expect([first === second, first.w0 === second.w0, second.w1 === third.w1]).toEqual([false, true, true])
  })

  it('may be cut anywhere, in the middle of a character too', async () => {
    const { client } = await clientOf(async (response) => {
      const text = `---${part({ data: { name: 'Zürich — 東京' }, hasNext: true })}${part({ hasNext: false })}--\r\n`
      response.writeHead(200, multipart)
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
      response.end()
    })
    const states = await all(client.execute('{ name }', {}))
    expect(states.map(({ data }) => data)).toEqual([{ name: 'Zürich — 東京' }, { name: 'Zürich — 東京' }])
  })

  it('that breaks off is an error after what had come', async () => {
    const { client } = await clientOf((response) => {
      response.writeHead(200, multipart)
      response.write(`---${part({ data: { w0: { id: 'a' } }, hasNext: true })}`, () => response.destroy())
    })
    const seen: unknown[] = []
    const reading = async () => {
      for await (const { data } of client.execute('{ w0 }', {})) seen.push(data)
    }
    expect(await caught(reading())).toMatchObject({
      code: 'NETWORK',
      message: 'The connection broke before the answer was complete.',
    })
    expect(seen).toEqual([{ w0: { id: 'a' } }])
  })

  it('that ends without its last part is an error too', async () => {
    const { client } = await clientOf((response) => {
      response.writeHead(200, multipart)
      response.end(`---${part({ data: {}, hasNext: true })}--\r\n`)
    })
    expect(await caught(all(client.execute('{ w0 }', {})))).toMatchObject({ code: 'NETWORK' })
  })

  describe('whose token ends before its last part', () => {
    const refusal = { message: 'Ended.', extensions: { code: 'UNAUTHENTICATED' } }
    const answering: Answering = (response, { headers }) => {
      response.writeHead(200, multipart)
      response.write(`---${part({ data: { w0: { id: 'a' } }, hasNext: true })}`)
      const rest =
        headers.authorization === 'Bearer third'
          ? { incremental: [{ path: ['w0'], data: { value: 7 } }] }
          : { errors: [refusal] }
      response.end(`${part({ ...rest, hasNext: false })}--\r\n`)
    }
    const beginning = { data: { w0: { id: 'a' } }, errors: [], hasNext: true }
    const ended = {
      ...beginning,
      errors: [expect.objectContaining({ code: 'UNAUTHENTICATED' })],
      hasNext: false,
    }

    it('is asked again with the next one and begins anew', async () => {
      const tokens = ['second', 'third']
      const { client } = await clientOf(answering, () => tokens.shift() ?? 'none')
      expect(await all(client.execute('{ w0 }', {}))).toEqual([
        beginning,
        beginning,
        { data: { w0: { id: 'a', value: 7 } }, errors: [], hasNext: false },
      ])
    })

    it('is asked again no more than once, and not at all where there is no other token', async () => {
      const tokens = ['first', 'second', 'third']
      const { client, server } = await clientOf(answering, () => tokens.shift() ?? 'none')
      expect(await all(client.execute('{ w0 }', {}))).toEqual([beginning, beginning, ended])
      const fixed = createTesseraClient({ url: server.url, tokens: tokenFrom({ token: 'first' }) })
      expect(await all(fixed.execute('{ w0 }', {}))).toEqual([beginning, ended])
    })
  })

  it('ends its request when nobody reads on, and when it is aborted', async () => {
    const closed: Promise<unknown>[] = []
    const { client } = await clientOf((response) => {
      closed.push(new Promise((resolve) => response.once('close', () => resolve('closed'))))
      response.writeHead(200, multipart)
      response.write(`---${part({ data: {}, hasNext: true })}`)
    })
    for await (const _ of client.execute('{ w0 }', {})) break
    expect(await closed[0]).toBe('closed')
    const controller = new AbortController()
    const reading = async () => {
      for await (const _ of client.execute('{ w0 }', {}, { signal: controller.signal })) controller.abort()
    }
    expect(await caught(reading())).toMatchObject({ code: 'ABORTED' })
    expect(await closed[1]).toBe('closed')
  })

  it('that comes whole is one state', async () => {
    const { client } = await clientOf((response) => answerJson(response, { data: { w0: { id: 'a' } } }))
    expect(await all(client.execute('{ w0 }', {}))).toEqual([
      { data: { w0: { id: 'a' } }, errors: [], hasNext: false },
    ])
  })
})

describe('what is not answered', () => {
  it('has a code of the API or one of the three before it', () => {
    type Before = 'NETWORK' | 'TOKEN_UNAVAILABLE' | 'ABORTED'
    expectTypeOf<TesseraErrorCode>().toEqualTypeOf<ErrorCode | Before>()
  })

  it.each([
    [401, 'UNAUTHENTICATED', {}],
    [413, 'QUERY_TOO_LARGE', {}],
    [429, 'RATE_LIMITED', { 'retry-after': '7' }],
    [503, 'NETWORK', { 'retry-after': '7' }],
    [200, 'NETWORK', {}],
  ])('but by something else with %i is %s, without a word of its body', async (status, code, headers) => {
    const { client } = await clientOf((response) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers })
      response.end('<h1>secret</h1>')
    })
    const expected = {
      code,
      message: `Something other than the API answered: status ${status}, text/html.`,
      status,
      ...('retry-after' in headers && { retryAfterSeconds: 7 }),
    }
    expect(await caught(client.query('{ a }', {}))).toMatchObject(expected)
    expect(await caught(all(client.execute('{ a }', {})))).toMatchObject(expected)
  })

  it.each([
    ['text', 'broken'],
    ['of another kind', '{"status":"ok"}'],
    ['a list', '[1]'],
  ])('by JSON that is %s is NETWORK', async (_, body) => {
    const { client } = await clientOf((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
    expect(await caught(client.query('{ a }', {}))).toMatchObject({
      code: 'NETWORK',
      message: 'Something other than the API answered: status 200, application/json.',
    })
  })

  it('is told with the code, the place and the wait of the API', async () => {
    const extensions = { code: 'RATE_LIMITED', retryAfterSeconds: 3, requestId: 'r1', allowed: ['a', 1] }
    const { client } = await clientOf((response) => {
      answerJson(response, { errors: [{ message: 'Too many.', path: ['a', 0], extensions }] }, 429)
    })
    expect({ ...Object(await caught(client.query('{ a }', {}))) }).toEqual({
      name: 'TesseraError',
      code: 'RATE_LIMITED',
      retryAfterSeconds: 3,
      requestId: 'r1',
      allowed: ['a'],
      path: ['a', 0],
    })
  })

  it('because the connection broke is asked once more, and not again', async () => {
    const { client, server } = await clientOf((response, _, count) => {
      if (count === 0) response.destroy()
      else answerJson(response, { data: { a: 1 } })
    })
    expect(await client.query('{ a }', {})).toEqual({ a: 1 })
    expect(server.asked).toHaveLength(2)
    const broken = await clientOf((response) => response.destroy())
    expect(await caught(broken.client.query('{ a }', {}))).toMatchObject({
      code: 'NETWORK',
      message: 'The API cannot be reached.',
    })
    expect(broken.server.asked).toHaveLength(2)
  })

  it('because the connection broke is not asked again where it may have changed something', async () => {
    const broken = await clientOf((response) => response.destroy())
    const document = 'mutation M { createExport(input: {}) { url } }'
    expect(await caught(broken.client.query(document, {}))).toMatchObject({ code: 'NETWORK' })
    expect(broken.server.asked).toHaveLength(1)
  })

  it('because the token was refused is asked with the next one, and not again', async () => {
    const tokens = ['first', 'second', 'third', 'fourth']
    const refusal = { errors: [{ message: 'No.', extensions: { code: 'UNAUTHENTICATED' } }] }
    const { client, server } = await clientOf(
      (response, { headers }) => {
        if (headers.authorization === 'Bearer second') answerJson(response, { data: { a: 1 } })
        else answerJson(response, refusal, 401)
      },
      () => tokens.shift() ?? '',
    )
    expect(await client.query('{ a }', {})).toEqual({ a: 1 })
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ])
    expect(server.asked.map(({ path }) => path)).toEqual(['/graphql', '/graphql'])
    const again = await clientOf(
      (response) => answerJson(response, refusal, 401),
      () => tokens.shift() ?? '',
    )
    expect(await caught(again.client.query('{ a }', {}))).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(again.server.asked).toHaveLength(2)
  })

  it('after an abort is not asked at all', async () => {
    const { client, server } = await clientOf((response) => answerJson(response, { data: {} }))
    const signal = AbortSignal.abort()
    expect(await caught(client.query('{ a }', {}, { signal }))).toMatchObject({ code: 'ABORTED' })
    expect(await caught(all(client.execute('{ a }', {}, { signal })))).toMatchObject({ code: 'ABORTED' })
    expect(server.asked).toHaveLength(0)
  })

  it('as a syntax tree is told how to be asked', async () => {
    const { client } = await clientOf((response) => answerJson(response, { data: {} }))
    const tree: string = JSON.parse('{"kind":"Document"}')
    expect(await caught(client.query(tree, {}))).toEqual(
      new TypeError('A document is text: print(document) of graphql makes it of a syntax tree.'),
    )
  })
})
