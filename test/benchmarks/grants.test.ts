import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantsModel, withRowRules } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'
import { hostileStrings } from '../support/hostile.ts'

const layers = `
policies:
  - { name: few_metrics, allowedMetrics: [order_count] }
  - { name: with_margin, permissions: [margin] }
  - { name: comparing, permissions: [margin, comparing] }
`
const benchmarks = `
benchmarks:
  - { name: orders_a_month, title: Orders a month, metric: order_count, periods: [previous_month, previous_year], minTenants: 5, maxShare: 0.5 }
  - { name: sales_value, metric: revenue, periods: [previous_quarter], requires: [comparing], timeZone: Europe/Berlin }
  - { name: costs, metric: cost_share, periods: [previous_month] }
`
const model = grantsModel(layers + benchmarks)

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer(model)
  // So many tenants last month that five others remain to each, of 10, 20 … 60 orders.
  await server.execute(`insert into demo.orders
    select concat('shop', toString(intDiv(number, 1000))), toStartOfMonth(now('UTC')) - interval 3 day, now(), today(), 'c1', 'north', 'bolt', 7, 1, true
    from numbers(6000) where number % 1000 < 10 * (1 + intDiv(number, 1000))`)
})
afterAll(() => server.close())

const tenantId = 'shop5'
const list = '{ benchmarks { name title description periods timeZone metric { name } } }'
const query = `query ($name: String!, $period: Period) {
  benchmark(name: $name, period: $period) {
    name title metric { name } period range { timeZone } value exactValue formatted
    distribution { tenants lowerQuartile median upperQuartile } stats { cache }
  }
}`
const name = 'orders_a_month'

describe('a benchmark', () => {
  test('answers the tenant’s own figure beside how those of the others are spread', async () => {
    const token = await server.guestToken({ tenantId })
    expect(await server.data(token, query, { name })).toEqual({
      benchmark: {
        ...{ name, title: 'Orders a month', metric: { name: 'order_count' }, period: 'previous_month' },
        ...{ range: { timeZone: 'UTC' }, value: 60, exactValue: '60', formatted: '60' },
        distribution: { tenants: 5, lowerQuartile: 20, median: 30, upperQuartile: 40 },
        stats: { cache: 'MISS' },
      },
    })
  })

  test('is listed to those who may name its metric and hold what it requires', async () => {
    const seen = await Promise.all(
      [
        {},
        { policy: 'few_metrics' },
        { policy: 'with_margin' },
        { policy: 'comparing' },
        { datasets: [] },
      ].map(async (grants) => {
        const { benchmarks: shown } = await server.data(
          await server.guestToken({ tenantId, ...grants }),
          '{ benchmarks { name } }',
        )
        return Array.isArray(shown) ? shown.map((each) => each.name) : null
      }),
    )
    expect(seen).toEqual([[name], [name], [name, 'costs'], [name, 'sales_value', 'costs'], []])
  })

  test('is listed with its periods and its zone', async () => {
    const token = await server.guestToken({ tenantId, policy: 'comparing', datasets: ['orders'] })
    const { benchmarks: shown } = await server.data(token, list)
    expect(Object(shown)[1]).toEqual({
      ...{ name: 'sales_value', title: 'Sales value', description: null },
      ...{ periods: ['previous_quarter'], timeZone: 'Europe/Berlin', metric: { name: 'revenue' } },
    })
  })

  test('is given back in the model as it was applied, and to nobody else', async () => {
    const { exportModel } = await server.data(server.apiKey, '{ exportModel }')
    expect(exportModel).toEqual(model)
    expect(await server.refusal(server.apiKey, query, { name })).toEqual({
      code: 'FORBIDDEN',
      message: 'The credential does not permit this.',
    })
    const fields = await server.data(
      server.apiKey,
      '{ __type(name: "ExplainQuestionInput") { inputFields { name } } }',
    )
    expect(JSON.stringify(fields)).not.toContain('benchmark')
  })
})

describe('a benchmark that may not be asked is answered byte for byte as one that is not there', () => {
  const denied: readonly (readonly [string, object, string])[] = [
    ['of a dataset that is not granted', { datasets: ['customers'] }, name],
    ['of a metric that a policy does not allow', { policy: 'few_metrics' }, 'sales_value'],
    ['of a metric that requires what no layer grants', {}, 'costs'],
    ['that itself requires what no layer grants', { policy: 'with_margin' }, 'sales_value'],
  ]

  test.each(denied)('%s', async (_, grants, hidden) => {
    const token = await server.guestToken({ tenantId, ...grants })
    const asked = [
      { query, variables: { name: hidden } },
      { query, variables: { name: hidden, period: 'previous_month' } },
      { query, variables: { name: hidden, period: 'today' } },
      { query, variables: { name: `${hidden}x` } },
      { query: list, variables: {} },
    ]
    const withIt = await bytesOf(token, asked)
    const without = model.benchmarks
    await server.apply({
      ...model,
      benchmarks: Array.isArray(without) ? without.filter((each) => each.name !== hidden) : [],
      // The permission that nothing requires any more could not be granted either.
      policies: (model.policies ?? []).filter((policy) => policy.name !== 'comparing'),
    })
    const withoutIt = await bytesOf(token, asked)
    await server.apply(model)
    expect(withIt).toEqual(withoutIt)
    expect(withIt[0]).toContain('"code":"NOT_FOUND"')
  })
})

