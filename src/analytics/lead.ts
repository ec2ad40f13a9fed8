import type { Granularity } from '../catalogue/inputs.ts'
import type { Metric, MetricWindow } from '../catalogue/metric.ts'
import { TesseraError } from '../errors.ts'
import type { Asking } from './asking.ts'
import { startOf, stepFrom } from './time/calendar.ts'
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

/**
 * The stretch before a range that the windows of its first buckets reach into; null where the token's grants of time
 * keep it back, and then those buckets have no figure.
 */
export function leadOf(
  { scope: { permissions }, now }: Asking,
  range: TimeRange,
  { grain, count }: Trailing,
): TimeRange | null {
  const { zone } = range
  const first = startOf(grain, zone, Math.floor(range.start / 1_000_000))
  const lead = { start: stepFrom(grain, zone, first, 1 - count) * 1_000_000, stop: range.start, zone }
  try {
    checkComparedWindow({ permissions, now }, lead)
    return lead
  } catch (error) {
    if (error instanceof TesseraError) return null
    throw error
  }
}
