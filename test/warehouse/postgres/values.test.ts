import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Analytics } from '../../../src/analytics/analytics.ts'
import { askingOf, parseRowset } from '../../../src/analytics/asking.ts'
import { planExtent } from '../../../src/analytics/questions/extent.ts'
import { planLeaderboard } from '../../../src/analytics/questions/leaderboard.ts'
import { planRecordStream } from '../../../src/analytics/questions/record-stream.ts'
import { planRecords } from '../../../src/analytics/questions/records.ts'
import type { Dataset } from '../../../src/catalogue/catalogue.ts'
import type { ColumnType } from '../../../src/catalogue/column.ts'
import type { Feature } from '../../../src/warehouse/dialect.ts'
import { defaultLimits } from '../../../src/warehouse/limits.ts'
import { createBinding } from '../../../src/warehouse/postgres/parameters.ts'
import { printFolded } from '../../../src/warehouse/postgres/print-folded.ts'
import type { Select } from '../../../src/warehouse/select.ts'
import type { Warehouse } from '../../../src/warehouse/warehouse.ts'
import { analyticsOf } from '../../support/behaviour-analytics.ts'
import { catalogueOf, column, derived, dimension, metric, named, text } from '../../support/catalogue.ts'
import { hostileStrings } from '../../support/hostile.ts'
import { openPostgresTestEngine } from '../../support/postgres-warehouse.ts'
import { testScope } from '../../support/scope.ts'
import { openTestEngine, unhurried } from '../../support/warehouse.ts'

/** Values that PostgreSQL has and that an answer or a question could fail on or lose. */
const engine = await openPostgresTestEngine()
let warehouse: Warehouse

const float: ColumnType = { kind: 'float', bits: 64 }
const numeric: ColumnType = { kind: 'decimal', precision: 76, scale: 20 }
const columns = {
  tenant: column('tenant', text),
  at: column('at', { kind: 'instant', fraction: 6 }, true),
  plain: column('plain', { kind: 'instant', fraction: 6 }, true),
  day: column('day', { kind: 'date' }, true),
  wide: column('wide', float, true),
  single: column('single', { kind: 'float', bits: 32 }, true),
  any: column('any', numeric, true),
  big: column('big', { kind: 'integer', bits: 64, signed: true }, true),
  padded: column('padded', text, true),
  mood: column('mood', text, true),
  name: column('a very long name of a column that takes up all 63 bytes $1 "x"', text, true),
  code: column('code', text, true),
}
const of = (name: string, rest: object) => metric({ name, dataset: 'odd', ...rest })
const wides = of('wides', { aggregate: 'sum', column: columns.wide })
const bigs = of('bigs', { aggregate: 'sum', column: columns.big })

