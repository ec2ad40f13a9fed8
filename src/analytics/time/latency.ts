import type { Dataset } from '../../catalogue/catalogue.ts'
import type { TimeRange } from './time-range.ts'

/**
 * Until when all rows of a range have arrived, in microseconds since 1970: its end, or as long before now as rows of
 * the dataset may still arrive. It may lie before the range.
 */
export function completeUntil(
  { latencySeconds }: Pick<Dataset, 'latencySeconds'>,
  { stop }: TimeRange,
  now: number,
): number {
  return Math.min(stop, now - latencySeconds * 1_000_000)
}
