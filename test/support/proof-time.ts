import { nowSeconds, type ProofLayer, type ProofQuestion, type ProofRange } from './proof-case.ts'

/** Seconds since 1970, in UTC. */
export interface Seconds {
  readonly start: number
  readonly stop: number
}

const day = 86_400

/** Periods that questions may name, resolved at the fixed moment. */
export const periods: Readonly<Record<string, Seconds>> = {
  today: { start: Date.UTC(2001, 2, 20) / 1000, stop: Date.UTC(2001, 2, 21) / 1000 },
  this_week: { start: Date.UTC(2001, 2, 19) / 1000, stop: Date.UTC(2001, 2, 26) / 1000 },
  last_30_days: { start: Date.UTC(2001, 2, 20) / 1000 - 29 * day, stop: Date.UTC(2001, 2, 21) / 1000 },
  previous_month: { start: Date.UTC(2001, 1, 1) / 1000, stop: Date.UTC(2001, 2, 1) / 1000 },
  this_year: { start: Date.UTC(2001, 0, 1) / 1000, stop: Date.UTC(2002, 0, 1) / 1000 },
  last_6_hours: { start: nowSeconds - 5 * 3600, stop: nowSeconds + 3600 },
}

export function rangeOf(range: ProofRange | null): Seconds | null {
  if (range?.period !== undefined) return periods[range.period] ?? null
  return range?.between ?? null
}

const grains = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const

/** Why the grants of time refuse a question about a dataset with a time. */
export function rangeReasons(
  layers: readonly ProofLayer[],
  question: ProofQuestion,
  range: Seconds | null,
): readonly string[] {
  const reasons: string[] = []
  const periodLists = layers.flatMap(({ allowedPeriods }) =>
    allowedPeriods === undefined ? [] : [allowedPeriods],
  )
  const period = question.range?.period
  if (periodLists.some((list) => period === undefined || !list.includes(period)))
    reasons.push('PERIOD_NOT_ALLOWED')
  const days = Math.min(...layers.map(({ maxDateRangeDays }) => maxDateRangeDays ?? Number.POSITIVE_INFINITY))
  if (range === null ? Number.isFinite(days) : (range.stop - range.start) / day > days)
    reasons.push('DATE_RANGE_TOO_LONG')
  const earliest = Math.max(...layers.map((layer) => layer.earliest ?? Number.NEGATIVE_INFINITY))
  if (range !== null && range.start < earliest) reasons.push('PERIOD_NOT_ALLOWED')
  const coarsest = Math.max(
    ...layers.map(({ minGranularity }) =>
      minGranularity === undefined ? -1 : grains.indexOf(minGranularity),
    ),
  )
  if (coarsest >= 0 && range !== null) {
    const allowed = grains.slice(coarsest)
    if (![range.start, range.stop].every((at) => allowed.some((grain) => isEdge(grain, at))))
      reasons.push('GRANULARITY_NOT_ALLOWED')
  }
  if (question.kind === 'timeSeries' && grains.indexOf(question.grain) < coarsest)
    reasons.push('GRANULARITY_NOT_ALLOWED')
  return reasons
}

export function isEdge(grain: (typeof grains)[number], second: number): boolean {
  return bucketOf(grain, second) === second
}

/** The start of the bucket that a second falls into. */
export function bucketOf(grain: (typeof grains)[number], second: number): number {
  const date = new Date(second * 1000)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (grain === 'HOUR') return second - (second % 3600)
  const midnight = second - (second % day)
  if (grain === 'DAY') return midnight
  if (grain === 'WEEK') return midnight - ((date.getUTCDay() + 6) % 7) * day
  if (grain === 'MONTH') return Date.UTC(year, month, 1) / 1000
  return grain === 'QUARTER' ? Date.UTC(year, month - (month % 3), 1) / 1000 : Date.UTC(year, 0, 1) / 1000
}
