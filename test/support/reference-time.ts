/** Calendar arithmetic in UTC and whole seconds, by Date alone. */

export interface Span {
  readonly start: number
  readonly stop: number
}

const hour = 3600
export const day = 24 * hour

/** The moment that every question is asked at: a Sunday, the last day of an ISO week. */
export const nowSeconds = Date.UTC(2020, 2, 22, 10, 30) / 1000

/** Nothing is cut into its days here: only questions that no zone changes are asked in it. */
export const otherZone = 'Europe/Berlin'

/** From the finest to the coarsest. */
export const grains = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const
export type ReferenceGrain = (typeof grains)[number]

const names: readonly string[] = grains

/** Of nothing, -1. */
export function gradeOf(grain: string | undefined): number {
  return names.indexOf(grain ?? '')
}

const utc = (year: number, month: number, date = 1) => Date.UTC(year, month, date) / 1000

/** The start of the bucket that a second lies in; weeks start on Monday. */
export function bucketOf(grain: ReferenceGrain, second: number): number {
  const date = new Date(second * 1000)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (grain) {
    case 'HOUR':
      return Math.floor(second / hour) * hour
    case 'DAY':
      return Math.floor(second / day) * day
    case 'WEEK':
      return utc(year, month, date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
    case 'MONTH':
      return utc(year, month)
    case 'QUARTER':
      return utc(year, Math.floor(month / 3) * 3)
    case 'YEAR':
      return utc(year, 0)
  }
}

const longest = { HOUR: hour, DAY: day, WEEK: 7 * day, MONTH: 31 * day, QUARTER: 92 * day, YEAR: 366 * day }

/** @param start of a bucket */
export function nextBucket(grain: ReferenceGrain, start: number): number {
  return bucketOf(grain, start + longest[grain])
}

/** What the periods mean at that moment, read off a calendar. */
export const periods: Readonly<Record<string, Span>> = {
  today: { start: utc(2020, 2, 22), stop: utc(2020, 2, 23) },
  yesterday: { start: utc(2020, 2, 21), stop: utc(2020, 2, 22) },
  this_week: { start: utc(2020, 2, 16), stop: utc(2020, 2, 23) },
  last_2_weeks: { start: utc(2020, 2, 9), stop: utc(2020, 2, 23) },
  last_30_days: { start: utc(2020, 1, 22), stop: utc(2020, 2, 23) },
  previous_month: { start: utc(2020, 1, 1), stop: utc(2020, 2, 1) },
  this_quarter: { start: utc(2020, 0, 1), stop: utc(2020, 3, 1) },
  this_year: { start: utc(2020, 0, 1), stop: utc(2021, 0, 1) },
  last_12_hours: { start: utc(2020, 2, 21) + 23 * hour, stop: utc(2020, 2, 22) + 11 * hour },
}

export function secondOf(text: string): number {
  return Date.parse(text) / 1000
}

export function instantText(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z')
}
