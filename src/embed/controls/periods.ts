import { type Grain, grains, isPermittedGrain, type Permitted } from './permitted.ts'

/** A named stretch of whole units that moves with the clock, as the API's Period. */
export interface NamedPeriod {
  readonly name: string
  readonly unit: Grain
  readonly count: number
  readonly form: 'this' | 'previous' | 'last'
}

/** What a picker offers to a token that may ask for any period. */
export const usualPeriods = [
  'today',
  'yesterday',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_month',
  'previous_month',
  'this_quarter',
  'previous_quarter',
  'this_year',
  'previous_year',
  'last_12_months',
] as const

/** The longest that a unit gets, in days: where a limit leaves it open whether a period fits, it is not offered. */
const longestDays: Readonly<Record<Grain, number>> = {
  MINUTE: 1 / 1440,
  FIVE_MINUTES: 1 / 288,
  FIFTEEN_MINUTES: 1 / 96,
  HOUR: 1 / 24,
  DAY: 1,
  WEEK: 7,
  MONTH: 31,
  QUARTER: 92,
  YEAR: 366,
}

/** Null where it is none. */
export function parsePeriod(name: string): NamedPeriod | null {
  if (name === 'today') return { name, unit: 'DAY', count: 1, form: 'this' }
  if (name === 'yesterday') return { name, unit: 'DAY', count: 1, form: 'previous' }
  const single = /^(this|previous)_([a-z]+)$/.exec(name)
  if (single !== null) {
    const unit = unitOf(single[2])
    return unit === null ? null : { name, unit, count: 1, form: single[1] === 'this' ? 'this' : 'previous' }
  }
  const last = /^last_([1-9]\d{0,5})_([a-z]+)s$/.exec(name)
  const unit = unitOf(last?.[2])
  return last === null || unit === null ? null : { name, unit, count: Number(last[1]), form: 'last' }
}

function unitOf(text: string | undefined): Grain | null {
  const unit = text?.toUpperCase()
  return grains.find((grain) => grain === unit) ?? null
}

/**
 * The periods that a picker may offer: of the usual ones, or of exactly those that the token grants, the ones that
 * none of its other limits refuses.
 */
export function offeredPeriods(permitted: Permitted, now: Date): readonly NamedPeriod[] {
  const names = permitted.periods.all ? usualPeriods : permitted.periods.names
  return names
    .map(parsePeriod)
    .filter((period) => period !== null)
    .filter((period) => isPermittedPeriod(period, permitted, now))
}

/** Whether no limit of the token refuses a period, as far as that can be told without the model's calendar. */
export function isPermittedPeriod(period: NamedPeriod, permitted: Permitted, now: Date): boolean {
  const { periods, maxDateRangeDays, earliest } = permitted
  if (!periods.all && !periods.names.includes(period.name)) return false
  if (!isPermittedGrain(period.unit, permitted)) return false
  const days = period.count * longestDays[period.unit]
  if (maxDateRangeDays !== null && days > maxDateRangeDays) return false
  return earliest === null || earliestStart(period, now) >= Date.parse(earliest)
}

/** The start of a period is at most as many units ago as it has, and one more where it lies before the current one. */
function earliestStart({ unit, count, form }: NamedPeriod, now: Date): number {
  const units = form === 'previous' ? count + 1 : count
  return now.getTime() - units * longestDays[unit] * 86_400_000
}
