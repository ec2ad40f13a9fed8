import { createClient } from 'graphql-sse'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ClickHouseFront } from '../support/clickhouse-front.ts'
import { type Subscription, subscribe } from '../support/events.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer
let front: ClickHouseFront
const open: Subscription[] = []

beforeAll(async () => {
  server = await startGrantsServer(grantsModel(), {
    overHttp: true,
    environment: { TESSERA_LIVE_PER_TOKEN: '3', TESSERA_LIVE_QUESTIONS_PER_TENANT: '6' },
  })
  if (server.front === null) throw new Error('No front.')
  front = server.front
})
afterAll(() => server.close())
afterEach(async () => {
  for (const each of open.splice(0)) each.close()
  await statementsRest()
})

const idOf = (path: string) => Buffer.from(`Widget:${path}`).toString('base64url')
const total = idOf('sales/total')
const widgetDocument = `subscription ($id: ID!, $every: Int! = 1, $filters: [FilterInput!], $timeRange: TimeRangeInput) {
  widgetData(id: $id, everySeconds: $every, filters: $filters, timeRange: $timeRange) { ... on Counter { value } }
}`
const dashboardDocument = `subscription ($widgets: [LiveWidgetInput!]!) {
  dashboardData(widgets: $widgets, everySeconds: 1) {
    widget { id name }
    data { ... on Counter { value } ... on Leaderboard { rows { keys { value } value } } }
  }
}`

async function watch(
  credential: string,
  query: string,
  variables: object,
  lastEventId?: string,
): Promise<Subscription> {
  const options = { url: server.url, credential, query, variables }
  const subscription = await subscribe(lastEventId === undefined ? options : { ...options, lastEventId })
  open.push(subscription)
  return subscription
}

const order = (tenant: string, amount: number) =>
  server.execute(
    `insert into demo.orders values ('${tenant}', '2024-05-01 00:00:00', '2024-05-02 00:00:00', '2024-05-03', 'c1', 'north', 'bolt', ${amount}, 1, true)`,
  )
const figure = (value: number) => ({ data: { widgetData: { value } } })

/** Until nothing is asked any more; polls of a second would be seen. */
async function statementsRest(): Promise<void> {
  for (let before = -1; before !== front.received.length; ) {
    before = front.received.length
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  }
}

