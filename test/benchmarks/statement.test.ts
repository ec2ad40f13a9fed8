import { describe, expect, test } from 'vitest'
import type { Scope } from '../../src/access/scope.ts'
import { askingOf } from '../../src/analytics/asking.ts'
import { planBenchmark } from '../../src/analytics/questions/benchmark.ts'
import type { BenchmarkSelect } from '../../src/warehouse/benchmark-select.ts'
import { printStatement } from '../../src/warehouse/clickhouse/print.ts'
import { printBenchmark } from '../../src/warehouse/clickhouse/print-benchmark.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { always, type ColumnReference, type Select } from '../../src/warehouse/select.ts'
import { midMarch, sales, salesCatalogue } from '../support/benchmark-world.ts'
import { column, dimension, int64, metric, text } from '../support/catalogue.ts'
import { testScope } from '../support/scope.ts'

const scope = testScope('us')
const amount = column('amount', int64)

function plan(name: string): BenchmarkSelect {
  return planBenchmark(askingOf(scope, salesCatalogue(), midMarch), { name }).others
}

function print(select: BenchmarkSelect, by: Scope = scope) {
  const { text, parameters } = printBenchmark(select, by, defaultLimits)
  return { text: text.split('\nSETTINGS ')[0] ?? '', parameters: parameters.map(({ value }) => value) }
}

