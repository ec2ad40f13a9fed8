import { LRUCache } from 'lru-cache'
import type { Grain } from '../../access/grants.ts'
import { type Customs, months } from '../../catalogue/customs.ts'
import { fromLocal, lastAtMost, toLocal, type Zone } from './zone.ts'

/** A zone with the customs by which its weeks, quarters and years are counted. */
export interface Calendar extends Zone {
  readonly weekStart: Customs['weekStart']
  /** The month that years start in, from 0 for January to 11. */
  readonly yearStart: number
}

const calendars = new LRUCache<string, Calendar>({ max: 700 })

/** One object for each zone and customs. */
export function calendarOf(zone: Zone, { weekStart, fiscalYearStart }: Customs): Calendar {
  const key = `${zone.name} ${weekStart} ${fiscalYearStart}`
  const known = calendars.get(key)
  if (known !== undefined) return known
  const calendar = Object.freeze({ ...zone, weekStart, yearStart: months.indexOf(fiscalYearStart) })
  calendars.set(key, calendar)
  return calendar
}

/** Grains whose buckets are counted in seconds of elapsed time. */
const secondsOf: Partial<Record<Grain, number>> = {
  MINUTE: 60,
  FIVE_MINUTES: 300,
  FIFTEEN_MINUTES: 900,
  HOUR: 3600,
}

const monthsOf: Partial<Record<Grain, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 }
const day = 86_400

/** About how long a bucket is, in seconds: enough to choose a grain or to bound a count. */
export const nominalSeconds: Record<Grain, number> = {
  MINUTE: 60,
  FIVE_MINUTES: 300,
  FIFTEEN_MINUTES: 900,
  HOUR: 3600,
  DAY: day,
  WEEK: 7 * day,
  MONTH: 30.44 * day,
  QUARTER: 91.31 * day,
  YEAR: 365.24 * day,
}

/** The start of the bucket that an instant falls into (seconds since 1970). */
export function startOf(grain: Grain, zone: Calendar, second: number): number {
  const width = secondsOf[grain]
  if (width === undefined) {
    const local = floorLocal(grain, zone, toLocal(zone, second))
    // A clock set back at 00:01 shows the day before once more, when the next one has begun.
    const next = fromLocal(zone, addLocal(grain, local, 1))
    return next <= second ? next : fromLocal(zone, local)
  }
  const index = lastAtMost(zone.changes, second)
  const offset = zone.offsets[index] ?? 0
  const floored = Math.floor((second + offset) / width) * width - offset
  // A change of the offset inside a bucket starts a new one.
  return Math.max(floored, zone.changes[index] ?? floored)
}

/** The start of the bucket after the one that starts at `start`. */
export function nextStart(grain: Grain, zone: Calendar, start: number): number {
  return stepFrom(grain, zone, start, 1)
}

/** The start of the bucket `count` buckets away; buckets shorter than a day are counted in elapsed time. */
export function stepFrom(grain: Grain, zone: Calendar, start: number, count: number): number {
  const width = secondsOf[grain]
  if (width === undefined)
    return fromLocal(zone, addLocal(grain, floorLocal(grain, zone, toLocal(zone, start)), count))
  if (count !== 1) return startOf(grain, zone, start + count * width)
  const index = lastAtMost(zone.changes, start)
  const offset = zone.offsets[index] ?? 0
  const next = (Math.floor((start + offset) / width) + 1) * width - offset
  return Math.min(next, zone.changes[index + 1] ?? next)
}

/** The same time of the wall clock so many months away; of a day that the month lacks, its last one. */
export function shiftMonths(zone: Zone, second: number, count: number): number {
  const local = toLocal(zone, second)
  const date = new Date(local * 1000)
  const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1)
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count + 1, 0)).getUTCDate()
  const timeOfDay = local - Math.floor(local / day) * day
  return fromLocal(zone, month / 1000 + (Math.min(date.getUTCDate(), days) - 1) * day + timeOfDay)
}

/** 1970-01-01 was a Thursday: how many days of its week were over. */
const daysBefore1970: Record<Customs['weekStart'], number> = { monday: 3, sunday: 4 }

function floorLocal(grain: Grain, { weekStart, yearStart }: Calendar, local: number): number {
  if (grain === 'DAY') return Math.floor(local / day) * day
  if (grain === 'WEEK') {
    const shift = daysBefore1970[weekStart]
    return (Math.floor((local / day + shift) / 7) * 7 - shift) * day
  }
  const date = new Date(local * 1000)
  const count = monthsOf[grain] ?? 1
  const month = Math.floor((date.getUTCMonth() - yearStart) / count) * count + yearStart
  return Date.UTC(date.getUTCFullYear(), month, 1) / 1000
}

function addLocal(grain: Grain, local: number, count: number): number {
  if (grain === 'DAY') return local + count * day
  if (grain === 'WEEK') return local + count * 7 * day
  const date = new Date(local * 1000)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count * (monthsOf[grain] ?? 1), 1) / 1000
}
