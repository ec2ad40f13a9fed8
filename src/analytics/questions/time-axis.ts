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
  /** Every bucket of the range in order, as the engine's numbers. */
  readonly buckets: readonly number[]
  /** When each of them starts, in seconds since 1970. */
  readonly starts: readonly number[]
  /** Those before it that are read for the windows of the first buckets. */
  readonly lead: readonly number[]
  /** The same of the window before; empty where nothing is compared. */
  readonly comparedBuckets: readonly number[]
  readonly comparedStarts: readonly number[]
  readonly comparedLead: readonly number[]
  /** The RFC 3339 start of a bucket. */
  readonly label: (bucket: number) => string
}

/** What is read beside the question's own range; the window that it is compared with ends before its own starts. */
export interface Beside {
  readonly lead: TimeRange | null
  readonly compared: TimeRange | null
  readonly comparedLead: TimeRange | null
}

const nothingBeside: Beside = { lead: null, compared: null, comparedLead: null }

/** @throws BAD_USER_INPUT, GRANULARITY_NOT_ALLOWED, QUERY_TOO_LARGE */
export function timeAxis(
  asking: Asking,
  rowset: Rowset,
  granularity: Granularity,
  beside: Beside = nothingBeside,
): TimeAxis {
  const { dataset, range } = rowset
  const dimension = timeDimensionOf(dataset, 'input.granularity')
  if (range === null) throw new Error('A time axis needs a range.')
  const grain = grainOf(asking, dimension, range, granularity)
  const buckets = bucketsOf(range, grain, 'input.granularity')
  const compared = beside.compared === null ? null : bucketsOf(beside.compared, grain, 'input.compareTo')
  const lead = leadStarts(beside.lead, buckets)
  const comparedLead = compared === null ? [] : leadStarts(beside.comparedLead, compared)
  const isDate = dimension.column.type.kind === 'date'
  const numbers = (starts: readonly number[]) => (isDate ? datesOf(starts, range) : starts)
  const all = allBuckets(buckets, compared, [...comparedLead, ...lead])
  return {
    dimension,
    grain,
    range,
    // A date has no zone: its buckets are those of the wall clock.
    output: bucketOutput(rowset, isDate ? { kind: 'edges', edges: numbers(all.starts) } : all.index),
    buckets: numbers(buckets.starts),
    starts: buckets.starts,
    lead: numbers(lead),
    comparedBuckets: compared === null ? [] : numbers(compared.starts),
    comparedStarts: compared?.starts ?? [],
    comparedLead: numbers(comparedLead),
    label: labelOf(buckets, numbers(buckets.starts)),
  }
}

function leadStarts(lead: TimeRange | null, { grain, starts }: Buckets): readonly number[] {
  if (lead === null) return []
  const [first = 0] = starts
  return bucketsOf(lead, grain, 'input.metrics').starts.filter((start) => start < first)
}

/** Each once: what is read beside the range may lie in the window that it is compared with. */
function allBuckets(buckets: Buckets, compared: Buckets | null, leads: readonly number[]): Buckets {
  if (leads.length === 0) return compared === null ? buckets : joinedBuckets(compared, buckets)
  const starts = [...new Set([...leads, ...(compared?.starts ?? []), ...buckets.starts])]
  const edges = starts.sort((left, right) => left - right)
  return { grain: buckets.grain, starts: edges, index: { kind: 'edges', edges } }
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
