import type { Grain } from '../access/grants.ts'
import type { Granularity } from '../catalogue/inputs.ts'
import type { Metric, MetricWindow } from '../catalogue/metric.ts'
import { TesseraError } from '../errors.ts'
import type { Asking } from './asking.ts'
import { bucketsOf } from './time/buckets.ts'
import { type Calendar, startOf, stepFrom } from './time/calendar.ts'
import type { TimeRange } from './time/time-range.ts'
import { checkComparedWindow } from './time-grants.ts'

export type Trailing = Exclude<MetricWindow, { kind: 'cumulative' }>

/** The longest of the windows that reach back from each bucket; null where no metric has one. */
export function longestTrailing(metrics: readonly Metric[]): Trailing | null {
  const windows = metrics.flatMap((metric) =>
    metric.kind === 'window' && metric.window.kind !== 'cumulative' ? [metric.window] : [],
  )
  return windows.reduce<Trailing | null>(
    (longest, window) => (longest === null || window.count > longest.count ? window : longest),
    null,
  )
}

/**
 * The granularity that a question's trailing windows are counted in.
 * @throws NOT_SUPPORTED where another was asked for
 */
export function granularityFor(metrics: readonly Metric[], asked: Granularity): Granularity {
  let granularity = asked
  for (const { name, ...metric } of metrics) {
    if (metric.kind !== 'window' || metric.window.kind === 'cumulative') continue
    const { grain, count } = metric.window
    if (granularity === 'AUTO') granularity = grain
    if (granularity === grain) continue
    throw new TesseraError('NOT_SUPPORTED', {
      argument: 'input.granularity',
      expected: `${grain}, because ${name} is about the last ${count} of them`,
    })
  }
  return granularity
}

/** The stretch before a range that the windows of its first buckets reach into, or why it is kept back. */
export type Lead =
  | { readonly range: TimeRange; readonly refusal: null }
  | { readonly range: null; readonly refusal: TesseraError | null }

export const noLead: Lead = { range: null, refusal: null }

/** Where the token's grants of time keep it back, the first buckets have no figure. */
export function leadOf(
  { scope: { permissions }, now }: Asking,
  range: TimeRange,
  { grain, count }: Trailing,
): Lead {
  const { zone } = range
  const first = startOf(grain, zone, Math.floor(range.start / 1_000_000))
  const start = startOfTrailing(zone, grain, first, count) * 1_000_000
  const lead = { start, stop: range.start, zone }
  try {
    checkComparedWindow({ permissions, now }, lead, 'input.metrics')
    return { range: lead, refusal: null }
  } catch (error) {
    if (error instanceof TesseraError && refusals.has(error.code)) return { range: null, refusal: error }
    throw error
  }
}

/** What the grants of time refuse. */
const refusals = new Set<TesseraError['code']>([
  'PERIOD_NOT_ALLOWED',
  'DATE_RANGE_TOO_LONG',
  'GRANULARITY_NOT_ALLOWED',
])

/** The start of the first of so many buckets, of which the last starts at `last`; seconds since 1970. */
export function startOfTrailing(zone: Calendar, grain: Grain, last: number, count: number): number {
  if (count <= 1) return last
  // A few more, since a zone may have skipped a day.
  const from = stepFrom(grain, zone, last, -(count + 3))
  const before = bucketsOf({ start: from * 1_000_000, stop: last * 1_000_000, zone }, grain, 'input.metrics')
  return before.starts.at(1 - count) ?? last
}
