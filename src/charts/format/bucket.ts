import { type ChartWords, fill } from '../words.ts'

/** How the start of a bucket is written out; the zone decides which day it is. */
export interface BucketFormat {
  readonly granularity: string
  readonly timeZone: string
  readonly locale: string
  readonly words: ChartWords
}

/** `2001`, `Q1 2001`, `Jan 2001`, `Week of Jan 1, 2001`, `Mon, Jan 1, 2001`, `Jan 1, 2001, 2:00 PM`. */
export function formatBucket(label: string, { granularity, timeZone, locale, words }: BucketFormat): string {
  const time = Date.parse(label)
  if (!Number.isFinite(time)) return label
  const write = (options: Intl.DateTimeFormatOptions) => dateFormat(locale, timeZone, options).format(time)
  switch (granularity) {
    case 'YEAR':
      return startsWithYear(time, timeZone) ? write({ year: 'numeric' }) : write(monthOf)
    case 'QUARTER':
      return quarterOf(time, timeZone, words) ?? write(monthOf)
    case 'MONTH':
      return write(monthOf)
    case 'WEEK':
      return fill(words.weekOf, { date: write(dayOf) })
    case 'DAY':
      return write({ weekday: 'short', ...dayOf })
    default:
      return write({ ...dayOf, hour: 'numeric', minute: '2-digit', timeZoneName: zoneName(time, timeZone) })
  }
}

const monthOf = { year: 'numeric', month: 'short' } as const
const dayOf = { year: 'numeric', month: 'short', day: 'numeric' } as const

/** An instant, to the minute or, where it has seconds, to the second. A date is the same day in every zone. */
export function formatInstant(text: string, timeZone: string, locale: string): string {
  const time = Date.parse(text)
  if (!Number.isFinite(time)) return text
  if (text.length <= 10) return dateFormat(locale, 'UTC', dayOf).format(time)
  const seconds = time % 60_000 === 0 ? undefined : '2-digit'
  return dateFormat(locale, timeZone, {
    ...dayOf,
    hour: 'numeric',
    minute: '2-digit',
    second: seconds,
  }).format(time)
}

/** A year that starts in another month, as fiscal ones may, is named by its first month; a quarter too. */
function startsWithYear(time: number, timeZone: string): boolean {
  const { month, day } = clockAt(time, timeZone)
  return month === 1 && day === 1
}

function quarterOf(time: number, timeZone: string, words: ChartWords): string | null {
  const { month, year } = clockAt(time, timeZone)
  if (month % 3 !== 1) return null
  return fill(words.quarter, { number: String((month + 2) / 3), year: String(year) })
}

/** Named within three hours of a change of the clock, where an hour may come twice. */
function zoneName(time: number, timeZone: string): 'short' | undefined {
  const offset = (at: number) => wallClock(at, timeZone) - at
  return offset(time - 10_800_000) === offset(time + 10_800_000) ? undefined : 'short'
}

export interface Clock {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

/** What a clock in the zone shows. */
export function clockAt(time: number, timeZone: string): Clock {
  const at = new Date(wallClock(time, timeZone))
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
  }
}

const numeric = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
} as const

function wallClock(time: number, timeZone: string): number {
  if (timeZone === 'UTC') return time
  const parts = dateFormat('en-US', timeZone, numeric).formatToParts(time)
  const at = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return (
    Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second')) +
    (((time % 1000) + 1000) % 1000)
  )
}

const known = new Map<string, Intl.DateTimeFormat>()

/** A zone that the browser does not know is written in UTC. */
export function dateFormat(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${JSON.stringify(options)}`
  const found = known.get(key) ?? newFormat(locale, timeZone, options)
  known.set(key, found)
  return found
}

function newFormat(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  // The labels of the API are Gregorian, whatever calendar a locale prefers.
  const whole = { ...options, calendar: 'gregory' }
  try {
    return new Intl.DateTimeFormat(locale, { ...whole, timeZone })
  } catch {
    return new Intl.DateTimeFormat(locale, { ...whole, timeZone: 'UTC' })
  }
}
