import { beforeAll, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { GroupKey } from '../../src/analytics/answers.ts'
import type { WidgetQuestion } from '../../src/catalogue/catalogue.ts'
import type { PointInput, TimeRangeInput } from '../../src/catalogue/inputs.ts'
import { TesseraError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf, metric, windowed } from '../support/catalogue.ts'
import { forQuestions, nowMicros, scale } from '../support/oracle-compare.ts'
import { eventsVocabulary } from '../support/oracle-event-log.ts'
import { events } from '../support/oracle-events.ts'
import { type Asked, questionsAbout } from '../support/oracle-questions.ts'
import { testScope } from '../support/scope.ts'
import type { SuiteEngine } from './conform.ts'
import { loadEventsOnce } from './tables.ts'

const counted = metric({ name: 'events', dataset: 'events' })
const soFar = windowed(counted, 'events_so_far', { kind: 'cumulative' })
const trailing = windowed(counted, 'events_3_days', { kind: 'rolling', count: 3, grain: 'DAY' })
const catalogue = catalogueOf([{ ...events, metrics: [...events.metrics, soFar, trailing] }])
/** Whose figures count rows; events by the rows, notes by those with a note. */
const counts = ['events', 'active_events', 'notes']
const vocabulary = { ...eventsVocabulary, metrics: counts }
const questions = questionsAbout(vocabulary)

async function rowsBehind(analytics: Analytics, question: WidgetQuestion, at: PointInput): Promise<number> {
  let rows = 0
  for (let after: string | null = null; ; ) {
    const page = await analytics.recordsBehind(
      { question, at, columns: ['day', 'active'] },
      { first: 1000, after },
    )
    rows += page.edges.length
    if (!page.hasNextPage) return rows
    after = page.edges.at(-1)?.cursor ?? null
  }
}

function groupOf(keys: readonly GroupKey[]): PointInput['group'] {
  return keys.map(({ dimension, value }) => ({ dimension, value }))
}

/** A few of many, the first and the last among them. */
function some<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set([items[0], items[items.length >> 1], items.at(-1)])].filter((item) => item !== undefined)
}

let tried = { buckets: 0, groups: 0, others: 0, cells: 0 }

