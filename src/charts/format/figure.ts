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
      return numberFormat(locale, { style: 'percent', ...digitsOf(format, 1) }).format(value)
    case 'currency':
      return numberFormat(locale, { ...currencyOf(format.currency), ...digitsOf(format) }).format(
        precise(value, exact),
      )
    case 'bytes':
      return formatBytes(value, format, locale)
    case 'duration':
      return formatDuration(value, format, locale)
    default:
      return withUnit(formatNumber(value, format, locale, exact), format.unit)
  }
}

/** For axes: short, and alike in digits; `12K`, `1.5M`, `80%`, `€2M`. */
export function compactFigure(value: number | null, format: FigureFormat, locale: string): string {
  if (value === null || !Number.isFinite(value)) return noFigure
  const short = { notation: 'compact', maximumFractionDigits: 2 } as const
  switch (styleOf(format)) {
    case 'percent':
      return numberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)
    case 'currency':
      return numberFormat(locale, {
        ...currencyOf(format.currency),
        ...short,
        minimumFractionDigits: 0,
      }).format(value)
    case 'bytes':
      return formatBytes(value, { ...format, digits: null }, locale)
    case 'duration':
      return formatDuration(value, { ...format, digits: null }, locale)
    default:
      return withUnit(
        numberFormat(locale, short).format(value),
        format.format === 'duration' ? format.unit : null,
      )
  }
}

/** A duration in a unit that is not known is a number, and so is an amount without its currency. */
function styleOf({ format, unit, currency }: FigureFormat): string | null {
  if (format === 'duration' && !Object.hasOwn(secondsOfUnit, unit ?? 's')) return null
  return format === 'currency' && currencyOf(currency) === null ? null : format
}

/** How much more or less, with its sign: `+4.2%`. */
export function formatRatio(value: number, locale: string, sign: 'always' | 'auto' = 'auto'): string {
  const signDisplay = sign === 'always' ? 'exceptZero' : 'auto'
  const digits = Math.abs(value) >= 9.995 ? 0 : 1
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: digits, signDisplay }).format(value)
}

export function formatCount(value: number, locale: string): string {
  return numberFormat(locale, { maximumFractionDigits: 2 }).format(value)
}

function formatNumber(value: number, format: FigureFormat, locale: string, exact: string | null): string {
  const options =
    format.digits === null ? { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 2 } : digitsOf(format)
  return numberFormat(locale, options).format(precise(value, exact))
}

function withUnit(text: string, unit: string | null): string {
  return unit === null ? text : `${text} ${unit}`
}

/** A whole figure by every digit, also where a double lacks some. */
function precise(value: number, exact: string | null): number | bigint {
  return Number.isSafeInteger(value) || exact === null || !/^-?\d+$/.test(exact) ? value : BigInt(exact)
}

const known = new Map<string, Intl.NumberFormat>()

/** Each costs 0.05 ms to make, and there are as many as there are ways to format. */
function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const found = known.get(key) ?? new Intl.NumberFormat(locale, options)
  known.set(key, found)
  return found
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

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** In thousands, as networks and disks are sold: 1.5 MB is 1,500,000 bytes. */
function formatBytes(value: number, format: FigureFormat, locale: string): string {
  const power = Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3)
  const index = Math.min(power, byteUnits.length - 1)
  const options = { style: 'unit', unit: byteUnits[index] ?? 'byte', unitDisplay: 'short' } as const
  return numberFormat(locale, { ...options, ...digitsOf(format, index === 0 ? 0 : 1) }).format(
    value / 1000 ** index,
  )
}

const secondsOfUnit: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
}

const durationUnits = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const

/** The two largest units that are not 0; below a minute, seconds with digits. */
function formatDuration(value: number, format: FigureFormat, locale: string): string {
  const exact = value * (secondsOfUnit[format.unit ?? 's'] ?? 1)
  // Of such a length even the seconds are no number any more.
  if (!Number.isFinite(exact)) return withUnit(formatNumber(value, format, locale, null), format.unit)
  const inUnit = (amount: number, unit: string, digits: Intl.NumberFormatOptions) =>
    numberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', ...digits }).format(amount)
  if (Math.abs(exact) < 60) return inUnit(exact, 'second', digitsOf(format, 1))
  const first = durationUnits.findIndex(({ seconds }) => Math.round(Math.abs(exact)) >= seconds)
  const shown = durationUnits.slice(first, first + 2)
  const least = shown.at(-1)?.seconds ?? 1
  let rest = Math.round(Math.abs(exact) / least) * least
  const parts = shown.flatMap(({ unit, seconds }) => {
    const amount = Math.floor(rest / seconds)
    rest -= amount * seconds
    return amount === 0 ? [] : [inUnit(amount, unit, { maximumFractionDigits: 0 })]
  })
  return `${exact < 0 ? '-' : ''}${parts.join(' ')}`
}
