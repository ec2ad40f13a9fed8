import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GrantsModel, grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const note = { name: 'note', visualization: { kind: 'TEXT', options: { text: 'Figures of last year.' } } }
const table = { kind: 'TABLE' }

/** On the dashboard `sales`, beside its own: a text, and questions about customers and about both datasets. */
function modelWith(text: object = note): GrantsModel {
  const model = grantsModel()
  const [sales, ...others] = model.dashboards
  if (sales === undefined) throw new Error('There is a dashboard.')
  const added = [
    { ...note, ...text },
    { name: 'customers', visualization: table, counter: { metric: 'customer_count' } },
    { name: 'both', visualization: table, table: { metrics: ['revenue', 'customer_count'], dimensions: [] } },
    {
      name: 'dated',
      visualization: table,
      table: { metrics: ['revenue'], dimensions: [], granularity: 'DAY' },
    },
  ]
  return {
    ...model,
    datasets: model.datasets.map((dataset) => ({
      ...dataset,
      dimensions: dataset.dimensions.map((found) =>
        found.name === 'country' ? { ...found, conformed: true } : found,
      ),
    })),
    dashboards: [{ ...sales, widgets: [...sales.widgets, ...added] }, ...others],
  }
}

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer(modelWith())
})
afterAll(() => server.close())

const controlsQuery = `{ dashboard(name: "sales") { widgets {
  name answers controls { timeRange granularity compareTo drillDown export filters }
} } }`

async function controlsOf(token: string): Promise<Readonly<Record<string, unknown>>> {
  const { dashboard } = await server.data(token, controlsQuery)
  const widgets: readonly { name: string; answers: unknown; controls: object }[] = Object(dashboard).widgets
  return Object.fromEntries(
    widgets.map(({ name, answers, controls }) => [name, { answers, ...controls }] as const),
  )
}

const none = {
  timeRange: false,
  granularity: false,
  compareTo: false,
  drillDown: false,
  export: false,
  filters: [],
}

describe('the controls of a widget', () => {
  test('are those that its question takes, with the filters that mean the same in all of its datasets', async () => {
    const plain = { timeRange: true, granularity: false, compareTo: true, drillDown: true, export: true }
    const filters = ['region', 'country']
    expect(await controlsOf(await server.guestToken({ tenantId: 'acme' }))).toEqual({
      total: { answers: 'COUNTER', ...plain, filters },
      monthly: { answers: 'TIME_SERIES', ...plain, granularity: true, filters },
      regions: { answers: 'LEADERBOARD', ...plain, filters },
      list: { answers: 'TABLE', ...plain, compareTo: false, filters },
      dated: { answers: 'TABLE', ...plain, compareTo: false, granularity: true, filters },
      customers: { answers: 'COUNTER', ...plain, timeRange: false, compareTo: false, filters: ['country'] },
      both: { answers: 'TABLE', ...plain, timeRange: false, compareTo: false, filters: ['country'] },
      note: { answers: null, ...none },
    })
  })

  test('are without what the token does not grant', async () => {
    const token = await server.guestToken({
      tenantId: 'acme',
      allowDrillDown: false,
      allowExport: false,
      allowedDimensions: ['country', 'product'],
    })
    const { list, note: text } = await controlsOf(token)
    expect({ list, text }).toEqual({
      list: { answers: 'TABLE', ...none, timeRange: true, filters: ['country'] },
      text: { answers: null, ...none },
    })
  })

  test('say which filters data takes of whoever may ask nothing else', async () => {
    const token = await server.guestToken({ tenantId: 'acme', allowAdHoc: false })
    const query = `query ($name: String!, $filters: [FilterInput!]) {
      dashboard(name: "sales") { widget(name: $name) { data(filters: $filters) { ... on Counter { value } } } }
    }`
    const germany = [{ dimension: 'country', values: ['DE'] }]
    expect(await server.data(token, query, { name: 'customers', filters: germany })).toEqual({
      dashboard: { widget: { data: { value: 2 } } },
    })
    const retail = [{ dimension: 'segment', values: ['retail'] }]
    expect(await server.refusal(token, query, { name: 'customers', filters: retail })).toEqual({
      code: 'DIMENSION_NOT_ALLOWED',
      message: "There is no such dimension here. filters.0: expected a dimension of the dashboard's filters.",
      argument: 'filters.0',
    })
  })
})

describe('a text', () => {
  test('is shown to whoever sees its dashboard, and has no data', async () => {
    const token = await server.guestToken({ tenantId: 'acme', datasets: [] })
    const shown =
      '{ dashboard(name: "sales") { widgets { name visualization { kind options } } widget(name: "note") { id } } }'
    const { dashboard } = await server.data(token, shown)
    expect(Object(dashboard).widgets).toEqual([note])
    const { id } = Object(dashboard).widget
    const expected = 'This is not supported. Expected a widget that asks a question; this one is a text.'
    for (const field of ['data { __typename }', 'drillDown { edges { node } }']) {
      const query = `query ($id: ID!) { widget(id: $id) { ${field} } }`
      const { code, message } = await server.refusal(token, query, { id })
      expect({ code, message }).toEqual({ code: 'NOT_SUPPORTED', message: expected })
    }
  })

  test('is hidden where its token hides it, and explained', async () => {
    const token = { tenantId: 'acme', hiddenWidgets: ['note'] }
    const query = '{ dashboard(name: "sales") { widget(name: "note") { name } } }'
    expect(await server.data(await server.guestToken(token), query)).toEqual({ dashboard: { widget: null } })
    const explain =
      'query ($input: ExplainInput!) { explain(input: $input) { outcome code rules { source text } } }'
    const question = { widget: { dashboard: 'sales', name: 'note' } }
    expect(await server.data(server.apiKey, explain, { input: { token, question } })).toEqual({
      explain: {
        outcome: 'REFUSED',
        code: 'NOT_FOUND',
        rules: [
          {
            source: 'token',
            text: 'hiddenWidgets: note. NOT_FOUND: It does not exist, or the credential may not see it.',
          },
        ],
      },
    })
  })

  test.each([
    ['nothing', { visualization: { kind: 'TEXT' } }],
    ['no text', { visualization: { kind: 'TEXT', options: { text: 7 } } }],
    ['an empty text', { visualization: { kind: 'TEXT', options: { text: ' ' } } }],
  ])('with %s is refused in the model', async (_, text) => {
    const query =
      'mutation ($document: JSONObject!) { applyModel(document: $document, dryRun: true) { version } }'
    const { body } = await server.post(server.apiKey, { query, variables: { document: modelWith(text) } })
    expect(body.errors?.[0]?.extensions?.problems).toEqual([
      {
        path: 'dashboards[0].widgets[5].visualization',
        message: 'expected a text in options.text, or a question',
      },
    ])
  })
})
