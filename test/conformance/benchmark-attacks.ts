import { beforeAll, describe, expect, test } from 'vitest'
import { askingOf } from '../../src/analytics/asking.ts'
import { planBenchmark } from '../../src/analytics/questions/benchmark.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import {
  analyticsOf,
  midMarch,
  replaceSales,
  type Sale,
  sale,
  salesCatalogue,
  salesTable,
} from '../support/benchmark-world.ts'
import { testScope } from '../support/scope.ts'
import { unhurried } from '../support/warehouse.ts'
import type { ConformanceEngine } from './engine.ts'

/** One sale for each tenant, of these amounts. */
function sellers(amounts: readonly number[]): readonly Sale[] {
  return amounts.map((amount, index) => sale({ tenant: `t${index}`, amount }))
}

const ten = [100, 110, 120, 130, 140, 150, 160, 170, 180, 190]
const told = { tenants: 10, lowerQuartile: 120, median: 150, upperQuartile: 170 }

export function benchmarkAttacksSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    await engine.createTable(salesTable)
    warehouse = await engine.open()
  })

  async function replace(rows: readonly Sale[]): Promise<void> {
    await replaceSales(engine, rows)
  }

  async function distributionOf(name: string, catalogue = salesCatalogue(), tenant = 'us') {
    return (await analyticsOf(warehouse, { catalogue, tenant }).benchmark({ name })).distribution
  }

  describe('nothing is told of other tenants', () => {
    test('where one is missing to the fewest that there must be', async () => {
      await replace(sellers(ten.slice(1)))
      expect(await distributionOf('revenue')).toBe(null)
      await replace(sellers(ten))
      expect(await distributionOf('revenue')).toEqual(told)
    })

    test('where the asker’s own would make up the number, or rows that are nobody’s', async () => {
      await replace([
        ...sellers(ten.slice(1)),
        sale({ tenant: 'us', amount: 100 }),
        sale({ tenant: '', amount: 100 }),
      ])
      expect(await distributionOf('revenue')).toBe(null)
    })

    test('where the last of them has no row that counts in the period', async () => {
      const others = sellers(ten.slice(1))
      await replace([...others, sale({ tenant: 'late', at: '2024-03-01 00:00:00' })])
      expect(await distributionOf('revenue')).toBe(null)
      await replace([...others, sale({ tenant: 'blank', amount: null })])
      expect(await distributionOf('revenue')).toBe(null)
      await replace([...others, sale({ tenant: 'free', amount: 0 })])
      expect(await distributionOf('paid_for_revenue')).toBe(null)
      const overflowing = sale({ tenant: 'huge', price: 1.7e308 })
      await replace([...others, overflowing, overflowing])
      expect(await distributionOf('mean_price')).toBe(null)
      await replace([...others, sale({ tenant: 'unpriced', price: Number.NaN })])
      expect(await distributionOf('mean_price')).toBe(null)
    })

    test('where one has more than its share of what is added up, or of the rows', async () => {
      const nine = Array.from({ length: 9 }, () => 100)
      await replace(sellers([...nine, 300]))
      expect(await distributionOf('revenue')).toMatchObject({ tenants: 10 })
      await replace(sellers([...nine, 301]))
      expect(await distributionOf('revenue')).toBe(null)
      expect(await distributionOf('mean_price')).toMatchObject({ median: 1 })
      await replace([...sellers(nine), ...Array.from({ length: 4 }, () => sale({ tenant: 'busy' }))])
      expect(await distributionOf('mean_price')).toBe(null)
    })

    test('where one has more than its share of what is owed, though its sum is below 0', async () => {
      await replace(sellers([...Array.from({ length: 9 }, () => 100), -500]))
      expect(await distributionOf('revenue')).toBe(null)
    })

    test('where all of them have nothing, which would tell the figure of each', async () => {
      await replace(sellers(ten.map(() => 0)))
      expect(await distributionOf('revenue')).toBe(null)
    })

    test('by the statement itself: no row leaves the engine', async () => {
      await replace(sellers(ten.slice(1)))
      const scope = testScope('us')
      const { others } = planBenchmark(askingOf(scope, salesCatalogue(), midMarch), { name: 'revenue' })
      const few = await warehouse.run(
        warehouse.dialect.printBenchmark(others, scope, defaultLimits),
        unhurried,
      )
      expect([few.rowCount, few.columns.flat()]).toEqual([0, []])
      await replace(sellers(ten))
      const enough = await warehouse.run(
        warehouse.dialect.printBenchmark(others, scope, defaultLimits),
        unhurried,
      )
      expect(enough.columns.map(([cell]) => Number(cell))).toEqual([10, 120, 150, 170])
    })
  })

  describe('a quartile', () => {
    test('is the figure of no single tenant', async () => {
      // Each 1.6 times the one before, so that a mean of three is 7.5 % above the one in the middle.
      const amounts = Array.from({ length: 12 }, (_, index) => Math.round(1_000 * 1.6 ** index))
      await replace(sellers(amounts))
      const catalogue = salesCatalogue({ maxShare: 0.5 })
      const distribution = await distributionOf('revenue', catalogue)
      expect(distribution).toEqual({
        tenants: 10,
        lowerQuartile: 4_400,
        median: 18_000,
        upperQuartile: 46_000,
      })
      const figures = new Set(amounts.map((amount) => Number(amount.toPrecision(2))))
      expect(Object.values(distribution ?? {}).filter((value) => figures.has(Number(value)))).toEqual([])
    })

    test('is not told where one of its three outweighs the others, whose figures may be known', async () => {
      await replace(sellers([1, 1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9]))
      expect(await distributionOf('revenue')).toEqual({
        tenants: 10,
        lowerQuartile: 1,
        median: 1,
        upperQuartile: null,
      })
    })

    test('tells of one tenant only to those who know all others, and then not its figure', {
      timeout: 120_000,
    }, async () => {
      const known = [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210]
      const seen = new Map<string, number[]>()
      for (let figure = 0; figure <= 400; figure += share < 1 ? 10 : 2) {
        await replace(sellers([...known, figure]))
        const answer = JSON.stringify(await distributionOf('revenue'))
        seen.set(answer, [...(seen.get(answer) ?? []), figure])
      }
      // How far the figures lie apart that are answered alike: nobody is placed between two neighbours who are known.
      const spans = [...seen.values()].map((figures) => Math.max(...figures) - Math.min(...figures))
      expect(seen.size).toBeLessThanOrEqual(8)
      expect(Math.min(...spans)).toBeGreaterThanOrEqual(10)
    })
  })

  describe('what an asker writes', () => {
    test('changes its own figure and nothing that it is told of others', async () => {
      const own: readonly (readonly Sale[])[] = [
        [],
        ...[-1_000_000, 0, 119, 120, 121, 149, 150, 151, 1_000_000].map((amount) => [
          sale({ tenant: 'us', amount }),
        ]),
        [sale({ tenant: 'us', amount: null, price: Number.NaN })],
        Array.from({ length: 500 }, () => sale({ tenant: 'us', paid: true })),
      ]
      for (const name of ['revenue', 'sale_count', 'mean_price', 'paid_share', 'basket']) {
        const answers = new Set<string>()
        for (const rows of own) {
          await replace([
            ...sellers(ten).map((each) => ({ ...each, price: each.amount ?? 0, paid: true })),
            ...rows,
          ])
          answers.add(JSON.stringify(await distributionOf(name)))
        }
        expect([name, answers.size]).toEqual([name, 1])
      }
    })

    test('under a name that is no tenant’s id neither', async () => {
      await replace(sellers(ten))
      expect(await distributionOf('revenue', salesCatalogue(), 'nobody’s\\')).toEqual(told)
    })
  })

  describe('a tenant that comes or goes', () => {
    test('is not seen in the number of tenants', async () => {
      const counts = []
      for (const more of [0, 1, 2, 3, 4, 5]) {
        await replace(sellers([...ten, ...ten.slice(0, more)]))
        counts.push((await distributionOf('revenue'))?.tenants)
      }
      expect(counts).toEqual([10, 10, 10, 10, 10, 15])
    })

    test('moves a quartile by a rank and does not say its own figure', async () => {
      await replace(sellers(ten))
      const before = await distributionOf('revenue')
      for (const figure of [200, 250, 350]) {
        await replace(sellers([...ten, figure]))
        expect([before, await distributionOf('revenue')]).toEqual([told, { ...told, lowerQuartile: 130 }])
      }
    })

    test('between one period and the next is in another window, of which no row is in both', async () => {
      const december = sellers([...ten, 350]).map((each) => ({ ...each, at: '2023-12-31 23:59:59' }))
      await replace([...sellers(ten), ...december])
      const asked = analyticsOf(warehouse)
      const month = await asked.benchmark({ name: 'revenue', period: 'previous_month' })
      const quarter = await asked.benchmark({ name: 'revenue', period: 'previous_quarter' })
      expect([month.distribution, quarter.distribution]).toEqual([told, { ...told, lowerQuartile: 130 }])
      expect(month.range.start).toBeGreaterThanOrEqual(quarter.range.stop)
    })
  })

  test('an answer does not say what was read for the others', async () => {
    await replace([...sellers(ten), sale({ tenant: 'us' })])
    const asked = analyticsOf(warehouse)
    const range = { timeRange: { period: 'previous_month' } }
    const { stats: alone } = await asked.counter({ metric: 'revenue', ...range })
    const { stats } = await asked.benchmark({ name: 'revenue' })
    expect([stats.rowsRead, stats.bytesRead]).toEqual([alone.rowsRead, alone.bytesRead])
    const { stats: silent } = await analyticsOf(warehouse, { tellsCost: false }).benchmark({
      name: 'revenue',
    })
    expect([silent.rowsRead, silent.bytesRead]).toEqual([0, 0])
  })
}
