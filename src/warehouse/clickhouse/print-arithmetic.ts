import { exactnessOf } from '../exactness.ts'
import type { Arithmetic, Expression } from '../select.ts'
import type { Printing } from './printing.ts'

/** Prints a part of what is printed here. */
type Print = (expression: Expression) => string

/** Doubles: a quotient of decimals would be cut to the numerator's scale. */
export function printQuotient(numerator: Expression, denominator: Expression, print: Print): string {
  return `toFloat64(${print(numerator)}) / nullIf(toFloat64(${print(denominator)}), 0)`
}

export function printNumber(value: number, { bind }: Printing): string {
  return Number.isSafeInteger(value) ? bind('Int64', String(value)) : bind('Float64', String(value))
}

export function printArithmetic(arithmetic: Arithmetic, print: Print): string {
  const { operator, left, right } = arithmetic
  if (operator === '/') return `(${printQuotient(left, right, print)})`
  const isExact = exactnessOf(arithmetic) !== null
  const operand = (part: Expression) => {
    const text = print(part)
    if (!isExact) return `toFloat64(${text})`
    // What is narrower would wrap in silence.
    return exactnessOf(part)?.kind === 'integer' ? `toInt256(${text})` : text
  }
  return `(${operand(left)} ${operator} ${operand(right)})`
}
