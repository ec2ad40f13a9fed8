import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeExport } from '../support/exports.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const withPolicy = (metrics: string) =>
  grantsModel(`
policies:
  - { name: some, allowedMetrics: [${metrics}] }
`)

let server: GrantsServer
let token: string

beforeAll(async () => {
  server = await startGrantsServer(withPolicy('order_count'), {
    environment: {
      TESSERA_ALLOWED_ORIGINS: 'https://app.example.com',
      TESSERA_TRUSTED_PROXIES: '127.0.0.1',
    },
  })
  token = await server.guestToken({ tenantId: 'acme', policy: 'some' })
})
afterAll(() => server.close())

const table = { format: 'CSV', table: { metrics: ['order_count'], dimensions: ['region'] } } as const

/** All of an answer but what is of the moment. */
async function answerTo(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init)
  const { date: _date, 'x-request-id': _id, ...headers } = Object.fromEntries(response.headers)
  const text = (await response.text()).replace(/"requestId":"[^"]*"/, '')
  return { status: response.status, headers, text }
}

const bearer = (credential: string) => ({ headers: { authorization: `Bearer ${credential}` } })

test('a link works once, for a minute, and says how its file is to be kept', async () => {
  const { url, fileName, expiresAt } = await makeExport(server, token, {
    ...table,
    fileName: 'Süd "1"/2.CSV',
  })
  expect(fileName).toBe('Süd 1 2.csv')
  expect(Math.round((Date.parse(expiresAt) - Date.now()) / 10_000)).toBe(6)
  const { status, headers, text } = await answerTo(url)
  expect({ status, headers }).toEqual({
    status: 200,
    headers: {
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'content-disposition': `attachment; filename="Sud 1 2.csv"; filename*=UTF-8''S%C3%BCd%201%202.csv`,
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'text/csv; charset=utf-8; header=present',
      'keep-alive': 'timeout=65',
      'referrer-policy': 'no-referrer',
      'transfer-encoding': 'chunked',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
    },
  })
  expect(text.split('\r\n')[0]).toBe('Region,Order count')
  expect((await answerTo(url)).status).toBe(404)
})

describe('a link that leads to nothing', () => {
  let unknown: Awaited<ReturnType<typeof answerTo>>
  const address = (secret: string) => new URL(`/exports/${secret}`, server.url).href
  const another = 'A'.repeat(43)

  beforeAll(async () => {
    unknown = await answerTo(address(another))
  })

  test('is answered like anything that is not there', () => {
    expect([unknown.status, JSON.parse(unknown.text.replace(/,\s*}/g, '}')).errors[0].message]).toEqual([
      404,
      'It does not exist, or the credential may not see it.',
    ])
  })

  test('because it was used', async () => {
    const { url } = await makeExport(server, token, table)
    expect((await answerTo(url)).status).toBe(200)
    expect(await answerTo(url)).toEqual(unknown)
  })

  test('because its form is none', async () => {
    for (const secret of ['', 'x', `${another}A`, `${another.slice(1)}/`, '..%2Fgraphql', "'--"]) {
      expect(await answerTo(address(secret))).toEqual(unknown)
    }
  })

  test('because its token has ended', async () => {
    const short = await server.guestToken({ tenantId: 'acme', expiresInSeconds: 2 })
    const { url } = await makeExport(server, short, table)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect(await answerTo(url)).toEqual(unknown)
  })

  test('because whoever shows it is another tenant, and then its own still has it', async () => {
    const stranger = await server.guestToken({ tenantId: 'globex' })
    const { url } = await makeExport(server, token, table)
    expect(await answerTo(url, bearer(stranger))).toEqual(unknown)
    expect(await answerTo(url, bearer('nonsense'))).toEqual(unknown)
    expect((await answerTo(url, bearer(token))).status).toBe(200)
  })
})

