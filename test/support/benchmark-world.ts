import type { GuestTokenPayload } from '../../src/access/payload.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { InTurn } from '../../src/analytics/turns.ts'
import type { Benchmark } from '../../src/catalogue/benchmark.ts'
import type { Catalogue, Dataset } from '../../src/catalogue/catalogue.ts'
import type { AggregateMetric, Metric } from '../../src/catalogue/metric.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import type { ConformanceEngine, ConformanceTable } from '../conformance/engine.ts'
import { catalogueOf, column, dimension, int64, metric, named, second, text } from './catalogue.ts'
import { testScope } from './scope.ts'

/** Sales of many tenants, with benchmarks of figures of each kind. */
const columns = {
  tenant: column('tenant', text),
  at: column('at', second),
  amount: column('amount', int64, true),
  price: column('price', { kind: 'float', bits: 64 }),
  paid: column('paid', { kind: 'boolean' }),
}

const own = (of: Partial<AggregateMetric> & { name: string }) => metric({ dataset: 'sales', ...of })
const saleCount = own({ name: 'sale_count' })
const paidCount = own({ name: 'paid_count', filters: [{ dimension: 'paid', values: [true] }] })
const revenue = own({ name: 'revenue', aggregate: 'sum', column: columns.amount })

function ratio(name: string, numerator: AggregateMetric, denominator: AggregateMetric): Metric {
  const { title, description, dataset, format, unit, requires } = own({ name })
  return {
    kind: 'ratio',
    ...{ name, title, description, dataset, format, unit, requires, additive: false },
    ...{ numerator, denominator },
  }
}

export const sales: Dataset = {
  name: 'sales',
  title: 'Sales',
  description: null,
  dataSource: 'test',
  table: { database: 'bench', table: 'sales' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'at',
  latencySeconds: 0,
  dimensions: named([
    dimension(columns.at),
    dimension(columns.amount),
    dimension(columns.price),
    dimension(columns.paid),
  ]),
  joins: new Map(),
  rowRules: [],
  metrics: [
    saleCount,
    paidCount,
    revenue,
    own({ name: 'mean_price', aggregate: 'avg', column: columns.price }),
    ratio('paid_share', paidCount, saleCount),
    ratio('basket', revenue, saleCount),
    ratio('paid_for_revenue', paidCount, revenue),
  ],
}

/** A benchmark is called like its metric. */
export function benchmarkOf(of: Partial<Benchmark> & { metric: string }): Benchmark {
  return {
    name: of.metric,
    title: of.metric,
    description: null,
    periods: ['previous_month', 'previous_quarter'],
    timeZone: 'UTC',
    minTenants: 10,
    maxShare: 0.25,
    requires: [],
    ...of,
  }
}

export function salesCatalogue(terms: Partial<Benchmark> = {}, dataset = sales): Catalogue {
  const benchmarks = dataset.metrics.map(({ name }) => benchmarkOf({ metric: name, ...terms }))
  return { ...catalogueOf([dataset]), benchmarks: named(benchmarks) }
}

/** The middle of March 2024, so that the previous month is February and the previous quarter the last of 2023. */
export const midMarch = Date.UTC(2024, 2, 15) * 1000

export interface Asker {
  readonly catalogue?: Catalogue
  readonly tenant?: string
  readonly grants?: Partial<GuestTokenPayload>
  readonly tellsCost?: boolean
  readonly questionsPerRequest?: number
  readonly inTurn?: InTurn
}

export function analyticsOf(warehouse: Warehouse, asker: Asker = {}): Analytics {
  const { catalogue = salesCatalogue(), tenant = 'us', grants = {} } = asker
  const { tellsCost = true, questionsPerRequest = 1_000_000, inTurn = (run) => run() } = asker
  return createAnalytics(testScope(tenant, grants), {
    ...{ catalogue, warehouses: warehousesNamed([['test', warehouse]]), limits: defaultLimits },
    ...{ questionsPerRequest, tellsCost, inTurn, now: midMarch, signal: undefined },
  })
}

export interface Sale {
  readonly tenant: string
  /** As the engine reads it, in UTC. */
  readonly at: string
  readonly amount: number | null
  readonly price: number
  readonly paid: boolean
}

export const february = '2024-02-10 12:00:00'

export function sale(of: Partial<Sale> & { tenant: string }): Sale {
  return { at: february, amount: 1, price: 1, paid: false, ...of }
}

export const salesTable: ConformanceTable = {
  address: { database: 'bench', table: 'sales' },
  columns: Object.values(columns),
}

/** In the place of all rows that there are. */
export async function replaceSales(engine: ConformanceEngine, rows: readonly Sale[]): Promise<void> {
  await engine.clear(salesTable)
  await engine.insert(
    salesTable,
    rows.map(({ tenant, at, amount, price, paid }) => [
      tenant,
      at,
      amount === null ? null : String(amount),
      String(price),
      String(paid),
    ]),
  )
}
