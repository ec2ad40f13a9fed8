import type { ColumnReference, Expression } from './select.ts'

/** A figure that every engine has exactly, and at most how many digits it has. */
export interface Exact {
  readonly kind: 'integer' | 'decimal'
  readonly digits: number
}

/** Of 256 bits, the widest that ClickHouse has; more would wrap there in silence. */
const maxDigits = 70
/** A sum of so many rows at the most. */
const rowDigits = 19

/** Null for a double, in every dialect alike. A product of two figures is one, and so is what could outgrow 256 bits. */
export function exactnessOf(expression: Expression): Exact | null {
  const exact = unboundedExactness(expression)
  return exact === null || exact.digits > maxDigits ? null : exact
}

function unboundedExactness(expression: Expression): Exact | null {
  switch (expression.kind) {
    case 'number': {
      const { value } = expression
      return Number.isSafeInteger(value) ? { kind: 'integer', digits: String(Math.abs(value)).length } : null
    }
    case 'aggregate':
      if (expression.function.startsWith('count')) return { kind: 'integer', digits: rowDigits }
      if (expression.function === 'avg' || expression.function.startsWith('quantile')) return null
      return exactnessOfColumn(expression.of, expression.function === 'sum' ? rowDigits : 0)
    case 'merged':
      return unboundedExactness(expression.of)
    case 'value_at_end':
      return exactnessOfColumn(expression.of, 0)
    case 'arithmetic': {
      const { operator, left, right } = expression
      const [one, other] = [exactnessOf(left), exactnessOf(right)]
      const isScaled = left.kind === 'number' || right.kind === 'number'
      if (operator === '/' || one === null || other === null || (operator === '*' && !isScaled)) return null
      const kind = one.kind === 'decimal' || other.kind === 'decimal' ? 'decimal' : 'integer'
      const digits = operator === '*' ? one.digits + other.digits : Math.max(one.digits, other.digits) + 1
      return { kind, digits }
    }
    default:
      return null
  }
}

function exactnessOfColumn(of: ColumnReference | null, more: number): Exact | null {
  const type = of?.column.type
  if (type?.kind === 'integer') return { kind: 'integer', digits: Math.ceil(type.bits * 0.302) + more }
  return type?.kind === 'decimal' ? { kind: 'decimal', digits: type.precision + more } : null
}
