import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Subscription, subscribe } from '../support/events.ts'
import { grantsModel } from '../support/grants-model.ts'
import { widgetWatch } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const model = grantsModel(
  '{ policies: [{ name: seller, datasets: [orders] }], roles: [{ name: viewer_of_orders }] }',
)
const streamsPerToken = 2
const streamsPerTenant = 3
const questionsPerTenant = 4
const answerBytesMax = 20_000

let server: GrantsServer
const open: Subscription[] = []

beforeAll(async () => {
  server = await startGrantsServer(model, {
    environment: {
      TESSERA_LIVE_PER_TOKEN: String(streamsPerToken),
      TESSERA_LIVE_PER_TENANT: String(streamsPerTenant),
      TESSERA_LIVE_QUESTIONS_PER_TENANT: String(questionsPerTenant),
      TESSERA_ANSWER_MAX_BYTES: String(answerBytesMax),
    },
  })
})
let isStopped = false
afterAll(() => (isStopped ? undefined : server.close()))
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

const idOf = (path: string) => Buffer.from(`Widget:${path}`).toString('base64url')
const total = { id: idOf('sales/total') }

async function watch(
  credential: string,
  variables: object = total,
  query = widgetWatch,
): Promise<Subscription> {
  const subscription = await subscribe({ url: server.url, credential, query, variables })
  open.push(subscription)
  return subscription
}

/** What an event refuses with. */
function refusalIn(event: Awaited<ReturnType<Subscription['next']>>) {
  const { errors = [] } = Object(event?.data)
  return errors.map(({ message, extensions }: { message: string; extensions: { code: string } }) => [
    extensions.code,
    message,
  ])
}

const ended = [['UNAUTHENTICATED', 'The credential is missing, malformed, expired or not accepted.']]

describe('a subscription ends', () => {
  test('with its token, and says so last', async () => {
    const token = await server.guestToken({ tenantId: 'acme', expiresInSeconds: 3 })
    const live = await watch(token)
    expect(Object((await live.next())?.data).data).toEqual({ widgetData: { value: 210 } })
    expect(refusalIn(await live.next())).toEqual(ended)
    expect(await live.next()).toEqual({ id: undefined, event: 'complete', data: null })
    expect(await live.next()).toBe(null)
  })

  test('with a revocation, and the others of its poll go on', async () => {
    const other = await watch(await server.guestToken({ tenantId: 'acme', subject: 'other' }))
    await other.next()
    const live = await watch(await server.guestToken({ tenantId: 'acme', subject: 'ann' }))
    expect(Object((await live.next())?.data).data).toEqual({ widgetData: { value: 210 } })
    const revoke = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
    await server.data(server.apiKey, revoke, { input: { subject: { tenantId: 'acme', subject: 'ann' } } })
    expect(refusalIn(await live.next())).toEqual(ended)
    expect((await live.next())?.event).toBe('complete')
    expect(other.arrived()).toBe(0)
  })

  test.each([{ policy: 'seller' }, { role: 'viewer_of_orders' }])(
    'at once where the model loses its %o, however rarely it asks',
    async (named) => {
      const live = await watch(
        await server.guestToken({ tenantId: 'acme', ...named }),
        { ...total, every: 86_400 },
        everyDay,
      )
      expect(Object((await live.next())?.data).data).toEqual({ widgetData: { value: 210 } })
      await server.apply(grantsModel())
      expect(refusalIn(await live.next())).toEqual(ended)
      expect((await live.next())?.event).toBe('complete')
      await server.apply(model)
    },
  )
})

const everyDay = widgetWatch.replace('widgetData(', 'widgetData(everySeconds: 86400, ')

