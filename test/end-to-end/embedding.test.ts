import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../examples/hosts/express/app.ts'
import { createGuestToken } from '../../examples/hosts/fetch/guest-token.ts'
import { createTesseraClient } from '../../src/client/client.ts'
import { type DashboardData, dashboardDataDocument } from '../../src/client/dashboard-data.ts'
import {
  CreateExportDocument,
  DashboardDefinitionDocument,
  ViewerDocument,
  WidgetUpdatesDocument,
} from '../../src/client/documents.generated.ts'
import { tokenFrom } from '../../src/client/tokens.ts'
import { widgetStates } from '../../src/client/widget-states.ts'
import { createTesseraHost, TesseraError, tokenEndpoint } from '../../src/host/entry.ts'
import { caught } from '../support/caught.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const listening: Server[] = []
afterEach(() => {
  for (const each of listening.splice(0)) each.close()
})

/** @returns its address */
async function listenOn(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const http = createServer(handler).listen(0, '127.0.0.1')
  listening.push(http)
  await new Promise((resolve) => http.once('listening', resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

async function tenantOf(token: string): Promise<unknown> {
  const { body } = await server.post(token, { query: '{ viewer { tenantId subject } }' })
  return body
}

describe('a backend', () => {
  it('makes a token of one tenant, under the grants that it names', async () => {
    const host = createTesseraHost({ url: server.url, apiKey: server.apiKey })
    const { id, token, expiresAt } = await host.createGuestToken({ tenantId: 'ATL', expiresInSeconds: 60 })
    expect(await tenantOf(token)).toEqual({ data: { viewer: { tenantId: 'ATL', subject: null } } })
    expect(id).toMatch(/^\S{8,}$/)
    expect(new Date(expiresAt).getTime() - Date.now()).toBeGreaterThan(30_000)
  })

  it('ends the tokens of a viewer, and of nobody else', async () => {
    const host = createTesseraHost({ url: server.url, apiKey: server.apiKey })
    const ofAda = await host.createGuestToken({ tenantId: 'SEA', subject: 'ada' })
    const ofGrace = await host.createGuestToken({ tenantId: 'SEA', subject: 'grace' })
    expect(await host.revokeGuestTokens({ subject: { tenantId: 'SEA', subject: 'ada' } })).toBe(1)
    const refused = await server.post(ofAda.token, { query: '{ viewer { tenantId } }' })
    expect(refused.status).toBe(401)
    expect(await tenantOf(ofGrace.token)).toEqual({
      data: { viewer: { tenantId: 'SEA', subject: 'grace' } },
    })
  })

  it('is told what it got wrong by code and argument', async () => {
    const host = createTesseraHost({ url: server.url, apiKey: server.apiKey })
    const error = await caught(host.createGuestToken({ tenantId: 'ATL', dashboards: ['nothing'] }))
    expect(error).toBeInstanceOf(TesseraError)
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'input.dashboards.0' })
  })

  it('is told of a wrong key without the key', async () => {
    const apiKey = `tsk_${'0'.repeat(64)}`
    const error = await caught(
      createTesseraHost({ url: server.url, apiKey }).createGuestToken({ tenantId: 'ATL' }),
    )
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The credential is missing, malformed, expired or not accepted.',
    })
    expect(() => createTesseraHost({ url: server.url, apiKey: 'tsk_1\n2' })).toThrow(
      new TypeError('apiKey is no API key: it has characters of none.'),
    )
  })

  it('is told when the API does not answer in time, and when it is gone', async () => {
    const silent = await listenOn(() => {})
    const host = createTesseraHost({ url: silent, apiKey: 'tsk_1', timeoutMs: 50 })
    expect(await caught(host.createGuestToken({ tenantId: 'ATL' }))).toMatchObject({
      code: 'NETWORK',
      message: `The API at ${silent} did not answer within 50 ms.`,
    })
    const gone = createTesseraHost({ url: 'http://127.0.0.1:1', apiKey: 'tsk_1' })
    expect(await caught(gone.createGuestToken({ tenantId: 'ATL' }))).toMatchObject({
      code: 'NETWORK',
      message: 'The API at http://127.0.0.1:1 cannot be reached.',
    })
    const signal = AbortSignal.abort()
    expect(await caught(host.createGuestToken({ tenantId: 'ATL' }, { signal }))).toMatchObject({
      code: 'ABORTED',
    })
  })

  it('is told of an answer without data as of one that is not the API’s', async () => {
    const empty = await listenOn((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":null}')
    })
    const host = createTesseraHost({ url: empty, apiKey: 'tsk_1' })
    expect(await caught(host.createGuestToken({ tenantId: 'ATL' }))).toMatchObject({
      code: 'NETWORK',
      message: 'Something other than the API answered: status 200, application/json.',
    })
  })

  it('is refused in a page, where everyone could read the key', () => {
    Object.assign(globalThis, { window: {}, document: {} })
    try {
      expect(() => createTesseraHost({ url: server.url, apiKey: server.apiKey })).toThrow(
        'tessera/host holds an API key, which whoever opens a page can read: make guest tokens in your backend, and give pages those.',
      )
    } finally {
      Reflect.deleteProperty(globalThis, 'window')
      Reflect.deleteProperty(globalThis, 'document')
    }
  })
})

