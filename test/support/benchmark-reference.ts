import type { Distribution } from '../../src/analytics/answers.ts'
import type { Sale } from './benchmark-world.ts'

/** What a benchmark may say, in plain JavaScript: nothing here is shared with what it is held against. */

interface Measured {
  /** Null where there is no figure. */
  readonly figure: number | null
  readonly counted: number
  readonly sums: readonly number[]
}

type Measure = (rows: readonly Sale[]) => Measured

const add = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0)
const amounts = (rows: readonly Sale[]) => rows.flatMap(({ amount }) => (amount === null ? [] : [amount]))
const paid = (rows: readonly Sale[]) => rows.filter((row) => row.paid)

export const measures: Readonly<Record<string, Measure>> = {
  sale_count: (rows) => ({ figure: rows.length, counted: rows.length, sums: [] }),
  paid_count: (rows) => ({ figure: paid(rows).length, counted: paid(rows).length, sums: [] }),
  revenue: (rows) => {
    const sum = add(amounts(rows))
    return { figure: sum, counted: amounts(rows).length, sums: [sum] }
  },
  mean_price: (rows) => {
    const prices = rows.map(({ price }) => price).filter(Number.isFinite)
    return {
      figure: prices.length === 0 ? null : add(prices) / prices.length,
      counted: prices.length,
      sums: [],
    }
  },
  paid_share: (rows) => ({ figure: paid(rows).length / rows.length, counted: rows.length, sums: [] }),
  basket: (rows) => {
    const sum = add(amounts(rows))
    return { figure: sum / rows.length, counted: rows.length, sums: [sum] }
  },
  paid_for_revenue: (rows) => {
    const sum = add(amounts(rows))
    return { figure: sum === 0 ? null : paid(rows).length / sum, counted: amounts(rows).length, sums: [sum] }
  },
}

interface Terms {
  readonly metric: string
  readonly tenant: string
  readonly minTenants: number
  readonly maxShare: number
}

/** @param rows those of the period */
export function referenceDistribution(rows: readonly Sale[], terms: Terms): Distribution | null {
  const tenants = new Set(rows.map(({ tenant }) => tenant))
  const measure = measures[terms.metric]
  if (measure === undefined) throw new Error(`There is no measure ${terms.metric}.`)
  const measured = [...tenants]
    .filter((tenant) => tenant !== terms.tenant && tenant !== '')
    .map((tenant) => measure(rows.filter((row) => row.tenant === tenant)))
    .filter(({ figure, counted }) => figure !== null && counted > 0)
  const figures = measured.map(({ figure }) => figure ?? 0).sort((one, other) => one - other)
  if (figures.length < terms.minTenants) return null
  const shares = [measured.map(({ counted }) => counted), ...sumsOf(measured)]
  if (shares.some((parts) => isDominated(parts.map(Math.abs), terms.maxShare))) return null
  const low = Math.floor((figures.length + 1) / 4)
  return {
    tenants: figures.length - (figures.length % 5),
    lowerQuartile: meanAround(figures, low),
    median: meanAround(figures, Math.floor(figures.length / 2)),
    upperQuartile: meanAround(figures, figures.length - 1 - low),
  }
}

function sumsOf(measured: readonly Measured[]): readonly (readonly number[])[] {
  const [first] = measured
  return (first?.sums ?? []).map((_, index) => measured.map(({ sums }) => sums[index] ?? 0))
}

/** All of nothing is told as little as too large a share. */
function isDominated(parts: readonly number[], most: number): boolean {
  const all = add(parts)
  return all === 0 || Math.max(...parts) / all > most
}

function meanAround(figures: readonly number[], rank: number): number | null {
  const three = figures.slice(rank - 1, rank + 2)
  if (2 * Math.max(...three.map(Math.abs)) > add(three.map(Math.abs))) return null
  return twoDigits(add(three) / 3)
}

/** To the even one where two are as near, as the engine has it. */
function twoDigits(value: number): number {
  const up = Number(value.toExponential(1))
  const down = Number((value * (1 - 1e-12)).toExponential(1))
  const isTie = up !== down && Math.abs(Math.abs(up - value) - Math.abs(value - down)) === 0
  const digits = Number(up.toExponential(1).replace(/e.*$/, '').replace('.', ''))
  const rounded = isTie && digits % 2 !== 0 ? down : up
  return rounded === 0 ? 0 : rounded
}
