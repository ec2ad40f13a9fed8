import type { DashboardDefinition, LayerDefinition, ModelDocument } from '../../src/model/document.ts'
import type { RowRuleDefinition } from '../../src/model/permission-document.ts'
import { database } from './reference-world.ts'

/** What differs from one generated model to the next. */
export interface ModelParts {
  readonly rules: Readonly<Record<'events' | 'cities' | 'countries', readonly RowRuleDefinition[]>>
  /** Named r and, replacing the built-in one, viewer. */
  readonly roles: readonly LayerDefinition[]
  /** Named p. */
  readonly policies: readonly LayerDefinition[]
}

const source = { dataSource: 'warehouse', database } as const

const dashboards: DashboardDefinition[] = [
  {
    name: 'sales',
    widgets: [
      { name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric: 'revenue' } },
      { name: 'profit', visualization: { kind: 'NUMBER' }, counter: { metric: 'profit' } },
      {
        name: 'by_country',
        visualization: { kind: 'BAR' },
        leaderboard: { metric: 'sold', dimensions: ['country'] },
      },
      {
        name: 'by_week',
        visualization: { kind: 'LINE' },
        timeSeries: {
          metrics: ['sold'],
          granularity: 'WEEK',
          filters: [{ dimension: 'region', values: ['east'] }],
        },
      },
    ],
  },
  {
    name: 'places',
    widgets: [
      { name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric: 'listed' } },
      {
        name: 'sizes',
        visualization: { kind: 'TABLE' },
        table: { metrics: ['listed'], dimensions: ['name', 'population'] },
      },
    ],
  },
  {
    name: 'own',
    tenant: 'b',
    widgets: [{ name: 'margins', visualization: { kind: 'NUMBER' }, counter: { metric: 'margin_share' } }],
  },
]

export function documentOf({ rules, roles, policies }: ModelParts): ModelDocument {
  return {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: [
      {
        name: 'events',
        ...source,
        table: 'events',
        tenantColumn: 'tenant',
        timeDimension: 'at',
        joins: [{ to: 'cities', on: { city_id: 'city_id' } }],
        dimensions: [
          { name: 'id', type: 'number' },
          { name: 'at', type: 'time' },
          { name: 'region', type: 'string' },
          { name: 'channel', type: 'string' },
          { name: 'amount', type: 'number' },
          { name: 'margin', type: 'number', requires: ['margin'] },
          { name: 'city', from: 'cities.name' },
          { name: 'country', from: 'cities.country' },
          { name: 'population', from: 'cities.population' },
        ],
        metrics: [
          { name: 'sold', aggregate: 'count' },
          { name: 'revenue', aggregate: 'sum', column: 'amount' },
          { name: 'average', aggregate: 'avg', column: 'amount' },
          { name: 'least', aggregate: 'min', column: 'amount' },
          { name: 'most', aggregate: 'max', column: 'amount' },
          { name: 'ways', aggregate: 'count_distinct', column: 'channel' },
          { name: 'profit', aggregate: 'sum', column: 'margin', requires: ['margin'] },
          { name: 'in_germany', aggregate: 'count', filters: [{ dimension: 'country', values: ['DE'] }] },
          { name: 'german_share', ratio: ['in_germany', 'sold'] },
          { name: 'margin_share', ratio: ['profit', 'sold'], requires: ['shares'] },
        ],
        rowRules: [...rules.events],
      },
      {
        name: 'cities',
        ...source,
        table: 'cities',
        tenancy: 'shared',
        joins: [{ to: 'countries', on: { country: 'code' } }],
        dimensions: [
          { name: 'city_id', type: 'string' },
          { name: 'name', type: 'string' },
          { name: 'country', type: 'string' },
          { name: 'population', type: 'number', requires: ['sizes'] },
          { name: 'continent', from: 'countries.continent' },
        ],
        metrics: [{ name: 'listed', aggregate: 'count' }],
        rowRules: [...rules.cities],
      },
      {
        name: 'countries',
        ...source,
        table: 'countries',
        tenancy: 'shared',
        dimensions: [
          { name: 'code', type: 'string' },
          { name: 'continent', type: 'string' },
        ],
        metrics: [{ name: 'states', aggregate: 'count' }],
        rowRules: [...rules.countries],
      },
    ],
    roles: [...roles],
    policies: [...policies],
    dashboards,
  }
}

export const dimensionNames = {
  events: ['id', 'at', 'region', 'channel', 'amount', 'margin', 'city', 'country', 'population'],
  cities: ['city_id', 'name', 'country', 'population', 'continent'],
  countries: ['code', 'continent'],
} as const

export const metricNames = {
  events: [
    'sold',
    'revenue',
    'average',
    'least',
    'most',
    'ways',
    'profit',
    'in_germany',
    'german_share',
    'margin_share',
  ],
  cities: ['listed'],
  countries: ['states'],
} as const

export type DatasetName = keyof typeof dimensionNames

export const widgetNames = [
  'total',
  'sales/total',
  'places/total',
  'profit',
  'by_country',
  'sales/by_week',
  'sizes',
  'margins',
]

/** What requires a permission, and the widgets that name it. */
export const needingPermission: readonly string[] = [
  'dimension events.margin',
  'dimension events.population',
  'dimension cities.population',
  'metric profit',
  'metric margin_share',
  'widget sales/profit',
  'widget places/sizes',
  'widget own/margins',
]
