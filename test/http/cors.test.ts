import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Edge, type Sent, startEdge } from '../support/edge.ts'

const schema = buildSchema('type Query { hello: String }')
const origin = 'https://app.example.com'

let closed: Edge
let open: Edge

beforeAll(async () => {
  closed = await startEdge({ schema })
  open = await startEdge({ schema, allowedOrigins: [origin] })
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

  test.each(['https://evil.example', 'http://app.example.com', 'null'])(
    'may read nothing from %s',
    async (from) => {
      expect(sharing(await preflight(open, from))).toEqual({})
    },
  )
})
