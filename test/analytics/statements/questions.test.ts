import { describe, expect, test } from 'vitest'
import { askingOf, parseRowset } from '../../../src/analytics/asking.ts'
import { planCounter } from '../../../src/analytics/questions/counter.ts'
import { planLeaderboard } from '../../../src/analytics/questions/leaderboard.ts'
import { bucketColumns } from '../../../src/analytics/questions/pivot.ts'
import { parseTable, planTable } from '../../../src/analytics/questions/table.ts'
import { planTimeSeries } from '../../../src/analytics/questions/time-series.ts'
import type { TableInput, TimeSeriesInput } from '../../../src/catalogue/inputs.ts'
import { printStatement } from '../../../src/warehouse/clickhouse/print.ts'
import { defaultLimits } from '../../../src/warehouse/limits.ts'
import type { Select } from '../../../src/warehouse/select.ts'
import { catalogueOf, flights, windowed } from '../../support/catalogue.ts'
import { testScope } from '../../support/scope.ts'

const [departures] = flights.metrics
if (departures === undefined || departures.kind === 'window')
  throw new Error('The first metric counts departures.')
const dataset = {
  ...flights,
  metrics: [
    ...flights.metrics,
    windowed(departures, 'departures_3_days', { kind: 'rolling', count: 3, grain: 'DAY' }),
  ],
}
const asking = askingOf(testScope('ATL'), catalogueOf([dataset]), Date.UTC(2001, 5, 1) * 1000)
const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } }

function textOf(select: Select): string {
  return printStatement(select, asking.scope, defaultLimits).text.split('\nSETTINGS ')[0] ?? ''
}

