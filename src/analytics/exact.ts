import type { Figure } from './answers.ts'
import { zero } from './decode.ts'
import { plainDecimal } from './literal.ts'

/** The sum of counts or sums: exact where all of them are whole or decimal text, else of doubles. */
export function addExact(figures: readonly (Figure | undefined)[]): Figure {
  let scale = 0
  for (const figure of figures) scale = Math.max(scale, digitsAfterPoint(figure?.exact ?? '0'))
  // More digits than a decimal column has come from doubles, whose text says no more than they do.
  if (scale > 12) return sumOfDoubles(figures)
  let sum = 0n
  for (const figure of figures) sum += unscaled(figure?.exact ?? '0', scale)
  if (sum === 0n) return zero
  const exact = scaled(sum, scale)
  return { value: Number(exact), exact }
}

export function negated({ value, exact }: Figure): Figure {
  if (value === null || exact === null || value === 0) return { value, exact }
  return { value: -value, exact: exact.startsWith('-') ? exact.slice(1) : `-${exact}` }
}

/** A multiple: exact where the figure is whole or decimal text and the factor a whole number, else of doubles. */
export function timesExact({ value, exact }: Figure, factor: number): Figure {
  if (value === null) return { value, exact }
  const text = exact ?? ''
  if (!Number.isSafeInteger(factor) || !/^-?\d+(\.\d{1,12})?$/.test(text)) {
    const product = value * factor
    return Number.isFinite(product)
      ? { value: product, exact: plainDecimal(product) }
      : { value: null, exact: null }
  }
  const scale = digitsAfterPoint(text)
  const product = scaled(unscaled(text, scale) * BigInt(factor), scale)
  return { value: Number(product), exact: product }
}

/** Which is greater, by every digit; none is less than any. Rounding keeps order, so only equal doubles need their digits. */
export function compareExact(left: Figure, right: Figure): number {
  const leftValue = left.value ?? Number.NEGATIVE_INFINITY
  const rightValue = right.value ?? Number.NEGATIVE_INFINITY
  if (leftValue !== rightValue) return leftValue < rightValue ? -1 : 1
  const leftText = left.exact ?? '0'
  const rightText = right.exact ?? '0'
  const scale = Math.max(digitsAfterPoint(leftText), digitsAfterPoint(rightText))
  const difference = unscaled(leftText, scale) - unscaled(rightText, scale)
  return difference === 0n ? 0 : difference < 0n ? -1 : 1
}

function digitsAfterPoint(text: string): number {
  return text.split('.')[1]?.length ?? 0
}

function sumOfDoubles(figures: readonly (Figure | undefined)[]): Figure {
  const value = figures.reduce((sum, figure) => sum + (figure?.value ?? 0), 0)
  return { value, exact: plainDecimal(value) }
}

function unscaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

function scaled(value: bigint, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  const whole = `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}`
  return fraction === '' ? whole : `${whole}.${fraction}`
}