test('a policy that is narrowed narrows what is told at once, also to whoever joins those who watch already', async () => {
  const narrowedTo = (regions: string) =>
    grantsModel(
      `{ policies: [{ name: local, lockedFilters: [{ dataset: orders, dimension: region, values: [${regions}] }] }] }`,
    )
  await server.apply(narrowedTo('north, south, east'))
  const granted = { tenantId: 'acme', policy: 'local' }
  const figureOf = async (live: Subscription) => Object((await live.next())?.data).data?.widgetData
  const first = await watch(await server.guestToken(granted), total, everyDay)
  expect(await figureOf(first)).toEqual({ value: 210 })
  await server.apply(narrowedTo('north'))
  const second = await watch(await server.guestToken(granted), total, everyDay)
  expect([await figureOf(second), await figureOf(first)]).toEqual([{ value: 100 }, { value: 100 }])
  await server.apply(model)
})

test.each(['multipart/mixed, text/event-stream', 'multipart/mixed, */*'])(
  'to who accepts %s as well a subscription goes out as events',
  async (accept) => {
    const live = await subscribe({
      url: server.url,
      credential: await server.guestToken({ tenantId: 'acme' }),
      query: widgetWatch,
      variables: total,
      accept,
    })
    open.push(live)
    expect(live.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await live.next()).toEqual({
      id: expect.any(String),
      event: 'next',
      data: { data: { widgetData: { value: 210 } } },
    })
  },
)

