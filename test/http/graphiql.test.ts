import { buildSchema, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleTabs } from '../../src/demo/example-queries.ts'
import { schema as api } from '../../src/schema.ts'
import { type Edge, startEdge } from '../support/edge.ts'

const schema = buildSchema('type Query { hello: String }')
const graphiql = { tabs: exampleTabs, token: async () => 'the.guest.token' }
const page = { method: 'GET', path: '/graphql', headers: { accept: 'text/html' } }

let edge: Edge

beforeAll(async () => {
  edge = await startEdge({ schema, graphiql })
})

afterAll(() => edge.close())

describe('the GraphiQL page', () => {
  test('loads nothing from anywhere: its scripts are in it, and the browser is told to ask no other host', async () => {
    const { status, headers, text } = await edge.send(page)
    expect(status).toBe(200)
    const [head = ''] = text.split('<script>', 1)
    expect(
      [...head.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address?.slice(0, 11)),
    ).toEqual(['data:image/'])
    expect(text.match(/<script[^>]*>/g)?.filter((tag) => tag.includes('src='))).toEqual([])
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'unsafe-inline' 'unsafe-eval' blob:",
      'worker-src blob:',
      "style-src 'unsafe-inline'",
      'img-src data:',
      'font-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
  })

  test('has the token in its header editor, and is kept nowhere', async () => {
    const { headers, text } = await edge.send(page)
    expect(text).toContain(JSON.stringify('{\n  "Authorization": "Bearer the.guest.token"\n}'))
    expect([headers['cache-control'], headers['access-control-allow-origin']]).toEqual([
      'no-store',
      undefined,
    ])
  })

  test.each(['localhost:4000', '127.0.0.1', '[::1]:4000'])(
    'is given to a browser of this machine: %s',
    async (host) => {
      const { status } = await edge.send({ ...page, headers: { ...page.headers, host } })
      expect(status).toBe(200)
    },
  )

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:4000', '10.0.0.1'])(
    'is not given under another name, which a page of elsewhere could have pointed at us: %s',
    async (host) => {
      const { text } = await edge.send({ ...page, headers: { ...page.headers, host } })
      expect(text).not.toContain('the.guest.token')
    },
  )

  test('is not there where it is turned off', async () => {
    const production = await startEdge({ schema, production: true })
    const { status, text } = await production.send(page)
    await production.close()
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([406, 'NOT_SUPPORTED'])
  })
})

describe('the example queries', () => {
  test.each(exampleTabs.map(({ query }) => [query.split('\n')[0] ?? '', query]))(
    'fit the schema: %s',
    (_, query) => {
      expect(validate(api, parse(query))).toEqual([])
    },
  )
})
