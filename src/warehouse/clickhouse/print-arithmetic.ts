import type { Arithmetic, ColumnReference, Expression } from '../select.ts'
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
  const isExact = exactnessOf(arithmetic) !== 'double'
  const operand = (part: Expression) => {
    const text = print(part)
    if (!isExact) return `toFloat64(${text})`
    // What is narrower would wrap in silence.
    return exactnessOf(part) === 'integer' ? `toInt256(${text})` : text
  }
  return `(${operand(left)} ${operator} ${operand(right)})`
}

/** What a figure is in the engine. A product of two figures would outgrow even 256 bits, and is one of doubles. */
function exactnessOf(expression: Expression): 'integer' | 'decimal' | 'double' {
  switch (expression.kind) {
    case 'number':
      return Number.isSafeInteger(expression.value) ? 'integer' : 'double'
    case 'aggregate':
      if (expression.function.startsWith('count')) return 'integer'
      if (expression.function === 'avg' || expression.function.startsWith('quantile')) return 'double'
      return exactnessOfColumn(expression.of)
    case 'value_at_end':
      return exactnessOfColumn(expression.of)
    case 'arithmetic': {
      const { operator, left, right } = expression
      const parts = [exactnessOf(left), exactnessOf(right)]
      const isScaled = left.kind === 'number' || right.kind === 'number'
      if (operator === '/' || parts.includes('double') || (operator === '*' && !isScaled)) return 'double'
      return parts.includes('decimal') ? 'decimal' : 'integer'
    }
    default:
      return 'double'
  }
}

function exactnessOfColumn(of: ColumnReference | null): 'integer' | 'decimal' | 'double' {
  const kind = of?.column.type.kind
  return kind === 'integer' || kind === 'decimal' ? kind : 'double'
}
