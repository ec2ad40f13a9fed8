import { type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { subscribe } from '../support/events.ts'
import { permissionsOf } from '../support/grants-catalogue.ts'
import { grantsModel } from '../support/grants-model.ts'
import { kinds, questions, samples, widgetQuery, widgetWatch } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  // Over HTTP, where the queries that run can be seen.
  server = await startGrantsServer(grantsModel(), { overHttp: true })
})
afterAll(() => server.close())

const tenantId = 'acme'

/** How many statements have arrived, but for those that end what an earlier test had given up. */
const begun = () => server.front?.received.filter((text) => !text.startsWith('KILL')).length ?? 0
const viewerQuery = '{ viewer { tenantId } }'

describe('without the grant of ad-hoc questions', () => {
  const refused = {
    code: 'FORBIDDEN',
    message: 'The credential does not permit this. Expected a token with ad-hoc questions.',
  }

  test.each(kinds)('no %s of the guest’s own is answered, whatever it names', async (kind) => {
    const token = await server.guestToken({ tenantId, allowAdHoc: false })
    expect(await server.refusal(token, questions[kind], { input: samples[kind] })).toEqual(refused)
    const unknown = { ...samples[kind], dataset: 'none', metric: 'none', metrics: ['none'] }
    const known = Object.keys(samples[kind])
    const input = Object.fromEntries(Object.entries(unknown).filter(([name]) => known.includes(name)))
    expect(await server.refusal(token, questions[kind], { input })).toEqual(refused)
  })

  test('widgets answer under their controls, and so do the filters of dashboards', async () => {
    const token = await server.guestToken({ tenantId, allowAdHoc: false })
    const filters = [{ not: { dimension: 'region', values: ['north'] } }]
    expect(await server.data(token, widgetQuery, { dashboard: 'sales', name: 'total', filters })).toEqual({
      dashboard: { widget: { data: { value: 110 } } },
    })
    const values =
      '{ dashboard(name: "people") { name } sales: dashboard(name: "sales") { filters { values(search: "or", limit: 1) { values { value count } } } } }'
    expect(await server.data(token, values)).toEqual({
      dashboard: { name: 'people' },
      sales: {
        filters: [{ values: { values: [{ value: 'north', count: 3 }] } }, { values: { values: [] } }],
      },
    })
    expect(await permissionsOf(server, token)).toMatchObject({ adHoc: false, drillDown: true, export: true })
  })

  // A defect: `cost`, of a filter that its viewer may not see, is refused in another way than a name that there is not.
  test.each(['product', 'cost', 'nothing'])(
    'a widget takes no filter but those of its dashboard: not %s',
    async (dimension) => {
      const token = await server.guestToken({ tenantId, allowAdHoc: false })
      const filters = [
        {
          or: [
            { dimension: 'region', values: ['north'] },
            { dimension, operator: 'IS_NOT_NULL' },
          ],
        },
      ]
      expect(
        await server.refusal(token, widgetQuery, { dashboard: 'sales', name: 'total', filters }),
      ).toEqual({
        code: 'DIMENSION_NOT_ALLOWED',
        message:
          "There is no such dimension here. filters.0: expected a dimension of the dashboard's filters.",
        argument: 'filters.0',
      })
    },
  )
})

describe('without drill-down', () => {
  test('there are no records, and every other question answers', async () => {
    const token = await server.guestToken({ tenantId, allowDrillDown: false })
    expect(await server.refusal(token, questions.records, { input: samples.records })).toEqual({
      code: 'FORBIDDEN',
      message: 'The credential does not permit this. Expected a token with drill-down.',
    })
    for (const kind of kinds.filter((each) => each !== 'records'))
      expect(await server.data(token, questions[kind], { input: samples[kind] })).toHaveProperty(kind)
    expect(await permissionsOf(server, token)).toMatchObject({ adHoc: true, drillDown: false, export: true })
  })
})

test('whether a token may export is said to its viewer', async () => {
  const token = await server.guestToken({ tenantId, allowExport: false })
  expect(await permissionsOf(server, token)).toMatchObject({ adHoc: true, drillDown: true, export: false })
})

