import { addDays, daysBetween, isLocalDay, type LocalDay, localDay, startOfDay } from './local-days.ts'
import { isPermittedPeriod, offeredPeriods, parsePeriod } from './periods.ts'
import { isPermittedGrain, type Permitted } from './permitted.ts'

/** As the API's TimeRangeInput. */
export type TimeRange =
  | { readonly period: string }
  | { readonly between: { readonly start: string; readonly stop: string } }

/** Both days are part of it. */
export interface Days {
  readonly first: LocalDay
  readonly last: LocalDay
}

/** Of a host's or a stored range; null where it is none. */
export function readTimeRange(value: unknown): TimeRange | null {
  if (typeof value !== 'object' || value === null) return null
  const { period, between } = value as Readonly<Record<string, unknown>>
  if (period != null && between != null) return null
  if (typeof period === 'string') return parsePeriod(period) === null ? null : { period }
  if (typeof between !== 'object' || between === null) return null
  const { start, stop } = between as Readonly<Record<string, unknown>>
  if (typeof start !== 'string' || typeof stop !== 'string') return null
  return Date.parse(start) < Date.parse(stop) ? { between: { start, stop } } : null
}

/** `last_30_days`, or two days that are both part of the range: `2001-03-01/2001-03-31`. */
export function readPeriodText(text: string, timeZone: string): TimeRange | null {
  const [first = '', last = '', ...rest] = text.split('/')
  if (rest.length > 0) return null
  if (isLocalDay(first) && isLocalDay(last) && first <= last) return rangeOfDays({ first, last }, timeZone)
  return readTimeRange({ period: text })
}

export function rangeOfDays({ first, last }: Days, timeZone: string): TimeRange {
  const start = startOfDay(first, timeZone).toISOString()
  const stop = startOfDay(addDays(last, 1), timeZone).toISOString()
  return { between: { start, stop } }
}

/** The days that a range touches; null for a named period, whose days the server knows. */
export function daysOf(range: TimeRange | null, timeZone: string): Days | null {
  if (range === null || !('between' in range)) return null
  const first = localDay(new Date(range.between.start), timeZone)
  const last = localDay(new Date(Date.parse(range.between.stop) - 1), timeZone)
  return { first, last }
}

/** Whether days may be chosen freely: where periods are granted by name or only weeks and more are shown, they may not. */
export function offersDays(permitted: Permitted): boolean {
  return permitted.periods.all && isPermittedGrain('DAY', permitted)
}

/** The first day that may be asked for; null where any may. */
export function earliestDay({ earliest }: Permitted, timeZone: string): LocalDay | null {
  if (earliest === null) return null
  const day = localDay(new Date(earliest), timeZone)
  return startOfDay(day, timeZone).getTime() < Date.parse(earliest) ? addDays(day, 1) : day
}

export type DaysProblem = 'incomplete' | 'reversed' | 'too-early' | 'too-long'

/** What keeps two days from being asked for. */
export function problemOfDays(days: Days, permitted: Permitted, timeZone: string): DaysProblem | null {
  const { first, last } = days
  if (!isLocalDay(first) || !isLocalDay(last)) return 'incomplete'
  if (last < first) return 'reversed'
  const earliest = earliestDay(permitted, timeZone)
  if (earliest !== null && first < earliest) return 'too-early'
  const { maxDateRangeDays } = permitted
  return maxDateRangeDays !== null && daysBetween(first, last) + 1 > maxDateRangeDays ? 'too-long' : null
}

/**
 * What is asked for before the customer chose anything: null, which is the dashboard's own range, where the token lets
 * it be asked; else as much of its end as the token lets, else the first period that it grants.
 */
export function initialRange(
  stored: TimeRange | null,
  permitted: Permitted,
  timeZone: string,
  now: Date,
): TimeRange | null {
  if (isPermittedRange(stored, permitted, timeZone, now)) return null
  const shortened = offersDays(permitted) ? endOf(stored, permitted, timeZone) : null
  if (shortened !== null) return shortened
  const [first] = offeredPeriods(permitted, now)
  return first === undefined ? null : { period: first.name }
}

function isPermittedRange(
  range: TimeRange | null,
  permitted: Permitted,
  timeZone: string,
  now: Date,
): boolean {
  const { periods, maxDateRangeDays } = permitted
  if (range === null) return periods.all && maxDateRangeDays === null
  if ('period' in range) {
    const period = parsePeriod(range.period)
    return period !== null && isPermittedPeriod(period, permitted, now)
  }
  if (!periods.all) return false
  const days = daysOf(range, timeZone)
  return days === null || problemOfDays(days, permitted, timeZone) === null
}

function endOf(stored: TimeRange | null, permitted: Permitted, timeZone: string): TimeRange | null {
  const days = daysOf(stored, timeZone)
  if (days === null) return null
  const earliest = earliestDay(permitted, timeZone) ?? days.first
  const { maxDateRangeDays } = permitted
  const longest = maxDateRangeDays === null ? days.first : addDays(days.last, 1 - maxDateRangeDays)
  const first = [days.first, earliest, longest].toSorted().at(-1) ?? days.first
  return first > days.last ? null : rangeOfDays({ first, last: days.last }, timeZone)
}
