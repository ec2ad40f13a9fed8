import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { measures, referenceDistribution } from '../support/benchmark-reference.ts'
import {
  analyticsOf,
  february,
  replaceSales,
  type Sale,
  sale,
  salesCatalogue,
  salesTable,
} from '../support/benchmark-world.ts'
import type { ConformanceEngine } from './engine.ts'

/** Few values, so that there are ties; a tenant that is far larger now and then. */
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 9, arbitrary: fc.integer({ min: 80, max: 120 }) },
  { weight: 1, arbitrary: fc.integer({ min: -3_000, max: 5_000 }) },
  { weight: 1, arbitrary: fc.constant(null) },
)
/** Sums of halves are exact, in whatever order they are added up. */
const price = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -20, max: 400 }).map((halves) => halves / 2) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const at = fc.constantFrom(
  february,
  february,
  february,
  '2024-02-01 00:00:00',
  '2024-02-29 23:59:59',
  '2024-01-31 23:59:59',
  '2024-03-01 00:00:00',
)
const row = fc.record({ at, amount, price, paid: fc.boolean() })
const rowsOfTenant = fc.oneof(
  { weight: 8, arbitrary: fc.array(row, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(row, { minLength: 8, maxLength: 24 }) },
)

const round = fc
  .record({
    metric: fc.constantFrom(...Object.keys(measures)),
    minTenants: fc.constantFrom(5, 6, 10),
    maxShare: fc.constantFrom(0.1, 0.25, 0.5, 0.5),
    over: fc.integer({ min: -1, max: 16 }),
    tenants: fc.array(rowsOfTenant, { minLength: 26, maxLength: 26 }),
    own: fc.array(row, { maxLength: 5 }),
    nobodys: fc.array(row, { maxLength: 2 }),
  })
  .map(({ tenants, own, nobodys, over, ...terms }) => ({
    ...terms,
    rows: [
      ...tenants.slice(0, terms.minTenants + over).flatMap((rows, index) => of(`t${index}`, rows)),
      ...of('us', own),
      ...of('', nobodys),
    ],
  }))

function of(tenant: string, rows: readonly Omit<Sale, 'tenant'>[]): readonly Sale[] {
  return rows.map((each) => ({ tenant, ...each }))
}

export function benchmarkFiguresSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    await engine.createTable(salesTable)
    warehouse = await engine.open()
  })

  test('the asker’s own figure and the others’ are of one window, in the zone of the benchmark', async () => {
    const at = ['2024-01-31 22:59:59', '2024-01-31 23:00:00', '2024-02-29 22:59:59', '2024-02-29 23:00:00']
    const tenants = ['us', ...Array.from({ length: 10 }, (_, index) => `t${index}`)]
    const rows = tenants.flatMap((tenant) => at.map((each) => sale({ tenant, at: each })))
    await replaceSales(engine, rows)
    const catalogue = salesCatalogue({ timeZone: 'Europe/Berlin' })
    const { figure, range, distribution } = await analyticsOf(warehouse, { catalogue }).benchmark({
      name: 'sale_count',
    })
    expect([range.start, range.stop]).toEqual([
      Date.UTC(2024, 0, 31, 23) * 1000,
      Date.UTC(2024, 1, 29, 23) * 1000,
    ])
    expect([figure.exact, distribution]).toEqual([
      '2',
      { tenants: 10, lowerQuartile: 2, median: 2, upperQuartile: 2 },
    ])
  })

  test('a benchmark is one question of its request, and each of its two statements waits for its turn', async () => {
    let turns = 0
    const asked = analyticsOf(warehouse, {
      questionsPerRequest: 1,
      inTurn: (run) => {
        turns += 1
        return run()
      },
    })
    await asked.benchmark({ name: 'revenue' })
    expect(turns).toBe(2)
    await expect(asked.benchmark({ name: 'revenue' })).rejects.toThrow(
      'The query is larger than its limits. Expected at most 1 questions in one request.',
    )
    expect(turns).toBe(2)
  })

  test('what is told of other tenants is what a plain reference finds, or nothing where it may not be told', async () => {
    const seen = { told: 0, kept: 0, uneven: 0, ties: 0 }
    await fc.assert(
      fc.asyncProperty(round, async ({ metric, rows, minTenants, maxShare }) => {
        await replaceSales(engine, rows)
        const catalogue = salesCatalogue({ minTenants, maxShare })
        const { distribution, figure } = await analyticsOf(warehouse, { catalogue }).benchmark({
          name: metric,
        })
        const inPeriod = rows.filter((each) => each.at.startsWith('2024-02'))
        const expected = referenceDistribution(inPeriod, { metric, tenant: 'us', minTenants, maxShare })
        expect(distribution).toEqual(expected)
        const own = inPeriod.filter(({ tenant }) => tenant === 'us')
        if (own.length > 0) expect(figure.value).toBe(measures[metric]?.(own).figure)
        if (expected === null) seen.kept += 1
        else {
          seen.told += 1
          const { lowerQuartile, median, upperQuartile } = expected
          if ([lowerQuartile, median, upperQuartile].includes(null)) seen.uneven += 1
          if (lowerQuartile === median) seen.ties += 1
        }
      }),
      { numRuns: Math.ceil(600 * share), seed: 2_024 },
    )
    // Each of the ways that it can end was gone many times.
    if (share < 1) return
    for (const count of Object.values(seen)) expect(count).toBeGreaterThanOrEqual(15)
  }, 120_000)
}
