import { describe, expect, test } from 'vitest'
import { type Asking, askingOf, parseRowset } from '../../../src/analytics/asking.ts'
import { planFunnel } from '../../../src/analytics/questions/funnel.ts'
import { parseHistogram, planEnds, planHistogram } from '../../../src/analytics/questions/histogram.ts'
import { planRetention } from '../../../src/analytics/questions/retention.ts'
import { printStatement } from '../../../src/warehouse/clickhouse/print.ts'
import { defaultLimits } from '../../../src/warehouse/limits.ts'
import type { Select } from '../../../src/warehouse/select.ts'
import { logCatalogue } from '../../support/behaviour-log.ts'
import { catalogueOf, column, dimension, flights, flightsCatalogue, named } from '../../support/catalogue.ts'
import { testScope } from '../../support/scope.ts'

const now = Date.UTC(2001, 5, 1) * 1000
const flying = askingOf(testScope('ATL'), flightsCatalogue, now)
const behaving = askingOf(testScope('t1'), logCatalogue, now)

function print(select: Select, by: Asking) {
  const { text, parameters } = printStatement(select, by.scope, defaultLimits)
  return { text: text.split('\nSETTINGS ')[0] ?? '', parameters: parameters.map(({ value }) => value) }
}

const weeks = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-03-29T00:00:00Z' } }

describe('the statements of a histogram', () => {
  const question = parseHistogram(flying, { dataset: 'flights', dimension: 'delay', timeRange: weeks })
  const range =
    "(`flights.departed_at` >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND `flights.departed_at` < fromUnixTimestamp64Micro({p2:Int64}, 'UTC'))"

  test('ask for the ends of its values, and for nothing else', () => {
    expect(print(planEnds(flying, question).select, flying)).toEqual({
      text: [
        'SELECT minOrNull(`flights.delay`) AS `min`, maxOrNull(`flights.delay`) AS `max`',
        'FROM (',
        '  SELECT `delay` AS `flights.delay`, `departed_at` AS `flights.departed_at` FROM `demo`.`flights`',
        '  WHERE `origin` = {p0:String}',
        ')',
        `WHERE ${range}`,
      ].join('\n'),
      parameters: ['ATL', '983404800000000', '985824000000000'],
    })
  })

  test('count whole numbers by whole numbers', () => {
    const { select } = planHistogram(flying, question, { least: '-17', greatest: '955' })
    expect(print(select, flying)).toEqual({
      text: [
        'SELECT intDiv(toInt64(`flights.delay`) - {p0:Int64}, {p1:Int64}) - 1 AS `bin`, count() AS `n`',
        'FROM (',
        '  SELECT `delay` AS `flights.delay`, `departed_at` AS `flights.departed_at` FROM `demo`.`flights`',
        '  WHERE `origin` = {p2:String}',
        ')',
        "WHERE ((`flights.departed_at` >= fromUnixTimestamp64Micro({p3:Int64}, 'UTC') AND `flights.departed_at` < fromUnixTimestamp64Micro({p4:Int64}, 'UTC')) AND NOT (isNull(`flights.delay`)))",
        'GROUP BY `bin`',
      ].join('\n'),
      parameters: ['-200', '100', 'ATL', '983404800000000', '985824000000000'],
    })
  })

  test('compare doubles with the very edges that are shown', () => {
    const weight = column('weight', { kind: 'float', bits: 64 })
    const weighed = { ...flights, dimensions: named([dimension(weight)]), timeDimension: null }
    const asking = askingOf(testScope('ATL'), catalogueOf([weighed]), now)
    const question = parseHistogram(asking, { dataset: 'flights', dimension: 'weight', bins: 3 })
    const { select } = planHistogram(asking, question, { least: '0.1', greatest: '0.3' })
    expect(print(select, asking)).toEqual({
      text: [
        'SELECT roundDown(toFloat64(`flights.weight`), {p0:Array(Float64)}) AS `bin`, count() AS `n`',
        'FROM (',
        '  SELECT if(isFinite(`weight`), `weight` + 0, NULL) AS `flights.weight` FROM `demo`.`flights`',
        '  WHERE `origin` = {p1:String}',
        ')',
        'WHERE `flights.weight` >= {p2:Float64}',
        'GROUP BY `bin`',
      ].join('\n'),
      parameters: ['[0.1,0.2,0.3,0.4]', 'ATL', '0.1'],
    })
  })
})