describe('the statement across tenants', () => {
  test('reads every tenant but the asker’s, and lets out three means and a rounded count', () => {
    expect(print(plan('basket'))).toEqual({
      text: [
        "SELECT intDiv(`n`, 5) * 5 AS `tenants`, if(2 * arrayMax(x -> abs(x), `low`) <= arraySum(x -> abs(x), `low`), toFloat64(printf('%.1e', arraySum(`low`) / 3)) + 0, NULL) AS `lower`, if(2 * arrayMax(x -> abs(x), `middle`) <= arraySum(x -> abs(x), `middle`), toFloat64(printf('%.1e', arraySum(`middle`) / 3)) + 0, NULL) AS `median`, if(2 * arrayMax(x -> abs(x), `high`) <= arraySum(x -> abs(x), `high`), toFloat64(printf('%.1e', arraySum(`high`) / 3)) + 0, NULL) AS `upper`",
        'FROM (',
        '  SELECT `n`, arraySlice(`figures`, intDiv(`n` + 1, 4), 3) AS `low`, arraySlice(`figures`, intDiv(`n`, 2), 3) AS `middle`, arraySlice(`figures`, `n` - 1 - intDiv(`n` + 1, 4), 3) AS `high`',
        '  FROM (',
        '    SELECT count() AS `n`, arraySort(groupArray(`figure`)) AS `figures`, max(`share0`) AS `most0`, sum(`share0`) AS `all0`, max(`share1`) AS `most1`, sum(`share1`) AS `all1`',
        '    FROM (',
        '      SELECT toFloat64(toFloat64(ifNull(sum(toInt128(`sales.amount`)), 0)) / nullIf(toFloat64(count()), 0)) AS `figure`, toFloat64(count()) AS `share0`, abs(toFloat64(ifNull(sum(toInt128(`sales.amount`)), 0))) AS `share1`',
        '      FROM (',
        '        SELECT `tenant` AS `sales!tenant`, `amount` AS `sales.amount`, `at` AS `sales.at` FROM `bench`.`sales`',
        "        WHERE `tenant` <> '' AND `tenant` <> {p0:String}",
        '      )',
        "      WHERE (`sales.at` >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND `sales.at` < fromUnixTimestamp64Micro({p2:Int64}, 'UTC'))",
        '      GROUP BY `sales!tenant`',
        '      HAVING isFinite(`figure`) AND `share0` > 0',
        '    )',
        '  )',
        '  WHERE `n` >= {p3:UInt64} AND `most0` / `all0` <= {p4:Float64} AND `most1` / `all1` <= {p4:Float64}',
        ')',
      ].join('\n'),
      parameters: ['us', '1706745600000000', '1709251200000000', '10', '0.25'],
    })
  })

  test('names no tenant and lets none out', () => {
    for (const { name } of sales.metrics) {
      const { text, parameters } = printBenchmark(plan(name), testScope('a-tenant’s id'), defaultLimits)
      expect(text).not.toContain('a-tenant')
      expect(text).not.toContain(Buffer.from('a-tenant').toString('hex').toUpperCase())
      expect(parameters.filter(({ value }) => value === 'a-tenant’s id')).toHaveLength(1)
      const outputs = text.slice(0, text.indexOf('\nFROM ('))
      expect([...outputs.matchAll(/ AS `([^`]+)`/g)].map((match) => match[1])).toEqual([
        ...['tenants', 'lower', 'median', 'upper'],
      ])
    }
  })

  test('reads the whole table where no row can be the asker’s', () => {
    const select = plan('sale_count')
    const numbered: BenchmarkSelect = {
      ...select,
      tenancy: { kind: 'column', column: column('shop', int64, true) },
    }
    const { text, parameters } = print(numbered, testScope('not a number'))
    expect(
      text
        .split('\n')
        .find((line) => line.trim().startsWith('WHERE isNotNull'))
        ?.trim(),
    ).toBe('WHERE isNotNull(`shop`)')
    expect(parameters).toEqual(['1706745600000000', '1709251200000000', '10', '0.25'])
  })
})

describe('a statement across tenants is not printed', () => {
  const select = plan('revenue')
  const unbounded = 'A benchmark without its bounds cannot be printed.'
  const elsewhere: ColumnReference = { kind: 'column', alias: 'people', column: column('age', int64, true) }

  test.each<readonly [string, Partial<BenchmarkSelect>, string]>([
    ['with fewer than five tenants', { minTenants: 4 }, unbounded],
    ['with a part of a tenant', { minTenants: 5.5 }, unbounded],
    ['with no number of tenants', { minTenants: Number.NaN }, unbounded],
    ['with a share of more than a half', { maxShare: 0.51 }, unbounded],
    ['with no share', { maxShare: 0 }, unbounded],
    ['with a share that is no number', { maxShare: Number.NaN }, unbounded],
    [
      'with a column of another table',
      { figure: { kind: 'aggregate', function: 'sum', of: elsewhere, level: null, where: always } },
      'A benchmark reads one table.',
    ],
    [
      'with a shared table',
      { tenancy: JSON.parse('{"kind":"shared"}') },
      'A benchmark needs the column that tells tenants apart.',
    ],
  ])('%s', (_, change, message) => {
    expect(() => printBenchmark({ ...select, ...change }, scope, defaultLimits)).toThrow(message)
  })

  test('without a scope', () => {
    expect(() => printBenchmark(select, JSON.parse('{"tenantId":"us"}'), defaultLimits)).toThrow(
      'A statement cannot be printed without a scope.',
    )
  })
})

describe('a benchmark that a model should not have had', () => {
  test('of rows that have rules is refused', () => {
    const values = { kind: 'each', of: [{ kind: 'literal', value: true }] } as const
    const rule = { kind: 'test', dimension: 'paid', operator: 'EQUALS', values } as const
    const asking = askingOf(scope, salesCatalogue({}, { ...sales, rowRules: [rule] }), midMarch)
    expect(() => planBenchmark(asking, { name: 'revenue' })).toThrow(
      "The credential does not permit this. name: expected a token that sees all rows of its tenant in sales, as the other tenants' figures are of all of theirs.",
    )
  })

  test.each([
    ['the largest of its rows', { aggregate: 'max' as const }],
    ['what a joined row decides', { filters: [{ dimension: 'country', values: ['DE'] }] }],
  ])('of %s is not answered', (_, change) => {
    const odd = metric({ ...{ name: 'odd', dataset: 'sales', aggregate: 'sum', column: amount }, ...change })
    const joined = dimension(column('country', text), 'people', 'country')
    const dimensions = new Map([...sales.dimensions, ['country', joined] as const])
    const asking = askingOf(scope, salesCatalogue({}, { ...sales, dimensions, metrics: [odd] }), midMarch)
    expect(() => planBenchmark(asking, { name: 'odd' })).toThrow("odd cannot be held against other tenants'.")
  })
})

describe('the ordinary printer', () => {
  test('prints no benchmark', () => {
    const select = Object(plan('revenue'))
    expect(() => printStatement(select, scope, defaultLimits)).toThrow(TypeError)
  })

  test('still reads no table whose tenancy it does not know', () => {
    const read = { alias: 'sales', table: sales.table, tenancy: JSON.parse('{"kind":"all"}'), columns: [] }
    const select: Select = {
      from: { dataset: 'sales', read, joins: [], guard: [] },
      outputs: [{ name: 'v0', expression: { kind: 'row_count' } }],
      ...{ where: always, groupBy: null, having: always, orderBy: [], limit: null, offset: 0 },
    }
    expect(() => printStatement(select, scope, defaultLimits)).toThrow(
      'A table without a tenancy cannot be read.',
    )
  })
})
