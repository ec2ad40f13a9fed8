import { describe, expect, test } from 'vitest'
import { buildBenchmark } from '../../src/model/benchmark.ts'
import { describeChange } from '../../src/model/change.ts'
import { parseModel } from '../../src/model/parse.ts'
import { formatProblem } from '../../src/model/problem.ts'
import { problemsOf } from '../support/model.ts'

const orders = {
  name: 'orders',
  dataSource: 'warehouse',
  table: 'orders',
  tenantColumn: 'shop',
  timeDimension: 'at',
  joins: [{ to: 'customers', on: { customer: 'id' } }],
  dimensions: [
    { name: 'at', type: 'time' },
    { name: 'paid', type: 'boolean' },
    { name: 'country', from: 'customers.country' },
  ],
  metrics: [
    { name: 'order_count', aggregate: 'count' },
    { name: 'paid_count', aggregate: 'count', filters: [{ not: { dimension: 'paid', values: [false] } }] },
    {
      name: 'german_count',
      aggregate: 'count',
      filters: [{ or: [{ dimension: 'country', values: ['DE'] }] }],
    },
    { name: 'revenue', aggregate: 'sum', column: 'amount' },
    { name: 'mean', aggregate: 'avg', column: 'amount' },
    { name: 'largest', aggregate: 'max', column: 'amount' },
    { name: 'buyers', aggregate: 'count_distinct', column: 'customer' },
    { name: 'middle', aggregate: 'quantile', level: 0.5, column: 'amount' },
    { name: 'latest', aggregate: 'last', column: 'amount' },
    { name: 'doubled', formula: 'revenue * 2' },
    { name: 'so_far', cumulative: 'revenue' },
    { name: 'paid_share', ratio: ['paid_count', 'order_count'] },
    { name: 'german_share', ratio: ['german_count', 'order_count'] },
    { name: 'largest_share', ratio: ['largest', 'revenue'] },
  ],
}

const customers = {
  name: 'customers',
  dataSource: 'warehouse',
  table: 'customers',
  tenancy: 'shared',
  dimensions: [{ name: 'country', type: 'string' }],
  metrics: [{ name: 'customer_count', aggregate: 'count' }],
}

function model(benchmarks: readonly object[], change: object = {}) {
  return {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: [{ ...orders, ...change }, customers],
    benchmarks,
  }
}

async function linesOf(benchmarks: readonly object[], change: object = {}) {
  return (await problemsOf(() => parseModel(model(benchmarks, change)))).map(formatProblem)
}

function benchmark(metric: string, change: object = {}) {
  return { name: metric, metric, periods: ['previous_month'], ...change }
}

test('a benchmark is of a count, a sum, a mean or a ratio of such', () => {
  const names = ['order_count', 'paid_count', 'revenue', 'mean', 'paid_share']
  const { benchmarks } = parseModel(model(names.map((name) => benchmark(name))))
  expect(benchmarks?.map(({ metric }) => metric)).toEqual(names)
})

test('what it does not say is filled in with care', () => {
  const [definition] = parseModel(model([benchmark('revenue')])).benchmarks ?? []
  expect(definition && buildBenchmark(definition)).toEqual({
    ...{ name: 'revenue', title: 'Revenue', description: null, metric: 'revenue' },
    ...{ periods: ['previous_month'], timeZone: 'UTC', minTenants: 10, maxShare: 0.25, requires: [] },
  })
})

test('a change of one is told', () => {
  const before = parseModel(model([benchmark('revenue'), benchmark('mean')]))
  const after = parseModel(model([benchmark('revenue', { minTenants: 20 }), benchmark('order_count')]))
  expect(describeChange(before, after)).toEqual([
    { action: 'CHANGED', kind: 'benchmark', name: 'revenue' },
    { action: 'ADDED', kind: 'benchmark', name: 'order_count' },
    { action: 'REMOVED', kind: 'benchmark', name: 'mean' },
  ])
})

