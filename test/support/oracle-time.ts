import type { Grain } from '../../src/access/grants.ts'
import type { TimeRangeInput } from '../../src/catalogue/inputs.ts'
import { type Oracle, quoted } from './oracle-duckdb.ts'

/** Bounds as UTC timestamps of the oracle, `2001-01-01 00:00:00`. */
export interface OracleRange {
  readonly start: string
  readonly stop: string
}

const minutesOf: Partial<Record<Grain, number>> = {
  MINUTE: 1,
  FIVE_MINUTES: 5,
  FIFTEEN_MINUTES: 15,
  HOUR: 60,
}

/** The wall clock of a zone at a UTC timestamp. */
function localOf(sql: string, zone: string): string {
  return `timezone(${quoted(zone)}, timezone('UTC', ${sql}))`
}

/** The UTC timestamp at which a zone's clock shows this. */
export function utcOf(sql: string, zone: string): string {
  return `timezone('UTC', timezone(${quoted(zone)}, ${sql}))`
}

/** When a zone's offset changed, as the oracle's own time zone data has it; offsets change on a quarter hour. */
export async function createClockChanges(oracle: Oracle, zones: readonly string[]): Promise<void> {
  await oracle.run('CREATE TABLE clock_changes (zone VARCHAR, changed_at TIMESTAMP)')
  for (const zone of zones) {
    await oracle.run(`
      INSERT INTO clock_changes
      SELECT ${quoted(zone)}, moment
      FROM (
        SELECT moment, ${localOf('moment', zone)} - moment AS distance, lag(distance) OVER (ORDER BY moment) AS before
        FROM generate_series(TIMESTAMP '2000-01-01', TIMESTAMP '2002-12-31', INTERVAL 15 MINUTE) AS times(moment)
      )
      WHERE distance <> before`)
  }
}

/**
 * The start of the bucket of a UTC timestamp. From a day on, buckets are those of the wall clock; shorter ones are
 * cut at the clock's round minutes, and begin anew where the clock changes.
 */
export function bucketSql(sql: string, grain: Grain, zone: string): string {
  const local = localOf(sql, zone)
  const minutes = minutesOf[grain]
  if (minutes === undefined) return utcOf(`date_trunc(${quoted(grain.toLowerCase())}, ${local})`, zone)
  const rounded = `time_bucket(INTERVAL ${minutes} MINUTE, ${local}, TIMESTAMP '2000-01-01')`
  return `greatest(
    ${rounded} - (${local} - ${sql}),
    (SELECT max(changed_at) FROM clock_changes WHERE zone = ${quoted(zone)} AND changed_at <= ${sql}))`
}

/** RFC 3339, with milliseconds where there are any. */
export function instantSql(sql: string): string {
  return `CASE WHEN epoch_ms(${sql}) % 1000 = 0
    THEN strftime(${sql}, '%Y-%m-%dT%H:%M:%SZ') ELSE strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%gZ') END`
}

/** The start of every bucket with a minute of the range in it. */
export async function labelsOf(
  oracle: Oracle,
  { start, stop }: OracleRange,
  grain: Grain,
  zone: string,
): Promise<readonly string[]> {
  const step = minutesOf[grain] === undefined ? 15 : Math.min(15, minutesOf[grain])
  const rows = await oracle.rows(`
    SELECT DISTINCT ${instantSql(bucketSql('moment', grain, zone))} AS label
    FROM (
      SELECT TIMESTAMP ${quoted(start)} AS moment
      UNION ALL
      FROM generate_series(
        time_bucket(INTERVAL ${step} MINUTE, TIMESTAMP ${quoted(start)}), TIMESTAMP ${quoted(stop)}, INTERVAL ${step} MINUTE
      ) AS times(moment)
      WHERE moment > TIMESTAMP ${quoted(start)} AND moment < TIMESTAMP ${quoted(stop)}
    )
    ORDER BY label`)
  return rows.map(({ label }) => String(label))
}

/** @param now a UTC timestamp of the oracle */
export async function rangeOf(
  oracle: Oracle,
  input: TimeRangeInput | null | undefined,
  zone: string,
  now: string,
): Promise<OracleRange | null> {
  if (input == null) return null
  const [start, stop] =
    input.between == null ? periodSql(input.period ?? '', zone, now) : betweenSql(input.between)
  const [row] = await oracle.rows(
    `SELECT CAST(${start} AS VARCHAR) AS start, CAST(${stop} AS VARCHAR) AS stop`,
  )
  return { start: String(row?.start), stop: String(row?.stop) }
}

function betweenSql({ start, stop }: { start: string; stop: string }): readonly [string, string] {
  return [`timezone('UTC', TIMESTAMPTZ ${quoted(start)})`, `timezone('UTC', TIMESTAMPTZ ${quoted(stop)})`]
}

/** Of the periods, those that the questions ask for: whole units of a day or more, by the wall clock. */
function periodSql(period: string, zone: string, now: string): readonly [string, string] {
  const [, moving, count = '1', unit = 'day'] =
    /^(this|previous|last)_(?:(\d+)_)?(day|week|month|quarter|year)s?$/.exec(period) ?? []
  const current = `date_trunc(${quoted(unit)}, ${localOf(`TIMESTAMP ${quoted(now)}`, zone)})`
  const units = (number: number) =>
    `${number} * INTERVAL 1 ${unit === 'quarter' ? 'QUARTER' : unit.toUpperCase()}`
  const last = moving === 'previous' ? 0 : 1
  const first = last - Number(count)
  return [utcOf(`${current} + ${units(first)}`, zone), utcOf(`${current} + ${units(last)}`, zone)]
}