describe('a subscription is refused', () => {
  test('beyond those that a token or its tenant may have, until one has ended', async () => {
    const tokens = [
      await server.guestToken({ tenantId: 'many' }),
      await server.guestToken({ tenantId: 'many' }),
    ]
    const [first = '', second = ''] = tokens
    const opened = [await watch(first), await watch(first), await watch(second)]
    for (const live of opened) await live.next()
    const tooMany = (expected: string) => [['RATE_LIMITED', `Too many requests. Expected ${expected}.`]]
    const ofTenant = tooMany('at most 3 subscriptions of one tenant at a time')
    expect(refusalIn(await (await watch(second)).next())).toEqual(ofTenant)
    opened[2]?.close()
    const ofToken = tooMany('at most 2 subscriptions of one token at a time')
    await expect.poll(async () => refusalIn(await (await watch(first)).next())).toEqual(ofToken)
    const again = await watch(second)
    expect(Object((await again.next())?.data).data).toEqual({ widgetData: { value: 0 } })
    expect(
      Object((await (await watch(await server.guestToken({ tenantId: 'acme' }))).next())?.data).data,
    ).toEqual({
      widgetData: { value: 210 },
    })
  })

  test('beyond the different questions that a tenant may poll, and holds none of them then', async () => {
    const token = await server.guestToken({ tenantId: 'curious' })
    const widget = (amount: number) => ({
      ...total,
      filters: [{ dimension: 'amount', operator: 'GREATER_THAN', values: [amount] }],
    })
    const query = `subscription ($widgets: [LiveWidgetInput!]!) {
      dashboardData(widgets: $widgets) { data { ... on Counter { value } } }
    }`
    const refused = await watch(token, { widgets: [1, 2, 3, 4, 5].map(widget) }, query)
    expect(refusalIn(await refused.next())).toEqual([
      ['RATE_LIMITED', 'Too many requests. Expected at most 4 different live questions of one tenant.'],
    ])
    const live = await watch(token, { widgets: [1, 2, 3, 4, 4, 4].map(widget) }, query)
    for (let event = 0; event < 6; event += 1) {
      expect(Object((await live.next())?.data).data).toEqual({ dashboardData: { data: { value: 0 } } })
    }
  })

  test.each([
    [{ id: idOf('sales/no_such') }, 'NOT_FOUND', 'It does not exist, or the credential may not see it. id.'],
    [
      { id: 'x' },
      'BAD_USER_INPUT',
      'An argument is not of the allowed form. id: expected an id that this API answered with.',
    ],
    [{ ...total, every: 0 }, 'BAD_USER_INPUT', everySecondsBetween(1)],
    [{ ...total, every: 86_401 }, 'BAD_USER_INPUT', everySecondsBetween(1)],
  ])('for %o', async (variables, code, message) => {
    const query = `subscription ($id: ID!, $every: Int! = 10) {
      widgetData(id: $id, everySeconds: $every) { __typename }
    }`
    const live = await watch(await server.guestToken({ tenantId: 'acme' }), variables, query)
    expect(refusalIn(await live.next())).toEqual([[code, message]])
    expect((await live.next())?.event).toBe('complete')
  })

  test('for more polls in a minute than the token has requests', async () => {
    const token = await server.guestToken({ tenantId: 'acme', limits: { requestsPerMinute: 20 } })
    const live = await watch(token, total, everyDay.replace('86400', '1'))
    expect(refusalIn(await live.next())).toEqual([['BAD_USER_INPUT', everySecondsBetween(3)]])
  })

  test('for more than that of several widgets, or of several subscriptions that are open', async () => {
    const token = await server.guestToken({ tenantId: 'acme', limits: { requestsPerMinute: 20 } })
    const dashboard = `subscription ($widgets: [LiveWidgetInput!]!) {
      dashboardData(widgets: $widgets, everySeconds: 3) { data { __typename } }
    }`
    const both = await watch(token, { widgets: [total, total] }, dashboard)
    expect(refusalIn(await both.next())).toEqual([['BAD_USER_INPUT', everySecondsBetween(6)]])
    const opened = await watch(token, total, everyDay.replace('86400', '4'))
    expect(refusalIn(await opened.next())).toEqual([])
    const again = () => watch(token, total, everyDay.replace('86400', '10'))
    expect(refusalIn(await (await again()).next())).toEqual([
      ['RATE_LIMITED', 'Too many requests. Expected at most 20 live questions a minute with one token.'],
    ])
    opened.close()
    await expect.poll(async () => refusalIn(await (await again()).next())).toEqual([])
  })

  test('to an API key, to a client that takes no events, and of an empty or a long list', async () => {
    expect(refusalIn(await (await watch(server.apiKey)).next())).toEqual([
      ['FORBIDDEN', 'The credential does not permit this.'],
    ])
    const token = await server.guestToken({ tenantId: 'acme' })
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: widgetWatch, variables: total }),
    })
    const { errors } = Object(await response.json())
    expect([response.status, errors[0].extensions.code, errors[0].message]).toEqual([
      400,
      'NOT_SUPPORTED',
      'This is not supported. Expected a request that accepts text/event-stream.',
    ])
    const query =
      'subscription ($widgets: [LiveWidgetInput!]!) { dashboardData(widgets: $widgets) { widget { id } } }'
    for (const [widgets, expected] of [
      [[], 'at least one widget'],
      [Array.from({ length: 101 }, () => total), 'at most 100 widgets'],
    ] as const) {
      expect(refusalIn(await (await watch(token, { widgets }, query)).next())).toEqual([
        ['BAD_USER_INPUT', `An argument is not of the allowed form. widgets: expected ${expected}.`],
      ])
    }
  })

  test('nothing more: an event asks no questions of its own', async () => {
    const query = `subscription ($widgets: [LiveWidgetInput!]!) {
      dashboardData(widgets: $widgets) { widget { data { __typename } } data { __typename } }
    }`
    const live = await watch(await server.guestToken({ tenantId: 'acme' }), { widgets: [total] }, query)
    expect(refusalIn(await live.next())).toEqual([
      [
        'QUERY_TOO_LARGE',
        'The query is larger than its limits. Expected a request of its own: an event of a subscription asks nothing more.',
      ],
    ])
  })
})

