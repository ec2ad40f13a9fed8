import type { Format, Metric } from '../catalogue/metric.ts'
import type { Figure } from './answers.ts'

/** A figure as a person reads it: `124,711`, `9.15 min`, `83.4%`, `1 hr 23 min`, and a dash where there is none. */
export function formatFigure(figure: Figure, { format, unit }: Metric): string {
  const { value } = figure
  if (value === null) return '–'
  switch (format?.style) {
    case 'percent':
      return numberFormat(format, { style: 'percent', ...digitsOf(format, 1) }).format(value)
    case 'currency':
      return numberFormat(format, {
        style: 'currency',
        currency: format.currency ?? 'USD',
        ...digitsOf(format),
      }).format(precise(figure, value))
    case 'bytes':
      return formatBytes(format, value)
    case 'duration':
      return formatDuration(format, value, unit)
    default:
      return withUnit(formatNumber(format ?? null, figure, value), unit)
  }
}

function formatNumber(format: Format | null, figure: Figure, value: number): string {
  const digits = Math.abs(value) >= 1000 ? 0 : 2
  const options = format?.digits == null ? { maximumFractionDigits: digits } : digitsOf(format)
  return numberFormat(format, options).format(precise(figure, value))
}

function withUnit(text: string, unit: string | null): string {
  return unit === null ? text : `${text} ${unit}`
}

/** A whole figure by every digit, also where a double lacks some. */
function precise({ exact }: Figure, value: number): number | bigint {
  return Number.isSafeInteger(value) || exact === null || !/^-?\d+$/.test(exact) ? value : BigInt(exact)
}

const known = new Map<string, Intl.NumberFormat>()

/** Each costs 0.05 ms to make and there are as many as the model has ways to format. */
function numberFormat(format: Format | null, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = format?.locale ?? 'en-US'
  const key = `${locale} ${JSON.stringify(options)}`
  const found = known.get(key) ?? new Intl.NumberFormat(locale, options)
  known.set(key, found)
  return found
}

/** Exactly the digits that the model asks for, else at most so many. */
function digitsOf({ digits }: Format, atMost?: number): Intl.NumberFormatOptions {
  if (digits !== null) return { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return atMost === undefined ? {} : { maximumFractionDigits: atMost }
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** In thousands, as networks and disks are sold: 1.5 MB is 1,500,000 bytes. */
function formatBytes(format: Format, value: number): string {
  const power = Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3)
  const index = Math.min(power, byteUnits.length - 1)
  const options = { style: 'unit', unit: byteUnits[index] ?? 'byte', unitDisplay: 'short' } as const
  return numberFormat(format, { ...options, ...digitsOf(format, index === 0 ? 0 : 1) }).format(
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
function formatDuration(format: Format, value: number, unit: string | null): string {
  const exact = value * (secondsOfUnit[unit ?? 's'] ?? 1)
  const inUnit = (amount: number, name: string, digits: Intl.NumberFormatOptions) =>
    numberFormat(format, { style: 'unit', unit: name, unitDisplay: 'short', ...digits }).format(amount)
  if (Math.abs(exact) < 60) return inUnit(exact, 'second', digitsOf(format, 1))
  const first = durationUnits.findIndex(({ seconds }) => Math.round(Math.abs(exact)) >= seconds)
  const shown = durationUnits.slice(first, first + 2)
  const least = shown.at(-1)?.seconds ?? 1
  let rest = Math.round(Math.abs(exact) / least) * least
  const parts = shown.flatMap(({ unit: name, seconds }) => {
    const amount = Math.floor(rest / seconds)
    rest -= amount * seconds
    return amount === 0 ? [] : [inUnit(amount, name, { maximumFractionDigits: 0 })]
  })
  return `${exact < 0 ? '-' : ''}${parts.join(' ')}`
}
