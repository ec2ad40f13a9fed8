import type { Dataset } from '../../src/catalogue/catalogue.ts'
import type { ColumnType } from '../../src/catalogue/column.ts'
import { column, derived, dimension, int64, metric, named, text } from './catalogue.ts'
import type { OracleDataset, OracleMetric } from './oracle-dataset.ts'

const millisecond: ColumnType = { kind: 'instant', fraction: 3 }

/** Every column but the tenant's may be null. */
export const eventColumns = {
  tenant: column('tenant', text),
  at: column('at', millisecond, true),
  day: column('day', { kind: 'date' }, true),
  person: column('person', int64, true),
  hash: column('hash', { kind: 'integer', bits: 64, signed: false }, true),
  amount: column('amount', { kind: 'decimal', precision: 18, scale: 4 }, true),
  weight: column('weight', { kind: 'float', bits: 64 }, true),
  share: column('share', { kind: 'float', bits: 32 }, true),
  active: column('active', { kind: 'boolean' }, true),
  note: column('note', text, true),
  visit: column('visit', { kind: 'uuid' }, true),
}

export const eventsAddress = { database: 'oracle', table: 'events' } as const

/** The same events twice: by their instant and by their day. */
export const events = datasetOf('events', 'at', '')
export const eventsByDay = datasetOf('events_by_day', 'day', 'daily_')

function datasetOf(name: string, time: 'at' | 'day', prefix: string): Dataset {
  const active = [{ dimension: 'active', values: [true] }]
  const of = (suffix: string, rest: Partial<Parameters<typeof metric>[0]>) =>
    metric({ name: `${prefix}${suffix}`, dataset: name, ...rest })
  const amounts = of('amounts', { aggregate: 'sum', column: eventColumns.amount })
  const active_amounts = of('active_amounts', {
    aggregate: 'sum',
    column: eventColumns.amount,
    filters: active,
  })
  const persons = of('person_sum', { aggregate: 'sum', column: eventColumns.person })
  const weights = of('weights', { aggregate: 'sum', column: eventColumns.weight })
  return {
    name,
    title: name,
    description: null,
    dataSource: 'warehouse',
    table: eventsAddress,
    tenancy: { kind: 'column', column: eventColumns.tenant },
    timeDimension: time,
    latencySeconds: 0,
    dimensions: named(Object.values(eventColumns).map((of) => dimension(of))),
    joins: new Map(),
    rowRules: [],
    metrics: [
      of('events', {}),
      of('active_events', { filters: active }),
      of('notes', { column: eventColumns.note }),
      of('persons', { aggregate: 'count_distinct', column: eventColumns.person }),
      persons,
      of('person_least', { aggregate: 'min', column: eventColumns.person }),
      of('person_most', { aggregate: 'max', column: eventColumns.person }),
      of('hash_sum', { aggregate: 'sum', column: eventColumns.hash }),
      of('hash_average', { aggregate: 'avg', column: eventColumns.hash }),
      amounts,
      active_amounts,
      of('amount_average', { aggregate: 'avg', column: eventColumns.amount }),
      of('amount_most', { aggregate: 'max', column: eventColumns.amount }),
      of('amount_p90', { aggregate: 'quantile', level: 0.9, column: eventColumns.amount }),
      weights,
      of('weight_median', { aggregate: 'quantile', level: 0.5, column: eventColumns.weight }),
      of('weight_least', { aggregate: 'min', column: eventColumns.weight, filters: active }),
      of('visits', { aggregate: 'count_distinct', column: eventColumns.visit }),
      of('amount_first', { aggregate: 'first', column: eventColumns.amount, time: eventColumns[time] }),
      of('hash_last', {
        aggregate: 'last',
        column: eventColumns.hash,
        time: eventColumns[time],
        filters: active,
      }),
      derived(name, `${prefix}margin`, `(${amounts.name} - ${active_amounts.name}) / ${amounts.name}`, [
        amounts,
        active_amounts,
      ]),
      derived(name, `${prefix}balance`, `${amounts.name} * 3 - ${active_amounts.name} + ${persons.name}`, [
        amounts,
        active_amounts,
        persons,
      ]),
      derived(name, `${prefix}mixed`, `${weights.name} + 2 * ${amounts.name}`, [amounts, weights]),
      {
        ...of('amount_for_weight', {}),
        kind: 'ratio',
        additive: false,
        numerator: amounts,
        denominator: weights,
      },
    ],
  }
}