describe('the endpoint of a page', () => {
  const url = 'https://app.example.com/analytics-token'

  function endpoint(origins?: readonly string[]) {
    return tokenEndpoint<string>({
      host: createTesseraHost({ url: server.url, apiKey: server.apiKey }),
      authorize: (_, tenantId) => (tenantId === '' ? null : { tenantId }),
      ...(origins && { origins }),
    })
  }

  async function told(answer: Response): Promise<unknown> {
    const { status } = answer
    return { status, cache: answer.headers.get('cache-control'), body: await answer.json() }
  }

  it('answers its own page with a token of whom the backend says, and nobody keeps the answer', async () => {
    const answer = await endpoint()(
      new Request(url, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } }),
      'ATL',
    )
    const { token, expiresAt, ...rest } = await answer.json()
    expect([answer.status, answer.headers.get('cache-control'), rest]).toEqual([200, 'no-store', {}])
    expect(await tenantOf(token)).toEqual({ data: { viewer: { tenantId: 'ATL', subject: null } } })
    expect(expiresAt).toMatch(/^\d{4}-/)
  })

  it('answers 401 where nobody is signed in, and 405 to anything but POST', async () => {
    expect(await told(await endpoint()(new Request(url, { method: 'POST' }), ''))).toEqual({
      status: 401,
      cache: 'no-store',
      body: { error: 'UNAUTHENTICATED' },
    })
    expect(await told(await endpoint()(new Request(url), 'ATL'))).toEqual({
      status: 405,
      cache: 'no-store',
      body: { error: 'METHOD_NOT_ALLOWED' },
    })
  })

  it.each([
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['of a sibling', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' }],
    ['without an origin of its own', { origin: 'null', host: 'app.example.com' }],
    [
      'of another host in an older browser',
      { origin: 'https://app.example.com.evil.example', host: 'app.example.com' },
    ],
  ])('refuses a page %s before it asks who it is', async (_, headers) => {
    const answer = await endpoint()(new Request(url, { method: 'POST', headers }), 'ATL')
    expect(await told(answer)).toEqual({
      status: 403,
      cache: 'no-store',
      body: { error: 'ORIGIN_NOT_ALLOWED' },
    })
  })

  it.each([
    ['http://app.example.com', url, {}, 403],
    ['http://app.example.com', 'http://app.example.com/token', { 'x-forwarded-proto': 'https' }, 403],
    ['http://app.example.com', 'http://app.example.com/token', {}, 200],
    ['https://app.example.com', 'http://app.example.com/token', {}, 200],
  ])(
    'knows its own page by host and scheme in an older browser: %s at %s %j',
    async (origin, at, more, status) => {
      const headers = { origin, host: 'app.example.com', ...more }
      const answer = await endpoint()(new Request(at, { method: 'POST', headers }), 'ATL')
      expect(answer.status).toBe(status)
    },
  )

  it('lets pages of named origins send the headers that it names', async () => {
    const origin = 'https://www.example.com'
    const named = tokenEndpoint({
      host: createTesseraHost({ url: server.url, apiKey: server.apiKey }),
      ...{ authorize: () => null, origins: [origin], allowedHeaders: ['x-csrf-token'] },
    })
    const preflight = await named(new Request(url, { method: 'OPTIONS', headers: { origin } }), null)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type, x-csrf-token')
  })

  it.each(['https://www.example.com/', 'https://WWW.example.com', '*', 'www.example.com'])(
    'is not made for %s, which no page’s origin is',
    (origin) => {
      expect(() => endpoint([origin])).toThrow(TypeError)
    },
  )

  it('lets the pages of named origins read the answer, and no others', async () => {
    const origin = 'https://www.example.com'
    const headers = { 'sec-fetch-site': 'same-site', origin }
    const named = endpoint([origin])
    const preflight = await named(new Request(url, { method: 'OPTIONS', headers }), 'ATL')
    const answer = await named(new Request(url, { method: 'POST', headers }), 'ATL')
    for (const { headers: told } of [preflight, answer]) {
      expect([told.get('access-control-allow-origin'), told.get('access-control-allow-credentials')]).toEqual(
        [origin, 'true'],
      )
    }
    expect([preflight.status, answer.status]).toEqual([204, 200])
    const other = { ...headers, origin: 'https://blog.example.com' }
    const refused = await named(new Request(url, { method: 'POST', headers: other }), 'ATL')
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
  })
})

