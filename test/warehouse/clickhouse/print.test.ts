import { describe, expect, test } from 'vitest'
import { type Asking, askingOf, parseRowset } from '../../../src/analytics/asking.ts'
import { planCounter } from '../../../src/analytics/questions/counter.ts'
import { planLeaderboard } from '../../../src/analytics/questions/leaderboard.ts'
import { planRecords } from '../../../src/analytics/questions/records.ts'
import { parseTable, planTable } from '../../../src/analytics/questions/table.ts'
import { planTimeSeries } from '../../../src/analytics/questions/time-series.ts'
import { planTopValues } from '../../../src/analytics/questions/top-values.ts'
import type { TableInput } from '../../../src/catalogue/inputs.ts'
import { PolicyViolation } from '../../../src/violation.ts'
import { printStatement } from '../../../src/warehouse/clickhouse/print.ts'
import { defaultLimits } from '../../../src/warehouse/limits.ts'
import type { Select } from '../../../src/warehouse/select.ts'
import { flights, flightsCatalogue } from '../../support/catalogue.ts'
import { testScope } from '../../support/scope.ts'

function askingFor(grants: Parameters<typeof testScope>[1] = {}, tenantId = 'ATL'): Asking {
  const scope = testScope(tenantId, grants)
  return askingOf(scope, flightsCatalogue, Date.UTC(2001, 5, 1) * 1000)
}

const asking = askingFor()

/** The statement without its settings, which are the same for all of them and have a test of their own. */
function print(select: Select, by = asking): { text: string; parameters: readonly string[] } {
  const { text, parameters } = printStatement(select, by.scope, defaultLimits)
  return { text: text.split('\nSETTINGS ')[0] ?? '', parameters: parameters.map(({ value }) => value) }
}

const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } }

