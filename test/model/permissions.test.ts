import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtinRoles } from '../../src/access/builtin-roles.ts'
import { unrestricted } from '../../src/access/grants.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { resolveModel } from '../../src/model/check.ts'
import { parseWithPlaces } from '../../src/model/parse.ts'
import { formatProblem } from '../../src/model/problem.ts'
import { type Warehouses, warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { createModelTables, problemsOf } from '../support/model.ts'
import { openTestEngine, type TestEngine } from '../support/warehouse.ts'

let engine: TestEngine
let warehouses: Warehouses

beforeAll(async () => {
  engine = await openTestEngine()
  await createModelTables(engine)
  warehouses = warehousesNamed([['warehouse', await engine.open('chdb')]])
})

afterAll(() => engine.close())

interface Parts {
  readonly flights?: object
  readonly airports?: object
  readonly document?: object
}

function model({ flights, airports, document }: Parts) {
  const source = { dataSource: 'warehouse', database: 'demo' }
  return {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: [
      {
        name: 'flights',
        ...source,
        table: 'flights',
        tenantColumn: 'origin',
        timeDimension: 'departed_at',
        joins: [{ to: 'airports', on: { destination: 'iata' } }],
        dimensions: [
          { name: 'departed_at', type: 'time' },
          { name: 'delay', type: 'number', requires: ['operations'] },
          { name: 'destination', type: 'string' },
          { name: 'state', from: 'airports.state' },
        ],
        metrics: [{ name: 'departures', aggregate: 'count' }],
        ...flights,
      },
      {
        name: 'airports',
        ...source,
        table: 'airports',
        tenancy: 'shared',
        dimensions: [
          { name: 'iata', type: 'string' },
          { name: 'state', type: 'string', requires: ['geography'] },
        ],
        metrics: [{ name: 'airports_listed', aggregate: 'count', requires: ['geography'] }],
        ...airports,
      },
    ],
    dashboards: [
      {
        name: 'board',
        widgets: [{ name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric: 'departures' } }],
      },
    ],
    ...document,
  }
}

async function resolve(parts: Parts) {
  const { document, locate } = parseWithPlaces(model(parts))
  const { columns } = await resolveModel(document, warehouses, locate)
  return buildCatalogue(document, columns, 1)
}

async function said(parts: Parts): Promise<readonly string[]> {
  return (await problemsOf(() => resolve(parts))).map(formatProblem)
}