test('of two who come at the same moment one gets the file', async () => {
  for (let round = 0; round < 5; round++) {
    const { url } = await makeExport(server, token, table)
    const answers = await Promise.all(Array.from({ length: 4 }, () => answerTo(url)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
  }
})

test('whoever looks ahead uses no link up', async () => {
  const { url } = await makeExport(server, token, table)
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE']) {
    const { status, headers } = await answerTo(url, { method })
    expect([status, headers.allow]).toEqual([405, 'GET, OPTIONS'])
  }
  const ahead = [
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
    { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
    { 'user-agent': 'Mozilla/5.0 (compatible; bingbot/2.0)' },
    { 'user-agent': 'WhatsApp/2.23' },
  ]
  for (const headers of ahead) expect((await answerTo(url, { headers })).status).toBe(404)
  expect((await answerTo(url)).status).toBe(200)
})

test.each([
  'Mozilla/5.0 (Linux; Android 9; CUBOT NOTE 20 Build/PPR1) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Telegram-Android/10.3.2',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/118.0 Electron/27.0 Safari/537.36 Slack_SSB/4.35.0',
])('a person gets the file: %s', async (agent) => {
  const { url } = await makeExport(server, token, table)
  expect((await answerTo(url, { headers: { 'user-agent': agent } })).status).toBe(200)
})

test('a page of an allowed origin may read the file and its name', async () => {
  const { url } = await makeExport(server, token, table)
  const { status, headers } = await answerTo(url, { headers: { origin: 'https://app.example.com' } })
  expect([status, headers['access-control-allow-origin'], headers['access-control-expose-headers']]).toEqual([
    200,
    'https://app.example.com',
    'x-request-id, retry-after, content-disposition',
  ])
})

test('what the token may not ask any more is not in the file either', async () => {
  const { url } = await makeExport(server, token, table)
  await server.apply(withPolicy('revenue'))
  const { status, text } = await answerTo(url)
  await server.apply(withPolicy('order_count'))
  expect([status, JSON.parse(text.replace(/,\s*}/g, '}')).errors[0].message]).toEqual([
    400,
    'There is no such metric here. input.table.metrics.0.',
  ])
})

test('a token whose policy is gone exports nothing', async () => {
  const { url } = await makeExport(server, token, table)
  await server.apply(grantsModel())
  const { status } = await answerTo(url)
  await server.apply(withPolicy('order_count'))
  expect(status).toBe(404)
})

test('a page that asks for a token of its own origin is asked for it at the download as well', async () => {
  const own = await server.guestToken({ tenantId: 'acme', origins: ['https://app.example.com'] })
  const query = 'mutation ($input: ExportInput!) { createExport(input: $input) { url } }'
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${own}`,
      'content-type': 'application/json',
      origin: 'https://app.example.com',
    },
    body: JSON.stringify({ query, variables: { input: table } }),
  })
  const { data } = Object(await response.json())
  // A click on a link names no origin.
  expect((await answerTo(new URL(data.createExport.url, server.url).href)).status).toBe(200)
})

test('an API key of some networks is taken at a link from there, behind proxies too', async () => {
  const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }'
  const input = { name: 'office', scopes: ['tokens:create'], networks: ['198.51.100.0/24'] }
  const { createApiKey } = await server.data(server.apiKey, create, { input })
  const headersFrom = (address: string) => ({
    authorization: `Bearer ${Object(createApiKey).secret}`,
    'x-forwarded-for': address,
  })
  const { url } = await makeExport(server, token, table)
  expect((await answerTo(url, { headers: headersFrom('203.0.113.7') })).status).toBe(404)
  expect((await answerTo(url, { headers: headersFrom('198.51.100.7') })).status).toBe(200)
  const query = '{ auditEvents(first: 20) { edges { node { kind reason address } } } }'
  const latest = async () => {
    const { auditEvents } = await server.data(server.apiKey, query)
    const nodes = Object(auditEvents).edges.map(({ node }: { node: object }) => node)
    return nodes.filter(({ kind }: { kind: string }) => kind !== 'export.created').slice(0, 2)
  }
  await expect.poll(latest, { timeout: 10_000 }).toEqual([
    { kind: 'export.downloaded', reason: null, address: '198.51.100.7' },
    { kind: 'credential.refused', reason: 'api_key_network', address: '203.0.113.7' },
  ])
})

test('what is refused at a download stands in the audit', async () => {
  const [one, two] = [await makeExport(server, token, table), await makeExport(server, token, table)]
  await server.apply(withPolicy('revenue'))
  await answerTo(one.url)
  await server.apply(grantsModel())
  await answerTo(two.url)
  await server.apply(withPolicy('order_count'))
  const query =
    '{ auditEvents(first: 2, filter: { outcomes: ["REFUSED"], tenantId: "acme" }) { edges { node { kind reason address } } } }'
  const latest = async () => Object((await server.data(server.apiKey, query)).auditEvents).edges
  await expect
    .poll(latest, { timeout: 10_000 })
    .toEqual([
      { node: { kind: 'credential.refused', reason: 'policy_unknown', address: '127.0.0.1' } },
      { node: { kind: 'permission.refused', reason: 'METRIC_NOT_ALLOWED', address: '127.0.0.1' } },
    ])
})

test('who made it and who fetched it stand in the audit', async () => {
  const { url } = await makeExport(server, token, table)
  await answerTo(url)
  const query = '{ auditEvents(first: 2) { edges { node { kind outcome tenantId detail } } } }'
  const latest = async () => {
    const { auditEvents } = await server.data(server.apiKey, query)
    return Object(auditEvents).edges.map(({ node }: { node: unknown }) => node)
  }
  await expect.poll(latest, { timeout: 10_000 }).toEqual([
    {
      kind: 'export.downloaded',
      outcome: 'SUCCEEDED',
      tenantId: 'acme',
      detail: { format: 'CSV', bytes: expect.any(Number) },
    },
    { kind: 'export.created', outcome: 'SUCCEEDED', tenantId: 'acme', detail: { format: 'CSV' } },
  ])
})
