import { beforeAll, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Series, TableAnswer } from '../../src/analytics/answers.ts'
import { plainDecimal } from '../../src/analytics/literal.ts'
import { formatInstant } from '../../src/analytics/time/instant.ts'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import type { TableInput, TimeSeriesInput } from '../../src/catalogue/inputs.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf } from '../support/catalogue.ts'
import { forQuestions, nowMicros, scale } from '../support/oracle-compare.ts'
import { eventsVocabulary } from '../support/oracle-event-log.ts'
import { events, eventsByDay, oracleEvents } from '../support/oracle-events.ts'
import { questionsAbout } from '../support/oracle-questions.ts'
import { testScope } from '../support/scope.ts'
import type { SuiteEngine } from './conform.ts'
import { loadEventsOnce } from './tables.ts'

const shared = ['active', 'share', 'person', 'note', 'amount']

function conformed(dataset: Dataset): Dataset {
  const dimensions = [...dataset.dimensions].map(
    ([name, dimension]) => [name, { ...dimension, conformed: shared.includes(name) }] as const,
  )
  return { ...dataset, dimensions: new Map(dimensions) }
}

const catalogue = catalogueOf([conformed(events), conformed(eventsByDay)])

const ownRule = {
  dataset: 'events_by_day',
  dimension: 'active',
  operator: 'NOT_EQUALS' as const,
  values: [true],
}

const vocabulary = { ...eventsVocabulary, keys: shared }
const questions = questionsAbout(vocabulary)
/** One question names metrics of either dataset: every second one is the other's. */
function mixed(metrics: readonly string[]): readonly string[] {
  const pairs = metrics.length === 1 ? [...metrics, metrics[0] === 'events' ? 'notes' : 'events'] : metrics
  return [...new Set(pairs)].map((name, index) => (index % 2 === 1 ? `daily_${name}` : name))
}

function isOf(dataset: 'events' | 'events_by_day') {
  return (metric: string) => metric.startsWith('daily_') === (dataset === 'events_by_day')
}

function overNothing(metric: string): number | null {
  return oracleEvents.metrics[metric.replace('daily_', '')]?.empty ?? null
}

/** Filters that both datasets can be asked by. */
function sharedFilters(input: Pick<TableInput, 'filters'>) {
  const text = JSON.stringify(input.filters ?? [])
  const isShared = [...text.matchAll(/"dimension":"([a-z]+)"/g)].every(([, name = '']) =>
    shared.includes(name),
  )
  return isShared ? input.filters : []
}

const range = { between: { start: '2001-01-01T00:00:00Z', stop: '2001-05-01T00:00:00Z' } }

function outerJoin(parts: readonly TableAnswer[], { metrics, dimensions }: TableInput): unknown[][] {
  const rows = new Map<string, unknown[]>()
  for (const part of parts) {
    for (const row of part.rows) {
      const id = JSON.stringify(row.slice(0, dimensions.length))
      const found = rows.get(id) ?? [...row.slice(0, dimensions.length), ...metrics.map(overNothing)]
      rows.set(id, found)
      part.columns.slice(dimensions.length).forEach(({ name }, index) => {
        found[dimensions.length + metrics.indexOf(name)] = row[dimensions.length + index] ?? null
      })
    }
  }
  return [...rows.values()]
}

/** The greatest first; ties by the keys, nulls last. */
function textOf(value: unknown): string {
  return typeof value === 'number' ? plainDecimal(value) : String(value)
}

function byFirstFigure({ dimensions }: TableInput) {
  const exact = (value: unknown) => {
    // Of a whole number the digits that are shown, which its double is nearest to.
    const isPart = typeof value === 'number' && !Number.isInteger(value)
    const [whole = '', fraction = ''] = (isPart ? value.toFixed(12) : textOf(value)).split('.')
    return BigInt(whole + fraction.padEnd(12, '0').slice(0, 12))
  }
  const numeric = new Set(['share', 'person', 'amount'])
  return (one: unknown[], other: unknown[]): number => {
    const [left, right] = [exact(one[dimensions.length]), exact(other[dimensions.length])]
    if (left !== right) return left > right ? -1 : 1
    for (const [index, name] of dimensions.entries()) {
      const [key, otherKey] = [one[index], other[index]]
      if (key === otherKey) continue
      if (key === null || otherKey === null) return key === null ? 1 : -1
      if (numeric.has(name)) return exact(key) < exact(otherKey) ? -1 : 1
      return Buffer.compare(Buffer.from(String(key)), Buffer.from(String(otherKey)))
    }
    return 0
  }
}

