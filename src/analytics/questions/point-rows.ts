import type { FilterValue } from '../../access/grants.ts'
import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import { badInput } from '../../errors.ts'
import type { Predicate } from '../../warehouse/select.ts'
import { columnOf } from '../filter.ts'
import { literalOf } from '../literal.ts'
import { parseInstant } from '../time/instant.ts'
import type { TimeRange } from '../time/time-range.ts'
import type { TimeAxis } from './time-axis.ts'

/** The rows of one group; null is a group of its own. */
export function rowsWith(
  dataset: Dataset,
  dimension: Dimension,
  value: FilterValue,
  argument: string,
): Predicate {
  const of = columnOf(dataset, dimension)
  if (value === null) return { kind: 'is_null', of }
  const literal = literalOf(dimension, value, argument, Number.POSITIVE_INFINITY)
  return { kind: 'compare', operator: '=', of, value: literal }
}

/**
 * The part of an axis' range that a bucket holds.
 * @throws BAD_USER_INPUT where no bucket has this label
 */
export function rangeOfBucket(axis: TimeAxis, label: string, argument: string): TimeRange {
  const starts = axis.buckets.map((bucket) => parseInstant(axis.label(bucket)))
  const asked = parseInstant(label)
  const index = asked === null ? -1 : starts.indexOf(asked)
  const start = starts[index]
  if (start == null) throw badInput(argument, 'the start of a bucket of the range')
  const { range } = axis
  return { start: Math.max(start, range.start), stop: starts[index + 1] ?? range.stop, zone: range.zone }
}
