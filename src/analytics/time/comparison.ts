import { type Grain, granularities } from '../../access/grants.ts'
import type { Comparison, TimeRangeInput } from '../../catalogue/inputs.ts'
import { nextStart, shiftMonths, startOf, stepFrom } from './calendar.ts'
import { parsePeriod, type Stretch } from './period.ts'
import type { TimeRange } from './time-range.ts'
import { fromLocal, toLocal } from './zone.ts'

export interface ComparisonTerms {
  readonly comparison: Comparison
  /** Microseconds since 1970. */
  readonly now: number
  /** Of the buckets, where there are some: a year of weeks is 52 weeks, so that the days of the week meet their like. */
  readonly grain?: Grain | undefined
  /** The finest grain that may be told; null where there is none. */
  readonly finest: Grain | null
}

/**
 * The window that a range is compared with, by the calendar of the range's zone: a month with the month before and its
 * own number of days. A period that is not over is compared with the same stretch of the one before.
 * @param asked what the range was resolved from
 */
export function comparisonRange(
  range: TimeRange,
  asked: TimeRangeInput | null | undefined,
  terms: ComparisonTerms,
): TimeRange {
  const stretch = asked?.period == null ? null : parsePeriod(asked.period)
  const isYear = terms.comparison === 'PREVIOUS_YEAR'
  const before = isYear ? yearBefore(range, isWeekly(range, terms)) : periodBefore(range, stretch)
  const isUnfinished = stretch !== null && range.start <= terms.now && terms.now < range.stop
  return isUnfinished ? soFar(range, before, terms) : before
}

function isWeekly(range: TimeRange, { grain, finest }: ComparisonTerms): boolean {
  return grain === 'WEEK' || (grain === undefined && finest === 'WEEK' && wholeUnits(range)?.grain === 'WEEK')
}

const yearOfWeeks = 52 * 7 * 86_400

function yearBefore({ start, stop, zone }: TimeRange, inWeeks: boolean): TimeRange {
  const shift = (second: number) =>
    inWeeks ? fromLocal(zone, toLocal(zone, second) - yearOfWeeks) : shiftMonths(zone, second, -12)
  return { start: moved(start, shift), stop: moved(stop, shift), zone }
}

function periodBefore(range: TimeRange, stretch: Stretch | null): TimeRange {
  const { start, stop, zone } = range
  const steps = stretch ?? wholeUnits(range)
  if (steps === null) return { start: start - (stop - start), stop: start, zone }
  const before = stepFrom(steps.grain, zone, Math.floor(start / 1_000_000), -steps.count)
  return { start: before * 1_000_000, stop: start, zone }
}

/** The coarsest unit of the calendar that a range is made of, and how many of it; null where it is made of none. */
function wholeUnits({ start, stop, zone }: TimeRange): { grain: Grain; count: number } | null {
  const isEdge = (grain: Grain, micros: number) =>
    startOf(grain, zone, Math.floor(micros / 1_000_000)) * 1_000_000 === micros
  const calendar = granularities.slice(granularities.indexOf('DAY')).reverse()
  const grain = calendar.find((candidate) => isEdge(candidate, start) && isEdge(candidate, stop))
  if (grain === undefined) return null
  let count = 0
  for (let edge = start / 1_000_000; edge < stop / 1_000_000; count++) edge = stepFrom(grain, zone, edge, 1)
  return { grain, count }
}

/**
 * Cut by the clock on the wall, but never past the end: March 31 has no like in February. Where a finest grain is kept,
 * only at its edges, or the cut would tell by and by what it keeps back.
 */
function soFar({ start, zone }: TimeRange, before: TimeRange, { now, finest }: ComparisonTerms): TimeRange {
  const wall = (micros: number) =>
    toLocal(zone, Math.floor(micros / 1_000_000)) * 1_000_000 + (micros % 1_000_000)
  const passed = wall(now) - wall(start)
  const second = fromLocal(
    zone,
    toLocal(zone, Math.floor(before.start / 1_000_000)) + Math.floor(passed / 1_000_000),
  )
  const cut = second * 1_000_000 + (passed % 1_000_000)
  const stop = finest === null ? cut : nextStart(finest, zone, startOf(finest, zone, second)) * 1_000_000
  return { ...before, stop: Math.max(Math.min(stop, before.stop), before.start + 1) }
}

function moved(micros: number, move: (second: number) => number): number {
  const second = Math.floor(micros / 1_000_000)
  return move(second) * 1_000_000 + (micros - second * 1_000_000)
}
