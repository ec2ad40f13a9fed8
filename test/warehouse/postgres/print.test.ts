import { describe, expect, test } from 'vitest'
import { type Asking, askingOf, parseRowset } from '../../../src/analytics/asking.ts'
import { planBenchmark } from '../../../src/analytics/questions/benchmark.ts'
import { planCounter } from '../../../src/analytics/questions/counter.ts'
import { planLeaderboard } from '../../../src/analytics/questions/leaderboard.ts'
import { planRecords } from '../../../src/analytics/questions/records.ts'
import { planTimeSeries } from '../../../src/analytics/questions/time-series.ts'
import { planTopValues } from '../../../src/analytics/questions/top-values.ts'
import { PolicyViolation } from '../../../src/violation.ts'
import { defaultLimits } from '../../../src/warehouse/limits.ts'
import { printStatement } from '../../../src/warehouse/postgres/print.ts'
import { printBenchmark } from '../../../src/warehouse/postgres/print-benchmark.ts'
import type { Select } from '../../../src/warehouse/select.ts'
import { midMarch, salesCatalogue } from '../../support/benchmark-world.ts'
import { flights, flightsCatalogue } from '../../support/catalogue.ts'
import { hostileStrings } from '../../support/hostile.ts'
import { testScope } from '../../support/scope.ts'

function askingFor(grants: Parameters<typeof testScope>[1] = {}, tenantId = 'ATL'): Asking {
  const scope = testScope(tenantId, grants)
  return askingOf(scope, flightsCatalogue, Date.UTC(2001, 5, 1) * 1000)
}

const asking = askingFor()

function print(select: Select, by = asking): { text: string; parameters: readonly string[] } {
  const { text, parameters } = printStatement(select, by.scope, defaultLimits)
  return { text, parameters: parameters.map(({ value }) => value) }
}

const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } }

