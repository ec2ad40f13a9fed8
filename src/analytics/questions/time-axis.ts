import type { Grain } from '../../access/grants.ts'
import type { Dimension } from '../../catalogue/catalogue.ts'
import type { Granularity } from '../../catalogue/inputs.ts'
import { TesseraError } from '../../errors.ts'
import type { BucketIndex, Output } from '../../warehouse/select.ts'
import { type Asking, type Rowset, timeColumn, timeDimensionOf } from '../asking.ts'
import { autoGrain, type Buckets, bucketsOf, joinedBuckets } from '../time/buckets.ts'
import { formatInstant } from '../time/instant.ts'
import type { TimeRange } from '../time/time-range.ts'
import { toLocal } from '../time/zone.ts'
import { checkGrain, finestGrain } from '../time-grants.ts'

/** The time dimension cut into buckets: what the engine is to compute, and what each of its numbers stands for. */
export interface TimeAxis {
  readonly dimension: Dimension
  readonly grain: Grain
  readonly range: TimeRange
  readonly output: Output
  /** The buckets of the window before, in order; empty where nothing is compared. */
  readonly comparedBuckets: readonly number[]
  /** Every bucket of the range in order, as the engine's numbers. */
  readonly buckets: readonly number[]
  /** The RFC 3339 start of a bucket. */
  readonly label: (bucket: number) => string
}

/**
 * @param before the window that is compared with; it ends before the question's own starts
 * @throws BAD_USER_INPUT, GRANULARITY_NOT_ALLOWED, QUERY_TOO_LARGE
 */
export function timeAxis(
  asking: Asking,
  rowset: Rowset,
  granularity: Granularity,
  before: TimeRange | null = null,
): TimeAxis {
  const { dataset, range } = rowset
  const dimension = timeDimensionOf(dataset, 'input.granularity')
  if (range === null) throw new Error('A time axis needs a range.')
  const grain = grainOf(asking, dimension, range, granularity)
  const buckets = bucketsOf(range, grain, 'input.granularity')
  const compared = before === null ? null : bucketsOf(before, grain, 'input.compareTo')
  const isDate = dimension.column.type.kind === 'date'
  const numbers = ({ starts }: Buckets) => (isDate ? datesOf(starts, range) : starts)
  const all = compared === null ? buckets : joinedBuckets(compared, buckets)
  return {
    dimension,
    grain,
    range,
    // A date has no zone: its buckets are those of the wall clock.
    output: bucketOutput(rowset, isDate ? { kind: 'edges', edges: numbers(all) } : all.index),
    buckets: numbers(buckets),
    comparedBuckets: compared === null ? [] : numbers(compared),
    label: labelOf(buckets, numbers(buckets)),
  }
}

/**
 * The grain of a question, chosen for it where it says AUTO.
 * @throws GRANULARITY_NOT_ALLOWED
 */
export function grainOf(
  { scope }: Asking,
  { name, column }: Dimension,
  range: TimeRange,
  granularity: Granularity,
): Grain {
  const isDate = column.type.kind === 'date'
  checkGrain(scope.permissions, granularity)
  if (granularity === 'AUTO')
    return autoGrain(range, finestGrain(isDate ? 'DAY' : 'MINUTE', scope.permissions))
  if (!isDate || !finerThanDay.has(granularity)) return granularity
  throw new TesseraError('GRANULARITY_NOT_ALLOWED', {
    argument: 'input.granularity',
    expected: `DAY or coarser, because ${name} is a date`,
  })
}

const finerThanDay = new Set<Grain>(['MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'HOUR'])

function datesOf(starts: readonly number[], { zone }: TimeRange): readonly number[] {
  return starts.map((start) => Math.floor(toLocal(zone, start) / 86_400) * 86_400)
}

/** A bucket is labelled with its start in the zone; of a date, with the zone's midnight. */
function labelOf({ starts }: Buckets, numbers: readonly number[]): (bucket: number) => string {
  const instants = new Map(numbers.map((number, index) => [number, starts[index] ?? number]))
  return (bucket) => formatInstant((instants.get(bucket) ?? bucket) * 1_000_000)
}

function bucketOutput({ dataset }: Rowset, buckets: BucketIndex): Output {
  return { name: 'bucket', expression: { kind: 'bucket', time: timeColumn(dataset), buckets } }
}
