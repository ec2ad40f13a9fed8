import type { BinExpression } from '../select.ts'
import { kindOfType } from './kinds.ts'
import { printValue } from './print-value.ts'
import type { Printing } from './printing.ts'

/** Exact for every value: whole numbers are divided as such, and doubles compared with the edges themselves. */
export function printBin({ of, bins }: BinExpression, printing: Printing): string {
  const { bind } = printing
  const column = printValue(of, printing)
  if (bins.kind === 'edges') {
    const edges = bind('Array(Float64)', `{${bins.edges.join(',')}}`)
    return `(${edges})[GREATEST(width_bucket(${column}::float8, ${edges}), 1)]`
  }
  const { type } = of.column
  // A quotient is cut towards 0: counted from a width before the first bin, what lies before it stays below 1.
  const before = String(bins.first - bins.width)
  const width = String(bins.width)
  if (kindOfType(type) === 'integer' && type.kind === 'integer' && type.bits < 64) {
    return `(${column}::bigint - ${bind('Int64', before)}) / ${bind('Int64', width)} - 1`
  }
  const scale = type.kind === 'decimal' ? type.scale : 0
  const whole = scale === 0 ? `${column}::numeric` : `${column} * 1${'0'.repeat(scale)}::numeric`
  return `div(${whole} - ${bind('Int256', before)}, ${bind('Int256', width)}) - 1`
}