describe('origins', () => {
  const origins = ['https://app.example.com', 'http://localhost:3000', 'https://*.example.org']
  const refused = {
    status: 403,
    body: {
      errors: [
        {
          message: 'The origin of the request is not allowed.',
          extensions: { code: 'ORIGIN_NOT_ALLOWED', requestId: expect.any(String) },
        },
      ],
    },
  }
  const answered = { status: 200, body: { data: { viewer: { tenantId } } } }

  test.each<[string, Record<string, string | string[]>, boolean]>([
    ['one of them', { origin: 'https://app.example.com' }, true],
    ['another of them', { origin: 'http://localhost:3000' }, true],
    ['one that is not granted', { origin: 'https://evil.example.com' }, false],
    ['one that starts like it', { origin: 'https://app.example.com.evil.com' }, false],
    ['its host under another scheme', { origin: 'http://app.example.com' }, false],
    ['its host under another port', { origin: 'https://app.example.com:8443' }, false],
    ['its address with a path', { origin: 'https://app.example.com/' }, false],
    ['an origin in capitals', { origin: 'HTTPS://APP.EXAMPLE.COM' }, false],
    ['none', {}, false],
    ['an empty one', { origin: '' }, false],
    ['the one of a page without an origin', { origin: 'null' }, false],
    [
      'two, the first of them granted',
      { origin: ['https://app.example.com', 'https://evil.example.com'] },
      false,
    ],
    ['one below a host with a star', { origin: 'https://eu.app.example.org' }, true],
    ['that host itself', { origin: 'https://example.org' }, false],
    ['the entry with the star as it stands', { origin: 'https://*.example.org' }, false],
    ['one as its referrer alone', { referer: 'https://app.example.com/page' }, false],
  ])('of the token: %s', async (_, headers, granted) => {
    const token = await server.guestToken({ tenantId, origins })
    const { status, body } = await send(token, viewerQuery, headers)
    expect({ status, body }).toEqual(granted ? answered : refused)
  })

  test('are none where the list is empty, and any where there is no list', async () => {
    const none = await server.guestToken({ tenantId, origins: [] })
    const any = await server.guestToken({ tenantId })
    for (const headers of [{ origin: 'https://app.example.com' }, {}]) {
      const { status, body } = await send(none, viewerQuery, headers)
      expect({ status, body }).toEqual(refused)
      expect(await send(any, viewerQuery, headers)).toMatchObject(answered)
    }
  })
})