describe('an answer of more than its bound is refused', () => {
  const tooLarge = [
    'QUERY_TOO_LARGE',
    `The query is larger than its limits. Expected an answer of at most ${answerBytesMax} bytes.`,
  ]
  /** Of three rows, each with so many fields of some 70 bytes. */
  const rows = (fields: number) =>
    `rows { ${Array.from({ length: fields }, (_, index) => `${'a'.repeat(60)}${index}: rank`).join(' ')} }`
  const question = `leaderboard(input: { metric: "revenue", dimensions: ["region"] }) { ${rows(33)} }`

  test('as a whole, before it is made', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    expect((await server.post(token, { query: `{ q0: ${question} }` })).body.errors).toBe(undefined)
    const { body } = await server.post(token, {
      query: `{ q0: ${question} q1: ${question} q2: ${question} }`,
    })
    expect([body.data, refusalIn({ id: undefined, event: undefined, data: body })]).toEqual([
      null,
      [tooLarge],
    ])
  })

  test('as well where it is too large by its errors', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const wrong = (count: number) =>
      Array.from({ length: count }, (_, index) => `q${index}: widget(id: "x") { name }`).join(' ')
    const few = await server.post(token, { query: `{ ${wrong(3)} }` })
    expect([few.body.data, few.body.errors?.length]).toEqual([{ q0: null, q1: null, q2: null }, 3])
    const { body } = await server.post(token, { query: `{ ${wrong(80)} }` })
    const refusals = refusalIn({ id: undefined, event: undefined, data: body })
    expect([body.data, refusals.at(-1)]).toEqual([null, tooLarge])
    expect(JSON.stringify(body).length).toBeLessThan(answerBytesMax * 1.2)
  })

  test('from the part on that would be too much', async () => {
    const token = await server.guestToken({ tenantId: 'acme', limits: { concurrentQueries: 1 } })
    const fields = ['q0', 'q1', 'q2', 'q3'].map(
      (name) => `... @defer(label: "${name}") { ${name}: ${question} }`,
    )
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: `{ viewer { tenantId } ${fields.join(' ')} }` }),
    })
    const parts = (await response.text()).split('\r\n---').flatMap((part) => part.split('\r\n\r\n')[1] ?? [])
    const received = parts.flatMap((part) => JSON.parse(part).incremental ?? [])
    expect(received.map(({ label, data }) => [label, data === null])).toEqual([
      ['q0', false],
      ['q1', false],
      ['q2', true],
      ['q3', true],
    ])
    expect(
      received.slice(2).map((part) => refusalIn({ id: undefined, event: undefined, data: part })),
    ).toEqual([[tooLarge], [tooLarge]])
  })

  test('as a whole event where what is told beside the figures is too large, and the next one is told', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const names = Array.from({ length: 300 }, (_, index) => `${'a'.repeat(60)}${index}: name`).join(' ')
    const query = `subscription ($widgets: [LiveWidgetInput!]!) {
      dashboardData(widgets: $widgets) { widget { ${names} } data { __typename } }
    }`
    const live = await watch(token, { widgets: [total, total] }, query)
    for (const event of [await live.next(), await live.next()]) {
      expect([Object(event?.data).data, refusalIn(event)]).toEqual([null, [tooLarge]])
    }
  })

  test('by each event of a subscription for itself', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const widgets = ['sales/regions', 'sales/total'].map((path) => ({ id: idOf(path) }))
    const query = `subscription ($widgets: [LiveWidgetInput!]!) {
      dashboardData(widgets: $widgets) {
        widget { name }
        data { ... on Leaderboard { ${rows(99)} } ... on Counter { value } }
      }
    }`
    const live = await watch(token, { widgets }, query)
    const events = [await live.next(), await live.next()].map((event) => ({
      ...Object(event?.data).data.dashboardData,
      refusal: refusalIn(event),
    }))
    expect(events.toSorted((a, b) => (a.widget.name < b.widget.name ? -1 : 1))).toEqual([
      { widget: { name: 'regions' }, data: null, refusal: [tooLarge] },
      { widget: { name: 'total' }, data: { value: 210 }, refusal: [] },
    ])
  })
})

test('a server that stops ends its subscriptions without calling them complete, and waits for none', async () => {
  const live = await watch(await server.guestToken({ tenantId: 'acme' }))
  await live.next()
  isStopped = true
  await server.close()
  expect([await live.next(), live.wasCut()]).toEqual([null, false])
})

function everySecondsBetween(least: number): string {
  return `An argument is not of the allowed form. everySeconds: expected a whole number from ${least} to 86400.`
}
