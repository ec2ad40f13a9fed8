import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grain } from '../../src/access/grants.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import { type Customs, defaultCustoms } from '../../src/catalogue/customs.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, column, dimension, int64, metric, named, text } from '../support/catalogue.ts'
import {
  bucketsInLog,
  type ClockWindow,
  createClockLog,
  findClockChanges,
  showClock,
  zonesThatDiffer,
} from '../support/clock-log.ts'
import { openOracle } from '../support/oracle-duckdb.ts'
import { testScope } from '../support/scope.ts'
import type { ConformanceEngine } from './engine.ts'
import { copyTable } from './tables.ts'

const columns = {
  tenant: column('tenant', text),
  moment: column('moment', { kind: 'instant', fraction: 3 }),
  number: column('number', int64),
}
const address = { database: 'clocks', table: 'log' }
const log: Dataset = {
  name: 'log',
  title: 'Log',
  description: null,
  dataSource: 'warehouse',
  table: address,
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'moment',
  latencySeconds: 0,
  dimensions: named([dimension(columns.moment)]),
  joins: new Map(),
  rowRules: [],
  metrics: [
    metric({ name: 'rows', dataset: 'log' }),
    metric({ name: 'numbers', dataset: 'log', aggregate: 'sum', column: columns.number }),
  ],
}
const otherCustoms: Customs = { weekStart: 'sunday', fiscalYearStart: 'april' }

/** Zones whose clocks were changed alike have the same buckets; CLOCK_ZONES=all asks in each of them. */
const isWhole = process.env.CLOCK_ZONES === 'all'

const year: ClockWindow = { start: '2001-01-01 00:00:00', stop: '2002-01-01 00:00:00' }

/** From an hour of UTC to another, so that no bucket of the log is empty. */
function around(at: string, hours: number): ClockWindow {
  const hour = Math.floor(Date.parse(rfc(at)) / 3_600_000)
  const moved = (by: number) => new Date((hour + by) * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  return { start: moved(-hours), stop: moved(hours) }
}

const rfc = (timestamp: string) => `${timestamp.replace(' ', 'T')}Z`

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

export async function clockChangesSuite(engine: ConformanceEngine, share = 1): Promise<void> {
  let warehouse: Warehouse
  const oracle = await openOracle()
  const changes = await findClockChanges(oracle, Intl.supportedValuesOf('timeZone'))
  const ways = await zonesThatDiffer(oracle)
  /** By default every third of the ways in which clocks were changed; all zones with CLOCK_ZONES=all. */
  const all = isWhole
    ? [...new Set(changes.map(({ zone }) => zone))]
    : ways.filter((_, index) => index % 3 === 0)
  const zones = all.filter((_, index) => index % Math.round(1 / share) === 0)

  beforeAll(async () => {
    await createClockLog(oracle)
    await copyTable(oracle, engine, { address, columns: Object.values(columns) }, 'FROM log')
    warehouse = await engine.open()
  })

  afterAll(() => oracle.close())

  function analyticsWith(customs: Customs): Analytics {
    return createAnalytics(testScope('a'), {
      catalogue: { ...catalogueOf([log]), customs },
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 1_000,
      now: Date.UTC(2002, 5, 1) * 1000,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  /** Where a grain gives too many buckets for a year, some time around each change. */
  function windowsOf(zone: string): readonly (readonly [Grain, Customs, ClockWindow])[] {
    const own = changes.filter((change) => change.zone === zone)
    const shorter = [
      ['MINUTE', 1],
      ['FIVE_MINUTES', 1],
      ['FIFTEEN_MINUTES', 60],
    ] as const
    const longer: readonly Grain[] = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']
    const other: readonly Grain[] = ['WEEK', 'QUARTER', 'YEAR']
    return [
      ...shorter.flatMap(([grain, hours]) =>
        own.map(({ at }) => [grain, defaultCustoms, around(at, hours)] as const),
      ),
      ...longer.map((grain) => [grain, defaultCustoms, year] as const),
      ...other.map((grain) => [grain, otherCustoms, year] as const),
    ]
  }

  async function answered(zone: string, grain: Grain, customs: Customs, { start, stop }: ClockWindow) {
    const { labels, series } = await analyticsWith(customs).timeSeries({
      metrics: ['rows', 'numbers'],
      granularity: grain,
      timeZone: zone,
      timeRange: { between: { start: rfc(start), stop: rfc(stop) } },
    })
    const [counts, sums] = series
    return {
      labels,
      counts: counts?.values,
      sums: sums?.values,
      totals: [counts?.total, sums?.total],
    }
  }

  async function totalsOf({ start, stop }: ClockWindow): Promise<readonly number[]> {
    const [row] = await oracle.rows(`
    SELECT CAST(count(*) AS INTEGER) AS count, CAST(sum(number) AS DOUBLE) AS sum
    FROM log WHERE moment >= TIMESTAMP '${start}' AND moment < TIMESTAMP '${stop}'`)
    return [Number(row?.count), Number(row?.sum)]
  }

  test('clocks were changed in 2001 in about as many ways as the time zone database knows', () => {
    expect({
      changes: changes.length > 300,
      ways: ways.length >= 60,
      zones: zones.length >= 20 * share,
    }).toEqual({
      changes: true,
      ways: true,
      zones: true,
    })
  })

  describe('where the clocks were changed in 2001, no row is in two buckets or in none, at any grain', () => {
    test.each(zones)('%s', async (zone) => {
      await showClock(oracle, zone)
      for (const [grain, customs, window] of windowsOf(zone)) {
        const place = `${zone} ${grain} ${customs.weekStart} ${window.start}`
        const expected = await bucketsInLog(oracle, zone, grain, customs, window)
        const totals = await totalsOf(window)
        const answer = await answered(zone, grain, customs, window)
        expect({ place, ...answer }).toEqual({
          place,
          ...expected,
          totals,
        })
        expect([sum(expected.counts), sum(expected.sums)]).toEqual(totals)
      }
    })
  })
}