const odd: Dataset = {
  name: 'odd',
  title: 'Odd',
  description: null,
  dataSource: 'warehouse',
  table: { database: 'public', table: 'odd' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: 'at',
  latencySeconds: 0,
  dimensions: named([
    ...Object.entries(columns).map(([name, each]) => dimension(each, null, name)),
    dimension(column('label', text, true), 'codes', 'label'),
  ]),
  joins: new Map([
    [
      'codes',
      {
        dataset: 'codes',
        table: { database: 'public', table: 'codes' },
        tenancy: { kind: 'shared' },
        on: [{ own: columns.code, other: column('code', text, true) }],
      },
    ],
  ]),
  rowRules: [],
  metrics: [
    of('rows', {}),
    wides,
    bigs,
    of('wide_mean', { aggregate: 'avg', column: columns.wide }),
    of('wide_median', { aggregate: 'quantile', level: 0.5, column: columns.wide }),
    of('wide_last', { aggregate: 'last', column: columns.wide, time: columns.at }),
    of('wide_median_about', {
      aggregate: 'quantile',
      level: 0.5,
      column: columns.wide,
      approximate: true,
    }),
    of('anys', { aggregate: 'sum', column: columns.any }),
    of('any_mean', { aggregate: 'avg', column: columns.any }),
    of('any_median', { aggregate: 'quantile', level: 0.5, column: columns.any }),
    of('names', { aggregate: 'count_distinct', column: columns.name }),
    derived('odd', 'wide_square', 'wides * wides', [wides]),
    derived('odd', 'wide_nothing', 'wides / 100000000000000 * bigs', [wides, bigs]),
  ],
}
const codes: Dataset = {
  ...odd,
  name: 'codes',
  table: { database: 'public', table: 'codes' },
  tenancy: { kind: 'shared' },
  timeDimension: null,
  dimensions: named([dimension(column('label', text, true))]),
  joins: new Map(),
  metrics: [metric({ name: 'code_rows', dataset: 'codes' })],
}
const catalogue = catalogueOf([odd, codes])

beforeAll(async () => {
  await engine.execute(`
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE odd (tenant text NOT NULL, at timestamptz, plain timestamp, day date, wide float8, single float4,
      "any" numeric, big int8, padded char(5), mood mood, "${columns.name.name.replaceAll('"', '""')}" varchar, code text);
    CREATE TABLE codes (code text, label text);
    INSERT INTO codes VALUES ('x', 'one'), ('x', 'two'), ('y', 'three'), (NULL, 'nothing');
    INSERT INTO odd (tenant, at, plain, day) VALUES
      ('times', 'infinity', 'infinity', 'infinity'), ('times', '-infinity', '-infinity', '-infinity'),
      ('times', '0001-01-01 00:00:00+00 BC', '0001-01-01 00:00:00 BC', '0001-01-01 BC'),
      ('times', '10000-01-01 00:00:00+00', '10000-01-01 00:00:00', '10000-01-01'),
      ('times', '0999-12-31 23:59:59.5+00', '0999-12-31 23:59:59.5', '0999-12-31'),
      ('times', '2001-03-01 12:00:00.000001+00', '2001-03-01 12:00:00.000001', '2001-03-01'),
      ('times', NULL, NULL, NULL);
    INSERT INTO odd (tenant, wide, single, "any", big) VALUES
      ('numbers', 'NaN', 'NaN', 'NaN', 9223372036854775807), ('numbers', 'Infinity', 'Infinity', 'Infinity', 9223372036854775807),
      ('numbers', '-Infinity', '-Infinity', '-Infinity', NULL), ('numbers', -0.0, -0.0, 0.50, 1), ('numbers', 2, 0.1, 1e400, NULL);
    INSERT INTO odd (tenant, "any") VALUES ('divided', 1::numeric / 7000000), ('divided', 0.123456789012345678901234);
    INSERT INTO odd (tenant, at, wide) VALUES
      ('huge', '2001-03-01', 1e308), ('huge', '2001-03-02', 1e308),
      ('large', '2001-03-01', 1e300), ('large', '2001-03-02', -1),
      ('small', '2001-03-01', 5e-324), ('small', '2001-03-02', NULL),
      ('far', '2001-03-01', -1.7e308), ('far', '2001-03-02', 1.7e308);
    UPDATE odd SET big = 1 WHERE tenant IN ('small', 'huge');
    INSERT INTO odd (tenant, padded, mood, "${columns.name.name.replaceAll('"', '""')}", code) VALUES
      ('texts', 'a', 'ok', 'a', 'x'), ('texts', 'b', 'sad', 'B', 'x'), ('texts', 'b', 'sad', 'ä', 'y'), ('texts', NULL, NULL, NULL, NULL)`)
  warehouse = await engine.open()
})

afterAll(() => engine.close())

function ask(tenant: string): Analytics {
  return analyticsOf({ catalogue, warehouse, now: Date.UTC(2020, 0, 1) }, tenant)
}

async function figure(tenant: string, name: string) {
  return (await ask(tenant).counter({ metric: name })).figure
}

const exact = async (tenant: string, name: string) => (await figure(tenant, name)).exact
const value = async (tenant: string, name: string) => (await figure(tenant, name)).value

async function groups(tenant: string, name: string) {
  const { rows } = await ask(tenant).table({
    metrics: ['rows'],
    dimensions: [name],
    orderBy: [{ by: name, order: 'ASC' }],
  })
  return rows
}

describe('times', () => {
  test('beyond the years 1 to 9999 are null, as keys, in tests and as the ends of all', async () => {
    const known = ['0999-12-31T23:59:59.500Z', '2001-03-01T12:00:00.000001Z']
    expect(await groups('times', 'at')).toEqual([...known.map((at) => [at, 1]), [null, 5]])
    expect(await groups('times', 'plain')).toEqual([...known.map((at) => [at, 1]), [null, 5]])
    expect(await groups('times', 'day')).toEqual([
      ['0999-12-31', 1],
      ['2001-03-01', 1],
      [null, 5],
    ])
  })

  test.each(['at', 'plain', 'day'])(
    '%s: a test holds for those that are known, and its opposite for all others',
    async (name) => {
      const counted = async (filter: object) => {
        const { figure } = await ask('times').counter({ metric: 'rows', filters: [filter] })
        return figure.value
      }
      const literal = name === 'day' ? '2000-01-01' : '2000-01-01T00:00:00Z'
      const after = { dimension: name, operator: 'GREATER_THAN', values: [literal] }
      const before = { dimension: name, operator: 'LESS_THAN', values: [literal] }
      const isNull = { dimension: name, operator: 'IS_NULL' }
      const range = {
        dimension: name,
        operator: 'BETWEEN',
        values: [literal, '2100-01-01T00:00:00Z'.slice(0, literal.length)],
      }
      const tests = [
        after,
        before,
        isNull,
        range,
        { not: after },
        { not: before },
        { not: isNull },
        { not: range },
      ]
      expect(await Promise.all(tests.map(counted))).toEqual([1, 1, 5, 1, 6, 6, 2, 6])
    },
  )

  test('are from the first to the last of those that are known', async () => {
    const { range, series } = await ask('times').timeSeries({ metrics: ['rows'], granularity: 'YEAR' })
    expect(range).toMatchObject({
      start: Date.parse('0999-12-31T23:59:59Z') * 1000,
      stop: Date.parse('2001-03-01T12:00:01Z') * 1000,
    })
    expect(series[0]?.total).toBe(2)
  })

  test('are in their buckets to the microsecond, and those that are none in none', async () => {
    const { labels, series } = await ask('times').timeSeries({
      metrics: ['rows'],
      granularity: 'DAY',
      timeRange: { between: { start: '2001-02-28T00:00:00Z', stop: '2001-03-02T00:00:00Z' } },
    })
    expect([labels, series[0]?.values]).toEqual([
      ['2001-02-28T00:00:00Z', '2001-03-01T00:00:00Z'],
      [0, 1],
    ])
  })
})

describe('numbers', () => {
  test('that are none are null, and there is one zero', async () => {
    expect(await groups('numbers', 'wide')).toEqual([
      [0, 1],
      [2, 1],
      [null, 3],
    ])
    expect(await groups('numbers', 'single')).toEqual([
      [0, 1],
      [0.1, 1],
      [null, 3],
    ])
    expect(await groups('numbers', 'any')).toEqual([
      [0.5, 1],
      [null, 4],
    ])
    expect(await exact('numbers', 'wides')).toBe('2')
    expect(await exact('numbers', 'anys')).toBe('0.5')
    expect([await value('numbers', 'any_mean'), await value('numbers', 'any_median')]).toEqual([0.5, 0.5])
  })

  test('of more digits than a filter can name are those that it can', async () => {
    const shown = [1.4285714285714e-7, '0.1234567890123456789']
    expect(await groups('divided', 'any')).toEqual(shown.map((key) => [key, 1]))
    for (const key of shown) {
      const filters = [{ dimension: 'any', operator: 'EQUALS' as const, values: [key] }]
      expect((await ask('divided').counter({ metric: 'rows', filters })).figure.value).toBe(1)
    }
  })

  test('of 64 bits are added up beyond them', async () => {
    expect(await exact('numbers', 'bigs')).toBe('18446744073709551615')
  })

  test('that leave the doubles are no figure, and what stays within them is one', async () => {
    expect(await value('huge', 'wides')).toBe(null)
    expect(await value('huge', 'wide_mean')).toBe(null)
    expect(await value('large', 'wides')).toBe(1e300)
    expect(await value('large', 'wide_square')).toBe(null)
    expect(await value('small', 'wides')).toBe(5e-324)
    expect(await value('small', 'wide_square')).toBe(0)
    expect(await value('small', 'wide_nothing')).toBe(0)
    expect(await value('far', 'wides')).toBe(0)
    expect(await value('far', 'wide_median')).toBe(null)
    expect(await value('far', 'wide_last')).toBe(1.7e308)
    expect(await value('far', 'wide_median_about')).toBe(-1.7e308)
  })

  test('too large for a single are compared with one all the same', async () => {
    const counted = async (operator: string, number: number) => {
      const filters = [{ dimension: 'single', operator, values: [number] }]
      return (await ask('numbers').counter({ metric: 'rows', filters } as never)).figure.value
    }
    expect(await counted('LESS_THAN', 1e300)).toBe(2)
    expect(await counted('GREATER_THAN', 1e-300)).toBe(1)
    expect(await counted('EQUALS', 0.1)).toBe(1)
  })
})

describe('texts', () => {
  test('are ordered by their bytes, whatever their type and the length of their name', async () => {
    expect(await groups('texts', 'name')).toEqual([
      ['B', 1],
      ['a', 1],
      ['ä', 1],
      [null, 1],
    ])
    expect(await groups('texts', 'padded')).toEqual([
      ['a', 1],
      ['b', 2],
      [null, 1],
    ])
    expect(await groups('texts', 'mood')).toEqual([
      ['ok', 1],
      ['sad', 2],
      [null, 1],
    ])
    expect(await value('texts', 'names')).toBe(3)
  })

  test.each([
    ['padded', 'b', 2],
    ['mood', 'sad', 2],
    ['mood', 'no such mood', 0],
    ['name', 'a\0', 0],
    ['name', '\0', 0],
  ])('%s is found by %j', async (name, wanted, count) => {
    for (const operator of ['EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH'] as const) {
      const filters = [{ dimension: name, operator, values: [wanted] }]
      expect((await ask('texts').counter({ metric: 'rows', filters })).figure.value).toBe(count)
    }
  })

  test('that are hostile are found as they are, by a test and by a search, under a tenant of that name alone', async () => {
    const isAll = process.env.HOSTILE_STRINGS === 'all'
    const hostile = hostileStrings.filter(
      (each, index) =>
        each.isWellFormed() && each !== '' && each.length <= 1_000 && (isAll || index % 5 === 0),
    )
    const stored = hostile.filter((each) => !each.includes('\0'))
    const list = stored.map((each) => `('${each.replaceAll("'", "''")}', '${each.replaceAll("'", "''")}')`)
    await engine.execute(`INSERT INTO odd (tenant, code) VALUES ${list.join(', ')}`)
    for (const each of hostile) {
      const filters = [
        { dimension: 'code', values: [each] },
        { dimension: 'code', operator: 'ENDS_WITH' as const, values: [each] },
      ]
      const { values } = await ask(each).topValues({
        dataset: 'odd',
        dimension: 'code',
        search: each,
        filters,
      })
      expect([each, values]).toEqual([each, each.includes('\0') ? [] : [{ value: each, count: 1 }]])
    }
  })

  test('are searched for what cannot be in them without an error', async () => {
    const { values } = await ask('texts').topValues({ dataset: 'odd', dimension: 'name', search: 'a\0' })
    expect(values).toEqual([])
  })
})

describe('letters', () => {
  const changes = /[\p{Changes_When_Casefolded}\p{Mn}]/u
  /** All that has a case, a mark or parts, without the thousands of Korean syllables. */
  const letters = Array.from({ length: 0x1ffff }, (_, code) => code + 1)
    .filter((code) => code < 0xac00 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((letter) => changes.test(letter) || letter.normalize('NFD') !== letter)
  const words = ['각', '가', 'ΌΣΟΣ', 'Straße', 'plain', 'ABC', 'Mu\u0308nchen', 'ŁÓDŹ', '東京']
  const texts = [...letters, ...words]
  const list = texts.map((each) => `'${each}'`).join(', ')

  test('are found by those that ClickHouse finds them by, each of them', async () => {
    const bound = createBinding()
    const folded = printFolded('x', { bind: bound.bind })
    const filled = folded.replace(/\$(\d+)/g, (_, name) => `'${bound.parameters[Number(name) - 1]?.value}'`)
    const rows = await engine.execute(
      `SELECT ${filled} AS folded FROM unnest(ARRAY[${list}]) WITH ORDINALITY AS t(x, place) ORDER BY place`,
    )
    const other = await openTestEngine()
    const answer = await other.execute(
      `SELECT translateUTF8(removeDiacriticsUTF8(caseFoldUTF8(arrayJoin([${list}]))), 'łøđħŧı', 'lodhti') FORMAT TSV`,
    )
    await other.close()
    // Both fold the letters of Cherokee, but one to the small and one to the large.
    const small = (each: unknown) => String(each).toLowerCase()
    expect(rows.map(({ folded }) => small(folded))).toEqual(answer.trim().split('\n').map(small))
    expect(letters.length).toBeGreaterThan(4_000)
  })
})

test('a joined row that is there twice multiplies no row, and a null key finds none', async () => {
  const rows = await groups('texts', 'label')
  expect(rows.map(([label, count]) => [label === 'two' ? 'one' : label, count])).toEqual([
    ['one', 2],
    ['three', 1],
    [null, 1],
  ])
})

test('what a dialect lacks is refused with the reason, whoever asks for it', async () => {
  const reasons: Partial<Record<Feature, string>> = {
    funnel: 'it knows no order of rows',
    quantile: 'it keeps no values',
  }
  const dialect = { ...warehouse.dialect, lacks: (feature: Feature) => reasons[feature] ?? null }
  const tiny = analyticsOf({ catalogue, warehouse: { ...warehouse, dialect }, now: 0 }, 'far')
  const steps = ['one', 'two'].map((name) => ({ name, filters: [] }))
  const funnel = tiny.funnel({ dataset: 'odd', entity: 'code', within: 'P1D', steps })
  const refusal = (reason: string) => ({
    code: 'NOT_SUPPORTED',
    details: { expected: `another question; ${reason}` },
  })
  await expect(funnel).rejects.toMatchObject(refusal('it knows no order of rows'))
  const board = tiny.leaderboard({ metric: 'wide_median', dimensions: ['code'], others: true })
  await expect(board).rejects.toMatchObject(refusal('it keeps no values'))
  expect((await tiny.counter({ metric: 'wide_median_about' })).figure.value).toBe(-1.7e308)
})

test('rows that are streamed are those of an answer', async () => {
  const scope = testScope('texts')
  const asking = askingOf(scope, catalogue, 0)
  const { select } = planRecordStream(asking, { dataset: 'odd', columns: ['name', 'at', 'any'] })
  const statement = warehouse.dialect.printStream(select, scope, defaultLimits)
  const rows: unknown[] = []
  for await (const batch of warehouse.stream(statement, {
    ...unhurried,
    owner: { tenant: 'texts', token: 'one' },
  })) {
    rows.push(...batch)
  }
  const { columns } = await warehouse.run(
    warehouse.dialect.printStatement(select, scope, defaultLimits),
    unhurried,
  )
  expect(rows).toEqual(rows.map((_, row) => columns.map((column) => column[row])))
  expect(rows).toHaveLength(4)
})

test('more rows than an answer may have are refused', async () => {
  const scope = testScope('texts')
  const asking = askingOf(scope, catalogue, 0)
  const { select } = planRecords(asking, { dataset: 'odd', columns: ['name'] }, { first: 100 })
  const run = (resultRows: number) =>
    warehouse.run(
      warehouse.dialect.printStatement(select, scope, { ...defaultLimits, resultRows }),
      unhurried,
    )
  expect((await run(4)).rowCount).toBe(4)
  await expect(run(3)).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' })
})

describe('an index of tenants and times', () => {
  const events = { ...odd, table: { database: 'public', table: 'events' } }
  const scope = testScope('t7')
  const asking = askingOf(scope, catalogueOf([events, codes]), 0)
  const timeRange = { between: { start: '2001-01-02T00:00:00Z', stop: '2001-01-03T00:00:00Z' } }

  beforeAll(async () => {
    await engine.execute(`
      CREATE TABLE events (LIKE odd);
      INSERT INTO events (tenant, at, code)
      SELECT 't' || i % 50, '2001-01-01'::timestamptz + i * interval '1 minute', 'x' FROM generate_series(1, 20000) AS i;
      CREATE INDEX ON events (tenant, at);
      ANALYZE events;
      SET timezone = 'UTC'`)
  })

  async function planOf(select: Select): Promise<readonly string[]> {
    const { text, parameters } = warehouse.dialect.printStatement(select, scope, defaultLimits)
    const filled = text.replace(/\$(\d+)/g, (_, name) => `'${parameters[Number(name) - 1]?.value}'`)
    const plan = await engine.execute(`EXPLAIN (COSTS OFF) ${filled}`)
    return plan.map((line) => String(line['QUERY PLAN']).trim())
  }

  const condition =
    "Index Cond: ((tenant = 't7'::text) AND (at >= '2001-01-02 00:00:00+00'::timestamp with time zone) AND (at < '2001-01-03 00:00:00+00'::timestamp with time zone))"

  test('finds the rows of a question by both, joined or not', async () => {
    const { select } = planLeaderboard(asking, { metric: 'rows', dimensions: ['label'], timeRange })
    expect((await planOf(select)).filter((line) => line.startsWith('Index Cond'))).toEqual([condition])
  })

  test('gives the first and the last time of all', async () => {
    const rowset = parseRowset(asking, events, {})
    const lines = await planOf(planExtent(asking, rowset).select)
    expect(lines.filter((line) => line.startsWith('->  Index')).map((line) => line.slice(4))).toEqual([
      'Index Only Scan using events_tenant_at_idx on events',
      'Index Only Scan Backward using events_tenant_at_idx on events events_1',
    ])
  })

  test('gives the latest records without a look at all others', async () => {
    const { select } = planRecords(
      asking,
      { dataset: 'odd', columns: ['at', 'code'], timeRange },
      { first: 5 },
    )
    const lines = await planOf(select)
    expect(lines.filter((line) => /^(->|Index Cond|Presorted)/.test(line))).toEqual([
      '->  Incremental Sort',
      expect.stringContaining('Presorted Key'),
      '->  Index Scan Backward using events_tenant_at_idx on events',
      condition,
    ])
  })
})
