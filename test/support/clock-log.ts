import type { Grain } from '../../src/access/grants.ts'
import type { Customs } from '../../src/catalogue/customs.ts'
import { months } from '../../src/catalogue/customs.ts'
import { type Oracle, quoted } from './oracle-duckdb.ts'
import { instantSql, utcOf } from './oracle-time.ts'

/**
 * A log that leaves no bucket of 2001 empty, and the buckets of it as the oracle's own time zone data has them. Nothing
 * here is the project's.
 */

/** A clock change: the UTC timestamp `2001-03-25 01:00:00` of its first instant. */
export interface ClockChange {
  readonly zone: string
  readonly at: string
}

/** Every change of 2001 to the minute, in tables of the oracle: `zones`, `changed_days`, `changes`. */
export async function findClockChanges(
  oracle: Oracle,
  zones: readonly string[],
): Promise<readonly ClockChange[]> {
  const distance = `timezone(zone, timezone('UTC', times.moment)) - times.moment AS distance`
  await oracle.run(`CREATE TABLE zones AS SELECT unnest([${zones.map(quoted).join(', ')}]) AS zone`)
  await oracle.run(`
    CREATE TABLE changed_days AS
    SELECT zone, previous, moment
    FROM (
      SELECT zone, moment, lag(moment) OVER days AS previous, ${distance}, lag(distance) OVER days AS before
      FROM zones, generate_series(TIMESTAMP '2001-01-01', TIMESTAMP '2002-01-01', INTERVAL 1 DAY) AS times(moment)
      WINDOW days AS (PARTITION BY zone ORDER BY moment)
    )
    WHERE distance <> before`)
  await oracle.run(`
    CREATE TABLE changes AS
    SELECT zone, moment AS changed_at, distance
    FROM (
      SELECT zone, times.moment, ${distance}, lag(distance) OVER minutes AS before
      FROM changed_days, generate_series(previous, changed_days.moment, INTERVAL 1 MINUTE) AS times(moment)
      WINDOW minutes AS (PARTITION BY zone, previous ORDER BY times.moment)
    )
    WHERE distance <> before`)
  const rows = await oracle.rows(
    'SELECT zone, CAST(changed_at AS VARCHAR) AS at FROM changes ORDER BY zone, changed_at',
  )
  return rows.map(({ zone, at }) => ({ zone: String(zone), at: String(at) }))
}

/** Of each way in which clocks changed in 2001, the first zone that has it. */
export async function zonesThatDiffer(oracle: Oracle): Promise<readonly string[]> {
  const rows = await oracle.rows(`
    SELECT min(zone) AS zone
    FROM (SELECT zone, string_agg(changed_at || ' ' || distance, ',' ORDER BY changed_at) AS pattern FROM changes GROUP BY zone)
    GROUP BY pattern ORDER BY zone`)
  return rows.map(({ zone }) => String(zone))
}

/**
 * A row every quarter of an hour and, for two hours around each change, two a minute: at its start and in its last
 * millisecond. Rows have numbers of their own, so that one in the wrong bucket shows in the sum.
 */
export async function createClockLog(oracle: Oracle): Promise<void> {
  await oracle.run(`
    CREATE TABLE log AS
    SELECT 'a' AS tenant, moment, row_number() OVER (ORDER BY moment) * 7919 % 1000003 AS number
    FROM (
      SELECT unnest(generate_series(TIMESTAMP '2000-12-31', TIMESTAMP '2002-01-02', INTERVAL 15 MINUTE)) AS moment
      UNION
      SELECT minute + later
      FROM (
        SELECT unnest(generate_series(changed_at - INTERVAL 2 HOUR, changed_at + INTERVAL 2 HOUR, INTERVAL 1 MINUTE)) AS minute
        FROM (SELECT DISTINCT changed_at FROM changes)
      ), (VALUES (INTERVAL 0 SECOND), (INTERVAL 59999 MILLISECOND)) AS rows_of(later)
    )
    ORDER BY moment`)
}

const minutesOf: Partial<Record<Grain, number>> = {
  MINUTE: 1,
  FIVE_MINUTES: 5,
  FIFTEEN_MINUTES: 15,
  HOUR: 60,
}

/** The log with the wall clock of a zone beside each row, for `bucketsInLog`. */
export async function showClock(oracle: Oracle, zone: string): Promise<void> {
  await oracle.run(`
    CREATE OR REPLACE TABLE clock AS
    SELECT moment, number, timezone(${quoted(zone)}, timezone('UTC', moment)) AS local FROM log`)
}

/** Cut at the clock's round minutes, and anew where it changes. */
function shortBucketsSql(minutes: number, zone: string, within: string): string {
  const rounded = `time_bucket(INTERVAL ${minutes} MINUTE, local, TIMESTAMP '2000-01-01') - (local - moment)`
  return `
    SELECT greatest(${rounded}, changed_at) AS start, count(*) AS count, sum(number) AS sum
    FROM (FROM clock WHERE ${within})
    ASOF LEFT JOIN (FROM changes WHERE zone = ${quoted(zone)}) AS changes ON moment >= changed_at
    GROUP BY ALL`
}

/**
 * By the date. One that the clock shows again after the next one has begun is over: a clock that is set back at 00:01 shows
 * the day before once more, and days have no holes.
 */
function longBucketsSql(grain: Grain, zone: string, customs: Customs, within: string): string {
  const shift = `INTERVAL '${shiftOf(grain, customs)}'`
  const date = `date_trunc(${quoted(grain.toLowerCase())}, local - ${shift}) + ${shift}`
  return `
    SELECT CASE WHEN date < TIMESTAMP '2001-01-01' THEN ${utcOf('date', zone)} ELSE first END AS start, count, sum
    FROM (
      SELECT date, min(moment) AS first, count(*) FILTER (${within}) AS count, sum(number) FILTER (${within}) AS sum
      FROM (SELECT moment, number, max(${date}) OVER (ORDER BY moment) AS date FROM clock)
      GROUP BY date
    )
    WHERE count > 0`
}

/** How much later than ISO weeks, or years of the calendar, those of the customs start. */
function shiftOf(grain: Grain, { weekStart, fiscalYearStart }: Customs): string {
  if (grain === 'WEEK' && weekStart === 'sunday') return '-1 days'
  if (grain === 'QUARTER' || grain === 'YEAR') return `${months.indexOf(fiscalYearStart)} months`
  return '0 days'
}

/** Bounds as UTC timestamps. */
export interface ClockWindow {
  readonly start: string
  readonly stop: string
}

export interface ClockBuckets {
  readonly labels: readonly string[]
  readonly counts: readonly number[]
  readonly sums: readonly number[]
}

/** What the log has in each bucket of a window, by the clock that is shown. */
export async function bucketsInLog(
  oracle: Oracle,
  zone: string,
  grain: Grain,
  customs: Customs,
  { start, stop }: ClockWindow,
): Promise<ClockBuckets> {
  const within = `moment >= TIMESTAMP ${quoted(start)} AND moment < TIMESTAMP ${quoted(stop)}`
  const minutes = minutesOf[grain]
  const buckets =
    minutes === undefined
      ? longBucketsSql(grain, zone, customs, within)
      : shortBucketsSql(minutes, zone, within)
  const rows = await oracle.rows(`
    SELECT ${instantSql('start')} AS label, CAST(count AS INTEGER) AS count, CAST(sum AS DOUBLE) AS sum
    FROM (${buckets})
    ORDER BY start`)
  return {
    labels: rows.map(({ label }) => String(label)),
    counts: rows.map(({ count }) => Number(count)),
    sums: rows.map(({ sum }) => Number(sum)),
  }
}
