import type { FilterValue } from '../access/grants.ts'
import type { Dimension } from '../catalogue/catalogue.ts'
import { badInput } from '../errors.ts'
import type { Literal } from '../warehouse/select.ts'
import { parseInstant } from './time/instant.ts'

export const maxTextLength = 1_000

const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n }
const int256 = { least: -(2n ** 255n), most: 2n ** 255n - 1n }
const uint64 = { least: 0n, most: 2n ** 64n - 1n }
/** Of Decimal(76, 20). */
const maxWholeDigits = 56
const maxFractionDigits = 20

/**
 * A value as a typed literal for a comparison with a dimension's column. An engine would wrap or clamp what does not
 * fit the type, or compare lone surrogates as equal, so such values never get there.
 * @throws BAD_USER_INPUT
 */
export function literalOf(
  dimension: Dimension,
  value: Exclude<FilterValue, null>,
  argument: string,
  maxLength = maxTextLength,
): Literal {
  const { type } = dimension.column
  if (dimension.type === 'BOOLEAN') return booleanLiteral(type.kind, value, argument)
  switch (type.kind) {
    case 'string':
      return textLiteral(value, argument, maxLength)
    case 'uuid':
      return uuidLiteral(value, argument)
    case 'integer':
      return integerLiteral(value, type.bits, argument)
    case 'float':
      return { type: type.bits === 32 ? 'Float32' : 'Float64', text: String(parseNumber(value, argument)) }
    case 'decimal':
      return decimalLiteral(value, argument)
    case 'date':
      return dateLiteral(value, argument)
    case 'instant':
      return instantLiteral(value, argument)
    case 'boolean':
      return booleanLiteral(type.kind, value, argument)
  }
}

export function textLiteral(value: FilterValue, argument: string, maxLength = maxTextLength): Literal {
  if (typeof value !== 'string') throw badInput(argument, 'a string')
  if (value.length > maxLength) throw badInput(argument, `a string of at most ${maxLength} characters`)
  if (!value.isWellFormed()) throw badInput(argument, 'a well-formed string, without lone surrogates')
  return { type: 'String', text: value }
}

function booleanLiteral(kind: string, value: FilterValue, argument: string): Literal {
  if (typeof value !== 'boolean') throw badInput(argument, 'true or false')
  return kind === 'integer'
    ? { type: 'Int64', text: value ? '1' : '0' }
    : { type: 'Bool', text: String(value) }
}

function uuidLiteral(value: FilterValue, argument: string): Literal {
  const wellFormed = typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
  if (!wellFormed) throw badInput(argument, 'a UUID')
  return { type: 'UUID', text: value.toLowerCase() }
}

const numberText = /^-?\d{1,80}(\.\d{1,80})?$/

function parseNumber(value: FilterValue, argument: string): number {
  const number = typeof value === 'string' && numberText.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw badInput(argument, 'a finite number, or its decimal text')
  }
  return number
}

function integerLiteral(value: FilterValue, bits: number, argument: string): Literal {
  const whole =
    typeof value === 'string' && /^-?\d{1,80}$/.test(value) ? BigInt(value) : wholeOf(value, argument)
  if (whole === null) return { type: 'Float64', text: String(parseNumber(value, argument)) }
  if (whole >= int64.least && whole <= int64.most) return { type: 'Int64', text: String(whole) }
  if (whole >= uint64.least && whole <= uint64.most) return { type: 'UInt64', text: String(whole) }
  const fits = whole >= int256.least && whole <= int256.most
  if (bits > 64 && fits) return { type: 'Int256', text: String(whole) }
  throw badInput(argument, `a whole number from ${int64.least} to ${uint64.most}`)
}

function wholeOf(value: FilterValue, argument: string): bigint | null {
  const number = parseNumber(value, argument)
  return Number.isInteger(number) ? BigInt(number) : null
}

function decimalLiteral(value: FilterValue, argument: string): Literal {
  const text =
    typeof value === 'string' && numberText.test(value) ? value : plainDecimal(parseNumber(value, argument))
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  if (whole.length > maxWholeDigits || fraction.length > maxFractionDigits) {
    throw badInput(
      argument,
      `a decimal with at most ${maxWholeDigits} digits before the point and ${maxFractionDigits} after`,
    )
  }
  return { type: 'Decimal(76, 20)', text }
}

/** A double as decimal text without an exponent: 1e-7 is 0.0000001. */
export function plainDecimal(value: number): string {
  const text = String(value)
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const [, sign = '', first = '', rest = '', exponent = '0'] = match
  const digits = first + rest
  const point = 1 + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${sign}${digits.padEnd(point, '0')}`
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

function dateLiteral(value: FilterValue, argument: string): Literal {
  const valid =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    parseInstant(`${value}T00:00:00Z`) !== null
  if (!valid) throw badInput(argument, 'a date from 1900 to 2299, such as 2001-03-01')
  return { type: 'Date32', text: value }
}

function instantLiteral(value: FilterValue, argument: string): Literal {
  const instant = typeof value === 'string' ? parseInstant(value) : null
  if (instant === null) {
    throw badInput(argument, 'an RFC 3339 instant from 1900 to 2299, such as 2001-03-01T00:00:00Z')
  }
  return { type: 'instant', text: String(instant) }
}