export function severalDatasetsSuite(engine: SuiteEngine, share = 1): void {
  /**
   * An answer over two datasets is made of the answers of each, which agree with another engine. The datasets are the same
   * log by its instants and by its days, the second under a lock of its own.
   */
  let warehouse: Warehouse

  beforeAll(async () => {
    await loadEventsOnce(engine)
    warehouse = await engine.open()
  })

  function analyticsFor(tenant: string): Analytics {
    return createAnalytics(testScope(tenant, { locked_filters: [ownRule] }), {
      catalogue,
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 1_000_000,
      now: nowMicros,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  test('tables of two datasets are the outer join of theirs', { timeout: 240_000 }, async () => {
    let joined = 0
    await forQuestions(questions.tables, 90 * share, async ({ tenant, input: asked }) => {
      const analytics = analyticsFor(tenant)
      const input: TableInput = {
        ...asked,
        metrics: mixed(asked.metrics),
        granularity: null,
        timeRange: null,
        filters: sharedFilters(asked),
        orderBy: null,
        having: [{ metric: mixed(asked.metrics)[0] ?? '', operator: 'IS_NOT_NULL', values: [] }],
        totals: true,
      }
      const table = await analytics.table(input)
      const everything = { ...input, having: null, limit: 10_000, offset: 0 }
      const parts = await Promise.all(
        (['events', 'events_by_day'] as const).map((dataset) =>
          analytics.table({ ...everything, metrics: input.metrics.filter(isOf(dataset)) }),
        ),
      )
      const rows = outerJoin(parts, input).filter((row) => row[input.dimensions.length] !== null)
      expect(table.rowCount).toBe(rows.length)
      const offset = asked.offset ?? 0
      const page = rows.toSorted(byFirstFigure(input)).slice(offset, offset + (asked.limit ?? 100))
      expect(table.rows).toEqual(page)
      expect(table.totals?.slice(input.dimensions.length)).toEqual(
        input.metrics.map((name) => {
          const part = parts[isOf('events')(name) ? 0 : 1]
          const place = part?.columns.findIndex((column) => column.name === name) ?? -1
          return part?.totals?.[place] ?? null
        }),
      )
      if (rows.length > 1) joined += 1
    })
    // Few questions may find none.
    if (share >= 1) expect(joined).toBeGreaterThan(30 * scale)
  })

  test('series of two datasets share their buckets and the groups of the first', {
    timeout: 240_000,
  }, async () => {
    let grouped = 0
    await forQuestions(questions.timeSeries, 60 * share, async ({ tenant, input: asked }) => {
      const analytics = analyticsFor(tenant)
      const groupBy = (asked.groupBy ?? []).slice(0, 1)
      const input: TimeSeriesInput = {
        ...asked,
        metrics: mixed(asked.metrics),
        timeRange: range,
        granularity: 'WEEK',
        filters: sharedFilters(asked),
        groupBy,
        fill: 'DEFAULT',
      }
      const answer = await analytics.timeSeries(input)
      const own = input.metrics.filter(isOf('events'))
      const leading = await analytics.timeSeries({ ...input, metrics: own })
      expect(answer.labels).toEqual(leading.labels)
      const values = ({ metric, values: points, total }: Series) => [metric.name, points, total]
      expect(
        answer.series.filter(({ metric, isOthers }) => own.includes(metric.name) && !isOthers).map(values),
      ).toEqual(leading.series.filter(({ isOthers }) => !isOthers).map(values))
      const [key] = groupBy
      const alone = leading.series
        .filter(({ isOthers }) => !isOthers)
        .map(({ group }) => group[0]?.value ?? null)
      for (const series of answer.series.filter(({ metric }) => !own.includes(metric.name))) {
        const of = (value: unknown) => ({
          dimension: key ?? '',
          ...(value === null ? { operator: 'IS_NULL' as const } : { values: [value as string] }),
        })
        const filter =
          key === undefined
            ? []
            : series.isOthers
              ? [{ not: { or: alone.map(of) } }]
              : [of(series.group[0]?.value ?? null)]
        const single = await analytics.timeSeries({
          ...input,
          metrics: [series.metric.name],
          groupBy: [],
          filters: [...(input.filters ?? []), ...filter],
        })
        expect(values(series)).toEqual(single.series.map(values)[0])
        if (key !== undefined) grouped += 1
      }
    })
    // Few questions may find none.
    if (share >= 1) expect(grouped).toBeGreaterThan(20 * scale)
  })

  test('the groups of one dataset are the whole of another only together with its others', async () => {
    const analytics = analyticsFor('a')
    const told: boolean[] = []
    for (const others of [true, false]) {
      const asked = { timeRange: range, groupBy: ['active'], limit: 100, others } as const
      for (const metrics of [['events'], ['events', 'daily_events']]) {
        told.push((await analytics.timeSeries({ ...asked, metrics })).isWhole)
      }
    }
    expect(told).toEqual([true, true, true, false])
  })

  test('without a range it is that of both, in a grain that both have', async () => {
    const analytics = analyticsFor('a')
    const {
      granularity,
      range: whole,
      labels,
      series,
    } = await analytics.timeSeries({ metrics: ['events', 'daily_events'] })
    const [one, other] = await Promise.all([
      analytics.timeSeries({ metrics: ['events'] }),
      analytics.timeSeries({ metrics: ['daily_events'] }),
    ])
    expect(formatInstant(whole.start)).toBe(formatInstant(Math.min(one.range.start, other.range.start)))
    expect(formatInstant(whole.stop)).toBe(formatInstant(Math.max(one.range.stop, other.range.stop)))
    expect(['DAY', 'WEEK', 'MONTH']).toContain(granularity)
    expect(series.map(({ values }) => values.length)).toEqual([labels.length, labels.length])
    expect(series.map(({ total }) => total)).toEqual([one.series[0]?.total, other.series[0]?.total])
  })

  test('what the datasets do not share is refused with the reason', async () => {
    const analytics = analyticsFor('a')
    const metrics = ['events', 'daily_events']
    const unshared = {
      code: 'NOT_SUPPORTED',
      details: {
        argument: 'input.dimensions.0',
        expected: 'a dimension that the model declares to mean the same in events and events_by_day',
        allowed: ['person', 'amount', 'share', 'active', 'note'],
      },
    }
    await expect(analytics.table({ metrics, dimensions: ['visit'] })).rejects.toMatchObject(unshared)
    await expect(analytics.timeSeries({ metrics, groupBy: ['visit'] })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      details: { argument: 'input.groupBy.0' },
    })
    await expect(
      analytics.timeSeries({ metrics, filters: [{ not: { dimension: 'visit', operator: 'IS_NULL' } }] }),
    ).rejects.toMatchObject({ code: 'NOT_SUPPORTED', details: { argument: 'input.filters.0' } })
    await expect(analytics.table({ metrics, dimensions: ['active'], pivot: ['note'] })).rejects.toMatchObject(
      {
        code: 'NOT_SUPPORTED',
        details: { argument: 'input.pivot', expected: 'no pivot with metrics of events and events_by_day' },
      },
    )
    await expect(
      analytics.table({
        metrics,
        dimensions: ['active'],
        having: [{ metric: 'notes', operator: 'GREATER_THAN', values: [1] }],
      }),
    ).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      details: {
        argument: 'input.having.0.metric',
        expected: 'a metric of the table where it has metrics of events and events_by_day',
      },
    })
    await expect(analytics.table({ metrics, dimensions: ['nothing'] })).rejects.toMatchObject({
      code: 'DIMENSION_NOT_ALLOWED',
    })
  })
}
