import type { TimeRangeInput } from '../../src/catalogue/inputs.ts'
import type { DatasetDefinition } from '../../src/model/document.ts'
import type { Question } from './reference-evaluator.ts'
import type { Layers } from './reference-layers.ts'
import { bucketOf, day, gradeOf, grains, periods, type Span, secondOf } from './reference-time.ts'

export interface TimeVerdict {
  readonly reasons: readonly string[]
  readonly range: Span | null
}

/** What the grants of time say of a question; nothing of a dataset without a time. */
export function timeReasons(
  layers: Layers,
  { timeDimension }: DatasetDefinition,
  { kind, input }: Question,
): TimeVerdict {
  const range = spanOf(input.timeRange)
  const zone = ('timeZone' in input ? input.timeZone : null) ?? 'UTC'
  const zoneReasons = zoneListsOf(layers).every((zones) => zones.includes(zone))
    ? []
    : ['GRANULARITY_NOT_ALLOWED']
  if (timeDimension === undefined) return { reasons: zoneReasons, range }
  const grain = kind === 'timeSeries' || kind === 'table' ? (input.granularity ?? undefined) : undefined
  const reasons = layers.all.flatMap((layer) => {
    const { allowedPeriods, minGranularity, maxDateRangeDays, earliest } = layer
    const finest = gradeOf(minGranularity)
    return [
      ...(allowedPeriods !== undefined && !allowedPeriods.includes(input.timeRange?.period ?? '')
        ? ['PERIOD_NOT_ALLOWED']
        : []),
      ...(earliest !== undefined && range !== null && range.start < secondOf(earliest)
        ? ['PERIOD_NOT_ALLOWED']
        : []),
      ...(maxDateRangeDays !== undefined && lengthOf(range) > maxDateRangeDays
        ? ['DATE_RANGE_TOO_LONG']
        : []),
      ...(finest >= 0 && (isOffEdge(range, finest) || (grain !== undefined && gradeOf(grain) < finest))
        ? ['GRANULARITY_NOT_ALLOWED']
        : []),
    ]
  })
  return { reasons: [...zoneReasons, ...reasons], range }
}

function spanOf(range: TimeRangeInput | null | undefined): Span | null {
  if (range?.between != null) {
    const { start, stop } = range.between
    return { start: secondOf(start), stop: secondOf(stop) }
  }
  if (range?.period == null) return null
  const found = periods[range.period]
  if (found === undefined) throw new Error(`The reference knows no period ${range.period}.`)
  return found
}

/** All of time is longer than any number of days. */
function lengthOf(range: Span | null): number {
  return range === null ? Number.POSITIVE_INFINITY : (range.stop - range.start) / day
}

function isOffEdge(range: Span | null, finest: number): boolean {
  if (range === null) return false
  return [range.start, range.stop].some((second) =>
    grains.slice(finest).every((grain) => bucketOf(grain, second) !== second),
  )
}

/**
 * Each must hold the zone of a question. A finest grain is kept in UTC where neither its layer nor one above it names
 * zones, for the days of two zones differ by hours.
 */
function zoneListsOf({ all }: Layers): readonly (readonly string[])[] {
  const lists: (readonly string[])[] = []
  for (const { timeZones, minGranularity } of all) {
    if (timeZones !== undefined) lists.push(timeZones)
    else if (minGranularity !== undefined && lists.length === 0) lists.push(['UTC'])
  }
  return lists
}
