import type { Literal } from '../select.ts'
import type { Kind } from './kinds.ts'
import type { Printing } from './printing.ts'

/** Text of PostgreSQL has no zero byte: nothing there is equal to it, nor holds it. */
export function isPrintable({ text }: Literal): boolean {
  return !text.includes('\u0000')
}

/** @param kind of what it is compared with: an exact number with an exact number, a double with a double */
export function printLiteral({ type, text }: Literal, kind: Kind, { bind }: Printing): string {
  switch (type) {
    case 'Float64':
      return kind === 'float' ? bind('Float64', text) : bind('Decimal(76, 20)', exactText(Number(text)))
    case 'Float32':
      // A cast of what is too large for a single fails.
      return bind('Float64', String(Math.fround(Number(text))))
    case 'Int64':
      return kind === 'boolean' ? bind('Bool', String(text !== '0')) : bind(type, text)
    default:
      return bind(type, text)
  }
}

/** All digits of a whole double, which its shortest text leaves out. */
function exactText(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value)
}