const exactSum = (sql: string): OracleMetric => ({
  sql: `coalesce(${sql}, 0)`,
  exact: true,
  additive: true,
  empty: 0,
})
const distinct = (sql: string): OracleMetric => ({
  sql: `count(DISTINCT ${sql})`,
  exact: true,
  additive: false,
  empty: 0,
})
const exactValue = (sql: string): OracleMetric => ({ sql, exact: true, additive: false, empty: null })
const inexact = (sql: string): OracleMetric => ({ sql, exact: false, additive: false, empty: null })

/** By time and then by the value itself, where there are both. */
function firstOf(value: string, time: string, order: 'ASC' | 'DESC', and = ''): string {
  const rows = `(${value} IS NOT NULL AND ${time} IS NOT NULL ${and})`
  return `first(${value} ORDER BY ${time} ${order}, ${value} ${order}) FILTER ${rows}`
}

const metrics: Readonly<Record<string, OracleMetric>> = {
  events: exactSum('count(*)'),
  active_events: exactSum('count(*) FILTER (active)'),
  notes: exactSum('count(note)'),
  persons: distinct('person'),
  person_sum: exactSum('sum(person::HUGEINT)'),
  person_least: exactValue('min(person)'),
  person_most: exactValue('max(person)'),
  hash_sum: exactSum('sum(hash::HUGEINT)'),
  hash_average: inexact('avg(hash::DOUBLE)'),
  amounts: exactSum('sum(amount)'),
  active_amounts: exactSum('sum(amount) FILTER (active)'),
  amount_average: inexact('sum(amount)::DOUBLE / count(amount)'),
  amount_most: exactValue('max(amount)'),
  amount_p90: inexact('quantile_cont(amount::DOUBLE, 0.9)'),
  weights: { sql: 'coalesce(sum(weight), 0)', exact: false, additive: true, empty: 0 },
  weight_median: inexact('quantile_cont(weight, 0.5)'),
  weight_least: inexact('min(weight) FILTER (active)'),
  visits: distinct('visit'),
  amount_first: exactValue(firstOf('amount', 'at_utc', 'ASC')),
  hash_last: exactValue(firstOf('hash::HUGEINT', 'at_utc', 'DESC', 'AND active')),
  margin: inexact(
    '(coalesce(sum(amount), 0) - coalesce(sum(amount) FILTER (active), 0))::DOUBLE / nullif(coalesce(sum(amount), 0), 0)::DOUBLE',
  ),
  balance: exactSum(
    '(coalesce(sum(amount), 0) * 3 - coalesce(sum(amount) FILTER (active), 0) + coalesce(sum(person::HUGEINT), 0)::DECIMAL(38, 4))',
  ),
  mixed: {
    sql: 'coalesce(sum(weight), 0) + 2 * coalesce(sum(amount), 0)::DOUBLE',
    exact: false,
    additive: true,
    empty: 0,
  },
  amount_for_weight: inexact('coalesce(sum(amount), 0)::DOUBLE / nullif(coalesce(sum(weight), 0), 0)'),
}

const dimensions: OracleDataset['dimensions'] = {
  tenant: { sql: 'tenant', kind: 'text' },
  at: { sql: 'at_utc', kind: 'instant' },
  day: { sql: '"day"', kind: 'date' },
  person: { sql: 'person', kind: 'whole' },
  hash: { sql: 'hash::HUGEINT', kind: 'whole' },
  amount: { sql: 'amount', kind: 'decimal' },
  weight: { sql: 'weight', kind: 'double' },
  share: { sql: 'share', kind: 'single' },
  active: { sql: 'active', kind: 'boolean' },
  note: { sql: 'note', kind: 'text' },
  visit: { sql: 'visit', kind: 'uuid' },
}

export const oracleEvents: OracleDataset = {
  table: 'events',
  tenant: 'tenant',
  time: 'at',
  dimensions,
  metrics,
}
export const oracleEventsByDay: OracleDataset = {
  ...oracleEvents,
  time: 'day',
  metrics: Object.fromEntries(
    Object.entries({
      ...metrics,
      amount_first: exactValue(firstOf('amount', '"day"', 'ASC')),
      hash_last: exactValue(firstOf('hash::HUGEINT', '"day"', 'DESC', 'AND active')),
    }).map(([name, of]) => [`daily_${name}`, of]),
  ),
}
