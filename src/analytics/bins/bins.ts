import type { ColumnType } from '../../catalogue/column.ts'
import type { BinIndex } from '../../warehouse/select.ts'
import { type Width, widthsFrom } from './widths.ts'

/** Bins of equal width that hold all values between two of a column, and no more of them than were asked for. */
export interface Bins {
  readonly index: BinIndex
  /** The start of each bin and the stop of the last, as decimal text. */
  readonly edges: readonly string[]
}

export interface Span {
  readonly type: ColumnType
  /** Of the dimension. */
  readonly unit: string | null
  /** As the engine writes them. */
  readonly least: string
  readonly greatest: string
  readonly binsMax: number
}

/** @param span with at least two bins: one alone could not hold both sides of 0 */
export function binsOf(span: Span): Bins {
  const { type } = span
  if (type.kind === 'integer') return wholeBins(span, 0)
  if (type.kind === 'decimal') return wholeBins(span, type.scale)
  return doubleBins(span)
}

/** In units of the last digit, whatever the size of the numbers. */
function wholeBins({ least, greatest, unit, binsMax }: Span, scale: number): Bins {
  const [low, high] = [unscaled(least, scale), unscaled(greatest, scale)]
  const bins = BigInt(binsMax)
  const exponent = String((high - low) / bins).length - 1 - scale
  for (const width of widthsFrom(exponent, unit)) {
    const step = unscaledWidth(width, scale)
    if (step === null) continue
    const first = floorDivide(low, step)
    const count = floorDivide(high, step) - first + 1n
    if (count > bins) continue
    const edges = Array.from({ length: Number(count) + 1 }, (_, bin) =>
      scaledText((first + BigInt(bin)) * step, scale),
    )
    return { index: { kind: 'whole', first: first * step, width: step }, edges }
  }
  throw new Error('There is always a greater width.')
}

/** Null where it is not a whole number of the last digit's units. */
function unscaledWidth({ digits, exponent }: Width, scale: number): bigint | null {
  const power = exponent + scale
  if (power >= 0) return digits * 10n ** BigInt(power)
  const divisor = 10n ** BigInt(-power)
  return digits % divisor === 0n ? digits / divisor : null
}

/** Against the edges as doubles, so that no value can fall between what is shown and what is counted. */
function doubleBins({ type, least, greatest, unit, binsMax }: Span): Bins {
  const isSingle = type.kind === 'float' && type.bits === 32
  const [low = 0, high = 0] = [least, greatest].map((text) =>
    isSingle ? Math.fround(Number(text)) : Number(text),
  )
  for (const width of widthsFrom(firstExponent(low, high, binsMax), unit)) {
    const first = lastEdgeAtMost(low, width)
    const count = Number(lastEdgeAtMost(high, width) - first) + 1
    if (count > binsMax) continue
    const texts = Array.from({ length: count + 1 }, (_, bin) => edgeText(first + BigInt(bin), width))
    const edges = texts.map(Number)
    const isAscending = edges.every((edge, place) => place === 0 || edge > (edges[place - 1] ?? edge))
    if (isAscending) return { index: { kind: 'edges', edges: countedEdges(edges) }, edges: texts }
  }
  throw new Error('There is always a greater width.')
}

/** Of values that are all the same, the power of ten of their first digit. */
function firstExponent(low: number, high: number, binsMax: number): number {
  const narrowest = high / binsMax - low / binsMax
  const size = narrowest > 0 ? narrowest : Math.abs(high)
  return size === 0 ? 0 : Math.floor(Math.log10(size))
}

/** The number of the greatest edge that is, as a double, not greater than the value. */
function lastEdgeAtMost(value: number, width: Width): bigint {
  const exact = exactly(value)
  // value / width, both as fractions
  const power = 10n ** BigInt(Math.abs(width.exponent))
  const [over, under] = width.exponent < 0 ? [power, 1n] : [1n, power]
  let edge = floorDivide(exact.numerator * over, exact.denominator * width.digits * under)
  while (Number(edgeText(edge, width)) > value) edge -= 1n
  while (Number(edgeText(edge + 1n, width)) <= value) edge += 1n
  return edge
}

/** A double is a whole number over a power of two. */
function exactly(value: number): { numerator: bigint; denominator: bigint } {
  let denominator = 1n
  let numerator = value
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(numerator), denominator }
}

function edgeText(edge: bigint, { digits, exponent }: Width): string {
  return exponent >= 0
    ? String(edge * digits * 10n ** BigInt(exponent))
    : scaledText(edge * digits, -exponent)
}

/** Nothing lies at or beyond an edge that is greater than every double, and one that is less has nothing before it. */
function countedEdges(edges: readonly number[]): readonly number[] {
  return edges
    .filter((edge) => edge < Number.POSITIVE_INFINITY)
    .map((edge) => Math.max(edge, -Number.MAX_VALUE))
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

function unscaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

function scaledText(value: bigint, scale: number): string {
  if (scale <= 0) return String(value)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  const whole = `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}`
  return fraction === '' ? whole : `${whole}.${fraction}`
}