describe('a statement', () => {
  test('of a counter reads the table under the tenant, then applies what the guest asked, both as an index can have them', () => {
    expect(print(planCounter(asking, { metric: 'average_delay', timeRange: march }).select)).toEqual({
      text: [
        'SELECT t."v0" AS "v0"',
        'FROM (',
        '  SELECT (sum("c1"))::float8 / NULLIF(count("c1"), 0)::float8 AS "v0"',
        '  FROM (',
        '    SELECT *',
        '    FROM (',
        '      SELECT "delay" AS "c1", "departed_at" AS "c0" FROM "demo"."flights"',
        '      WHERE "origin" = $1::text',
        '    ) AS t',
        '    WHERE ("c0" >= $2::timestamptz AND "c0" < $3::timestamptz)',
        '  ) AS t',
        ') AS t',
        'LIMIT 200001',
      ].join('\n'),
      parameters: ['ATL', '2001-03-01 00:00:00.000000+00', '2001-04-01 00:00:00.000000+00'],
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
        'SELECT t."v0" AS "v0"',
        'FROM (',
        '  SELECT count(*) AS "v0"',
        '  FROM (',
        '    SELECT *',
        '    FROM (',
        '      SELECT *',
        '      FROM (',
        '        SELECT "delay" AS "c0", "destination"::text AS "c1" FROM "demo"."flights"',
        '        WHERE "origin" = $1::text',
        '      ) AS t',
        '      LEFT JOIN (',
        '        SELECT DISTINCT ON ("c2" COLLATE "C") *',
        '        FROM (SELECT "iata"::text AS "c2", "state"::text AS "c3" FROM "demo"."airports") AS t',
        '        ORDER BY "c2" COLLATE "C"',
        '      ) AS j0 ON "c1" COLLATE "C" = "c2" COLLATE "C"',
        '      WHERE "c3" IN ($2::text, $3::text)',
        '    ) AS t',
        '    WHERE "c0" < $4::bigint',
        '  ) AS t',
        ') AS t',
        'LIMIT 200001',
      ].join('\n'),
      parameters: ['ATL', 'CA', 'NV', '5'],
    })
  })

  test('of a leaderboard has its total as one more grouping set of the same scan', () => {
    expect(
      print(planLeaderboard(asking, { metric: 'departures', dimensions: ['destination'], limit: 3 }).select),
    ).toEqual({
      text: [
        'SELECT t."total" AS "total", t."v0" AS "v0", t."k0" AS "k0"',
        'FROM (',
        '  SELECT "k0", grouping("k0") = 1 AS "total", count(*) AS "v0"',
        '  FROM (',
        '    SELECT *, ("c0" COLLATE "C") AS "k0"',
        '    FROM (',
        '      SELECT "destination"::text AS "c0" FROM "demo"."flights"',
        '      WHERE "origin" = $1::text',
        '    ) AS t',
        '  ) AS t',
        '  GROUP BY GROUPING SETS (("k0"), ())',
        ') AS t',
        'ORDER BY t."total" DESC NULLS LAST, t."v0" DESC NULLS LAST, t."k0" ASC NULLS LAST',
        'LIMIT 4',
      ].join('\n'),
      parameters: ['ATL'],
    })
  })

  test('of records orders by every column, as it is and not as it is shown', () => {
    const input = { dataset: 'flights', columns: ['departed_at', 'destination'] }
    expect(
      print(planRecords(asking, input, { first: 2 }).select)
        .text.split('\n')
        .slice(0, 2),
    ).toEqual([
      `SELECT to_char(t."k0" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS "k0", t."k1" AS "k1"`,
      'FROM (',
    ])
    expect(
      print(planRecords(asking, input, { first: 2 }).select)
        .text.split('\n')
        .slice(-2),
    ).toEqual(['ORDER BY t."k0" DESC NULLS LAST, t."k1" ASC NULLS LAST', 'LIMIT 3'])
  })

  test('looks a group of a series up once for each row', () => {
    const input = {
      metrics: ['average_delay'],
      groupBy: ['destination'],
      limit: 2,
      granularity: 'WEEK' as const,
      timeRange: march,
    }
    const { text } = print(planTimeSeries(asking, input, parseRowset(asking, flights, input)).select)
    expect(text.match(/ IN \(SELECT /g)).toHaveLength(1)
    expect(text.match(/"demo"."flights"\n\s+WHERE "origin" = \$1::text/g)).toHaveLength(2)
  })

  test('says whose it is beside its text, and how many rows it may give', () => {
    const { select } = planCounter(asking, { metric: 'departures' })
    const { settings, resultRows } = printStatement(select, asking.scope, defaultLimits)
    expect({ settings, resultRows }).toEqual({
      settings: {
        'app.tenant_id': 'ATL',
        'app.organization_id': asking.scope.organizationId,
        'app.environment_id': asking.scope.environmentId,
      },
      resultRows: 200_000,
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
    return [
      text
        .split('\n')
        .filter((line) => line.startsWith('    WHERE'))
        .at(-1)
        ?.trim(),
      parameters.slice(1),
    ]
  }

  test.each([
    [{ dimension: 'destination', values: [] }, 'WHERE false', []],
    [{ dimension: 'destination', operator: 'NOT_EQUALS', values: [] }, 'WHERE NOT (false)', []],
    [{ dimension: 'destination', values: ['JFK'] }, 'WHERE "c0" = $2::text', ['JFK']],
    [{ dimension: 'destination', values: ['J\0K'] }, 'WHERE false', []],
    [
      { dimension: 'destination', operator: 'GREATER_THAN', values: ['J\0K'] },
      'WHERE ("c0" COLLATE "C") > $2::text',
      ['J'],
    ],
    [
      { dimension: 'destination_state', values: ['NY', null] },
      'WHERE ("c2" = $2::text OR ("c2" IS NULL))',
      ['NY'],
    ],
    [
      { not: { dimension: 'destination_state', values: ['NY'] } },
      'WHERE NOT (coalesce("c2" = $2::text, false))',
      ['NY'],
    ],
    [
      { dimension: 'departed_at', operator: 'GREATER_THAN', values: ['2001-03-01T00:00:00.25Z'] },
      `WHERE ("c0" > $2::timestamptz AND "c0" < '10000-01-01 00:00:00+00'::timestamptz)`,
      ['2001-03-01 00:00:00.250000+00'],
    ],
    [
      {
        or: [
          { dimension: 'delay', operator: 'BETWEEN', values: [1, 2.5] },
          { dimension: 'delay', values: ['9007199254740993'] },
        ],
      },
      'WHERE (("c0" >= $2::bigint AND "c0" <= $3::numeric) OR "c0" = $4::bigint)',
      ['1', '2.5', '9007199254740993'],
    ],
    [
      { dimension: 'destination', operator: 'NOT_CONTAINS', values: ['a', "'; DROP"] },
      'WHERE NOT ((strpos(("c0" COLLATE "C"), $2::text) > 0 OR strpos(("c0" COLLATE "C"), $3::text) > 0))',
      ['a', "'; DROP"],
    ],
  ])('%j', (filter, text, parameters) => {
    expect(where(filter)).toEqual([text, parameters])
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

  test.each(['x'.repeat(64), 'ä'.repeat(32), '', 'a\0b'])(
    'refuses the name %j, which PostgreSQL would cut or not take',
    (name) => {
      if (!('read' in select.from)) throw new Error('A counter reads a view.')
      const table = { database: 'demo', table: name }
      const from = { ...select.from, read: { ...select.from.read, table } }
      expect(() => printStatement({ ...select, from }, asking.scope, defaultLimits)).toThrow(
        new Error('Not a name of a table or column.'),
      )
    },
  )

  test('takes nothing in a name for the place of a value', () => {
    if (!('read' in select.from)) throw new Error('A counter reads a view.')
    const table = { database: 'demo', table: 'a$1"\\b' }
    const from = { ...select.from, read: { ...select.from.read, table } }
    expect(printStatement({ ...select, from }, asking.scope, defaultLimits).text).toContain(
      'FROM "demo".U&"a\\00241""\\\\b"',
    )
  })

  test('lets no character of a hostile string into a text', () => {
    const input = { dataset: 'flights', dimension: 'destination' }
    const shape = (value: string) => {
      const by = askingFor({}, value)
      const filters = [
        { dimension: 'destination', values: [value] },
        { dimension: 'destination', operator: 'CONTAINS' as const, values: [value] },
      ]
      const { text } = print(planTopValues(by, { ...input, search: value, filters }).select, by)
      return text.replace(/\$\d+/g, '$')
    }
    const plain = shape('plain')
    for (const value of hostileStrings) {
      if (!value.isWellFormed() || value.length > 1_000 || value === '' || value.includes('\0')) continue
      expect(shape(value)).toBe(plain)
    }
  })

  test('gives a tenant with a zero byte no rows, and no text that PostgreSQL would not take', () => {
    const by = askingFor({}, 'A\0TL')
    const { text, parameters } = print(planCounter(by, { metric: 'departures' }).select, by)
    expect([text.includes('WHERE false'), parameters]).toEqual([true, []])
  })
})

describe('the statement across tenants', () => {
  const scope = testScope('a-tenant’s id')
  const { others } = planBenchmark(askingOf(scope, salesCatalogue(), midMarch), { name: 'basket' })

  test('reads every tenant but the asker’s, names none and lets out a count and three means', () => {
    const { text, parameters, resultRows } = printBenchmark(others, scope, defaultLimits)
    expect(text).not.toContain('a-tenant')
    expect(
      text.match(/WHERE "tenant" IS NOT NULL AND "tenant" <> '' AND "tenant" <> \$\d::text/g),
    ).toHaveLength(1)
    expect(parameters.filter(({ value }) => value === 'a-tenant’s id')).toHaveLength(1)
    const outputs = text.slice(0, text.indexOf(' FROM ('))
    expect([outputs.startsWith('SELECT "n" / 5 * 5 AS "tenants"'), resultRows]).toEqual([true, 1])
    expect(
      [...(text.split('\nFROM (')[0]?.matchAll(/ AS "(tenants|lower|median|upper)"/g) ?? [])].map(
        ([, name]) => name,
      ),
    ).toEqual(['tenants', 'lower', 'median', 'upper'])
  })

  test('is printed for a scope and within its bounds alone', () => {
    expect(() => printBenchmark(others, Object.create(scope), defaultLimits)).toThrow(
      new PolicyViolation('scope_missing', 'A statement cannot be printed without a scope.'),
    )
    for (const terms of [{ minTenants: 4 }, { maxShare: 0.6 }, { maxShare: 0 }, { minTenants: 5.5 }]) {
      expect(() => printBenchmark({ ...others, ...terms }, scope, defaultLimits)).toThrow(
        new PolicyViolation('benchmark_unbounded', 'A benchmark without its bounds cannot be printed.'),
      )
    }
    const elsewhere = { ...others, dataset: 'other' }
    expect(() => printBenchmark(elsewhere, scope, defaultLimits)).toThrow(
      new PolicyViolation('benchmark_unbounded', 'A benchmark reads one table.'),
    )
  })
})
