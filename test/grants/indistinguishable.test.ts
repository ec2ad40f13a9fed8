import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idOf } from '../support/grants-catalogue.ts'
import { type GrantsModel, grantsModel } from '../support/grants-model.ts'
import {
  cataloguesQuery,
  dashboardQuery,
  permissionsQuery,
  questions,
  widgetQuery,
} from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer
/** May see one dashboard without one of its widgets, one dataset and two dimensions. */
let token: string

beforeAll(async () => {
  server = await startGrantsServer()
  token = await server.guestToken({
    tenantId: 'acme',
    dashboards: ['sales'],
    hiddenWidgets: ['sales/regions'],
    datasets: ['orders'],
    allowedDimensions: ['region', 'product'],
  })
})
afterAll(() => server.close())

interface Asked {
  readonly query: string
  readonly variables?: object
}

function ask(kind: keyof typeof questions, input: object): Asked {
  return { query: questions[kind], variables: { input } }
}

function byName(field: string, name: string): Asked {
  return { query: `query ($name: String!) { ${field}(name: $name) { name } }`, variables: { name } }
}

function byId(field: 'node' | 'widget', type: string, key: string): Asked {
  return { query: `query ($id: ID!) { ${field}(id: $id) { id } }`, variables: { id: idOf(type, key) } }
}

const hidden: readonly (readonly [string, Asked])[] = [
  ['a dashboard', byName('dashboard', 'people')],
  ['another tenant’s dashboard', byName('dashboard', 'else_board')],
  ['a dashboard as a node', byId('node', 'Dashboard', 'people')],
  ['a widget', byId('widget', 'Widget', 'sales/regions')],
  ['a widget of a dashboard', byId('widget', 'Widget', 'people/total')],
  ['a widget as a node', byId('node', 'Widget', 'sales/regions')],
  ['a widget by its name', { query: widgetQuery, variables: { dashboard: 'sales', name: 'regions' } }],
  ['a dashboard with its widgets', { query: dashboardQuery, variables: { name: 'sales' } }],
  ['a dataset', byName('dataset', 'customers')],
  ['a metric', byName('metric', 'customer_count')],
  ['a metric that requires a permission', byName('metric', 'total_cost')],
  ['a counter', ask('counter', { metric: 'customer_count' })],
  ['a series', ask('timeSeries', { metrics: ['order_count', 'total_cost'] })],
  ['a leaderboard', ask('leaderboard', { metric: 'customer_count', dimensions: ['segment'] })],
  ['a table', ask('table', { metrics: ['total_cost'], dimensions: ['region'] })],
  ['top values', ask('topValues', { dataset: 'customers', dimension: 'segment' })],
  ['records', ask('records', { dataset: 'customers', columns: ['name'] })],
  ['a dimension', ask('records', { dataset: 'orders', columns: ['segment'] })],
  ['a misspelt metric', ask('counter', { metric: 'customer_cuont' })],
  ['a misspelt dataset', ask('records', { dataset: 'customer', columns: ['name'] })],
  ['the catalogue', { query: cataloguesQuery }],
  [
    'pages of dashboards',
    { query: '{ dashboards(first: 1) { edges { cursor } pageInfo { hasNextPage } } }' },
  ],
  ['the permissions', { query: permissionsQuery }],
]

test('what may not be seen is answered byte for byte as what is not there', async () => {
  const seen = []
  for (const model of [grantsModel(), withoutHidden(grantsModel())]) {
    await server.apply(model)
    seen.push(await Promise.all(hidden.map(async ([name, asked]) => [name, await bytesOf(asked)])))
  }
  await server.apply(grantsModel())
  expect(seen[0]).toEqual(seen[1])
})

test.each([
  ['dashboard', 'people', 'elpoep'],
  ['dataset', 'customers', 'sremotsuc'],
  ['metric', 'customer_count', 'tnuoc_remotsuc'],
])('a %s of an invented name is answered like one that may not be seen', async (field, name, invented) => {
  const nothing = `{"data":{"${field}":null}}`
  expect((await bytesOf(byName(field, name))).body).toBe(nothing)
  expect((await bytesOf(byName(field, invented))).body).toBe(nothing)
})

test('a dashboard’s filter by a dimension that may not be named is answered like none', async () => {
  const filters = { shown: 'region', hidden: 'country', permitted: 'cost', invented: 'yrtnuoc' }
  const fields = Object.entries(filters).map(([alias, name]) => `${alias}: filter(name: "${name}") { name }`)
  expect((await bytesOf({ query: `{ dashboard(name: "sales") { ${fields.join(' ')} } }` })).body).toBe(
    '{"data":{"dashboard":{"shown":{"name":"region"},"hidden":null,"permitted":null,"invented":null}}}',
  )
})

