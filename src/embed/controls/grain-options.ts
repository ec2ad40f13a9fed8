import { daysBetween } from './local-days.ts'
import { parsePeriod } from './periods.ts'
import { type Granularity, isPermittedGrain, type Permitted } from './permitted.ts'
import { daysOf, type TimeRange } from './time-range.ts'

/** Offered beside the widget's own; finer ones are for a host to set. */
const choices = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const

const approximateDays = { HOUR: 1 / 24, DAY: 1, WEEK: 7, MONTH: 30, QUARTER: 91, YEAR: 365 } as const

/** More points than that are no picture any more. */
const mostBuckets = 1000

/** The grains that a control offers for a range: none that the token refuses, none with too many buckets, none longer than the range. */
export function offeredGrains(
  permitted: Permitted,
  range: TimeRange | null,
  timeZone: string,
): readonly (typeof choices)[number][] {
  const days = lengthInDays(range, timeZone)
  return choices.filter((grain) => {
    if (!isPermittedGrain(grain, permitted)) return false
    if (days === null) return grain !== 'HOUR'
    const buckets = days / approximateDays[grain]
    return buckets <= mostBuckets && (buckets >= 1 || grain === 'HOUR')
  })
}

/** Whether a grain goes with a range: one that was chosen for another range may not. */
export function isOfferedGrain(
  grain: Granularity,
  permitted: Permitted,
  range: TimeRange | null,
  timeZone: string,
): boolean {
  return grain === 'AUTO' || offeredGrains(permitted, range, timeZone).some((offered) => offered === grain)
}

function lengthInDays(range: TimeRange | null, timeZone: string): number | null {
  if (range === null) return null
  if ('period' in range) {
    const period = parsePeriod(range.period)
    if (period === null) return null
    const { unit, count } = period
    const day = unit === 'DAY' || unit === 'WEEK' || unit === 'MONTH' || unit === 'QUARTER' || unit === 'YEAR'
    return day ? count * approximateDays[unit] : 1
  }
  const days = daysOf(range, timeZone)
  return days === null ? null : daysBetween(days.first, days.last) + 1
}
