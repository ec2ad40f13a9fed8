import type { Grain } from '../../access/grants.ts'
import type { Dimension } from '../../catalogue/catalogue.ts'
import type { Granularity } from '../../catalogue/inputs.ts'
import { TesseraError } from '../../errors.ts'
import type { BucketIndex, Output } from '../../warehouse/select.ts'
import { type Asking, type Rowset, timeColumn, timeDimensionOf } from '../asking.ts'
import { type Buckets, bucketsOf } from '../time/buckets.ts'
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
  /** Every bucket of the range in order, as the engine's numbers. */
  readonly buckets: readonly number[]
  /** The RFC 3339 start of a bucket. */
  readonly label: (bucket: number) => string
}

/** @throws BAD_USER_INPUT, GRANULARITY_NOT_ALLOWED, QUERY_TOO_LARGE */
export function timeAxis({ scope }: Asking, rowset: Rowset, granularity: Granularity): TimeAxis {
  const { dataset, range } = rowset
  const dimension = timeDimensionOf(dataset, 'input.granularity')
  if (range === null) throw new Error('A time axis needs a range.')
  const isDate = dimension.column.type.kind === 'date'
  const finest = finestGrain(isDate ? 'DAY' : 'MINUTE', scope.permissions)
  checkGrain(scope.permissions, granularity)
  const buckets = bucketsOf(range, granularity, finest, 'input.granularity')
  if (isDate && finerThanDay.has(buckets.grain)) {
    throw new TesseraError('GRANULARITY_NOT_ALLOWED', {
      argument: 'input.granularity',
      expected: `DAY or coarser, because ${dimension.name} is a date`,
    })
  }
  return isDate ? dateAxis(dimension, range, buckets, rowset) : instantAxis(dimension, range, buckets, rowset)
}

const finerThanDay = new Set<Grain>(['MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'HOUR'])

function instantAxis(
  dimension: Dimension,
  range: TimeRange,
  { grain, starts, index }: Buckets,
  rowset: Rowset,
): TimeAxis {
  return {
    dimension,
    grain,
    range,
    output: bucketOutput(rowset, index),
    buckets: starts,
    label: (bucket) => formatInstant(bucket * 1_000_000),
  }
}

/** A date has no zone: its buckets are those of the wall clock, and are labelled with the zone's midnight. */
function dateAxis(
  dimension: Dimension,
  range: TimeRange,
  { grain, starts }: Buckets,
  rowset: Rowset,
): TimeAxis {
  const dates = starts.map((start) => Math.floor(toLocal(range.zone, start) / 86_400) * 86_400)
  const instants = new Map(dates.map((date, index) => [date, starts[index] ?? date]))
  return {
    dimension,
    grain,
    range,
    output: bucketOutput(rowset, { kind: 'edges', edges: dates }),
    buckets: dates,
    label: (bucket) => formatInstant((instants.get(bucket) ?? bucket) * 1_000_000),
  }
}

function bucketOutput({ dataset }: Rowset, buckets: BucketIndex): Output {
  return { name: 'bucket', expression: { kind: 'bucket', time: timeColumn(dataset), buckets } }
}
