import fc from 'fast-check'
import type { HistogramAnswer } from '../../src/analytics/answers.ts'
import type { HistogramInput } from '../../src/catalogue/inputs.ts'
import { dimensionNamed, type OracleContext, pickRows } from './oracle-dataset.ts'
import { quoted } from './oracle-duckdb.ts'
import type { Asked } from './oracle-questions.ts'

/** How many rows lie in each of the bins, and in none of them although they have a value. */
export async function expectedCounts(
  context: OracleContext,
  { input, ...asked }: Asked<HistogramInput>,
  { bins }: HistogramAnswer,
): Promise<{ counts: readonly number[]; outside: number }> {
  const { oracle, dataset } = context
  await pickRows(context, { ...asked, ...input, zone: input.timeZone ?? 'UTC' })
  const { sql, kind } = dimensionNamed(dataset, input.dimension)
  const types = { whole: 'HUGEINT', decimal: 'DECIMAL(38, 6)' } as const
  const type = kind === 'whole' || kind === 'decimal' ? types[kind] : 'DOUBLE'
  const value = `CAST(${sql} AS ${type})`
  const inside = bins.map(
    ({ exactFrom, exactTo }) =>
      `(${value} >= CAST(${quoted(exactFrom)} AS ${type}) AND ${value} < CAST(${quoted(exactTo)} AS ${type}))`,
  )
  const counts = inside.map((test, bin) => `count(*) FILTER (${test})::INTEGER AS n${bin}`)
  const any = inside.length === 0 ? 'false' : inside.join(' OR ')
  const [row = {}] = await oracle.rows(
    `SELECT ${[...counts, `count(*) FILTER (${value} IS NOT NULL AND NOT (${any}))::INTEGER AS outside`].join(', ')} FROM picked`,
  )
  return { counts: bins.map((_, bin) => Number(row[`n${bin}`])), outside: Number(row.outside) }
}

/** Of edges, in units of 10^-`digits`. */
const digits = 30

function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(digits, '0'))
}

/** The width that all bins have, in units of 10^-30; null where they differ, have gaps or do not start at multiples of it. */
export function commonWidth({ bins }: HistogramAnswer): bigint | null {
  const widths = new Set(bins.map(({ exactFrom, exactTo }) => units(exactTo) - units(exactFrom)))
  const [width = 0n] = widths
  const isWhole = bins.every(({ exactFrom }) => units(exactFrom) % width === 0n)
  const isGapless = bins.every(({ exactFrom }, bin) => bin === 0 || bins[bin - 1]?.exactTo === exactFrom)
  return widths.size === 1 && isWhole && isGapless ? width : null
}

/** 1, 2, 2.5 or 5 times a power of ten. */
export function isReadable(width: bigint): boolean {
  return ['1', '2', '25', '5'].includes(String(width).replace(/0+$/, ''))
}

export function histogramsOf<Input extends { readonly dataset: string; readonly search?: unknown }>(
  topValues: fc.Arbitrary<Asked<Input>>,
  dimensions: readonly string[],
): fc.Arbitrary<Asked<HistogramInput>> {
  return fc
    .tuple(topValues, fc.constantFrom(...dimensions), fc.option(fc.integer({ min: 2, max: 200 })))
    .map(([{ input, ...asked }, dimension, bins]) => {
      const { search, ...rest } = input
      return { ...asked, input: { ...rest, dimension, bins } }
    })
}
