import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Problem, TesseraError } from '../../src/errors.ts'
import { parseModel } from '../../src/model/parse.ts'
import { formatProblem } from '../../src/model/problem.ts'

const flights = readFileSync(new URL('../../examples/flights.yaml', import.meta.url), 'utf8')

function errorOf(input: unknown): TesseraError {
  try {
    parseModel(input)
  } catch (error) {
    if (error instanceof TesseraError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

function problemsOf(input: unknown): readonly Problem[] {
  return errorOf(input).details.problems ?? []
}

function linesOf(input: unknown): readonly string[] {
  return problemsOf(input).map(formatProblem)
}

/** The example with one passage in another form; the passage must be there. */
function changed(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The example has no ${from}.`)
    return text.replace(from, to)
  }, flights)
}

describe('what is accepted', () => {
  test('the example', () => {
    const { datasets, dashboards = [] } = parseModel(flights)
    expect(datasets.map(({ name }) => name)).toEqual(['flights', 'airports'])
    expect(dashboards.map(({ name, widgets }) => [name, widgets.length])).toEqual([
      ['departures', 12],
      ['delays', 5],
      ['network', 8],
    ])
  })

  test('every widget of the example has its place in the layout', () => {
    for (const { layout, widgets } of parseModel(flights).dashboards ?? []) {
      const box = expect.objectContaining({ x: expect.any(Number), w: expect.any(Number) })
      const places = Object.fromEntries(widgets.map(({ name }) => [name, box]))
      expect(layout).toEqual({ columns: 12, widgets: places })
    }
  })

  test('JSON text, indented with tabs, and an object give the same document as YAML', () => {
    const document = parseModel(flights)
    expect(parseModel(JSON.stringify(document, null, '\t'))).toEqual(document)
    expect(parseModel(document)).toEqual(document)
  })

  test('a model of nothing', () => {
    expect(parseModel({ dataSources: [], datasets: [] })).toEqual({ dataSources: [], datasets: [] })
  })

  test('a few aliases of anchors, expanded', () => {
    const text = 'dataSources: [&w { name: one, kind: chdb }]\ndatasets: &none []\ndashboards: *none\n'
    expect(parseModel(text)).toEqual({
      dataSources: [{ name: 'one', kind: 'chdb' }],
      datasets: [],
      dashboards: [],
    })
  })
})

describe('text that has no one meaning is refused with its place', () => {
  test.each([
    ['a tab', 'a:\n\tb: 1', ['2:1 expected spaces and not a tab at the start of a line']],
    ['a tag', 'a: !!binary aGk=', ['1:4 a: expected a value without a tag']],
    ['a key that is a list', '? [a]\n: 2', ['1:3 expected a key that is text']],
    ['two documents', 'a\n---\nb', ['2:1 expected one document']],
    [
      'an open bracket',
      'a: [1',
      [
        '1:6 expected well-formed YAML or JSON: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    [
      'an alias of nothing',
      'a: *b',
      ['1:4 expected aliases of anchors that were set before, standing for at most 100 parts'],
    ],
    ['forty thousand brackets', '['.repeat(40_000), ['1:101 expected at most 100 levels']],
    ['forty thousand dashes', `${'- '.repeat(40_000)}x`, ['1:201 expected at most 100 levels']],
    ['more than a million characters', ' '.repeat(1_000_001), ['expected at most 1000000 characters']],
  ])('%s', (_, text, expected) => {
    expect(linesOf(text).slice(-1).map(withoutPath)).toEqual(expected.map(withoutPath))
  })

  /** The path of broken syntax depends on how far the parser came; its place does not. */
  function withoutPath(line: string): string {
    return line.replace(/^(\d+:\d+ )?[^ ]*: expected/, '$1expected')
  }

  test('few aliases that stand for very many values', () => {
    const ten = (name: string) => `[${Array.from({ length: 10 }, () => `*${name}`).join(', ')}]`
    const text = `a: &a [1, 1]\nb: &b ${ten('a')}\nc: &c ${ten('b')}\nd: &d ${ten('c')}\ne: ${ten('d')}\n`
    expect(problemsOf(text).map(({ message }) => message)).toEqual([
      'expected aliases of anchors that were set before, standing for at most 100 parts',
    ])
  })

  test('an alias inside its own anchor', () => {
    expect(problemsOf('a: &a [*a]').map(({ message }) => message)).toEqual(['expected at most 40 levels'])
  })

  test('a key twice, beside whatever else is wrong', () => {
    const text = changed(
      ['    tenantColumn: origin\n', '    tenantColumn: origin\n    title: Again\n'],
      ['kind: chdb', 'kind: chbd'],
    )
    expect(linesOf(text)).toEqual([
      '5:11 dataSources[0].kind: expected clickhouse, postgres or chdb',
      '18:5 datasets[0].title: expected each key once',
    ])
  })
})

describe('every problem of the shape, with its place and what would have been right', () => {
  test('the whole error', () => {
    const error = errorOf(changed(['unit: min', 'units: min']))
    expect(error.code).toBe('BAD_USER_INPUT')
    expect(error.message).toBe(
      'An argument is not of the allowed form. document: expected a model without this problem: 31:9 datasets[0].dimensions[1].units: expected one of the keys that belong here; did you mean unit?.',
    )
    expect(error.details.problems).toEqual([
      {
        path: 'datasets[0].dimensions[1].units',
        line: 31,
        column: 9,
        message: 'expected one of the keys that belong here; did you mean unit?',
      },
    ])
  })

  test('problems of the shape do not hide those of references', () => {
    const text = changed(
      ['aggregate: avg', 'aggregate: average'],
      ['level: 0.95', 'level: 95'],
      ['groupBy: [destination_state]', 'groupBy: [destination_stat]'],
      ['counter: { metric: departures }', 'counter: { metric: departurs }'],
    )
    expect(linesOf(text)).toEqual([
      expect.stringMatching(
        /^\d+:20 datasets\[0\]\.metrics\[3\]\.aggregate: expected one of count, sum, avg/,
      ),
      expect.stringMatching(/^\d+:16 datasets\[0\]\.metrics\[4\]\.level: expected a number from 0 to 1$/),
      expect.stringMatching(
        /^\d+:28 dashboards\[0\]\.widgets\[0\]\.counter\.metric: expected the name of a metric; did you mean departures\?$/,
      ),
      expect.stringMatching(
        /^\d+:\d+ dashboards\[0\]\.widgets\[6\]\.timeSeries\.groupBy\[0\]: expected a dimension of the dataset flights; did you mean destination_state\?$/,
      ),
    ])
  })

  test('of an object, by its path alone', () => {
    expect(problemsOf({ dataSources: [{ name: 'A', kind: 'chdb' }], datasets: [] })).toEqual([
      {
        path: 'dataSources[0].name',
        message: 'expected a name of at most 63 lowercase letters, digits and _, starting with a letter',
      },
    ])
  })

  test.each([
    [
      'text with U+0000',
      { dataSources: [], datasets: [], x: 'a\u0000' },
      'x: expected well-formed text without U+0000',
    ],
    [
      'a lone surrogate',
      { dataSources: ['\ud800'], datasets: [] },
      'dataSources[0]: expected well-formed text without U+0000',
    ],
    ['a prototype', JSON.parse('{"__proto__":{"a":1}}'), '__proto__: expected another key'],
    ['no number', { dataSources: Number.NaN, datasets: [] }, 'dataSources: expected a finite number'],
    ['a list', [], 'expected an object'],
    ['null', null, 'expected an object'],
  ])('what JSON or the store cannot keep: %s', (_, input, expected) => {
    expect(linesOf(input)).toEqual([expected])
  })

  test('more than a hundred are counted, not listed', () => {
    const dataSources = Array.from({ length: 15 }, () => ({
      name: 'A',
      kind: 'chdb',
      a: 1,
      b: 1,
      c: 1,
      d: 1,
      e: 1,
      f: 1,
      g: 1,
    }))
    const problems = problemsOf({ dataSources, datasets: [] })
    expect(problems.length).toBe(101)
    expect(problems.at(-1)).toEqual({ path: '', message: 'expected fewer problems; 20 more are not listed' })
  })
})

describe('names and members that belong together', () => {
  test('a duration in a unit that it is not counted in', () => {
    const inUnit = (unit: string) =>
      linesOf(
        changed([
          'column: delay\n        unit: min\n',
          `column: delay\n        unit: ${unit}\n        format: duration\n`,
        ]),
      )
    const units = 'ms, s, sec, second, seconds, min, minute, minutes, h, hour, hours, d, day, days'
    const at = `74:15 datasets[0].metrics[3].unit: expected a unit of a duration (${units})`
    expect([inUnit('hrs'), inUnit('constructor')].map(([line]) => line)).toEqual([
      `${at}; did you mean h?`,
      `${at}, such as hour, minute, minutes, hours, sec`,
    ])
    expect(() => inUnit('minutes')).toThrow('It was accepted.')
  })

  const tenancyText =
    'expected either tenantColumn, the column with the id of the tenant whose row it is (a tenant then sees its own rows alone), or tenancy: shared, for reference data (every tenant then sees every row), or tenancy: own, where the table is in a place of the tenant alone'

  test.each<readonly [string, readonly (readonly [string, string])[], string, string]>([
    ['tenancy left open', [['    tenantColumn: origin\n', '']], 'datasets[0]', tenancyText],
    [
      'both kinds of tenancy',
      [['    tenantColumn: origin\n', '    tenantColumn: origin\n    tenancy: shared\n']],
      'datasets[0]',
      tenancyText,
    ],
    [
      'an unknown data source',
      [['dataSource: warehouse\n    database', 'dataSource: warehose\n    database']],
      'datasets[0].dataSource',
      'expected the name of a data source; did you mean warehouse?',
    ],
    [
      'a join to nothing',
      [['to: airports', 'to: airport']],
      'datasets[0].joins[0].to',
      'expected the name of another dataset; did you mean airports?',
    ],
    [
      'a join to itself',
      [['to: airports', 'to: flights']],
      'datasets[0].joins[0].to',
      'expected the name of another dataset, such as airports',
    ],
    [
      'a join on nothing',
      [['{ destination: iata }', '{}']],
      'datasets[0].joins[0].on',
      'expected at least one pair of columns',
    ],
    [
      'two hops',
      [['{ name: city, type: string }', '{ name: city, from: flights.origin }']],
      'datasets[0].dimensions[5].from',
      'expected a dimension with a column of airports itself; joins go one step, and this one needs another',
    ],
    [
      'a time dimension of another type',
      [['timeDimension: departed_at', 'timeDimension: delay']],
      'datasets[0].timeDimension',
      'expected a dimension of the type time with a column of its own',
    ],
    [
      'a ratio of a ratio',
      [['ratio: [on_time_departures, departures]', 'ratio: [on_time_share, departures]']],
      'datasets[0].metrics[2].ratio[0]',
      'expected a metric with an aggregate, unlike on_time_share; a formula can divide any two',
    ],
    [
      'an unknown metric in a ratio',
      [['ratio: [on_time_departures, departures]', 'ratio: [on_time_departure, departures]']],
      'datasets[0].metrics[2].ratio[0]',
      'expected a metric of the dataset flights; did you mean on_time_departures?',
    ],
    [
      'a sum of nothing',
      [['        column: distance\n', '']],
      'datasets[0].metrics[6]',
      'expected a column for sum',
    ],
    [
      'a quantile without a level',
      [['        level: 0.95\n', '']],
      'datasets[0].metrics[4]',
      'expected a level from 0 to 1 for quantile',
    ],
    [
      'one name for two metrics',
      [['name: airports_listed', 'name: departures']],
      'datasets[1].metrics[0].name',
      'expected a name that no other metric has; flights has a departures',
    ],
    [
      'one name for a metric and a dimension',
      [['name: total_distance', 'name: distance']],
      'datasets[0].metrics[6].name',
      'expected a name that no dimension of flights has',
    ],
    [
      'one name for two widgets',
      [['- name: on_time\n', '- name: total\n']],
      'dashboards[0].widgets[1].name',
      'expected a name of its own; another item is called total',
    ],
    [
      'a widget without a question',
      [['        counter: { metric: average_delay }\n', '']],
      'dashboards[0].widgets[2]',
      'expected exactly one of counter, timeSeries, leaderboard, table, histogram, funnel, retention',
    ],
    [
      'an unknown dimension in a filter',
      [['{ dimension: delay, operator: LESS', '{ dimension: delays, operator: LESS']],
      'datasets[0].metrics[1].filters[0].dimension',
      'expected a dimension of the dataset flights; did you mean delay?',
    ],
    [
      'two values for one comparison',
      [['values: [15]', 'values: [15, 16]']],
      'datasets[0].metrics[1].filters[0].values',
      'expected 1 value with LESS_THAN_OR_EQUALS',
    ],
    [
      'an unknown dimension in a dashboard filter',
      [['{ dimension: destination, title', '{ dimension: destinaton, title']],
      'dashboards[0].filters[1].dimension',
      "expected a dimension of a dataset that the dashboard's widgets show; did you mean destination?",
    ],
    [
      'a series with a metric of a dataset without a time',
      [['metrics: [average_delay, delay_p95]', 'metrics: [average_delay, airports_listed]']],
      'dashboards[0].widgets[9].timeSeries',
      'expected a dataset with a timeDimension, which airports lacks',
    ],
    [
      'an order by a column that is not there',
      [['{ by: departures, order: DESC }', '{ by: destinations, order: DESC }']],
      'dashboards[0].widgets[11].table.orderBy[0].by',
      'expected a column of the table; did you mean destination?',
    ],
    [
      'a range that ends before it starts',
      [['stop: "2001-07-01T00:00:00Z"', 'stop: "2000-07-01T00:00:00Z"']],
      'dashboards[0].defaultTimeRange.between',
      'expected a start before the stop',
    ],
    [
      'a password in the document',
      [['kind: chdb', 'kind: clickhouse\n    url: http://user:secret@localhost:8123']],
      'dataSources[0].url',
      'expected an http or https URL without a user or password, or { env: NAME_OF_A_VARIABLE } or { secret: name_of_a_secret }',
    ],
    [
      'options of a driver in an address',
      [['kind: chdb', 'kind: postgres\n    url: postgresql://localhost/rows?sslrootcert=/etc/passwd']],
      'dataSources[0].url',
      'expected an address such as postgresql://host:5432/database, with nothing behind it but ?sslmode=',
    ],
    [
      'two ways to say where a server is',
      [['kind: chdb', 'kind: clickhouse\n    url: http://one:8123\n    urls: [http://two:8123]']],
      'dataSources[0]',
      'expected either url or urls',
    ],
    [
      'an address with its password as the user of another server',
      [['kind: chdb', 'kind: clickhouse\n    url: http://one:8123\n    user: { env: CLICKHOUSE_URL }']],
      'dataSources[0].user.env',
      'expected the name of a variable that holds no URL',
    ],
    [
      'a certificate without its key',
      [['kind: chdb', 'kind: clickhouse\n    url: http://one:8123\n    tls: { cert: { secret: cert } }']],
      'dataSources[0].tls',
      'expected cert and key together, for a client that has a certificate of its own',
    ],
    [
      'a database in the place of a schema',
      [['kind: chdb', 'kind: postgres\n    url: postgresql://localhost/rows']],
      'datasets[0].database',
      'expected a schema: the database of PostgreSQL stands in the url of the data source',
    ],
    [
      'a schema in ClickHouse',
      [['database: demo', 'database: demo\n    schema: public']],
      'datasets[0].schema',
      'expected a database: ClickHouse has no schemas',
    ],
  ])('%s', (_, changes, path, message) => {
    expect(problemsOf(changed(...changes)).map((problem) => [problem.path, problem.message])).toContainEqual([
      path,
      message,
    ])
  })

  test('a dataset that both filters could mean has to be named', () => {
    const dataset = (name: string) => ({
      name,
      dataSource: 'one',
      table: name,
      tenancy: 'shared',
      dimensions: [{ name: 'state', type: 'string' }],
      metrics: [{ name: `${name}_count`, aggregate: 'count' }],
    })
    const widget = (metric: string) => ({
      name: metric,
      visualization: { kind: 'NUMBER' },
      counter: { metric },
    })
    const document = {
      dataSources: [{ name: 'one', kind: 'chdb' }],
      datasets: [dataset('a'), dataset('b')],
      dashboards: [
        { name: 'd', filters: [{ dimension: 'state' }], widgets: [widget('a_count'), widget('b_count')] },
      ],
    }
    expect(linesOf(document)).toEqual([
      'dashboards[0].filters[0]: expected a dataset, because a and b both have a dimension state',
    ])
  })

  test('one table cannot be joined under two tenancies, as one statement could not keep both', () => {
    const dataset = (name: string, table: string, tenancy: object, joined: readonly string[] = []) => ({
      name,
      dataSource: 'one',
      table,
      ...tenancy,
      joins: joined.map((to) => ({ to, on: { id: 'id' } })),
    })
    const byShop = { tenantColumn: 'shop' }
    const document = {
      dataSources: [{ name: 'one', kind: 'chdb' }],
      datasets: [
        dataset('orders', 'orders', byShop, ['all_orders', 'my_orders', 'shops']),
        dataset('all_orders', 'orders', { tenancy: 'shared' }),
        dataset('my_orders', 'orders', byShop),
        dataset('shops', 'shops', { tenancy: 'shared' }),
      ],
    }
    expect(linesOf(document)).toEqual([
      'datasets[0].joins[0].to: expected a dataset with the tenancy of orders, because both read the table orders',
      'datasets[0].joins[1].to: expected a dataset with the tenancy of all_orders, because both read the table orders',
    ])
  })
})
