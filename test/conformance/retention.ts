import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Grain } from '../../src/access/grants.ts'
import type { RetentionInput } from '../../src/catalogue/inputs.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { analyticsOf } from '../support/behaviour-analytics.ts'
import {
  type Condition,
  condition,
  type LogName,
  logCatalogue,
  logRows,
  logStart,
  logs,
  logTable,
  peopleIn,
  tenantLogs,
} from '../support/behaviour-log.ts'
import { scale } from '../support/oracle-compare.ts'
import type { ConformanceEngine } from './engine.ts'

const day = 86_400_000
/** In the midst of the log, so that there are periods that have not begun. */
const now = logStart + 16 * day + 5_000

const grains = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const

interface Asked {
  readonly dataset: LogName
  readonly tenant: number
  readonly granularity: (typeof grains)[number]
  readonly periods: number
  readonly start: Condition
  readonly return: Condition
  readonly zone: string
  readonly range: readonly [number, number] | null
}

const question: fc.Arbitrary<Asked> = fc
  .record({
    dataset: fc.constantFrom<LogName>('log', 'log_by_second', 'log_by_day'),
    tenant: fc.nat(tenantLogs.length - 1),
    granularity: fc.constantFrom(...grains),
    periods: fc.integer({ min: 1, max: 15 }),
    start: condition,
    return: condition,
    // On 2001-03-25 the clocks of Berlin went on by an hour, on 2001-04-01 those of New York.
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
    range: fc.option(
      fc
        .tuple(fc.nat(20), fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 3_600_000))
        .map(
          ([first, days, offset]) =>
            [logStart + first * day + offset, logStart + (first + days) * day + 2 * offset] as const,
        ),
    ),
  })
  .filter(({ dataset, granularity }) => dataset !== 'log_by_day' || granularity !== 'HOUR')

function inputOf({
  dataset,
  granularity,
  periods,
  start,
  return: comesBack,
  zone,
  range,
}: Asked): RetentionInput {
  const bound = (millis: number) => new Date(millis).toISOString()
  return {
    dataset,
    entity: 'who',
    granularity,
    periods,
    start: start.filters,
    return: comesBack.filters,
    timeZone: zone,
    timeRange: range && { between: { start: bound(range[0]), stop: bound(range[1]) } },
  }
}

function bucketStart(millis: number, zone: string, grain: Grain): Temporal.ZonedDateTime {
  const local = Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(zone)
  if (grain === 'HOUR') return local.round({ smallestUnit: 'hour', roundingMode: 'floor' })
  const midnight = local.startOfDay()
  if (grain === 'WEEK') return midnight.subtract({ days: midnight.dayOfWeek - 1 })
  if (grain === 'MONTH') return midnight.with({ day: 1 })
  return grain === 'YEAR' ? midnight.with({ day: 1, month: 1 }) : midnight
}

const steps = {
  HOUR: { hours: 1 },
  DAY: { days: 1 },
  WEEK: { weeks: 1 },
  MONTH: { months: 1 },
  YEAR: { years: 1 },
} as const

/** A date stands for its midnight in the zone. */
function inZone({ dataset, zone }: Asked): (time: number) => number {
  if (logs[dataset] !== 'day') return (time) => time
  return (time) =>
    Temporal.PlainDate.from(new Date(time).toISOString().slice(0, 10)).toZonedDateTime(zone).epochMilliseconds
}

/** Without a row, the current day. */
function extentOf(
  { dataset, tenant, zone }: Asked,
  placed: (time: number) => number,
): readonly [number, number] {
  const times = (tenantLogs[tenant] ?? []).flatMap((row) => {
    const time = row.at === null && logs[dataset] === 'at' ? null : (row.at ?? logStart)
    return time === null ? [] : [time]
  })
  if (times.length === 0) {
    const today = bucketStart(now, zone, 'DAY')
    return [today.epochMilliseconds, today.add({ days: 1 }).epochMilliseconds]
  }
  return [placed(Math.min(...times)), placed(Math.max(...times)) + 1]
}

function expectedCohorts(asked: Asked) {
  const { dataset, tenant, granularity, periods, zone } = asked
  const placed = inZone(asked)
  const isInside = (time: number) => {
    const { range } = asked
    return range === null || (range[0] <= placed(time) && placed(time) < range[1])
  }
  const people = peopleIn(dataset, tenantLogs[tenant] ?? [], isInside).map((rows) =>
    rows.map((row) => ({ ...row, time: placed(row.time) })),
  )
  const [first, stop] = asked.range ?? extentOf(asked, placed)
  const starts: number[] = []
  for (
    let bucket = bucketStart(first, zone, granularity);
    bucket.epochMilliseconds < stop;
    bucket = bucketStart(bucket.add(steps[granularity]).epochMilliseconds, zone, granularity)
  ) {
    starts.push(bucket.epochMilliseconds)
  }
  const indexOf = (time: number) => starts.findLastIndex((start) => start <= time)
  const began = people.map((rows) => {
    const since = Math.min(...rows.filter(asked.start.holds).map(({ time }) => time))
    const returns = rows.filter((row) => asked.return.holds(row) && row.time >= since)
    return {
      cohort: since === Number.POSITIVE_INFINITY ? null : indexOf(since),
      returns: new Set(returns.map(({ time }) => indexOf(time))),
    }
  })
  return starts.map((start, index) => {
    const members = began.filter(({ cohort }) => cohort === index)
    return {
      start: new Date(start).toISOString().replace('.000Z', 'Z'),
      size: members.length,
      returned: Array.from({ length: periods }, (_, period) => {
        const begins = starts[index + period]
        if (begins === undefined || begins > now) return null
        return members.filter(({ returns }) => returns.has(index + period)).length
      }),
    }
  })
}

export function retentionSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    await engine.createTable(logTable)
    await engine.insert(logTable, logRows())
    warehouse = await engine.open()
  })

  describe('retention', { timeout: 120_000 }, () => {
    test('counts by cohorts and periods what the rows of each one say', async () => {
      await fc.assert(
        fc.asyncProperty(question, async (asked) => {
          const analytics = analyticsOf({ catalogue: logCatalogue, warehouse, now }, `t${asked.tenant}`)
          const { cohorts } = await analytics.retention(inputOf(asked))
          expect(cohorts).toEqual(expectedCohorts(asked))
        }),
        { numRuns: Math.ceil(300 * scale * share) },
      )
    })
  })
}
