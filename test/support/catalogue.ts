import { builtinRoles } from '../../src/access/builtin-roles.ts'
import type {
  AggregateMetric,
  Catalogue,
  Dataset,
  Dimension,
  Join,
  Metric,
} from '../../src/catalogue/catalogue.ts'
import type { Column, ColumnType } from '../../src/catalogue/column.ts'

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
    datasets: named(datasets),
    metrics: named(metrics),
    dashboards: new Map(),
    widgets: new Map(),
    roles: builtinRoles,
    policies: new Map(),
  }
}

function bare({ dataset: name, table, tenancy }: Join, dataSource: string): Dataset {
  const head = { name, title: name, description: null, dataSource, table, tenancy, timeDimension: null }
  return { ...head, dimensions: new Map(), joins: new Map(), metrics: [], rowRules: [] }
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

/** The demo's flights, as the model resolves them. */
export const flights: Dataset = {
  name: 'flights',
  title: 'Flights',
  description: null,
  dataSource: 'warehouse',
  table: { database: 'demo', table: 'flights' },
  tenancy: { kind: 'column', column: columns.origin },
  timeDimension: 'departed_at',
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
    metric({ name: 'average_delay', dataset: 'flights', aggregate: 'avg', column: columns.delay }),
    metric({ name: 'total_distance', dataset: 'flights', aggregate: 'sum', column: columns.distance }),
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
      format: 'percent',
      unit: null,
      additive: false,
      requires: [],
      numerator: onTime,
      denominator: departures,
    },
  ],
}

export const flightsCatalogue = catalogueOf([flights])
