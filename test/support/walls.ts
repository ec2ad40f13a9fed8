import fc from 'fast-check'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Catalogue, Dataset } from '../../src/catalogue/catalogue.ts'
import type { FilterInput } from '../../src/catalogue/inputs.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, column, dimension, int64, metric, named, second, text } from './catalogue.ts'
import { testScope } from './scope.ts'

/**
 * Two tenants in one table and in a table that it joins. Every row of one says so wherever it can: in the text of
 * its columns, and in its amounts, which are 1 for `a` and 1,000,000 for `b`.
 */
const columns = {
  tenant: column('tenant', text),
  at: column('at', second),
  note: column('note', text),
  amount: column('amount', int64),
  person: column('person', text),
  key: column('key', text),
  city: column('city', text),
}

/** The tables of the tenants, in this database or schema. */
export function wallsCatalogue(database: string): Catalogue {
  return catalogueOf([eventsIn(database)])
}

function eventsIn(database: string): Dataset {
  return {
    name: 'events',
    title: 'Events',
    description: null,
    dataSource: 'test',
    table: { database, table: 'events' },
    tenancy: { kind: 'column', column: columns.tenant },
    timeDimension: 'at',
    latencySeconds: 0,
    dimensions: named([
      dimension(columns.at),
      dimension(columns.note),
      dimension(columns.amount),
      dimension(columns.person),
      dimension(columns.city, 'people'),
    ]),
    joins: new Map([
      [
        'people',
        {
          dataset: 'people',
          table: { database, table: 'people' },
          tenancy: { kind: 'column', column: columns.tenant },
          on: [{ own: columns.person, other: columns.key }],
        },
      ],
    ]),
    rowRules: [],
    metrics: [
      metric({ name: 'events', dataset: 'events' }),
      metric({ name: 'total', dataset: 'events', aggregate: 'sum', column: columns.amount }),
      metric({ name: 'most', dataset: 'events', aggregate: 'max', column: columns.amount }),
      metric({ name: 'notes', dataset: 'events', aggregate: 'count_distinct', column: columns.note }),
    ],
  }
}

/** Two weeks after the first of the events. */
export function wallsAnalytics(
  catalogue: Catalogue,
  warehouse: Warehouse,
  tenantId: string,
  grants: Parameters<typeof testScope>[1] = {},
): Analytics {
  return createAnalytics(testScope(tenantId, grants), {
    catalogue,
    warehouses: warehousesNamed([['test', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 1_000_000,
    now: Date.UTC(2001, 0, 15) * 1000,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
}

/** Anything that could name a row of the other tenant, or try to bring one in. */
const value = fc.constantFrom('a', 'b', 'b-note-1', 'a-note-1', 'b-city-0', 'p1', '%', "' OR '1'='1", 'b-')
const test = fc.record({
  dimension: fc.constantFrom('note', 'person', 'city'),
  operator: fc.constantFrom(
    'EQUALS' as const,
    'NOT_EQUALS' as const,
    'CONTAINS' as const,
    'NOT_CONTAINS' as const,
    'STARTS_WITH' as const,
  ),
  values: fc.array(value, { maxLength: 3 }),
})
export const { filter: generatedFilter } = fc.letrec<{ filter: FilterInput }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    test,
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}))
export const generatedFilters = fc.array(generatedFilter, { maxLength: 2 })
const dimensions = fc.uniqueArray(fc.constantFrom('note', 'person', 'city'), { minLength: 1, maxLength: 2 })
const metrics = fc.uniqueArray(fc.constantFrom('events', 'total', 'most', 'notes'), {
  minLength: 1,
  maxLength: 3,
})
const kind = fc.constantFrom(
  'counter',
  'timeSeries',
  'leaderboard',
  'table',
  'histogram',
  'topValues',
  'records',
)

interface Generated {
  readonly kind: string
  readonly metrics: readonly string[]
  readonly dimensions: readonly string[]
  readonly filters: readonly FilterInput[]
  readonly others: boolean
}

export const generatedQuestion = fc.record({
  kind,
  metrics,
  dimensions,
  filters: generatedFilters,
  others: fc.boolean(),
})

export async function answer(analytics: Analytics, asked: Generated): Promise<unknown> {
  const [metricName = 'events'] = asked.metrics
  switch (asked.kind) {
    case 'counter':
      return analytics.counter({ metric: metricName, filters: asked.filters })
    case 'timeSeries':
      return analytics.timeSeries({ ...asked, groupBy: asked.dimensions, granularity: 'DAY', limit: 2 })
    case 'leaderboard':
      return analytics.leaderboard({ ...asked, metric: metricName })
    case 'table':
      return analytics.table(asked)
    case 'histogram':
      return analytics.histogram({ dataset: 'events', dimension: 'amount', filters: asked.filters })
    case 'topValues':
      return analytics.topValues({
        dataset: 'events',
        dimension: asked.dimensions[0] ?? 'note',
        filters: asked.filters,
      })
    default:
      return analytics.records(
        { dataset: 'events', columns: asked.dimensions, filters: asked.filters },
        { first: 200 },
      )
  }
}

/** Text of the answer alone: what the question said of itself is not in it. */
export function foreign(answered: unknown): { text: boolean; figure: boolean } {
  const json = JSON.stringify(answered, (key, part) =>
    key === 'stats' || key === 'metric' ? undefined : part,
  )
  return {
    text: /b-(note|city)/.test(json),
    figure: /(?<![.\d])\d{7}/.test(json.replaceAll(/"(start|stop|completeUntil)":\d+/g, '')),
  }
}
