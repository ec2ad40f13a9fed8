import type { BinExpression } from '../select.ts'
import { printOperand } from './print-predicate.ts'
import type { Printing } from './printing.ts'

/** Exact for every value: whole numbers are divided as such, and doubles compared with the edges themselves. */
export function printBin({ of, bins }: BinExpression, { bind }: Printing): string {
  const column = printOperand(of)
  if (bins.kind === 'edges') {
    return `roundDown(toFloat64(${column}), ${bind('Array(Float64)', `[${bins.edges.join(',')}]`)})`
  }
  const { type } = of.column
  // A quotient is cut towards 0: counted from a width before the first bin, what lies before it stays below 1.
  const before = String(bins.first - bins.width)
  const width = String(bins.width)
  if (type.kind === 'integer' && type.bits < 64) {
    return `intDiv(toInt64(${column}) - ${bind('Int64', before)}, ${bind('Int64', width)}) - 1`
  }
  const [wide, whole] =
    type.kind === 'decimal'
      ? ['toInt256', `reinterpretAsInt256(toDecimal256(${column}, ${type.scale}))`]
      : type.kind === 'integer' && type.bits === 64
        ? ['toInt128', `toInt128(${column})`]
        : ['toInt256', `toInt256(${column})`]
  const number = (value: string) => `${wide}(${bind('Int256', value)})`
  return `intDiv(${whole} - ${number(before)}, ${number(width)}) - 1`
}
