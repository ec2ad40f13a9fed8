import type { Grain } from '../../access/grants.ts'
import { fromLocal, lastAtMost, toLocal, type Zone } from './zone.ts'

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
export function startOf(grain: Grain, zone: Zone, second: number): number {
  const width = secondsOf[grain]
  if (width === undefined) return fromLocal(zone, floorLocal(grain, toLocal(zone, second)))
  const index = lastAtMost(zone.changes, second)
  const offset = zone.offsets[index] ?? 0
  const floored = Math.floor((second + offset) / width) * width - offset
  // A change of the offset inside a bucket starts a new one.
  return Math.max(floored, zone.changes[index] ?? floored)
}

/** The start of the bucket after the one that starts at `start`. */
export function nextStart(grain: Grain, zone: Zone, start: number): number {
  return stepFrom(grain, zone, start, 1)
}

/** The start of the bucket `count` buckets away; buckets shorter than a day are counted in elapsed time. */
export function stepFrom(grain: Grain, zone: Zone, start: number, count: number): number {
  const width = secondsOf[grain]
  if (width === undefined)
    return fromLocal(zone, addLocal(grain, floorLocal(grain, toLocal(zone, start)), count))
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

function floorLocal(grain: Grain, local: number): number {
  if (grain === 'DAY') return Math.floor(local / day) * day
  // 1970-01-01 was a Thursday; weeks start on Monday.
  if (grain === 'WEEK') return (Math.floor((local / day + 3) / 7) * 7 - 3) * day
  const date = new Date(local * 1000)
  const months = monthsOf[grain] ?? 1
  return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1) / 1000
}

function addLocal(grain: Grain, local: number, count: number): number {
  if (grain === 'DAY') return local + count * day
  if (grain === 'WEEK') return local + count * 7 * day
  const date = new Date(local * 1000)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count * (monthsOf[grain] ?? 1), 1) / 1000
}