test('the statement of a funnel gives each row a key of its own for each step', () => {
  const { select } = planFunnel(behaving, {
    dataset: 'log',
    entity: 'who',
    steps: [
      { name: 'Visited', filters: [{ dimension: 'act', values: ['visit'] }] },
      { name: 'Bought', filters: [{ dimension: 'act', values: ['buy'] }] },
    ],
    within: 'P7D',
  })
  const ticks =
    'ifNull(toUInt64(toUnixTimestamp64Micro(toDateTime64(`log.at`, 6)) + 2208988800000000) * 32, 0)'
  expect(print(select, behaving)).toEqual({
    text: [
      'SELECT countIf(`level` >= {p0:Int64}) AS `s0`, countIf(`level` >= {p1:Int64}) AS `s1`',
      'FROM (',
      '  SELECT `log.who` AS `k0`, windowFunnelArray(19353600000000)(',
      `    [${ticks} + 31, ${ticks} + 30],`,
      '    [`log.act` = {p2:String}, false],',
      '    [false, `log.act` = {p3:String}]',
      '  ) AS `level`',
      '  FROM (',
      '    SELECT toValidUTF8(`who`) AS `log.who`, `at` AS `log.at`, toValidUTF8(`act`) AS `log.act` FROM `behaviour`.`log`',
      '    WHERE `tenant` = {p4:String}',
      '  )',
      '  WHERE ((NOT (isNull(`log.who`)) AND NOT (isNull(`log.at`))) AND (`log.act` = {p5:String} OR `log.act` = {p6:String}))',
      '  GROUP BY `k0`',
      '  HAVING `level` >= {p7:Int64}',
      ')',
    ].join('\n'),
    parameters: ['1', '2', 'visit', 'buy', 't1', 'visit', 'buy', '1'],
  })
})

test('the statement of retention groups entities by their first bucket, and cohorts by the buckets after it', () => {
  const input = {
    dataset: 'log_by_second',
    entity: 'who',
    granularity: 'WEEK',
    start: [{ dimension: 'act', values: ['sign_up'] }],
    timeRange: weeks,
  } as const
  const dataset = behaving.visible.dataset('log_by_second')
  if (dataset === null) throw new Error('There is such a dataset.')
  const { select } = planRetention(behaving, input, parseRowset(behaving, dataset, input))
  const tick = 'toInt64(toUnixTimestamp(`log_by_second.second`))'
  const bucket = (start: string, width: string) =>
    `${start} + intDiv(${tick} - ${start}, ${width}) * ${width}`
  const cohort = bucket('{p1:Int64}', '{p2:Int64}')
  const back = bucket('{p4:Int64}', '{p5:Int64}')
  const since = `minIf(${tick}, \`log_by_second.act\` = {p6:String})`
  expect(print(select, behaving)).toEqual({
    text: [
      'SELECT `cohort` AS `start`, arrayJoin(arrayConcat([-1], arrayFilter(distance -> distance < 8, arrayMap(bucket -> indexOf({p0:Array(Int64)}, bucket) - indexOf({p0:Array(Int64)}, `cohort`), `returns`)))) AS `period`, count() AS `n`',
      'FROM (',
      `  SELECT \`log_by_second.who\` AS \`k0\`, minOrNullIf(${cohort}, \`log_by_second.act\` = {p3:String}) AS \`cohort\`, mapKeys(mapFilter((bucket, last) -> last >= ${since}, maxMapIf(map(${back}, ${tick}), true))) AS \`returns\``,
      '  FROM (',
      '    SELECT toValidUTF8(`who`) AS `log_by_second.who`, `second` AS `log_by_second.second`, toValidUTF8(`act`) AS `log_by_second.act` FROM `behaviour`.`log`',
      '    WHERE `tenant` = {p7:String}',
      '  )',
      "  WHERE ((`log_by_second.second` >= fromUnixTimestamp64Micro({p8:Int64}, 'UTC') AND `log_by_second.second` < fromUnixTimestamp64Micro({p9:Int64}, 'UTC')) AND (NOT (isNull(`log_by_second.who`)) AND NOT (isNull(`log_by_second.second`))))",
      '  GROUP BY `k0`',
      '  HAVING NOT (isNull(`cohort`))',
      ')',
      'GROUP BY `start`, `period`',
    ].join('\n'),
    parameters: [
      '[983145600,983750400,984355200,984960000,985564800]',
      '983145600',
      '604800',
      'sign_up',
      '983145600',
      '604800',
      'sign_up',
      't1',
      '983404800000000',
      '985824000000000',
    ],
  })
})
