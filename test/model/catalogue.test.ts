import { expect, test } from 'vitest'
import type { Column } from '../../src/catalogue/column.ts'
import { buildCatalogue, emptyCatalogue } from '../../src/model/catalogue.ts'
import type { ModelDocument } from '../../src/model/document.ts'
import { parseModel } from '../../src/model/parse.ts'
import { column, int32, named, second, text } from '../support/catalogue.ts'
import { flightsText } from '../support/model.ts'

const double = { kind: 'float', bits: 64 } as const

const columns: ReadonlyMap<string, ReadonlyMap<string, Column>> = new Map([
  [
    'flights',
    named([
      column('departed_at', second),
      column('delay', int32),
      column('distance', int32),
      column('origin', text),
      column('destination', text),
    ]),
  ],
  [
    'airports',
    named([
      ...['iata', 'name', 'city', 'state', 'country'].map((name) => column(name, text)),
      ...['latitude', 'longitude'].map((name) => column(name, double)),
    ]),
  ],
])

const document = parseModel(flightsText)
const catalogue = buildCatalogue(document, columns, 7)
const flights = catalogue.datasets.get('flights')

test('a dataset has its table, its tenancy and its joins', () => {
  expect(flights).toMatchObject({
    name: 'flights',
    title: 'Departures',
    dataSource: 'warehouse',
    table: { database: 'demo', table: 'flights' },
    tenancy: { kind: 'column', column: column('origin', text) },
    timeDimension: 'departed_at',
  })
  expect(flights?.joins).toEqual(
    new Map([
      [
        'airports',
        {
          dataset: 'airports',
          table: { database: 'demo', table: 'airports' },
          tenancy: { kind: 'shared' },
          on: [{ own: column('destination', text), other: column('iata', text) }],
        },
      ],
    ]),
  )
})

test('a dimension through a join has the column, the type, the format and the unit of the other dataset', () => {
  const described = flights?.dimensions.get('destination_state')
  expect(described).toEqual({
    conformed: false,
    name: 'destination_state',
    title: 'Destination state',
    description: 'The state that the flight went to, by its two letters.',
    type: 'STRING',
    format: null,
    unit: null,
    column: column('state', text),
    join: 'airports',
    requires: [],
  })
  const far = withDimension({ name: 'destination_latitude', from: 'airports.latitude' })
  expect(far.datasets.get('flights')?.dimensions.get('destination_latitude')).toEqual({
    name: 'destination_latitude',
    title: 'Destination latitude',
    conformed: false,
    description: null,
    type: 'NUMBER',
    format: null,
    unit: '°',
    column: column('latitude', double),
    join: 'airports',
    requires: [],
  })
})

function withDimension(dimension: object) {
  const [first, ...rest] = document.datasets
  const changed = { ...first, dimensions: [...(first?.dimensions ?? []), dimension] }
  return buildCatalogue(parseModel({ ...document, datasets: [changed, ...rest] }), columns, 1)
}

test('metrics have their columns, and ratios their metrics, in the order of the document', () => {
  expect(flights?.metrics.map(({ name, additive }) => [name, additive])).toEqual([
    ['departures', true],
    ['on_time_departures', true],
    ['on_time_share', false],
    ['average_delay', false],
    ['delay_p95', false],
    ['longest_delay', false],
    ['total_distance', true],
    ['destinations', false],
  ])
  const onTime = {
    kind: 'aggregate',
    name: 'on_time_departures',
    title: 'On-time departures',
    description: 'Flights that were at most 15 minutes late.',
    dataset: 'flights',
    format: null,
    unit: null,
    additive: true,
    aggregate: 'count',
    column: null,
    level: null,
    approximate: false,
    time: null,
    requires: [],
    filters: [{ dimension: 'delay', operator: 'LESS_THAN_OR_EQUALS', values: [15] }],
  }
  expect(catalogue.metrics.get('on_time_departures')).toEqual(onTime)
  expect(catalogue.metrics.get('on_time_share')).toMatchObject({
    kind: 'ratio',
    format: { style: 'percent', digits: null, currency: null, locale: 'en-US' },
    numerator: onTime,
    denominator: { name: 'departures' },
  })
  expect(catalogue.metrics.get('delay_p95')).toMatchObject({
    aggregate: 'quantile',
    level: 0.95,
    column: column('delay', int32),
  })
  expect(catalogue.metrics.get('on_time_share')).toBe(flights?.metrics[2])
})

test('dashboards have their filters, their time range and their widgets with one question each', () => {
  const dashboard = catalogue.dashboards.get('departures')
  expect(dashboard?.filters).toEqual([
    { name: 'destination_state', title: 'State', dimension: 'destination_state', dataset: 'flights' },
    { name: 'destination', title: 'Destination', dimension: 'destination', dataset: 'flights' },
  ])
  expect(dashboard?.tenantId).toBeNull()
  expect(dashboard?.defaultTimeRange).toEqual({
    between: { start: '2001-01-01T00:00:00Z', stop: '2001-07-01T00:00:00Z' },
  })
  expect(dashboard?.widgets).toHaveLength(12)
  expect(catalogue.widgets.get('departures/on_time')).toEqual({
    dashboard: 'departures',
    name: 'on_time',
    title: 'On time',
    description: 'The share of flights that were at most 15 minutes late.',
    visualization: { kind: 'NUMBER', options: { goal: 0.8 } },
    question: { kind: 'counter', input: { metric: 'on_time_share' } },
  })
  expect(catalogue.widgets.get('departures/on_time')).toBe(dashboard?.widgets[1])
})

test('a name becomes a title where the document gives none', () => {
  const widget = {
    name: 'on_time_share',
    visualization: { kind: 'NUMBER' },
    counter: { metric: 'departures' },
  }
  const dashboards = [{ name: 'q_1', tenant: 'ATL', widgets: [widget] }]
  const built = buildCatalogue(
    parseModel({ ...document, policies: [], dashboards }),
    columns,
    1,
  ).dashboards.get('q_1')
  expect(built?.title).toBe('Q 1')
  expect(built?.tenantId).toBe('ATL')
  expect(built?.widgets[0]?.title).toBe('On time share')
})

test('nothing in it can be changed, through no way into it', () => {
  expect(findOpen(catalogue)).toEqual([])
  expect(findOpen(emptyCatalogue)).toEqual([])
  for (const method of ['set', 'delete', 'clear']) {
    expect(() => Reflect.get(catalogue.datasets, method)('flights')).toThrow('A catalogue cannot be changed.')
  }
})

test('it shares nothing with the document that it was built from', () => {
  const own: ModelDocument = structuredClone(document)
  const built = buildCatalogue(own, columns, 1)
  const [metric] = own.datasets[0]?.metrics?.slice(1) ?? []
  metric?.filters?.pop()
  expect(built.metrics.get('on_time_departures')).toMatchObject({ filters: [{ dimension: 'delay' }] })
})

/** The paths of all that is not frozen. */
function findOpen(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const members = value instanceof Map ? [...value] : Object.entries(value)
  const inside = members.flatMap(([key, member]) => findOpen(member, `${path}/${key}`))
  return Object.isFrozen(value) ? inside : [path, ...inside]
}
