import { exactnessOf } from '../exactness.ts'
import type { Arithmetic, Expression } from '../select.ts'
import { printDouble } from './print-value.ts'
import type { Printing } from './printing.ts'

/** Prints a part of what is printed here. */
type Print = (expression: Expression) => string

/** A double. Of exact numbers it is their doubles' quotient; anything else could leave the doubles, and fail. */
export function printQuotient(
  numerator: Expression,
  denominator: Expression,
  print: Print,
  printing: Printing,
): string {
  if (exactnessOf(numerator) !== null && exactnessOf(denominator) !== null) {
    return `(${print(numerator)})::float8 / NULLIF((${print(denominator)})::float8, 0)`
  }
  return printDouble(quotientOf(numerator, denominator, print, printing))
}

export function printNumber(value: number, { bind }: Printing): string {
  return Number.isSafeInteger(value) ? bind('Int64', String(value)) : bind('Float64', String(value))
}

/** Exact where it can be. What is of doubles is computed as decimals, which never overflow, and made a double at last. */
export function printArithmetic(arithmetic: Arithmetic, print: Print, printing: Printing): string {
  const { operator, left, right } = arithmetic
  if (exactnessOf(arithmetic) !== null) return printDecimal(arithmetic, print, printing)
  if (operator === '/') return `(${printQuotient(left, right, print, printing)})`
  return printDouble(printDecimal(arithmetic, print, printing))
}

function printDecimal(expression: Expression, print: Print, printing: Printing): string {
  if (expression.kind === 'arithmetic') {
    const { operator, left, right } = expression
    if (operator === '/') return quotientOf(left, right, print, printing)
    return `(${printDecimal(left, print, printing)} ${operator} ${printDecimal(right, print, printing)})`
  }
  if (expression.kind === 'ratio') {
    return quotientOf(expression.numerator, expression.denominator, print, printing)
  }
  const figure = `(${print(expression)})`
  // A cast of a double keeps 15 of its digits, and its text all of them.
  return printing.kindOf(expression) === 'float' ? `${figure}::text::numeric` : `${figure}::numeric`
}

function quotientOf(
  numerator: Expression,
  denominator: Expression,
  print: Print,
  printing: Printing,
): string {
  return `(${printDecimal(numerator, print, printing)} / NULLIF(${printDecimal(denominator, print, printing)}, 0))`
}
