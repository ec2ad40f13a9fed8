import type { GroupKey } from '../answers.ts'
import type { ChartWords } from '../words.ts'
import { numberFormat } from './amount.ts'
import { formatBucket, formatInstant } from './bucket.ts'

export interface KeyFormat {
  readonly timeZone: string
  readonly locale: string
  readonly words: ChartWords
}

const instant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/

/**
 * The value of a dimension. Numbers go without separators, because they may be years or codes.
 * @param granularity of the start of a bucket
 */
export function formatKey(value: unknown, format: KeyFormat, granularity: string | null = null): string {
  const { timeZone, locale, words } = format
  switch (typeof value) {
    case 'string':
      if (granularity !== null) return formatBucket(value, { ...format, granularity })
      if (instant.test(value)) return formatInstant(value, timeZone, locale)
      return value.trim() === '' ? words.none : value
    case 'number':
      return plainNumber(value, locale)
    case 'boolean':
      return value ? words.yes : words.no
    default:
      return words.none
  }
}

export function plainNumber(value: number | bigint, locale: string): string {
  const digits =
    typeof value === 'number' && Math.abs(value) < 1
      ? { maximumSignificantDigits: 15 }
      : { maximumFractionDigits: 15 }
  return numberFormat(locale, { useGrouping: false, ...digits }).format(value)
}

export function formatKeys(keys: readonly GroupKey[], isOthers: boolean, format: KeyFormat): string {
  if (isOthers) return format.words.others
  return keys.map(({ value }) => formatKey(value, format)).join(' · ')
}

/** What names a place or a series by itself; '' where nothing does. */
export function figureText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}