export function drillDownSuite(engine: SuiteEngine, share = 1): void {
  /** Behind each figure that counts rows stand as many rows as it counts. */
  let warehouse: Warehouse

  beforeAll(async () => {
    await loadEventsOnce(engine)
    warehouse = await engine.open()
  })

  function analyticsFor({ tenant, locked }: Pick<Asked<unknown>, 'tenant' | 'locked'>): Analytics {
    return createAnalytics(testScope(tenant, { locked_filters: [...locked] }), {
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

  test('of series: buckets, groups and others', { timeout: 240_000 }, async () => {
    tried = { ...tried, buckets: 0, others: 0 }
    await forQuestions(questions.timeSeries, 60 * share, async (asked) => {
      const analytics = analyticsFor(asked)
      const question: WidgetQuestion = {
        kind: 'timeSeries',
        input: { ...asked.input, fill: 'DEFAULT', others: true, limit: 2 },
      }
      const { labels, series } = await analytics.timeSeries(question.input)
      for (const line of some(series)) {
        const point = {
          metric: line.metric.name,
          ...(line.isOthers ? { others: true } : { group: groupOf(line.group) }),
        }
        expect(await rowsBehind(analytics, question, point)).toBe(line.total)
        if (line.isOthers) tried.others += 1
        const filled = line.values.flatMap((value, index) => (value ? [index] : []))
        for (const index of some(filled)) {
          const bucket = labels[index]
          expect(await rowsBehind(analytics, question, { ...point, bucket })).toBe(line.values[index])
          tried.buckets += 1
        }
      }
    })
    // Few questions may find none.
    if (share >= 1) expect(tried.buckets).toBeGreaterThan(100 * scale)
    if (share >= 1) expect(tried.others).toBeGreaterThan(3 * scale)
  })

  test('of leaderboards: rows, others and the total', { timeout: 240_000 }, async () => {
    await forQuestions(questions.leaderboards, 40 * share, async (asked) => {
      const analytics = analyticsFor(asked)
      const input = { ...asked.input, having: [] }
      const question: WidgetQuestion = { kind: 'leaderboard', input }
      const { rows, total } = await analytics.leaderboard(input)
      for (const row of some(rows)) {
        const point = row.isOthers ? { others: true } : { group: groupOf(row.keys) }
        expect(await rowsBehind(analytics, question, point)).toBe(row.figure.value)
        tried.groups += 1
      }
      expect(await rowsBehind(analytics, question, {})).toBe(total)
    })
    // Few questions may find none.
    if (share >= 1) expect(tried.groups).toBeGreaterThan(30 * scale)
  })

  test('of tables: each cell, pivoted or not', { timeout: 240_000 }, async () => {
    await forQuestions(questions.tables, 40 * share, async (asked) => {
      const analytics = analyticsFor(asked)
      const pivot = ['active', 'share', 'day']
        .filter((name) => !asked.input.dimensions.includes(name))
        .slice(0, 1)
      const input = { ...asked.input, having: [], pivot, totals: true }
      const question: WidgetQuestion = { kind: 'table', input }
      try {
        const { columns, rows } = await analytics.table(input)
        const keys = columns.filter(({ kind }) => kind === 'DIMENSION')
        for (const row of some(rows)) {
          const group = keys.map(({ name }, index) => ({ dimension: name, value: row[index] ?? null }))
          for (const index of some(columns.map((_, place) => place).slice(keys.length))) {
            const column = columns[index]
            const point = { metric: column?.name, group: [...group, ...(groupOf(column?.pivot ?? []) ?? [])] }
            expect(await rowsBehind(analytics, question, point)).toBe(row[index])
            tried.cells += 1
          }
        }
      } catch (error) {
        if (!(error instanceof TesseraError) || error.code !== 'QUERY_TOO_LARGE') throw error
      }
    })
    // Few questions may find none.
    if (share >= 1) expect(tried.cells).toBeGreaterThan(100 * scale)
  })

  test('of a figure that goes along the buckets: all that it is about', async () => {
    const analytics = analyticsFor({ tenant: 'a', locked: [] })
    const timeRange: TimeRangeInput = {
      between: { start: '2001-03-01T00:00:00Z', stop: '2001-03-12T00:00:00Z' },
    }
    const question: WidgetQuestion = {
      kind: 'timeSeries',
      input: { metrics: ['events_so_far', 'events_3_days'], timeRange, granularity: 'DAY' },
    }
    const { labels, series } = await analytics.timeSeries(question.input)
    for (const line of series) {
      for (const index of [0, 1, 5, 10]) {
        const point = { metric: line.metric.name, bucket: labels[index] }
        expect(await rowsBehind(analytics, question, point)).toBe(line.values[index])
      }
    }
  })

  test('a point that the question does not have is refused', async () => {
    const analytics = analyticsFor({ tenant: 'a', locked: [] })
    const timeRange = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-03-12T00:00:00Z' } }
    const series: WidgetQuestion = {
      kind: 'timeSeries',
      input: { metrics: ['events'], timeRange, granularity: 'DAY', groupBy: ['active'], others: false },
    }
    const counter: WidgetQuestion = { kind: 'counter', input: { metric: 'events' } }
    const refusals: readonly (readonly [WidgetQuestion, PointInput, string, string])[] = [
      [series, { bucket: '2001-03-01T12:00:00Z' }, 'input.at.bucket', 'the start of a bucket of the range'],
      [series, { bucket: '2001-03-13T00:00:00Z' }, 'input.at.bucket', 'the start of a bucket of the range'],
      [
        counter,
        { bucket: '2001-03-01T00:00:00Z' },
        'input.at.bucket',
        'no bucket for a widget without a time axis',
      ],
      [series, { others: true }, 'input.at.others', 'no others, because the widget does not show them'],
      [counter, { others: true }, 'input.at.others', 'no others, because the widget does not show them'],
      [
        series,
        { group: [{ dimension: 'note', value: 'x' }] },
        'input.at.group.0.dimension',
        'a dimension that the widget groups by',
      ],
      [series, { metric: 'notes' }, 'input.at.metric', 'a metric of the widget'],
      [
        series,
        {
          group: [{ dimension: 'at', value: '2001-03-01T00:00:00Z' }],
          bucket: '2001-03-01T00:00:00Z',
        },
        'input.at.group.0.value',
        'one bucket',
      ],
    ]
    for (const [question, at, argument, expected] of refusals) {
      await expect(analytics.recordsBehind({ question, at }, {}), argument).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { argument, expected },
      })
    }
  })
}
