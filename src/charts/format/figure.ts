import { formatBytes, formatSeconds, numberFormat, secondsOfUnit } from './amount.ts'

/** How the figures of a metric are written; a Metric of the API is one. */
export interface FigureFormat {
  /** number, percent, currency, duration or bytes; null reads as a number. */
  readonly format: string | null
  /** After the point; null for as many as read well. */
  readonly digits: number | null
  /** ISO 4217. */
  readonly currency: string | null
  /** A duration is counted in it, in seconds without one. */
  readonly unit: string | null
}

export const noFigure = '–'

/**
 * A figure as a person reads it: `124,711`, `9.15 min`, `83.4%`, `1 hr 23 min`, and a dash where there is none.
 * @param exact decimal text of the same figure, for whole ones that no double holds
 */
export function formatFigure(
  value: number | null,
  format: FigureFormat,
  locale: string,
  exact: string | null = null,
): string {
  if (value === null || !Number.isFinite(value)) return noFigure
  switch (styleOf(format)) {
    case 'percent':
      return numberFormat(locale, {
        style: 'percent',
        ...digitsOf(format, smallDigits(value, 0.001, 1)),
      }).format(value)
    case 'currency':
      return numberFormat(locale, { ...currencyOf(format.currency), ...digitsOf(format) }).format(
        precise(value, exact),
      )
    case 'bytes':
      return formatBytes(value, format.digits, locale)
    case 'duration':
      return formatDuration(value, format, locale)
    default:
      return withUnit(formatNumber(value, format, locale, exact), format.unit)
  }
}

/** Short: `12K`, `1.5M mi`, `80%`, `€2M`. */
export function compactFigure(value: number | null, format: FigureFormat, locale: string): string {
  return shortFigure(value, format, locale, short)
}

/** Without its unit, where many stand side by side. */
export function bareFigure(value: number | null, format: FigureFormat, locale: string): string {
  const isCounted = format.format === 'duration'
  return shortFigure(value, isCounted ? format : { ...format, unit: null }, locale, short)
}

/** For axes: without a unit, and short as far as nothing is lost, so that no two ticks read alike. */
export function tickFigure(value: number, format: FigureFormat, locale: string): string {
  const isCounted = format.format === 'duration'
  const unit = 1000 ** Math.min(Math.max(Math.floor(Math.log10(Math.abs(value)) / 3), 0), 4)
  const hundredths = (value / unit) * 100
  const isShort = Math.abs(hundredths - Math.round(hundredths)) < 1e-6
  return shortFigure(
    value,
    isCounted ? format : { ...format, unit: null },
    locale,
    isShort ? short : wholly,
    allDigits,
  )
}

/** By every digit that is not 0, as edges are, which lie side by side. */
export function fullFigure(value: number, format: FigureFormat, locale: string, exact: string): string {
  return format.format === null && !Number.isSafeInteger(value)
    ? withUnit(numberFormat(locale, wholly).format(precise(value, exact)), format.unit)
    : shortFigure(value, format, locale, wholly, allDigits)
}

const allDigits = 12
const short = { notation: 'compact', maximumFractionDigits: 2 } as const
const wholly = { maximumFractionDigits: allDigits } as const

function shortFigure(
  value: number | null,
  format: FigureFormat,
  locale: string,
  options: Intl.NumberFormatOptions,
  digits = 1,
): string {
  if (value === null || !Number.isFinite(value)) return noFigure
  switch (styleOf(format)) {
    case 'percent':
      return numberFormat(locale, {
        style: 'percent',
        maximumFractionDigits: Math.max(smallDigits(value, 0.001, 1), digits),
      }).format(value)
    case 'currency':
      return numberFormat(locale, {
        ...currencyOf(format.currency),
        ...options,
        minimumFractionDigits: 0,
      }).format(value)
    case 'bytes':
      return formatBytes(value, null, locale, digits)
    case 'duration':
      return formatDuration(value, { ...format, digits: null }, locale, digits)
    default:
      return withUnit(numberFormat(locale, withSmall(value, options)).format(value), format.unit)
  }
}

function withSmall(value: number, options: Intl.NumberFormatOptions): Intl.NumberFormatOptions {
  const digits = smallDigits(value, 0.01, 2)
  return digits > (options.maximumFractionDigits ?? 0)
    ? { ...options, maximumFractionDigits: digits }
    : options
}

/** A duration in a unit that is not known is a number, and so is an amount without its currency. */
function styleOf({ format, unit, currency }: FigureFormat): string | null {
  if (format === 'duration' && !Object.hasOwn(secondsOfUnit, unit ?? 's')) return null
  return format === 'currency' && currencyOf(currency) === null ? null : format
}

/** How much more or less, with its sign: `+4.2%`. */
export function formatRatio(value: number, locale: string, sign: 'always' | 'auto' = 'auto'): string {
  const signDisplay = sign === 'always' ? 'exceptZero' : 'negative'
  const digits = Math.abs(value) >= 9.995 ? 0 : smallDigits(value, 0.0005, 1)
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: digits, signDisplay }).format(value)
}

export function formatCount(value: number, locale: string): string {
  return numberFormat(locale, { maximumFractionDigits: 2 }).format(value)
}

function formatNumber(value: number, format: FigureFormat, locale: string, exact: string | null): string {
  const atMost = Math.abs(value) >= 1000 ? 0 : smallDigits(value, 0.01, 2)
  return numberFormat(locale, digitsOf(format, atMost)).format(precise(value, exact))
}

/** After the point: as many as usual, and of what would read as 0 enough for two that are not. */
function smallDigits(value: number, least: number, usual: number): number {
  const size = Math.abs(value)
  if (size >= least || size < 1e-9) return usual
  const isPercent = least < 0.01
  return Math.ceil(-Math.log10(size)) + (isPercent ? -1 : 1)
}

export function withUnit(text: string, unit: string | null): string {
  return unit === null ? text : `${text} ${unit}`
}

/** A whole figure by every digit, also where a double lacks some. */
function precise(value: number, exact: string | null): number | bigint {
  return Number.isSafeInteger(value) || exact === null || !/^-?\d+$/.test(exact) ? value : BigInt(exact)
}

function currencyOf(currency: string | null): Intl.NumberFormatOptions | null {
  return currency !== null && /^[a-z]{3}$/i.test(currency) ? { style: 'currency', currency } : null
}

/** Exactly the digits that the model asks for, else at most so many. */
function digitsOf({ digits }: FigureFormat, atMost?: number): Intl.NumberFormatOptions {
  if (digits !== null) {
    const exactly = Math.min(Math.max(Math.trunc(digits), 0), 20)
    return { minimumFractionDigits: exactly, maximumFractionDigits: exactly }
  }
  return atMost === undefined ? {} : { maximumFractionDigits: atMost }
}

function formatDuration(value: number, format: FigureFormat, locale: string, atMost = 1): string {
  const seconds = value * (secondsOfUnit[format.unit ?? 's'] ?? 1)
  // Of such a length even the seconds are no number any more.
  return Number.isFinite(seconds)
    ? formatSeconds(seconds, format.digits, locale, atMost)
    : withUnit(formatNumber(value, format, locale, null), format.unit)
}
