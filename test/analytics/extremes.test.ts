import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import type { ColumnType } from '../../src/catalogue/column.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, column, dimension, metric, named, second, text } from '../support/catalogue.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine } from '../support/warehouse.ts'

const decimal: ColumnType = { kind: 'decimal', precision: 38, scale: 0 }
const wide: ColumnType = { kind: 'integer', bits: 256, signed: true }
const columns = {
  tenant: column('tenant', text),
  at: column('at', second),
  score: column('score', { kind: 'float', bits: 64 }),
  amount: column('amount', decimal),
  id: column('id', wide),
  note: column('note', text),
}
const extremes: Dataset = {
  name: 'extremes',
  title: 'Extremes',
  description: null,
  dataSource: 'test',
  table: { database: 'extremes', table: 'extremes' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'at',
  latencySeconds: 0,
  dimensions: named(
    [columns.at, columns.score, columns.amount, columns.id, columns.note].map((of) => dimension(of)),
  ),
  joins: new Map(),
  rowRules: [],
  metrics: [
    metric({ name: 'rows', dataset: 'extremes' }),
    metric({ name: 'score_sum', dataset: 'extremes', aggregate: 'sum', column: columns.score }),
    metric({ name: 'amount_sum', dataset: 'extremes', aggregate: 'sum', column: columns.amount }),
    metric({ name: 'amount_avg', dataset: 'extremes', aggregate: 'avg', column: columns.amount }),
    metric({ name: 'id_sum', dataset: 'extremes', aggregate: 'sum', column: columns.id }),
  ],
}

const engine = await openTestEngine()
let analytics: Analytics

beforeAll(async () => {
  const warehouse = await engine.open('chdb')
  await engine.execute('CREATE DATABASE extremes')
  await engine.execute(
    'CREATE TABLE extremes.extremes (tenant String, at DateTime, score Float64, amount Decimal(38, 0), id Int256, note String) ENGINE MergeTree ORDER BY tenant',
  )
  const row = (score: string, amount: string, id: string, note: string) =>
    `('a', '2001-01-01 00:00:00', ${score}, ${amount}, ${id}, ${note})`
  const large = `toDecimal128('90000000000000000000000000000000000000', 0)`
  const most = `toInt256('170141183460469231731687303715884105727')`
  await engine.execute(
    `INSERT INTO extremes.extremes VALUES ${row('0', large, most, "repeat('x', 1500)")}, ${row('-0.0', large, most, "'b'")}, ${row('nan', '0', '1', "'c'")}, ${row('inf', '0', '2', "'d'")}, ${row('5', '0', '3', "'e'")}`,
  )
  analytics = createAnalytics(testScope('a'), {
    catalogue: catalogueOf([extremes]),
    warehouses: warehousesNamed([['test', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 1_000,
    now: 0,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
})

afterAll(() => engine.close())

const exact = async (name: string) => (await analytics.counter({ metric: name })).figure.exact

test('sums of wide numbers do not wrap', async () => {
  expect(await exact('amount_sum')).toBe('180000000000000000000000000000000000000')
  expect(await exact('id_sum')).toBe('340282366920938463463374607431768211460')
  expect((await analytics.counter({ metric: 'amount_avg' })).figure.value).toBeCloseTo(3.6e37, -30)
})

test('what is no finite number is no figure and no key, and there is one zero', async () => {
  expect(await exact('score_sum')).toBe('5')
  const { series } = await analytics.timeSeries({ metrics: ['rows'], groupBy: ['score'], granularity: 'DAY' })
  expect(series.map(({ group, total }) => [group[0]?.value, total])).toEqual([
    [0, 2],
    [null, 2],
    [5, 1],
  ])
})

test('a series by groups is whole with the others, and without them where fewer came than may stand alone', async () => {
  const isWhole = async (input: object) => {
    const { series, isWhole: whole } = await analytics.timeSeries({
      metrics: ['rows'],
      granularity: 'DAY',
      ...input,
    })
    return [series.length, whole]
  }
  const groupBy = ['score']
  const asked = [
    {},
    { groupBy },
    { groupBy, limit: 2 },
    { groupBy, limit: 2, others: false },
    { groupBy, limit: 3, others: false },
    { groupBy, limit: 4, others: false },
  ]
  const told: unknown[] = []
  for (const input of asked) told.push(await isWhole(input))
  expect(told).toEqual([
    [1, true],
    [3, true],
    [3, true],
    [2, false],
    [3, false],
    [3, true],
  ])
})

test.each(['score', 'amount', 'id', 'note'])(
  'records come page by page by %s, each once, in both directions',
  async (name) => {
    for (const order of ['ASC', 'DESC'] as const) {
      const input = {
        dataset: 'extremes',
        columns: [name, 'note'].slice(name === 'note' ? 1 : 0),
        orderBy: [{ by: name, order }],
      }
      const whole = await analytics.records(input, { first: 100 })
      const paged: unknown[] = []
      for (let after: string | null = null; ; ) {
        const page = await analytics.records(input, { first: 1, after })
        paged.push(...page.edges.map(({ node }) => node))
        if (!page.hasNextPage) break
        after = page.edges.at(-1)?.cursor ?? null
      }
      expect(paged).toEqual(whole.edges.map(({ node }) => node))
      expect(paged).toHaveLength(5)
    }
  },
)