describe('the examples', () => {
  it('give a token to who is signed in, of that customer, with Express', async () => {
    const url = await listenOn(createApp({ tesseraUrl: server.url, tesseraApiKey: server.apiKey }))
    const before = await fetch(`${url}/analytics-token`, { method: 'POST' })
    expect(before.status).toBe(401)
    const signIn = await fetch(`${url}/sign-in/ORD`, { method: 'POST', redirect: 'manual' })
    const cookie = (signIn.headers.get('set-cookie') ?? '').split(';', 1).join()
    const answer = await fetch(`${url}/analytics-token`, { method: 'POST', headers: { cookie } })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const { token } = await answer.json()
    expect(await tenantOf(token)).toEqual({ data: { viewer: { tenantId: 'ORD', subject: 'ada' } } })
    const elsewhere = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const refused = await fetch(`${url}/analytics-token`, { method: 'POST', headers: elsewhere })
    expect(refused.status).toBe(403)
    expect(signIn.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax$/)
  })

  it('make a token with nothing but fetch', async () => {
    const tessera = { url: server.url, apiKey: server.apiKey }
    const { token } = await createGuestToken(tessera, { tenantId: 'LAX', subject: 'grace' })
    expect(await tenantOf(token)).toEqual({ data: { viewer: { tenantId: 'LAX', subject: 'grace' } } })
    await expect(createGuestToken(tessera, { tenantId: '' })).rejects.toThrow(
      'No guest token: BAD_USER_INPUT',
    )
  })

  it('answer as a route handler of Next.js does', async () => {
    process.env.TESSERA_URL = server.url
    process.env.TESSERA_API_KEY = server.apiKey
    const { POST } = await import('../../examples/hosts/next/app/api/analytics-token/route.ts')
    const url = 'https://app.example.com/api/analytics-token'
    const { sessionOf } = await import('../../examples/hosts/next/lib/session.ts')
    const cookie = `session=${sessionOf({ name: 'ada', customer: 'ATL' })}`
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    const { token } = await (await POST(new Request(url, { method: 'POST', headers }), {})).json()
    expect(await tenantOf(token)).toEqual({ data: { viewer: { tenantId: 'ATL', subject: 'ada' } } })
    const forged = cookie.replace('session=', `session=${btoa('{"customer":"JFK"}').replaceAll('=', '')}`)
    const ended = `session=${sessionOf({ name: 'ada', customer: 'ATL' }, Date.now() - 1)}`
    for (const other of [{}, { cookie: forged }, { cookie: ended }]) {
      expect((await POST(new Request(url, { method: 'POST', headers: other }), {})).status).toBe(401)
    }
  })
})