/** Each statement whole, as a person reviews it. */
describe('the statement', () => {
  test('of arithmetic over metrics keeps what is exact, and divides as doubles', () => {
    expect(textOf(planCounter(asking, { metric: 'late_departures' }).select)).toMatchInlineSnapshot(`
      "SELECT (toInt256(count()) - toInt256(countIf(\`flights.delay\` <= {p0:Int64}))) AS \`v0\`
      FROM (
        SELECT \`delay\` AS \`flights.delay\` FROM \`demo\`.\`flights\`
        WHERE \`origin\` = {p1:String}
      )"
    `)
    expect(textOf(planCounter(asking, { metric: 'late_per_mile' }).select)).toMatchInlineSnapshot(`
      "SELECT (toFloat64((toInt256({p0:Int64}) - toInt256((toInt256(count()) - toInt256((toInt256({p1:Int64}) * toInt256(countIf(\`flights.delay\` <= {p2:Int64})))))))) / nullIf(toFloat64((toFloat64(sum(\`flights.distance\`)) * toFloat64({p3:Float64}))), 0)) AS \`v0\`
      FROM (
        SELECT \`delay\` AS \`flights.delay\`, \`distance\` AS \`flights.distance\` FROM \`demo\`.\`flights\`
        WHERE \`origin\` = {p4:String}
      )"
    `)
  })

  test('of a first value takes the least time that has one', () => {
    expect(textOf(planCounter(asking, { metric: 'last_delay' }).select)).toMatchInlineSnapshot(`
      "SELECT argMaxOrNullIf(\`flights.delay\`, (\`flights.departed_at\`, \`flights.delay\`), \`flights.distance\` > {p0:Int64}) AS \`v0\`
      FROM (
        SELECT \`delay\` AS \`flights.delay\`, \`departed_at\` AS \`flights.departed_at\`, \`distance\` AS \`flights.distance\` FROM \`demo\`.\`flights\`
        WHERE \`origin\` = {p1:String}
      )"
    `)
  })

  test('of a compared leaderboard with others is one scan, whose states are merged', () => {
    const input = {
      metric: 'average_delay',
      dimensions: ['destination'],
      limit: 3,
      others: true,
      timeRange: march,
      compareTo: 'PREVIOUS_PERIOD',
    } as const
    expect(textOf(planLeaderboard(asking, input).select)).toMatchInlineSnapshot(`
      "SELECT grouping(\`place\`) = 1 AS \`total\`, avgOrNullIfMerge(\`a0\`) AS \`v0\`, any(\`g0\`) AS \`k0\`, (ifNull(\`place\` <= {p0:Int64}, false)) AS \`top\`, avgOrNullIfMerge(\`b0\`) AS \`c0\`, countIfMerge(\`d0\`) AS \`n\`, \`place\` AS \`place\`
      FROM (
        SELECT \`g0\` AS \`g0\`, \`a0\` AS \`a0\`, \`b0\` AS \`b0\`, \`d0\` AS \`d0\`, finalizeAggregation(\`a0\`) AS \`v0_alone\`, finalizeAggregation(\`b0\`) AS \`c0_alone\`, finalizeAggregation(\`d0\`) AS \`n_alone\`, if(ifNull(\`n_alone\` > {p1:Int64}, false), least(row_number() OVER (ORDER BY (ifNull(\`n_alone\` > {p1:Int64}, false)) DESC, \`v0_alone\` DESC NULLS LAST, \`g0\` ASC NULLS LAST), 4), 4) AS \`place\`
        FROM (
          SELECT \`flights.destination\` AS \`g0\`, avgOrNullIfState(\`flights.delay\`, (\`flights.departed_at\` >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p3:Int64}, 'UTC'))) AS \`a0\`, avgOrNullIfState(\`flights.delay\`, (\`flights.departed_at\` >= fromUnixTimestamp64Micro({p4:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p5:Int64}, 'UTC'))) AS \`b0\`, countIfState((\`flights.departed_at\` >= fromUnixTimestamp64Micro({p6:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p7:Int64}, 'UTC'))) AS \`d0\`
          FROM (
            SELECT toValidUTF8(\`destination\`) AS \`flights.destination\`, \`delay\` AS \`flights.delay\`, \`departed_at\` AS \`flights.departed_at\` FROM \`demo\`.\`flights\`
            WHERE \`origin\` = {p8:String}
          )
          WHERE ((\`flights.departed_at\` >= fromUnixTimestamp64Micro({p9:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p10:Int64}, 'UTC')) OR (\`flights.departed_at\` >= fromUnixTimestamp64Micro({p11:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p12:Int64}, 'UTC')))
          GROUP BY \`g0\`
        )
      )
      GROUP BY GROUPING SETS ((\`place\`), ())
      ORDER BY \`total\` DESC NULLS LAST, \`place\` ASC NULLS LAST"
    `)
  })

  test('of a trailing figure reads the days before the range for it alone', () => {
    const input: TimeSeriesInput = {
      metrics: ['departures_3_days', 'departures'],
      timeRange: march,
      granularity: 'DAY',
    }
    const rowset = parseRowset(asking, dataset, input)
    expect(textOf(planTimeSeries(asking, input, rowset).select)).toMatchInlineSnapshot(`
      "SELECT roundDown(toInt64(toUnixTimestamp(\`flights.departed_at\`)), {p0:Array(Int64)}) AS \`bucket\`, count() AS \`v0\`, countIf((\`flights.departed_at\` >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p2:Int64}, 'UTC'))) AS \`v1\`, countIf((\`flights.departed_at\` >= fromUnixTimestamp64Micro({p3:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p4:Int64}, 'UTC'))) AS \`n\`
      FROM (
        SELECT \`departed_at\` AS \`flights.departed_at\` FROM \`demo\`.\`flights\`
        WHERE \`origin\` = {p5:String}
      )
      WHERE (\`flights.departed_at\` >= fromUnixTimestamp64Micro({p6:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p7:Int64}, 'UTC'))
      GROUP BY \`bucket\`"
    `)
  })

  test('of a pivot has one condition for each column', () => {
    const input: TableInput = {
      metrics: ['departures'],
      dimensions: ['destination'],
      pivot: ['departed_at'],
      granularity: 'MONTH',
      timeRange: { between: { start: '2001-03-01T00:00:00Z', stop: '2001-05-01T00:00:00Z' } },
    }
    const question = parseTable(asking, input, parseRowset(asking, dataset, input))
    const spread = question.pivot === null ? null : bucketColumns(question.rowset, question.pivot)
    expect(textOf(planTable(asking, question, spread).select)).toMatchInlineSnapshot(`
      "SELECT \`flights.destination\` AS \`k0\`, countIf((\`flights.departed_at\` >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p1:Int64}, 'UTC'))) AS \`p0_0\`, countIf((\`flights.departed_at\` >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p3:Int64}, 'UTC'))) AS \`p1_0\`, count() OVER () AS \`n\`, count() AS \`v0\`
      FROM (
        SELECT toValidUTF8(\`destination\`) AS \`flights.destination\`, \`departed_at\` AS \`flights.departed_at\` FROM \`demo\`.\`flights\`
        WHERE \`origin\` = {p4:String}
      )
      WHERE (\`flights.departed_at\` >= fromUnixTimestamp64Micro({p5:Int64}, 'UTC') AND \`flights.departed_at\` < fromUnixTimestamp64Micro({p6:Int64}, 'UTC'))
      GROUP BY \`k0\`
      ORDER BY \`v0\` DESC NULLS LAST, \`k0\` ASC NULLS LAST
      LIMIT 100"
    `)
  })
})