describe('a guest chooses nothing but a name and a period', () => {
  test.each([
    ['filters', '[{ dimension: "region", values: ["north"] }]'],
    ['timeRange', '{ period: "previous_month" }'],
    ['timeZone', '"Europe/Berlin"'],
    ['groupBy', '["region"]'],
    ['tenant', '"acme"'],
    ['metric', '"revenue"'],
    ['minTenants', '1'],
    ['maxShare', '1'],
  ])('and no %s', async (argument, value) => {
    const token = await server.guestToken({ tenantId })
    const text = `{ benchmark(name: "${name}", ${argument}: ${value}) { value } }`
    const { body } = await server.post(token, { query: text })
    expect([body.data, body.errors?.map(({ message }) => message)]).toEqual([
      undefined,
      [`Unknown argument "${argument}" on field "Query.benchmark".`],
    ])
  })

  const past = [
    'yesterday',
    'today',
    'this_month',
    'last_2_months',
    'previous_day',
    'previous_week',
    'previous_quarter',
  ]

  test.each([...past, 'PREVIOUS_MONTH', '', 'previous_month '])('and not the period %j', async (period) => {
    const token = await server.guestToken({ tenantId })
    expect(await server.refusal(token, query, { name, period })).toEqual({
      code: 'BAD_USER_INPUT',
      message:
        "An argument is not of the allowed form. period: expected one of the benchmark's periods, previous_month, previous_year.",
      argument: 'period',
      allowed: ['previous_month', 'previous_year'],
    })
  })

  test('hostile periods are refused as any other', async () => {
    const token = await server.guestToken({ tenantId })
    for (const period of hostileStrings) {
      const { body } = await server.post(token, { query, variables: { name, period } })
      expect(body.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT'])
    }
  })
})

describe('a token that sees a part of its tenant’s rows asks for no benchmark of them', () => {
  const refused = {
    code: 'FORBIDDEN',
    message:
      "The credential does not permit this. name: expected a token that sees all rows of its tenant in orders, as the other tenants' figures are of all of theirs.",
    argument: 'name',
  }

  test.each([
    ['a locked filter', [{ dataset: 'orders', dimension: 'region', values: ['north'] }]],
    ['a locked filter on a joined column', [{ dataset: 'orders', dimension: 'country', values: ['DE'] }]],
    [
      'a locked filter that lets every row through',
      [{ dataset: 'orders', dimension: 'region', operator: 'IS_NOT_NULL', values: [] }],
    ],
  ])('by %s', async (_, lockedFilters) => {
    const token = await server.guestToken({ tenantId, lockedFilters })
    expect(await server.refusal(token, query, { name })).toEqual(refused)
  })

  test('but a lock on another dataset is none on this one', async () => {
    const lockedFilters = [{ dataset: 'customers', dimension: 'country', values: ['DE'] }]
    const token = await server.guestToken({ tenantId, lockedFilters })
    expect(await server.data(token, `{ benchmark(name: "${name}") { value } }`)).toEqual({
      benchmark: { value: 60 },
    })
  })

  test('and a model whose rows have rules has no benchmark of them', async () => {
    const ruled = withRowRules(model, 'orders', '[{ dimension: region, in: { attribute: regions } }]')
    await expect(server.apply(ruled)).rejects.toThrow(
      'benchmarks[0].metric: expected a metric of a dataset without rowRules, unlike orders',
    )
  })
})

describe('the grants hold for a benchmark', () => {
  const month = { name }

  test.each<readonly [string, object, object, object]>([
    [
      'questions of one’s own',
      { allowAdHoc: false },
      { name: 'nothing' },
      {
        code: 'FORBIDDEN',
        message: 'The credential does not permit this. Expected a token with ad-hoc questions.',
      },
    ],
    [
      'periods',
      { allowedPeriods: ['previous_year'] },
      month,
      {
        code: 'PERIOD_NOT_ALLOWED',
        message: 'The period is not allowed. period: expected one of the periods previous_year.',
        argument: 'period',
        allowed: ['previous_year'],
      },
    ],
    [
      'the earliest instant',
      { earliest: '2299-01-01T00:00:00Z' },
      month,
      {
        code: 'PERIOD_NOT_ALLOWED',
        message:
          'The period is not allowed. period: expected a time range that starts at 2299-01-01T00:00:00Z or later.',
        argument: 'period',
      },
    ],
    [
      'the longest range',
      { maxDateRangeDays: 31 },
      { name, period: 'previous_year' },
      {
        code: 'DATE_RANGE_TOO_LONG',
        message: 'The time range is too long. period: expected a time range of at most 31 days.',
        argument: 'period',
      },
    ],
    [
      'zones',
      { policy: 'comparing', timeZones: ['UTC'] },
      { name: 'sales_value' },
      {
        code: 'GRANULARITY_NOT_ALLOWED',
        message: 'The granularity is not allowed. name: expected one of the time zones UTC.',
        argument: 'name',
        allowed: ['UTC'],
      },
    ],
  ])('of %s', async (_, grants, variables, refusal) => {
    const token = await server.guestToken({ tenantId, ...grants })
    expect(await server.refusal(token, query, variables)).toEqual(refusal)
  })

  test('of the finest grain, whose quarters a benchmark of a month would take apart', async () => {
    const token = await server.guestToken({ tenantId, minGranularity: 'YEAR' })
    expect(
      await server.data(token, `{ benchmark(name: "${name}", period: "previous_year") { period } }`),
    ).toEqual({ benchmark: { period: 'previous_year' } })
    expect(await server.refusal(token, query, { name })).toMatchObject({
      code: 'GRANULARITY_NOT_ALLOWED',
      argument: 'period',
    })
  })
})

/** Whole bodies but for the requests' ids. */
async function bytesOf(token: string, asked: readonly object[]): Promise<readonly string[]> {
  const answers = await Promise.all(asked.map((request) => server.post(token, request)))
  return answers.map(({ status, body }) =>
    `${status} ${JSON.stringify(body)}`.replace(/"requestId":"[0-9a-f-]{36}"/g, '"requestId":""'),
  )
}