describe('a question', () => {
  it('is answered with the types of its document', async () => {
    const token = await server.guestToken({ tenantId: 'ATL', subject: 'ada' })
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ token }) })
    const { viewer } = await client.query(ViewerDocument, {})
    expect([viewer.tenantId, viewer.subject]).toEqual(['ATL', 'ada'])
    const { dashboard } = await client.query(DashboardDefinitionDocument, { name: 'departures' })
    expect(dashboard?.title).toBe('Departures')
  })

  it('that is refused throws its code, its argument and the id of the request', async () => {
    const token = await server.guestToken({ tenantId: 'ATL' })
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ token }) })
    const error = await caught(client.query('{ counter(input: { metric: "nothing" }) { value } }', {}))
    expect(error).toBeInstanceOf(TesseraError)
    expect(error).toMatchObject({
      code: 'METRIC_NOT_ALLOWED',
      argument: 'input.metric',
      path: ['counter'],
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('with a token that is refused throws UNAUTHENTICATED after one attempt with a fixed token', async () => {
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ token: 'a.b.c' }) })
    const before = server.verified()
    const error = await caught(client.query(ViewerDocument, {}))
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The credential is missing, malformed, expired or not accepted.',
    })
    expect(server.verified() - before).toBe(1)
  })
})

describe('a dashboard', () => {
  const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } }

  async function dashboardOf(getToken: () => Promise<string>) {
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ getToken }) })
    const { dashboard } = await client.query(DashboardDefinitionDocument, { name: 'departures' })
    return { client, widgets: dashboard?.widgets ?? [] }
  }

  it('comes in one request, widget by widget, each under the controls that it takes', async () => {
    const { client, widgets } = await dashboardOf(() => server.guestToken({ tenantId: 'ATL' }))
    const question = dashboardDataDocument(widgets, {
      timeRange: march,
      compareTo: 'PREVIOUS_PERIOD',
      granularity: 'WEEK',
      filters: { destination_state: { dimension: 'destination_state', values: ['CA'] } },
    })
    const verified = server.verified()
    const states: DashboardData[] = []
    let last = widgetStates(question, { data: null, errors: [], hasNext: true })
    for await (const answer of client.execute(question.document, question.variables)) {
      states.push(answer.data ?? {})
      last = widgetStates(question, answer)
    }
    expect([server.verified() - verified, widgets.length]).toEqual([1, 12])
    expect([...last.values()].map(({ status }) => status)).toEqual(widgets.map(() => 'ready'))
    // The frame of the answer comes before any of its figures.
    expect(Object.values(states[0] ?? {}).filter((widget) => widget?.data !== undefined)).toEqual([])
    expect(states.length).toBeGreaterThan(1)
    const total = widgets.find(({ name }) => name === 'total')
    expect(last.get(total?.id ?? '')).toMatchObject({
      status: 'ready',
      data: { __typename: 'Counter', value: 900, comparison: { value: 811 } },
    })
  })

  it('stays live over the end of a token, and ends when there is no other', async () => {
    const host = createTesseraHost({ url: server.url, apiKey: server.apiKey })
    const tokens: string[] = []
    const { client, widgets } = await dashboardOf(async () => {
      // The page's session ends after its second token.
      if (tokens.length === 2) throw new TesseraError('UNAUTHENTICATED', 'The session has ended.')
      const { token } = await host.createGuestToken({ tenantId: 'BUR' })
      tokens.push(token)
      return token
    })
    const watched = widgets.slice(0, 2).map(({ id }) => ({ id, timeRange: march }))
    const seen: (string | undefined)[] = []
    const watching = async () => {
      const updates = client.subscribe(WidgetUpdatesDocument, { widgets: watched, everySeconds: 1 })
      for await (const { data } of updates) {
        seen.push(data?.dashboardData.data?.__typename)
        if (seen.length === 2) await host.revokeGuestTokens({ tenantId: 'BUR' })
      }
    }
    const ended = caught(watching())
    while (tokens.length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    await host.revokeGuestTokens({ tenantId: 'BUR' })
    expect(await ended).toMatchObject({ code: 'UNAUTHENTICATED' })
    // The second token saw nothing that the first had not.
    expect([seen, tokens.length]).toEqual([['Counter', 'Counter'], 2])
  })

  it('can be downloaded from an address that works once', async () => {
    const { client, widgets } = await dashboardOf(() =>
      server.guestToken({ tenantId: 'ATL', allowExport: true }),
    )
    const { createExport } = await client.query(CreateExportDocument, {
      input: { format: 'CSV', widget: { id: widgets[0]?.id ?? '', timeRange: march } },
    })
    const address = new URL(createExport.url, client.url)
    const answers = [await fetch(address), await fetch(address)]
    expect(answers.map(({ status }) => status)).toEqual([200, 404])
    expect(await answers[0]?.text()).toContain('21269')
  })
})
