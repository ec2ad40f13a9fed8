/** What the fields of a text file's column may be, from the narrowest to text. */
export const textKinds = ['empty', 'integer', 'number', 'boolean', 'date', 'instant', 'text'] as const
export type TextKind = (typeof textKinds)[number]

/** An integer beyond 18 digits and a number beyond 15 before the point would lose some of them: they are text. */
const integerForm = '^-?(0|[1-9][0-9]{0,17})$'
/** With a zero ahead, as zip codes and customer numbers have, it is a name and no number. */
const numberForm = '^-?(0|[1-9][0-9]{0,14})(\\\\.[0-9]{1,15})?([eE][-+]?[0-9]{1,2})?$'
/** A price as it is written: kept exactly, so that sums are as well. */
export const decimalForm = '^-?[0-9]{1,13}(\\\\.[0-9]{1,4})?$'
const dateForm = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
const instantForm =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\\\.[0-9]{1,9})?)?( ?(Z|UTC|[-+][0-9]{2}(:?[0-9]{2})?))?$'

/** A day that can be read in two ways, such as 01/02/2024. */
export const ambiguousDateForm = '^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}( |$)'

/**
 * SQL: the place in `textKinds` of a field, of which null is empty, whatever spaces are around it. What does not come back
 * the same is no date.
 */
export function printKind(field: string): string {
  const value = `trimBoth(${field})`
  const isDay = `toString(toDate32OrNull(substring(${value}, 1, 10))) = substring(${value}, 1, 10)`
  return `multiIf(
    ifNull(${value}, '') = '', 0,
    match(${value}, '${integerForm}'), 1,
    match(${value}, '${numberForm}'), 2,
    lower(${value}) IN ('true', 'false'), 3,
    match(${value}, '${dateForm}') AND ${isDay}, 4,
    match(${value}, '${instantForm}') AND ${isDay} AND ${printInstant(value)} IS NOT NULL, 5,
    6)`
}

/** SQL. Without an offset of its own, an instant is in UTC. */
function printInstant(value: string): string {
  return `parseDateTime64BestEffortOrNull(${value}, 6, 'UTC')`
}

/** The kind that every field fits, and how a field becomes a value of it. */
export interface Reading {
  readonly kind: Exclude<TextKind, 'empty'>
  readonly type: string
  readonly print: (value: string) => string
}

export const textReading: Reading = { kind: 'text', type: 'String', print: (value) => value }

/** What the fields of a column have beside their kinds. */
export interface TextForms {
  readonly counts: Readonly<Record<TextKind, number>>
  /** Instants with digits after the second. */
  readonly fractions: number
  /** Numbers that are no decimals of a few digits. */
  readonly inexact: number
  /** The most digits after the point. */
  readonly scale: number
}

export function readingOf({ counts, fractions, inexact, scale }: TextForms): Reading {
  const { integer, number, boolean, date, instant, text } = counts
  const filled = integer + number + boolean + date + instant + text
  if (filled === 0) return textReading
  if (integer === filled) {
    return { kind: 'integer', type: 'Int64', print: (value) => `toInt64OrNull(trimBoth(${value}))` }
  }
  if (integer + number === filled && inexact === 0) {
    const type = `Decimal(18, ${scale})`
    return { kind: 'number', type, print: (value) => `toDecimal64OrNull(trimBoth(${value}), ${scale})` }
  }
  if (integer + number === filled) {
    return { kind: 'number', type: 'Float64', print: (value) => `toFloat64OrNull(trimBoth(${value}))` }
  }
  if (boolean === filled) {
    return {
      kind: 'boolean',
      type: 'Bool',
      print: (value) => `lower(nullIf(trimBoth(${value}), '')) = 'true'`,
    }
  }
  if (date === filled)
    return { kind: 'date', type: 'Date32', print: (value) => `toDate32OrNull(trimBoth(${value}))` }
  if (date + instant === filled) {
    return {
      kind: 'instant',
      type: `DateTime64(${fractions > 0 ? 6 : 0}, 'UTC')`,
      print: (value) => printInstant(`trimBoth(${value})`),
    }
  }
  return textReading
}
