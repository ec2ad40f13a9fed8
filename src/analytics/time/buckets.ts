import { LRUCache } from 'lru-cache'
import { type Grain, granularities } from '../../access/grants.ts'
import { TesseraError } from '../../errors.ts'
import type { BucketIndex, BucketRun } from '../../warehouse/select.ts'
import { nextStart, nominalSeconds, startOf } from './calendar.ts'
import type { TimeRange } from './time-range.ts'

export const maxBuckets = 10_000
/** More runs than this cost an engine more than a search among the edges. */
const maxRuns = 8

/** The buckets of a range: computed here, once, for every engine, so that their edges cannot differ. */
export interface Buckets {
  readonly grain: Grain
  /** Bucket starts in seconds since 1970, ascending; the first may lie before the range's start. */
  readonly starts: readonly number[]
  readonly index: BucketIndex
}

const known = new LRUCache<string, Buckets>({ max: 500 })

/** @throws QUERY_TOO_LARGE */
export function bucketsOf(range: TimeRange, grain: Grain, argument: string): Buckets {
  const { name, weekStart, yearStart } = range.zone
  const key = `${name} ${weekStart} ${yearStart} ${grain} ${range.start} ${range.stop}`
  const found = known.get(key)
  if (found !== undefined) return found
  const edges = bucketEdges(range, grain, argument)
  const starts = Object.freeze(edges.slice(0, -1))
  const buckets = Object.freeze({ grain, starts, index: bucketIndex(edges) })
  known.set(key, buckets)
  return buckets
}

/** The buckets of two windows of one zone, the first of which ends before the second starts; they may share one. */
export function joinedBuckets(before: Buckets, after: Buckets): Buckets {
  const starts = [...new Set([...before.starts, ...after.starts])]
  const [first, second] = [before.index, after.index]
  const isRuns = first.kind === 'runs' && second.kind === 'runs'
  const index: BucketIndex = isRuns
    ? { kind: 'runs', runs: joinedRuns(first.runs, second.runs) }
    : { kind: 'edges', edges: starts }
  return { grain: after.grain, starts, index }
}

/** The first run of the second window starts a bucket that the first window may have begun. */
function joinedRuns(before: readonly BucketRun[], after: readonly BucketRun[]): readonly BucketRun[] {
  const [first] = after
  return [...before.filter(({ start }) => first === undefined || start < first.start), ...after]
}

/** The finest grain that gives at most 120 points, so that a range gives 30 to 120 where a grain does. */
export function autoGrain(range: TimeRange, finest: Grain): Grain {
  const seconds = (range.stop - range.start) / 1_000_000
  const candidates = granularities.slice(granularities.indexOf(finest))
  return candidates.find((grain) => seconds / nominalSeconds[grain] <= 120) ?? 'YEAR'
}

/** The start of each bucket and the end of the last. */
function bucketEdges(range: TimeRange, grain: Grain, argument: string): readonly number[] {
  const stop = range.stop / 1_000_000
  if ((stop - range.start / 1_000_000) / nominalSeconds[grain] > maxBuckets + 1) throw tooMany(argument)
  const edges = [startOf(grain, range.zone, Math.floor(range.start / 1_000_000))]
  for (let edge = edges[0] ?? stop; edge < stop; ) {
    const next = nextStart(grain, range.zone, edge)
    // A day that a zone skipped starts where the next one does, and has no bucket.
    edge = next > edge ? next : nextStart(grain, range.zone, edge + 86_400)
    edges.push(edge)
  }
  if (edges.length - 1 > maxBuckets) throw tooMany(argument)
  return edges
}

function tooMany(argument: string): TesseraError {
  return new TesseraError('QUERY_TOO_LARGE', {
    argument,
    expected: `a grain with at most ${maxBuckets} buckets`,
  })
}

/** Arithmetic where the buckets are a few even stretches (a year of days has at most five), else the edges. */
function bucketIndex(edges: readonly number[]): BucketIndex {
  const runs: BucketRun[] = []
  for (let index = 0; index + 1 < edges.length; index++) {
    const start = edges[index] ?? 0
    const width = (edges[index + 1] ?? 0) - start
    if (runs.at(-1)?.width === width) continue
    if (runs.length === maxRuns) return { kind: 'edges', edges: edges.slice(0, -1) }
    runs.push({ start, width })
  }
  return { kind: 'runs', runs }
}
