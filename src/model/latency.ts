import { parseDuration } from '../analytics/time/duration.ts'

export const latencyText =
  'an ISO 8601 duration of weeks, days, hours, minutes and whole seconds, such as PT6H or P1D, of at most 31 days'

/** Seconds; null where it is no such duration. */
export function parseLatency(text: string): number | null {
  const seconds = (parseDuration(text) ?? Number.NaN) / 1_000_000
  return Number.isInteger(seconds) && seconds <= 31 * 86_400 ? seconds : null
}