describe('the requests of a minute', () => {
  const limited = (most: number) => ({
    message: `Too many requests. Expected at most ${most} requests a minute with one token, each question counted as one.`,
    extensions: {
      code: 'RATE_LIMITED',
      expected: `at most ${most} requests a minute with one token, each question counted as one`,
      retryAfterSeconds: expect.toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60),
      requestId: expect.any(String),
    },
  })
  const tokenOf = (requestsPerMinute: number) =>
    server.guestToken({ tenantId, limits: { requestsPerMinute } })
  const aliases = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: viewer { tenantId }`).join(' ')} }`

  test('are counted, whatever they ask, and more are refused with the time to wait', async () => {
    const token = await tokenOf(3)
    const queries = [viewerQuery, '{ nothing }', '{ not a query', viewerQuery, viewerQuery]
    const answers = []
    for (const query of queries) answers.push(await send(token, query))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    const { body, headers } = answers.at(-1) ?? {}
    expect(body).toEqual({ errors: [limited(3)] })
    const [{ extensions }] = Object(body).errors
    expect(headers?.['retry-after']).toBe(String(extensions.retryAfterSeconds))
    // Each token has its own count.
    expect((await send(await tokenOf(3), viewerQuery)).status).toBe(200)
  })

  test('are as many as an operation has fields at its root, in fragments as well, and what is refused costs one', async () => {
    const hundred = await tokenOf(100)
    expect((await send(hundred, aliases(100))).status).toBe(200)
    expect((await send(hundred, viewerQuery)).status).toBe(429)
    const fewer = await tokenOf(99)
    const { status, headers, body } = await send(fewer, aliases(100))
    expect([status, body]).toEqual([429, { errors: [limited(99)] }])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect((await send(fewer, `query { ...all } fragment all on Query ${aliases(98)}`)).status).toBe(200)
    expect((await send(fewer, viewerQuery)).status).toBe(429)
  })

  test('are ten for a look at the schema', async () => {
    const schema = '{ __schema { types { name } } }'
    expect((await send(await tokenOf(9), schema)).status).toBe(429)
    expect((await send(await tokenOf(10), schema)).status).toBe(200)
  })

  test('are as many as it asks questions, in each item of a list', async () => {
    const query =
      '{ dashboards { edges { node { widgets { name data { ... on Counter { value } ... on Table { rowCount } } } } } } }'
    const { status, body } = await send(await tokenOf(7), query)
    expect([status, Object(body).errors]).toEqual([200, undefined])
    const { errors } = Object((await send(await tokenOf(6), query)).body)
    expect(errors).toEqual([{ ...limited(6), locations: expect.any(Array), path: expect.any(Array) }])
  })

  test('are counted in the parts of an answer, which say so themselves', async () => {
    const widget = (index: number) =>
      `... @defer { w${index}: widget(name: "total") { data { ... on Counter { value } } } }`
    const query = `{ dashboard(name: "sales") { ${[1, 2, 3, 4].map(widget).join(' ')} } }`
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', authorization: `Bearer ${await tokenOf(3)}` },
        accept: 'multipart/mixed',
      },
      body: JSON.stringify({ query }),
    })
    const sent = await response.text()
    expect(response.status).toBe(200)
    expect(sent.match(/"value":210/g)).toHaveLength(3)
    expect(sent.match(/"code":"RATE_LIMITED"/g)).toHaveLength(1)
    expect(sent.match(/"retryAfterSeconds":\d+/g)).toHaveLength(1)
  })

  test('are counted for subscriptions and exports, and not for what was counted when it was asked for', async () => {
    const watch = { query: widgetWatch, variables: { id: idOf('sales/total') } }
    const makeExport =
      'mutation { createExport(input: { format: CSV, records: { dataset: "orders", columns: ["region"] } }) { url } }'
    const token = await tokenOf(3)
    const { body } = await server.post(token, { query: makeExport })
    const { url } = Object(body.data).createExport
    const leaving = new AbortController()
    const open = () =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', authorization: `Bearer ${token}` },
          accept: 'text/event-stream',
        },
        body: JSON.stringify(watch),
        signal: leaving.signal,
      })
    expect((await open()).status).toBe(200)
    expect((await send(token, viewerQuery)).status).toBe(200)
    const refused = await open()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
    ])
    expect(await refused.json()).toEqual({ errors: [limited(3)] })
    expect(await server.refusal(token, makeExport)).toMatchObject({ code: 'RATE_LIMITED' })
    expect((await fetch(new URL(url, server.url))).status).toBe(200)
    leaving.abort()
  })

  test('are as many as a subscription watches widgets, and where they are too few nothing is asked', async () => {
    const token = await tokenOf(5)
    const three = { widgets: [1, 2, 3].map(() => ({ id: idOf('sales/total') })) }
    const query = `subscription ($widgets: [LiveWidgetInput!]!) {
      dashboardData(widgets: $widgets, everySeconds: 3600) { data { ... on Counter { value } } }
    }`
    const open = () => subscribe({ url: server.url, credential: token, query, variables: three })
    const lives = [await open()]
    expect((await lives[0]?.next())?.data).toEqual({ data: { dashboardData: { data: { value: 210 } } } })
    const before = begun()
    lives.push(await open())
    const { errors } = Object((await lives[1]?.next())?.data)
    expect(errors).toEqual([{ ...limited(5), locations: expect.any(Array), path: ['dashboardData'] }])
    expect(begun()).toBe(before)
    // The request that was refused was one all the same.
    expect((await send(token, viewerQuery)).status).toBe(200)
    expect((await send(token, viewerQuery)).status).toBe(429)
    for (const live of lives) live.close()
  })
})

const idOf = (path: string) => Buffer.from(`Widget:${path}`).toString('base64url')

describe('queries at once', () => {
  const widget = (index: number) => `w${index}: widget(name: "total") { data { ... on Counter { value } } }`
  const dozen = `{ dashboard(name: "sales") { ${Array.from({ length: 12 }, (_, index) => widget(index)).join(' ')} } }`

  test.each([1, 2, null])(
    'may be %s, and a dashboard of twelve widgets answers',
    async (concurrentQueries) => {
      const token = await server.guestToken({ tenantId, limits: { concurrentQueries } })
      const widgets = Array.from({ length: 12 }, (_, index) => [`w${index}`, { data: { value: 210 } }])
      expect(await server.data(token, dozen)).toEqual({ dashboard: Object.fromEntries(widgets) })
    },
  )

  test('are never more than the limit of their token, over all of its requests', async () => {
    const { front } = server
    if (front === null) throw new Error('The rows are not behind the front.')
    const token = await server.guestToken({ tenantId, limits: { concurrentQueries: 2 } })
    const before = begun()
    front.fault = 'hang'
    const gone = new AbortController()
    const requests = [1, 2, 3].map(() =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: dozen }),
        signal: gone.signal,
      }).catch(() => null),
    )
    // The others of the 36 would come at once if nothing held them back.
    await expect.poll(() => begun() - before).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const arrived = begun() - before
    gone.abort()
    await Promise.all(requests)
    front.fault = null
    expect(arrived).toBe(2)
    // Those that waited for whoever has gone give their turns back.
    expect(await server.data(token, dozen)).toHaveProperty('dashboard.w11.data.value', 210)
  })
})

