import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Edge, type Sent, startEdge } from '../support/edge.ts'

const schema = buildSchema('type Query { hello: String }')
const origin = 'https://app.example.com'

let closed: Edge
let open: Edge

beforeAll(async () => {
  closed = await startEdge({ schema })
  open = await startEdge({ schema, allowedOrigins: [origin, 'https://*.example.org'] })
})

afterAll(() => Promise.all([closed.close(), open.close()]))

function preflight(edge: Edge, from: string): Promise<Sent> {
  return edge.send({ method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'POST' } })
}

function sharing({ headers }: Sent) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')))
}

describe('a page of another origin', () => {
  test('may read nothing by default', async () => {
    const sent = await preflight(closed, origin)
    expect([sent.status, sharing(sent)]).toEqual([204, {}])
  })

  test('may send a token and read the answer where its origin is allowed, without cookies', async () => {
    const sent = await preflight(open, origin)
    expect([sent.status, sent.headers.vary, sharing(sent)]).toEqual([
      204,
      'Origin',
      {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'x-request-id, retry-after, content-disposition',
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'Authorization, Content-Type, Accept, Last-Event-ID',
        'access-control-max-age': '600',
      },
    ])
  })

  test('may read refusals as well, so that it can tell what is wrong', async () => {
    const headers = { origin, 'content-type': 'application/json' }
    const sent = await open.send({ headers, body: '{"query":"{ hello }"}' })
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([401, origin])
  })

  test('may be any below a host that is allowed with a star, each by its own name', async () => {
    for (const from of ['https://a.example.org', 'https://b.a.example.org']) {
      const sent = await preflight(open, from)
      expect([sent.headers.vary, sharing(sent)]).toMatchObject([
        'Origin',
        { 'access-control-allow-origin': from },
      ])
    }
  })

  test.each([
    ...['https://evil.example', 'http://app.example.com', 'null', 'https://app.example.com:8443'],
    ...[
      'https://example.org',
      'http://a.example.org',
      'https://a.example.org.evil.example',
      'https://*.example.org',
    ],
  ])('may read nothing from %s', async (from) => {
    expect(sharing(await preflight(open, from))).toEqual({})
  })
})