describe('a statement', () => {
  test('of a counter reads the table under the tenant, then applies what the guest asked', () => {
    expect(print(planCounter(asking, { metric: 'average_delay', timeRange: march }).select)).toEqual({
      text: [
        'SELECT avgOrNull(`flights.delay`) AS `v0`',
        'FROM (',
        '  SELECT `delay` AS `flights.delay`, `departed_at` AS `flights.departed_at` FROM `demo`.`flights`',
        '  WHERE `origin` = {p0:String}',
        ')',
        "WHERE (`flights.departed_at` >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND `flights.departed_at` < fromUnixTimestamp64Micro({p2:Int64}, 'UTC'))",
      ].join('\n'),
      parameters: ['ATL', '983404800000000', '986083200000000'],
    })
  })

  test('joins guarded reads, many to one, and locks rows before anything that the guest wrote', () => {
    const locked = askingFor({
      locked_filters: [{ dimension: 'destination_state', operator: 'EQUALS', values: ['CA', 'NV'] }],
    })
    const question = {
      metric: 'departures',
      filters: [{ dimension: 'delay', operator: 'LESS_THAN' as const, values: [5] }],
    }
    expect(print(planCounter(locked, question).select, locked)).toEqual({
      text: [
        'SELECT count() AS `v0`',
        'FROM (',
        '  SELECT `flights.delay`, `flights.destination`, `airports.iata`, `airports.state`',
        '  FROM (',
        '    SELECT `delay` AS `flights.delay`, toValidUTF8(`destination`) AS `flights.destination` FROM `demo`.`flights`',
        '    WHERE `origin` = {p0:String}',
        '  ) AS `flights`',
        '  LEFT ANY JOIN (SELECT toValidUTF8(`iata`) AS `airports.iata`, toValidUTF8(`state`) AS `airports.state` FROM `demo`.`airports`) AS `airports` ON `flights.destination` = `airports.iata`',
        '  WHERE `airports.state` IN ({p1:String}, {p2:String})',
        ')',
        'WHERE `flights.delay` < {p3:Int64}',
      ].join('\n'),
      parameters: ['ATL', 'CA', 'NV', '5'],
    })
  })

  test('of a leaderboard has its total as one more grouping set of the same scan', () => {
    expect(
      print(planLeaderboard(asking, { metric: 'departures', dimensions: ['destination'], limit: 3 }).select),
    ).toEqual({
      text: [
        'SELECT grouping(`k0`) = 1 AS `total`, count() AS `v0`, `flights.destination` AS `k0`',
        'FROM (',
        '  SELECT toValidUTF8(`destination`) AS `flights.destination` FROM `demo`.`flights`',
        '  WHERE `origin` = {p0:String}',
        ')',
        'GROUP BY GROUPING SETS ((`k0`), ())',
        'ORDER BY `total` DESC NULLS LAST, `v0` DESC NULLS LAST, `k0` ASC NULLS LAST',
        'LIMIT 4',
      ].join('\n'),
      parameters: ['ATL'],
    })
  })

  test('orders UUIDs by their text, as every other engine does', () => {
    const { select } = planLeaderboard(asking, {
      metric: 'departures',
      dimensions: ['destination'],
      limit: 3,
    })
    const outputs = select.outputs.map(({ name, expression }) =>
      expression.kind === 'column'
        ? {
            name,
            expression: { ...expression, column: { ...expression.column, type: { kind: 'uuid' } } } as const,
          }
        : { name, expression },
    )
    expect(
      print({ ...select, outputs })
        .text.split('\n')
        .at(-2),
    ).toBe('ORDER BY `total` DESC NULLS LAST, `v0` DESC NULLS LAST, toString(`k0`) ASC NULLS LAST')
  })

  test('of a grouped series computes the others from their rows', () => {
    const input = {
      metrics: ['average_delay'],
      groupBy: ['destination'],
      limit: 2,
      granularity: 'WEEK' as const,
      timeRange: march,
    }
    const rowset = parseRowset(asking, flights, input)
    const range =
      "(`flights.departed_at` >= fromUnixTimestamp64Micro({A:Int64}, 'UTC') AND `flights.departed_at` < fromUnixTimestamp64Micro({B:Int64}, 'UTC'))"
    expect(print(planTimeSeries(asking, input, rowset).select)).toEqual({
      text: [
        'SELECT {p0:Int64} + intDiv(toInt64(toUnixTimestamp(`flights.departed_at`)) - {p0:Int64}, {p1:Int64}) * {p1:Int64} AS `bucket`, if(`top`, `flights.destination`, NULL) AS `k0`, avgOrNull(`flights.delay`) AS `v0`, (`flights.destination`) IN (SELECT `k0` FROM (',
        '  SELECT `flights.destination` AS `k0`, avgOrNull(`flights.delay`) AS `rank`',
        '  FROM (',
        '    SELECT toValidUTF8(`destination`) AS `flights.destination`, `delay` AS `flights.delay`, `departed_at` AS `flights.departed_at` FROM `demo`.`flights`',
        '    WHERE `origin` = {p2:String}',
        '  )',
        `  WHERE ${range.replace('A', 'p3').replace('B', 'p4')}`,
        '  GROUP BY `k0`',
        '  ORDER BY `rank` DESC NULLS LAST, `k0` ASC NULLS LAST',
        '  LIMIT 2',
        ')) AS `top`, grouping(`bucket`) = 1 AS `total`',
        'FROM (',
        '  SELECT `departed_at` AS `flights.departed_at`, toValidUTF8(`destination`) AS `flights.destination`, `delay` AS `flights.delay` FROM `demo`.`flights`',
        '  WHERE `origin` = {p5:String}',
        ')',
        `WHERE ${range.replace('A', 'p6').replace('B', 'p7')}`,
        'GROUP BY GROUPING SETS ((`top`, `k0`, `bucket`), (`top`, `k0`))',
      ].join('\n'),
      parameters: [
        '983145600', // Monday 2001-02-26, the start of the week that March begins in
        '604800',
        'ATL',
        '983404800000000',
        '986083200000000',
        'ATL',
        '983404800000000',
        '986083200000000',
      ],
    })
  })

  test('of a table counts its rows before the page is cut', () => {
    const input: TableInput = {
      metrics: ['on_time_share'],
      dimensions: ['destination'],
      limit: 5,
      offset: 10,
    }
    const having = [{ metric: 'departures', operator: 'GREATER_THAN' as const, values: [100] }]
    const plan = planTable(
      asking,
      parseTable(asking, { ...input, having }, parseRowset(asking, flights, input)),
      null,
    )
    expect(print(plan.select)).toEqual({
      text: [
        'SELECT `flights.destination` AS `k0`, toFloat64(countIf(`flights.delay` <= {p0:Int64})) / nullIf(toFloat64(count()), 0) AS `v0`, count() OVER () AS `n`, count() AS `h0`',
        'FROM (',
        '  SELECT toValidUTF8(`destination`) AS `flights.destination`, `delay` AS `flights.delay` FROM `demo`.`flights`',
        '  WHERE `origin` = {p1:String}',
        ')',
        'GROUP BY `k0`',
        'HAVING `h0` > {p2:Int64}',
        'ORDER BY `v0` DESC NULLS LAST, `k0` ASC NULLS LAST',
        'LIMIT 5',
        'OFFSET 10',
      ].join('\n'),
      parameters: ['15', 'ATL', '100'],
    })
  })

  test('of records orders by every column, so that a page has an end', () => {
    const input = { dataset: 'flights', columns: ['departed_at', 'destination'] }
    expect(print(planRecords(asking, input, { first: 2 }).select)).toEqual({
      text: [
        "SELECT toString(toTimeZone(`flights.departed_at`, 'UTC')) AS `k0`, `flights.destination` AS `k1`",
        'FROM (',
        '  SELECT `departed_at` AS `flights.departed_at`, toValidUTF8(`destination`) AS `flights.destination` FROM `demo`.`flights`',
        '  WHERE `origin` = {p0:String}',
        ')',
        'ORDER BY `k0` DESC NULLS LAST, `k1` ASC NULLS LAST',
        'LIMIT 3',
      ].join('\n'),
      parameters: ['ATL'],
    })
  })

  test('of values is ordered by how often they stand', () => {
    const input = { dataset: 'flights', dimension: 'destination', search: 'or' }
    expect(print(planTopValues(asking, input).select)).toEqual({
      text: [
        'SELECT `flights.destination` AS `k0`, count() AS `n`',
        'FROM (',
        '  SELECT toValidUTF8(`destination`) AS `flights.destination` FROM `demo`.`flights`',
        '  WHERE `origin` = {p0:String}',
        ')',
        'GROUP BY `k0`',
        "HAVING position(translateUTF8(removeDiacriticsUTF8(caseFoldUTF8(toValidUTF8(`k0`))), 'łøđħŧı', 'lodhti'), translateUTF8(removeDiacriticsUTF8(caseFoldUTF8(toValidUTF8({p1:String}))), 'łøđħŧı', 'lodhti')) > 0",
        'ORDER BY `n` DESC NULLS LAST, `k0` ASC NULLS LAST',
        'LIMIT 20',
      ].join('\n'),
      parameters: ['ATL', 'or'],
    })
  })
})