describe('a role or a policy', () => {
  test('is in the catalogue beside the roles that every model has', async () => {
    const { roles, policies } = await resolve({
      document: {
        roles: [{ name: 'clerk', allowAdHoc: false }],
        policies: [
          {
            name: 'sales',
            dashboards: ['board'],
            widgets: ['board/total', 'total'],
            hiddenWidgets: [],
            datasets: ['flights'],
            allowedDimensions: ['destination', 'flights.state'],
            allowedMetrics: ['departures', 'flights.departures'],
            permissions: ['operations'],
            lockedFilters: [{ dataset: 'flights', dimension: 'destination', values: ['ORD'] }],
            allowedPeriods: ['last_30_days'],
            timeZones: ['Europe/Berlin'],
            minGranularity: 'DAY',
            maxDateRangeDays: 31,
            earliest: '2001-03-01T00:00:00Z',
            allowDrillDown: false,
            allowExport: false,
            origins: ['https://app.example.com'],
            limits: { requestsPerMinute: 60, concurrentQueries: 4 },
          },
        ],
      },
    })
    expect([...roles.keys()]).toEqual(['viewer', 'analyst', 'admin', 'clerk'])
    expect(roles.get('viewer')).toBe(builtinRoles.get('viewer'))
    expect(roles.get('clerk')).toEqual({ ...unrestricted, adHoc: false })
    expect(policies.get('sales')).toEqual({
      dashboards: { all: false, names: new Set(['board']) },
      widgets: { all: false, names: new Set(['board/total', 'total']) },
      hiddenWidgets: new Set(),
      datasets: { all: false, names: new Set(['flights']) },
      dimensions: { all: false, names: new Set(['destination', 'flights.state']) },
      metrics: { all: false, names: new Set(['departures', 'flights.departures']) },
      permissions: { all: false, names: new Set(['operations']) },
      lockedFilters: [{ dataset: 'flights', dimension: 'destination', operator: 'EQUALS', values: ['ORD'] }],
      periods: { all: false, names: new Set(['last_30_days']) },
      timeZones: { all: false, names: new Set(['Europe/Berlin']) },
      minGranularity: 'DAY',
      maxDateRangeDays: 31,
      earliest: Date.UTC(2001, 2, 1) * 1000,
      drillDown: false,
      export: false,
      adHoc: true,
      origins: { all: false, names: new Set(['https://app.example.com']) },
      limits: { requestsPerMinute: 60, concurrentQueries: 4 },
    })
  })

  test('of the name of a built-in role replaces it', async () => {
    const { roles } = await resolve({ document: { roles: [{ name: 'viewer', datasets: [] }] } })
    expect(roles.get('viewer')).toEqual({ ...unrestricted, datasets: { all: false, names: new Set() } })
  })

  test('that refers to what the model lost is refused with every place', async () => {
    const lost = {
      name: 'lost',
      dashboards: ['boards'],
      widgets: ['board/totals'],
      hiddenWidgets: ['totals'],
      datasets: ['flights', 'flight'],
      allowedDimensions: ['destinations', 'flights.iata'],
      allowedMetrics: ['departure'],
      permissions: ['operation'],
      lockedFilters: [
        { dataset: 'flight', dimension: 'destination', values: ['ORD'] },
        { dataset: 'flights', dimension: 'destinations', values: ['ORD'] },
      ],
    }
    expect(await said({ document: { policies: [lost] } })).toEqual([
      'policies[0].dashboards[0]: expected the name of a dashboard; did you mean board?',
      'policies[0].widgets[0]: expected dashboard/widget, or the name of a widget; did you mean board/total?',
      'policies[0].hiddenWidgets[0]: expected dashboard/widget, or the name of a widget; did you mean total?',
      'policies[0].datasets[1]: expected the name of a dataset; did you mean flights?',
      'policies[0].allowedDimensions[0]: expected the name of a dimension, or dataset.dimension; did you mean destination?',
      'policies[0].allowedDimensions[1]: expected the name of a dimension, or dataset.dimension; did you mean flights.state?',
      'policies[0].allowedMetrics[0]: expected the name of a metric, or dataset.metric; did you mean departures?',
      'policies[0].permissions[0]: expected a permission that a dimension, a metric or a benchmark requires; did you mean operations?',
      'policies[0].lockedFilters[0].dataset: expected the name of a dataset; did you mean flights?',
      'policies[0].lockedFilters[1].dimension: expected a dimension of the dataset flights; did you mean destination?',
    ])
  })

  test('locks values that the columns can hold, in every dataset in reach', async () => {
    const roles = [
      { name: 'wrong', lockedFilters: [{ dataset: 'flights', dimension: 'delay', values: ['late'] }] },
    ]
    expect(await said({ document: { roles } })).toEqual([
      'roles[0].lockedFilters[0].values[0]: expected a finite number, or its decimal text',
    ])
    const policies = [
      { name: 'open', lockedFilters: [{ dimension: 'destination', values: ['ORD'] }] },
      {
        name: 'sound',
        datasets: ['flights'],
        lockedFilters: [{ dimension: 'destination', values: ['ORD'] }],
      },
      { name: 'null', lockedFilters: [{ dimension: 'state', operator: 'EQUALS', values: [null] }] },
    ]
    expect(await said({ document: { policies } })).toEqual([
      'policies[0].lockedFilters[0].dimension: expected a dimension of every dataset in reach, which airports lacks; name the dataset that the filter is about, or leave the others out of datasets',
      'policies[2].lockedFilters[0].values: expected values that are not null; IS_NULL tests for null',
    ])
  })

  test.each([
    [
      { origins: ['app.example.com/path'] },
      'origins[0]: expected an origin as browsers send it: scheme, host and port if it is not the default, such as https://app.example.com, or https://*.example.com for the hosts below one',
    ],
    [
      { minGranularity: 'AUTO' },
      'minGranularity: expected one of MINUTE, FIVE_MINUTES, FIFTEEN_MINUTES, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR',
    ],
    [{ maxDateRangeDays: 0 }, 'maxDateRangeDays: expected a whole number from 1 to 100000'],
    [{ earliest: '2001' }, 'earliest: expected an RFC 3339 instant, such as "2001-03-01T00:00:00Z"'],
    [
      { limits: { requestsPerMinute: 0 } },
      'limits.requestsPerMinute: expected a whole number from 1 to 1000000',
    ],
    [{ datasets: ['flights', 'flights'] }, 'datasets[1]: expected each name once'],
  ])('says what is wrong with %j', async (grants, problem) => {
    expect(await said({ document: { policies: [{ name: 'p', ...grants }] } })).toEqual([
      `policies[0].${problem}`,
    ])
  })
})