/** Each with an invented name of the same length, which costs the same to compare with those that there are. */
const timed: readonly (readonly [string, Asked, Asked])[] = [
  ['dashboard', byName('dashboard', 'people'), byName('dashboard', 'elpoep')],
  ['node', byId('node', 'Dashboard', 'people'), byId('node', 'Dashboard', 'elpoep')],
  ['widget', byId('widget', 'Widget', 'sales/regions'), byId('widget', 'Widget', 'sales/snoiger')],
  ['dataset', byName('dataset', 'customers'), byName('dataset', 'sremotsuc')],
  ['metric', byName('metric', 'customer_count'), byName('metric', 'tnuoc_remotsuc')],
  ['counter', ask('counter', { metric: 'total_cost' }), ask('counter', { metric: 'tsoc_latot' })],
  [
    'topValues',
    ask('topValues', { dataset: 'customers', dimension: 'segment' }),
    ask('topValues', { dataset: 'sremotsuc', dimension: 'segment' }),
  ],
  [
    'records',
    ask('records', { dataset: 'orders', columns: ['segment'] }),
    ask('records', { dataset: 'orders', columns: ['tnemges'] }),
  ],
]

describe('what may not be seen takes as long as what is not there', () => {
  /**
   * How often one of the first takes longer than one of the second: a half where nothing tells them apart, whatever the
   * times are and however many are outliers. Of 200 each it strays by 0.029 (its standard deviation), so that 0.15 is
   * five of them; a machine that is busy slows down both, because they take turns. A second measurement is made before
   * a difference is believed: what is really slower is slower twice.
   */
  const tries = 200
  const most = 0.15

  test.each(timed)('as a %s', { timeout: 60_000 }, async (_, denied, invented) => {
    await share(denied, invented, 20)
    const first = await share(denied, invented, tries)
    const found = Math.abs(first - 0.5) < most ? first : await share(denied, invented, tries)
    expect(found).toBeGreaterThan(0.5 - most)
    expect(found).toBeLessThan(0.5 + most)
  })
})

/** The probability that the first takes longer than the second. */
async function share(first: Asked, second: Asked, count: number): Promise<number> {
  const times: { first: number[]; second: number[] } = { first: [], second: [] }
  for (let index = 0; index < count; index++) {
    // In turn, and each as often ahead of the other.
    if (index % 2 === 0) times.first.push(await timeOf(first))
    times.second.push(await timeOf(second))
    if (index % 2 === 1) times.first.push(await timeOf(first))
  }
  const wins = times.first.flatMap((one) =>
    times.second.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)),
  )
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length
}

async function timeOf({ query, variables }: Asked): Promise<number> {
  const start = performance.now()
  await server.post(token, { query, variables })
  return performance.now() - start
}

/** All that a client gets, but for the request's id and the clock. */
async function bytesOf({ query, variables }: Asked) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const requestId = response.headers.get('x-request-id') ?? ''
  const headers = [...response.headers].filter(([name]) => !['x-request-id', 'date'].includes(name))
  return { status: response.status, headers, body: (await response.text()).replaceAll(requestId, '') }
}

/** The same model to whoever holds the token: what they may not see has other names, or is not there. */
function withoutHidden(model: GrantsModel): GrantsModel {
  const shown = {
    ...model,
    dashboards: model.dashboards.map((dashboard) => ({
      ...dashboard,
      widgets: dashboard.widgets.filter(({ name }) => name !== 'regions'),
    })),
  }
  const text = [
    [/"(name|to)":"customers"/g, '"$1":"clients"'],
    [/"(dataset)":"customers"/g, '"$1":"clients"'],
    [/"customers\./g, '"clients.'],
    [/"name":"segment"/g, '"name":"sort","column":"segment"'],
    [/"sort","column":"segment","from":"clients.segment"/g, '"sort","from":"clients.sort"'],
    [/\["segment"\]/g, '["sort"]'],
    [/customer_count/g, 'client_count'],
    [/total_cost/g, 'whole_cost'],
    [/"(people|else_board)"/g, '"other_$1"'],
    [/"regions":\{"x":2\},/g, ''],
  ] as const
  return JSON.parse(text.reduce((json, [from, to]) => json.replace(from, to), JSON.stringify(shown)))
}
