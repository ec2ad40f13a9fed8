import { type Grain, granularities } from '../access/grants.ts'
import { intersection, type Permissions, permits } from '../access/permissions.ts'
import type { Dataset } from '../catalogue/catalogue.ts'
import type { Customs } from '../catalogue/customs.ts'
import type { Granularity, TimeRangeInput } from '../catalogue/inputs.ts'
import { TesseraError } from '../errors.ts'
import { type Calendar, startOf } from './time/calendar.ts'
import { formatInstant } from './time/instant.ts'
import { parseZone, resolvedPeriods } from './time/range.ts'
import type { TimeRange } from './time/time-range.ts'
import { offsetAt } from './time/zone.ts'

const argument = 'input.timeRange'

/**
 * That a question's range lies within what its token grants. Each window that a question reads is checked by itself.
 * Datasets without a time have no range to bound.
 * @param range null where none was asked for
 * @throws PERIOD_NOT_ALLOWED, DATE_RANGE_TOO_LONG, GRANULARITY_NOT_ALLOWED
 */
export function checkTimeGrants(
  permissions: Permissions,
  dataset: Dataset,
  asked: TimeRangeInput | null | undefined,
  range: TimeRange | null,
): void {
  if (dataset.timeDimension === null) return
  checkPeriod(permissions, asked)
  if (range !== null) checkWindow(permissions, range, argument)
  else if (permissions.maxDateRangeDays !== null) throw tooLong(permissions.maxDateRangeDays, argument)
}

/**
 * Of each window that a question reads, the one it is compared with included.
 * @throws PERIOD_NOT_ALLOWED, DATE_RANGE_TOO_LONG, GRANULARITY_NOT_ALLOWED
 */
export function checkWindow(permissions: Permissions, range: TimeRange, argument: string): void {
  const { maxDateRangeDays } = permissions
  if (maxDateRangeDays !== null && wallDays(range) > maxDateRangeDays) {
    throw tooLong(maxDateRangeDays, argument)
  }
  checkEarliest(permissions, range, argument)
  checkEdges(permissions, range, argument)
}

/**
 * The zone of a question: UTC where it names none, or else the first that is granted.
 * @throws BAD_USER_INPUT, GRANULARITY_NOT_ALLOWED
 */
export function grantedZone(
  { timeZones }: Permissions,
  customs: Customs,
  name: string | null | undefined,
): Calendar {
  const granted = intersection(timeZones)
  const names = granted.all ? [] : [...granted.names]
  const byDefault = granted.all || granted.names.has('UTC') ? 'UTC' : (names[0] ?? 'UTC')
  const zone = parseZone(name ?? byDefault, customs, 'input.timeZone')
  if (permits(timeZones, zone.name)) return zone
  throw new TesseraError('GRANULARITY_NOT_ALLOWED', {
    argument: 'input.timeZone',
    expected:
      names.length === 0 ? 'a token that grants a time zone' : `one of the time zones ${names.join(', ')}`,
    allowed: names,
  })
}

function checkPeriod({ periods }: Permissions, asked: TimeRangeInput | null | undefined): void {
  if (periods.length === 0) return
  const period = asked?.period ?? null
  if (period !== null && permits(periods, period)) return
  const granted = intersection(periods)
  const names = granted.all ? [] : [...granted.names]
  throw new TesseraError('PERIOD_NOT_ALLOWED', {
    argument: period === null ? argument : `${argument}.period`,
    expected: names.length === 0 ? 'a token that grants a period' : `one of the periods ${names.join(', ')}`,
    allowed: names,
  })
}

function tooLong(days: number, argument: string): TesseraError {
  return new TesseraError('DATE_RANGE_TOO_LONG', {
    argument,
    expected: `a time range of at most ${days} days`,
  })
}

/** Of the wall clock, so that a day on which a zone's clock changes is one day. */
function wallDays({ start, stop, zone }: TimeRange): number {
  const wall = (micros: number) => micros / 1_000_000 + offsetAt(zone, Math.floor(micros / 1_000_000))
  return (wall(stop) - wall(start)) / 86_400
}

function checkEarliest({ earliest }: Permissions, range: TimeRange, argument: string): void {
  if (earliest === null || range.start >= earliest) return
  throw new TesseraError('PERIOD_NOT_ALLOWED', {
    argument,
    expected: `a time range that starts at ${formatInstant(earliest)} or later`,
  })
}

/**
 * Of a window that is read beside the question's own range: where ranges must be granted periods, it must lie in one of
 * them.
 * @throws what checkWindow throws
 */
export function checkComparedWindow(
  { permissions, now }: ComparingTerms,
  range: TimeRange,
  argument = 'input.compareTo',
): void {
  checkWindow(permissions, range, argument)
  if (permissions.periods.length === 0) return
  const granted = intersection(permissions.periods)
  const windows = granted.all ? [] : resolvedPeriods(granted.names, range.zone, now)
  if (windows.some(({ start, stop }) => start <= range.start && range.stop <= stop)) return
  throw new TesseraError('PERIOD_NOT_ALLOWED', {
    argument,
    expected: 'a window that lies inside a period that is granted',
  })
}

interface ComparingTerms {
  readonly permissions: Permissions
  /** Microseconds since 1970. */
  readonly now: number
}

/** A range that ends inside a bucket would give, by subtraction, what the finest grain keeps back. */
function checkEdges({ minGranularity }: Permissions, range: TimeRange, argument: string): void {
  if (minGranularity === null) return
  const grains = granularities.slice(granularities.indexOf(minGranularity))
  const isEdge = (micros: number) =>
    grains.some((grain) => startOf(grain, range.zone, Math.floor(micros / 1_000_000)) * 1_000_000 === micros)
  if (isEdge(range.start) && isEdge(range.stop)) return
  throw new TesseraError('GRANULARITY_NOT_ALLOWED', {
    argument,
    expected: `a time range that starts and stops at the start of a ${minGranularity} or of something longer, in ${range.zone.name}`,
  })
}

/** @throws GRANULARITY_NOT_ALLOWED */
export function checkGrain({ minGranularity }: Permissions, granularity: Granularity): void {
  if (minGranularity === null || granularity === 'AUTO') return
  if (granularities.indexOf(granularity) >= granularities.indexOf(minGranularity)) return
  throw new TesseraError('GRANULARITY_NOT_ALLOWED', {
    argument: 'input.granularity',
    expected: `${minGranularity} or coarser`,
    allowed: granularities.slice(granularities.indexOf(minGranularity)),
  })
}

/** The finest grain that AUTO may choose. */
export function finestGrain(ofColumn: Grain, { minGranularity }: Permissions): Grain {
  const index = minGranularity === null ? 0 : granularities.indexOf(minGranularity)
  return granularities[Math.max(index, granularities.indexOf(ofColumn))] ?? ofColumn
}
