import { builtinRoles } from '../../src/access/builtin-roles.ts'
import { nowhere } from '../../src/access/places/routing.ts'
import type { Catalogue, Dataset, Dimension, Join } from '../../src/catalogue/catalogue.ts'
import type { Column, ColumnType } from '../../src/catalogue/column.ts'
import { defaultCustoms } from '../../src/catalogue/customs.ts'
import type {
  AggregateMetric,
  DerivedMetric,
  Metric,
  MetricWindow,
  RowMetric,
  WindowMetric,
} from '../../src/catalogue/metric.ts'
import { addsUp, parseFormula } from '../../src/model/formula.ts'
import { buildFormula } from '../../src/model/metrics.ts'

/** A catalogue in a few lines, for tests of plans and statements. */
export function column(name: string, type: ColumnType, nullable = false): Column {
  return { name, type, nullable }
}

export const text: ColumnType = { kind: 'string' }
export const int32: ColumnType = { kind: 'integer', bits: 32, signed: true }
export const int64: ColumnType = { kind: 'integer', bits: 64, signed: true }
export const second: ColumnType = { kind: 'instant', fraction: 0 }

export function dimension(of: Column, join: string | null = null, name = of.name): Dimension {
  const kinds = {
    string: 'STRING',
    uuid: 'STRING',
    boolean: 'BOOLEAN',
    date: 'TIME',
    instant: 'TIME',
  } as const
  const kind = of.type.kind
  const type = kind === 'integer' || kind === 'float' || kind === 'decimal' ? 'NUMBER' : kinds[kind]
  return {
    name,
    title: name,
    description: null,
    type,
    format: null,
    unit: null,
    column: of,
    join,
    conformed: false,
    requires: [],
  }
}

export function metric(of: Partial<AggregateMetric> & { name: string; dataset: string }): AggregateMetric {
  const aggregate = of.aggregate ?? 'count'
  return {
    kind: 'aggregate',
    title: of.name,
    description: null,
    format: null,
    unit: null,
    additive: aggregate === 'count' || aggregate === 'sum',
    requires: [],
    aggregate,
    column: null,
    level: null,
    approximate: false,
    time: null,
    filters: [],
    ...of,
  }
}

export function named<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]))
}

/** Datasets that are joined and not given are there without members. */
export function catalogueOf(given: readonly Dataset[]): Catalogue {
  const joined = given.flatMap(({ dataSource, joins }) =>
    [...joins.values()].map((join) => bare(join, dataSource)),
  )
  const datasets = [...named([...joined, ...given]).values()]
  const metrics: Metric[] = datasets.flatMap((dataset) => [...dataset.metrics])
  return {
    version: 1,
    dataSources: new Map(),
    routing: nowhere,
    datasets: named(datasets),
    metrics: named(metrics),
    benchmarks: new Map(),
    dashboards: new Map(),
    widgets: new Map(),
    customs: defaultCustoms,
    roles: builtinRoles,
    policies: new Map(),
  }
}

function bare({ dataset: name, table, tenancy }: Join, dataSource: string | null): Dataset {
  const head = { name, title: name, description: null, dataSource, table, tenancy, timeDimension: null }
  return { ...head, latencySeconds: 0, dimensions: new Map(), joins: new Map(), metrics: [], rowRules: [] }
}

const columns = {
  departedAt: column('departed_at', second),
  delay: column('delay', int32),
  distance: column('distance', int32),
  origin: column('origin', text),
  destination: column('destination', text),
  iata: column('iata', text),
  state: column('state', text),
}

const departures = metric({ name: 'departures', dataset: 'flights' })
const onTime = metric({
  name: 'on_time_departures',
  dataset: 'flights',
  filters: [{ dimension: 'delay', operator: 'LESS_THAN_OR_EQUALS', values: [15] }],
})

const totalDistance = metric({
  name: 'total_distance',
  dataset: 'flights',
  aggregate: 'sum',
  column: columns.distance,
})
const averageDelay = metric({
  name: 'average_delay',
  dataset: 'flights',
  aggregate: 'avg',
  column: columns.delay,
})

/** Metrics made of others, from the formula as a model has it. */
export function derived(
  dataset: string,
  name: string,
  text: string,
  parts: readonly RowMetric[],
): DerivedMetric {
  const written = parseFormula(text)
  const named = (part: string): RowMetric => {
    const found = parts.find((candidate) => candidate.name === part)
    if (found === undefined) throw new Error(`No part ${part}.`)
    return found
  }
  return {
    ...headOf(metric({ name, dataset })),
    kind: 'derived',
    additive: addsUp(written, (part) => named(part).additive),
    formula: buildFormula(written, named),
  }
}

export function windowed(of: RowMetric, name: string, window: MetricWindow): WindowMetric {
  return { ...headOf(metric({ name, dataset: of.dataset })), kind: 'window', additive: false, of, window }
}

function headOf({ name, title, description, dataset, format, unit, additive, requires }: AggregateMetric) {
  return { name, title, description, dataset, format, unit, additive, requires }
}

/** The demo's flights, as the model resolves them. */
export const flights: Dataset = {
  name: 'flights',
  title: 'Flights',
  description: null,
  dataSource: 'warehouse',
  table: { database: 'demo', table: 'flights' },
  tenancy: { kind: 'column', column: columns.origin },
  timeDimension: 'departed_at',
  latencySeconds: 0,
  dimensions: named([
    dimension(columns.departedAt),
    dimension(columns.delay),
    dimension(columns.distance),
    dimension(columns.origin),
    dimension(columns.destination),
    dimension(columns.state, 'airports', 'destination_state'),
  ]),
  joins: new Map([
    [
      'airports',
      {
        dataset: 'airports',
        table: { database: 'demo', table: 'airports' },
        tenancy: { kind: 'shared' },
        on: [{ own: columns.destination, other: columns.iata }],
      },
    ],
  ]),
  rowRules: [],
  metrics: [
    departures,
    onTime,
    averageDelay,
    totalDistance,
    metric({ name: 'longest_delay', dataset: 'flights', aggregate: 'max', column: columns.delay }),
    metric({ name: 'shortest_delay', dataset: 'flights', aggregate: 'min', column: columns.delay }),
    metric({
      name: 'destinations',
      dataset: 'flights',
      aggregate: 'count_distinct',
      column: columns.destination,
    }),
    metric({
      name: 'delay_p95',
      dataset: 'flights',
      aggregate: 'quantile',
      level: 0.95,
      column: columns.delay,
    }),
    {
      kind: 'ratio',
      name: 'on_time_share',
      title: 'On time',
      description: null,
      dataset: 'flights',
      format: { style: 'percent', digits: null, currency: null, locale: 'en-US' },
      unit: null,
      additive: false,
      requires: [],
      numerator: onTime,
      denominator: departures,
    },
    derived('flights', 'late_departures', 'departures - on_time_departures', [departures, onTime]),
    derived('flights', 'late_per_mile', '-(departures - 2 * on_time_departures) / (total_distance * 0.5)', [
      departures,
      onTime,
      totalDistance,
    ]),
    metric({
      name: 'first_delay',
      dataset: 'flights',
      aggregate: 'first',
      column: columns.delay,
      time: columns.departedAt,
    }),
    metric({
      name: 'last_delay',
      dataset: 'flights',
      aggregate: 'last',
      column: columns.delay,
      time: columns.departedAt,
      filters: [{ dimension: 'distance', operator: 'GREATER_THAN', values: [500] }],
    }),
  ],
}

export const flightsCatalogue = catalogueOf([flights])
