import type { Customs } from '../../catalogue/customs.ts'
import type { TimeRangeInput } from '../../catalogue/inputs.ts'
import { badInput } from '../../errors.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { parseInstant } from './instant.ts'
import { parsePeriod, resolvePeriod } from './period.ts'
import type { TimeRange } from './time-range.ts'
import { findZone } from './zone.ts'

/** @throws BAD_USER_INPUT */
export function parseZone(name: string | null | undefined, customs: Customs, argument: string): Calendar {
  const zone = findZone(name ?? 'UTC')
  if (zone === null) throw badInput(argument, 'an IANA time zone name, such as Europe/Berlin')
  return calendarOf(zone, customs)
}

/** Of names that are periods; others are none. */
export function resolvedPeriods(names: Iterable<string>, zone: Calendar, now: number): readonly TimeRange[] {
  return [...names].flatMap((name) =>
    parsePeriod(name) === null ? [] : [resolvePeriod(name, zone, now, 'allowedPeriods')],
  )
}

/**
 * Null where no range was asked for.
 * @param now microseconds since 1970
 * @throws BAD_USER_INPUT
 */
export function parseTimeRange(
  input: TimeRangeInput | null | undefined,
  zone: Calendar,
  now: number,
  argument: string,
): TimeRange | null {
  if (input === null || input === undefined) return null
  const { period, between } = input
  if (period != null && between == null) return resolvePeriod(period, zone, now, `${argument}.period`)
  if (between == null || period != null) throw badInput(argument, 'either a period or between')
  const start = parseBound(between.start, `${argument}.between.start`)
  const stop = parseBound(between.stop, `${argument}.between.stop`)
  if (start >= stop) throw badInput(`${argument}.between.stop`, 'an instant after start')
  return { start, stop, zone }
}

function parseBound(text: string, argument: string): number {
  const instant = parseInstant(text)
  if (instant === null) {
    throw badInput(argument, 'an RFC 3339 instant from 1900 to 2299, such as 2001-03-01T00:00:00Z')
  }
  return instant
}