describe('members that require a permission', () => {
  test('are marked, and what a dimension requires is required through a join as well', async () => {
    const { datasets, metrics } = await resolve({})
    const flights = datasets.get('flights')
    expect(flights?.dimensions.get('delay')?.requires).toEqual(['operations'])
    expect(flights?.dimensions.get('state')?.requires).toEqual(['geography'])
    expect(metrics.get('airports_listed')?.requires).toEqual(['geography'])
    expect(metrics.get('departures')?.requires).toEqual([])
  })

  test('are needed for a ratio as well, from which they could be worked out', async () => {
    const metrics = [
      { name: 'late', aggregate: 'sum', column: 'delay', requires: ['operations'] },
      { name: 'departures', aggregate: 'count' },
      { name: 'mean_late', ratio: ['late', 'departures'], requires: ['geography'] },
    ]
    const { metrics: built } = await resolve({ flights: { metrics } })
    expect(built.get('mean_late')?.requires).toEqual(['geography', 'operations'])
  })

  test('are none that ranges are about', async () => {
    const dimensions = [{ name: 'departed_at', type: 'time', requires: ['operations'] }]
    const metrics = [{ name: 'departures', aggregate: 'count' }]
    expect(await said({ flights: { dimensions, metrics } })).toEqual([
      'datasets[0].timeDimension: expected a dimension that requires no permission',
    ])
  })
})

describe('a row rule', () => {
  test('is kept in the form that it is evaluated in', async () => {
    const rowRules = [
      { dimension: 'state', in: { attribute: 'states' } },
      {
        or: [
          { dimension: 'delay', between: [0, { attribute: 'most' }] },
          { not: { dimension: 'destination', equals: 'ORD' } },
          {
            and: [
              { dimension: 'delay', greaterThanOrEquals: 1 },
              { dimension: 'state', in: ['CA'] },
            ],
          },
        ],
      },
    ]
    const { datasets } = await resolve({ flights: { rowRules } })
    const literal = (value: string | number) => ({ kind: 'literal', value })
    expect(datasets.get('flights')?.rowRules).toEqual([
      { kind: 'test', dimension: 'state', operator: 'EQUALS', values: { kind: 'list', attribute: 'states' } },
      {
        kind: 'or',
        of: [
          {
            kind: 'test',
            dimension: 'delay',
            operator: 'BETWEEN',
            values: { kind: 'each', of: [literal(0), { kind: 'attribute', attribute: 'most' }] },
          },
          {
            kind: 'not',
            of: {
              kind: 'test',
              dimension: 'destination',
              operator: 'EQUALS',
              values: { kind: 'each', of: [literal('ORD')] },
            },
          },
          {
            kind: 'and',
            of: [
              {
                kind: 'test',
                dimension: 'delay',
                operator: 'GREATER_THAN_OR_EQUALS',
                values: { kind: 'each', of: [literal(1)] },
              },
              {
                kind: 'test',
                dimension: 'state',
                operator: 'EQUALS',
                values: { kind: 'each', of: [literal('CA')] },
              },
            ],
          },
        ],
      },
    ])
  })

  const form =
    'expected either a dimension with one of equals, in, greaterThan, greaterThanOrEquals, lessThan, lessThanOrEquals, between, or one of and, or, not'

  test.each([
    [{ dimension: 'state' }, `rowRules[0]: ${form}`],
    [{ dimension: 'state', equals: 'CA', in: ['CA'] }, `rowRules[0]: ${form}`],
    [{ equals: 'CA', and: [{ dimension: 'state', equals: 'CA' }] }, `rowRules[0]: ${form}`],
    [{ or: [] }, 'rowRules[0].or: expected at least one rule'],
    [
      { dimension: 'status', equals: 'CA' },
      'rowRules[0].dimension: expected a dimension of the dataset flights; did you mean state?',
    ],
    [
      { dimension: 'delay', equals: 'late' },
      'rowRules[0]: expected a finite number, or its decimal text for delay',
    ],
    [
      { dimension: 'state', equals: { attribute: 'a b' } },
      'rowRules[0].equals.attribute: expected the name of an attribute: letters, digits and _',
    ],
  ])('%j is refused', async (rule, problem) => {
    expect(await said({ flights: { rowRules: [rule] } })).toEqual([
      typeof problem === 'string' ? `datasets[0].${problem}` : problem,
    ])
  })
})