test('a viewer whose queries take long keeps nobody waiting who watches the same figure', async () => {
  const { front } = server
  if (front === null) throw new Error('The rows are not behind the front.')
  const tokenOf = (subject: string) =>
    server.guestToken({ tenantId, subject, limits: { concurrentQueries: 1 } })
  const slow = await tokenOf('slow')
  const leaving = new AbortController()
  const before = begun()
  front.fault = 'hang'
  const waited = fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${slow}` },
    body: JSON.stringify({ query: '{ counter(input: { metric: "revenue" }) { value } }' }),
    signal: leaving.signal,
  }).then((response) => response.text())
  await expect.poll(begun).toBe(before + 1)
  front.fault = null
  const query = widgetWatch.replace('widgetData(', 'widgetData(everySeconds: 3600, ')
  const variables = { id: idOf('sales/total') }
  const watch = (credential: string) => subscribe({ url: server.url, credential, query, variables })
  const lives = [await watch(slow), await watch(await tokenOf('other'))]
  for (const live of lives) {
    const first = await Promise.race([live.next(), waited])
    expect(first).toMatchObject({ data: { data: { widgetData: { value: 210 } } } })
  }
  for (const live of lives) live.close()
  leaving.abort()
  await expect(waited).rejects.toThrow()
})

interface Sent {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** With headers that `fetch` would not send. */
function send(token: string, query: string, headers: Record<string, string | string[]> = {}): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}/graphql`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      },
      async (response) =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: JSON.parse(await text(response)),
        }),
    )
    sent.on('error', reject)
    sent.end(JSON.stringify({ query }))
  })
}

describe('a token that is revoked while it asks', () => {
  const fields = ['north', 'south', 'east', 'west'].map(
    (region) => `... @defer(label: "${region}") {
      ${region}: counter(input: { metric: "revenue", filters: [{ dimension: "region", values: ["${region}"] }] }) { value }
    }`,
  )
  const query = `{ viewer { tenantId } ${fields.join(' ')} }`
  const refusal = {
    message: 'The credential is missing, malformed, expired or not accepted.',
    extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
  }
  /** The first of its questions runs, and the others wait for it. */
  async function revokedWhileItAsks(accept: string): Promise<{ response: Response; before: number }> {
    const subject = accept
    const token = await server.guestToken({ tenantId, subject, limits: { concurrentQueries: 1 } })
    const before = begun()
    if (server.front !== null) server.front.fault = 'hang'
    const answering = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    })
    await expect.poll(begun).toBe(before + 1)
    const revoke = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
    await server.data(server.apiKey, revoke, { input: { subject: { tenantId, subject } } })
    return { response: await answering, before }
  }

  /** Whatever still waited would have been asked before a question that comes later. */
  async function expectNoMore(before: number): Promise<void> {
    if (server.front !== null) server.front.fault = null
    await server.data(
      await server.guestToken({ tenantId }),
      '{ counter(input: { metric: "revenue" }) { value } }',
    )
    expect(begun()).toBe(before + 2)
  }

  test('is told so by the last part of an answer in parts, and nothing of it is asked any more', async () => {
    const { response, before } = await revokedWhileItAsks('multipart/mixed')
    const parts = (await response.text()).split('\r\n---').flatMap((part) => part.split('\r\n\r\n')[1] ?? [])
    expect(parts.map((part) => JSON.parse(part))).toEqual([
      { data: { viewer: { tenantId } }, hasNext: true },
      { errors: [refusal], hasNext: false },
    ])
    await expectNoMore(before)
  })

  test('gets nothing of an answer that would have come whole, and nothing of it is asked any more', async () => {
    const { response, before } = await revokedWhileItAsks('application/json')
    expect([response.status, await response.json()]).toEqual([401, { errors: [refusal] }])
    await expectNoMore(before)
  })
})