describe('a benchmark is refused', () => {
  const noFigure = 'expected a count, sum or avg, or a ratio of such;'
  const joined = 'expected a metric whose filters are about columns of orders itself; country of'
  test.each([
    ['of the largest row', 'largest', `${noFigure} largest is no such metric`],
    ['of distinct values', 'buyers', `${noFigure} buyers is no such metric`],
    ['of a quantile', 'middle', `${noFigure} middle is no such metric`],
    ['of the last row', 'latest', `${noFigure} latest is no such metric`],
    ['of arithmetic', 'doubled', `${noFigure} doubled is no such metric`],
    ['of what goes along a series', 'so_far', `${noFigure} so_far is no such metric`],
    ['of a ratio with such a part', 'largest_share', `${noFigure} largest is no such metric`],
    ['of what a joined row decides', 'german_count', `${joined} german_count is joined`],
    ['of a ratio of what a joined row decides', 'german_share', `${joined} german_count is joined`],
    ['of nothing', 'revenu', 'expected the name of a metric; did you mean revenue?'],
  ])('%s', async (_, metric, expected) => {
    expect(await linesOf([benchmark(metric)])).toEqual([`benchmarks[0].metric: ${expected}`])
  })

  test('of rows that are not told apart by tenant, or by time', async () => {
    expect(await linesOf([benchmark('customer_count')])).toEqual([
      'benchmarks[0].metric: expected a metric of a dataset with a tenantColumn, which customers lacks',
      'benchmarks[0].metric: expected a metric of a dataset with a timeDimension, which customers lacks',
    ])
  })

  test('of rows that have rules, so that nobody sees all of them', async () => {
    const rowRules = [{ dimension: 'paid', equals: true }]
    expect(await linesOf([benchmark('revenue')], { rowRules })).toEqual([
      'benchmarks[0].metric: expected a metric of a dataset without rowRules, unlike orders',
    ])
  })

  test('beside another of the same metric, or of the same name', async () => {
    const twice = [benchmark('revenue'), benchmark('revenue', { name: 'again', timeZone: 'Asia/Tokyo' })]
    expect(await linesOf(twice)).toEqual([
      'benchmarks[1].metric: expected a metric without a benchmark; revenue is about it',
    ])
    expect(await linesOf([benchmark('revenue'), benchmark('mean', { name: 'revenue' })])).toEqual([
      'benchmarks[1].name: expected a name of its own; another item is called revenue',
    ])
  })

  const periods =
    'expected one of previous_week, previous_month, previous_quarter, previous_year, which are over'
  const share = 'expected a share above 0 and of at most 0.5'
  test.each<readonly [string, object, string]>([
    ['over a day', { periods: ['yesterday'] }, `periods[0]: ${periods}`],
    ['over what is not over', { periods: ['previous_month', 'this_month'] }, `periods[1]: ${periods}`],
    ['over a moving window', { periods: ['last_30_days'] }, `periods[0]: ${periods}`],
    ['over nothing', { periods: [] }, 'periods: expected at least one period'],
    [
      'twice over one',
      { periods: ['previous_week', 'previous_week'] },
      'periods[1]: expected each name once',
    ],
    ['of four tenants', { minTenants: 4 }, 'minTenants: expected a whole number from 5 to 1000000'],
    ['of some tenants', { minTenants: 7.5 }, 'minTenants: expected a whole number from 5 to 1000000'],
    ['of one tenant’s most', { maxShare: 0.6 }, `maxShare: ${share}`],
    ['of no share', { maxShare: 0 }, `maxShare: ${share}`],
    [
      'of filtered rows',
      { filters: [] },
      'filters: expected one of the keys that belong here, such as title, metric, name, periods, requires',
    ],
  ])('%s', async (_, change, expected) => {
    const lines = await linesOf([benchmark('revenue', change)])
    expect(lines).toEqual([`benchmarks[0].${expected}`])
  })
})