describe('Subscription.widgetData', () => {
  test('tells the figure at once and then each change, and nothing else', async () => {
    const token = await server.guestToken({ tenantId: 'one' })
    const live = await watch(token, widgetDocument, { id: total })
    expect([live.status, live.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    const first = await live.next()
    expect([first?.event, first?.data]).toEqual(['next', { data: { widgetData: { value: 0 } } }])
    const before = front.received.length
    await expect.poll(() => front.received.length - before, { timeout: 20_000 }).toBeGreaterThan(2)
    expect(live.arrived()).toBe(0)
    await order('one', 5)
    expect((await live.next())?.data).toEqual(figure(5))
    await order('one', 7)
    expect((await live.next())?.data).toEqual(figure(12))
  })

  test('is spoken by the client of the protocol', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const client = createClient({
      url: `${server.url}/graphql`,
      headers: { authorization: `Bearer ${token}` },
    })
    const results = client.iterate({ query: widgetDocument, variables: { id: total } })
    expect((await results.next()).value).toEqual(figure(210))
    await results.return?.()
    client.dispose()
  })

  test('is asked no longer than somebody watches', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const lives = [
      await watch(token, widgetDocument, { id: total }),
      await watch(token, widgetDocument, { id: total }),
    ]
    for (const live of lives) expect((await live.next())?.data).toEqual(figure(210))
    for (const live of lives) live.close()
    await statementsRest()
    const before = front.received.length
    await statementsRest()
    expect(front.received.length).toBe(before)
  })

  test('goes on where it was left, however long ago and whatever was missed', async () => {
    const token = await server.guestToken({ tenantId: 'two' })
    await order('two', 1)
    const live = await watch(token, widgetDocument, { id: total })
    const seen = await live.next()
    expect(seen?.data).toEqual(figure(1))
    live.close()
    const again = await watch(token, widgetDocument, { id: total }, seen?.id)
    const before = front.received.length
    await expect.poll(() => front.received.length - before, { timeout: 20_000 }).toBeGreaterThan(1)
    expect(again.arrived()).toBe(0)
    again.close()
    await order('two', 1)
    const missed = await watch(token, widgetDocument, { id: total }, seen?.id)
    expect((await missed.next())?.data).toEqual(figure(2))
  })

  test('tells the same to another question’s id, or to one that is none', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const north = [{ dimension: 'region', values: ['north'] }]
    const first = await (await watch(token, widgetDocument, { id: total })).next()
    for (const lastEventId of [first?.id, 'x', '', '.', `${first?.id}.${first?.id}`]) {
      const other = await watch(token, widgetDocument, { id: total, filters: north }, lastEventId)
      expect((await other.next())?.data).toEqual(figure(100))
      other.close()
      await expect.poll(() => other.next()).toBe(null)
    }
  })

  test('is asked of the clock as it is at each poll', async () => {
    const token = await server.guestToken({ tenantId: 'moving' })
    const document = `subscription ($id: ID!) {
      widgetData(id: $id, everySeconds: 1) { ... on Counter { value stats { asOf } } }
    }`
    const live = await watch(token, document, { id: total })
    const asOf = (event: unknown) => Date.parse(Object(event).data.data.widgetData.stats.asOf)
    const first = asOf(await live.next())
    await order('moving', 1)
    expect(asOf(await live.next())).toBeGreaterThan(first)
  })

  test('says that the warehouse is gone, and goes on when it is back', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const live = await watch(token, widgetDocument, { id: total })
    expect((await live.next())?.data).toEqual(figure(210))
    front.fault = '503'
    const failed = Object((await live.next())?.data)
    expect([failed.data, failed.errors[0].message, failed.errors[0].extensions.code]).toEqual([
      null,
      'The warehouse cannot be reached.',
      'WAREHOUSE_UNAVAILABLE',
    ])
    const before = front.received.length
    await expect.poll(() => front.received.length - before, { timeout: 20_000 }).toBeGreaterThan(1)
    expect(live.arrived()).toBe(0)
    front.fault = null
    expect((await live.next())?.data).toEqual(figure(210))
  })

  test('follows the model', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const live = await watch(token, widgetDocument, { id: total })
    expect((await live.next())?.data).toEqual(figure(210))
    const model = grantsModel()
    await server.apply({
      ...model,
      dashboards: model.dashboards.map((dashboard) => ({
        ...dashboard,
        widgets: dashboard.widgets.filter(({ name }) => name !== 'total'),
      })),
    })
    const { errors } = Object((await live.next())?.data)
    expect([errors[0].extensions.code, errors[0].message]).toEqual([
      'NOT_FOUND',
      'It does not exist, or the credential may not see it.',
    ])
    await server.apply({
      ...model,
      dashboards: model.dashboards.map((dashboard) => ({
        ...dashboard,
        widgets: dashboard.widgets.map((widget) =>
          widget.name === 'total' ? { ...widget, counter: { metric: 'order_count' } } : widget,
        ),
      })),
    })
    expect((await live.next())?.data).toEqual(figure(6))
    await server.apply(model)
    expect((await live.next())?.data).toEqual(figure(210))
  })
})

describe('Subscription.dashboardData', () => {
  test('tells what has changed of several widgets over one connection', async () => {
    const token = await server.guestToken({ tenantId: 'three' })
    const widgets = [{ id: total }, { id: idOf('sales/regions') }, { id: idOf('people/total') }]
    const live = await watch(token, dashboardDocument, { widgets })
    const first = [await live.next(), await live.next(), await live.next()]
    const byName = (events: typeof first) =>
      events
        .map((event) => Object(event?.data).data.dashboardData)
        .toSorted((a, b) => (a.widget.id < b.widget.id ? -1 : 1))
    expect(byName(first)).toEqual([
      { widget: { id: idOf('people/total'), name: 'total' }, data: { value: 3 } },
      { widget: { id: idOf('sales/regions'), name: 'regions' }, data: { rows: [] } },
      { widget: { id: total, name: 'total' }, data: { value: 0 } },
    ])
    await order('three', 4)
    expect(byName([await live.next(), await live.next()])).toEqual([
      {
        widget: { id: idOf('sales/regions'), name: 'regions' },
        data: { rows: [{ keys: [{ value: 'north' }], value: 4 }] },
      },
      { widget: { id: total, name: 'total' }, data: { value: 4 } },
    ])
    expect(live.arrived()).toBe(0)
  })

  test('tells of one that is refused, and the others are told all the same', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    const filters = [{ dimension: 'no_such', values: ['x'] }]
    const live = await watch(token, dashboardDocument, { widgets: [{ id: total, filters }, { id: total }] })
    const events = [Object((await live.next())?.data), Object((await live.next())?.data)]
    const [refused] = events.filter(({ errors }) => errors !== undefined)
    expect([refused.data, refused.errors[0].path, refused.errors[0].extensions.code]).toEqual([
      { dashboardData: { widget: { id: total, name: 'total' }, data: null } },
      ['dashboardData', 'data'],
      'DIMENSION_NOT_ALLOWED',
    ])
    expect(refused.errors[0].extensions.argument).toBe('widgets.0.filters.0.dimension')
    expect(events.filter(({ errors }) => errors === undefined)).toEqual([
      { data: { dashboardData: { widget: { id: total, name: 'total' }, data: { value: 210 } } } },
    ])
  })
})