describe('filters', () => {
  const where = (filter: object, grants = {}) => {
    const by = askingFor(grants)
    const { text, parameters } = print(
      planCounter(by, { metric: 'departures', filters: [filter] }).select,
      by,
    )
    return [text.split('\n').at(-1), parameters.slice(1)]
  }

  test.each([
    [{ dimension: 'destination', values: [] }, 'WHERE false', []],
    [{ dimension: 'destination', operator: 'NOT_EQUALS', values: [] }, 'WHERE NOT (false)', []],
    [{ dimension: 'destination', values: ['JFK'] }, 'WHERE `flights.destination` = {p1:String}', ['JFK']],
    [
      { dimension: 'destination_state', values: ['NY', null] },
      'WHERE (`airports.state` = {p1:String} OR isNull(`airports.state`))',
      ['NY'],
    ],
    [
      { not: { dimension: 'destination_state', values: ['NY'] } },
      'WHERE NOT (ifNull(`airports.state` = {p1:String}, false))',
      ['NY'],
    ],
    [
      {
        or: [
          { dimension: 'delay', operator: 'BETWEEN', values: [1, 2.5] },
          { dimension: 'delay', values: ['9007199254740993'] },
        ],
      },
      'WHERE ((`flights.delay` >= {p1:Int64} AND `flights.delay` <= {p2:Float64}) OR `flights.delay` = {p3:Int64})',
      ['1', '2.5', '9007199254740993'],
    ],
    [
      { dimension: 'destination', operator: 'NOT_CONTAINS', values: ['a', "'; DROP"] },
      'WHERE NOT ((position(`flights.destination`, {p1:String}) > 0 OR position(`flights.destination`, {p2:String}) > 0))',
      ['a', "'; DROP"],
    ],
  ])('%j', (filter, text, parameters) => {
    expect(where(filter)).toEqual([text, parameters])
  })
})

describe('the settings', () => {
  test('carry the tenant once more for each table that has one, as digits, and the limits', () => {
    const { text } = printStatement(
      planCounter(asking, { metric: 'departures' }).select,
      asking.scope,
      defaultLimits,
    )
    expect(text.split('\n').slice(-2)).toEqual([
      "SETTINGS additional_table_filters = {'demo.flights': '`origin` = unhex(\\'41544C\\')'}, max_execution_time = 30, max_rows_to_read = 5000000000, max_result_rows = 200000, max_memory_usage = 4294967296, timeout_overflow_mode = 'throw', read_overflow_mode = 'throw', result_overflow_mode = 'throw', skip_unavailable_shards = 0, join_use_nulls = 1, transform_null_in = 1, distributed_product_mode = 'global', optimize_min_equality_disjunction_chain_length = 1000000, optimize_min_inequality_conjunction_chain_length = 1000000, output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1, output_format_json_quote_denormals = 1, readonly = 1",
      'FORMAT JSONColumnsWithMetadata',
    ])
  })

  test('hold no character of a hostile tenant', () => {
    const hostile = askingFor({}, "' OR 1=1 -- {p0:String} \\ `")
    const { text } = printStatement(
      planCounter(hostile, { metric: 'departures' }).select,
      hostile.scope,
      defaultLimits,
    )
    expect(text).toContain("unhex(\\'27204F5220313D31202D2D207B70303A537472696E677D205C2060\\')")
    expect(text).not.toContain('1=1')
  })
})

describe('the printer', () => {
  const { select } = planCounter(asking, { metric: 'departures' })

  test('prints nothing for what only looks like a scope', () => {
    const lookAlike = Object.create(asking.scope)
    expect(() => printStatement(select, lookAlike, defaultLimits)).toThrow(
      new PolicyViolation('scope_missing', 'A statement cannot be printed without a scope.'),
    )
  })

  test('throws where a table has no tenancy', () => {
    if (!('read' in select.from)) throw new Error('A counter reads a view.')
    const from = { ...select.from, read: { ...select.from.read, tenancy: JSON.parse('{"kind":"unknown"}') } }
    expect(() => printStatement({ ...select, from }, asking.scope, defaultLimits)).toThrow(
      new PolicyViolation('tenancy_missing', 'A table without a tenancy cannot be read.'),
    )
  })
})
