import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf } from '../support/catalogue.ts'
import { comparisonOf, forQuestions, now, nowMicros, scale } from '../support/oracle-compare.ts'
import { type Oracle, openOracle } from '../support/oracle-duckdb.ts'
import { createEvents, eventsByDayVocabulary, eventsVocabulary } from '../support/oracle-event-log.ts'
import { events, eventsByDay, oracleEvents, oracleEventsByDay } from '../support/oracle-events.ts'
import { type Asked, questionsAbout } from '../support/oracle-questions.ts'
import { createClockChanges } from '../support/oracle-time.ts'
import { zones } from '../support/oracle-vocabulary.ts'
import { testScope } from '../support/scope.ts'
import type { ConformanceEngine } from './engine.ts'
import { loadEvents } from './tables.ts'

const catalogue = catalogueOf([events, eventsByDay])

const datasets = [
  { by: 'an instant', dataset: oracleEvents, vocabulary: eventsVocabulary },
  { by: 'a date', dataset: oracleEventsByDay, vocabulary: eventsByDayVocabulary },
]

export function eventLogSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse
  let oracle: Oracle

  beforeAll(async () => {
    oracle = await openOracle()
    await createEvents(oracle)
    await loadEvents(oracle, engine)
    warehouse = await engine.open()
    await createClockChanges(oracle, zones)
  })

  afterAll(() => oracle.close())

  function analyticsFor({ tenant, locked }: Asked<unknown>): Analytics {
    return createAnalytics(testScope(tenant, { locked_filters: [...locked] }), {
      catalogue,
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 50,
      now: nowMicros,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  describe.each(datasets)(
    'nulls, 64-bit ids, decimals and doubles by $by',
    { timeout: 120_000 * Math.max(1, scale) },
    ({ dataset, vocabulary }) => {
      const questions = questionsAbout(vocabulary)
      const comparison = () => comparisonOf({ oracle, dataset, now }, analyticsFor)

      test('give the same counters', () =>
        forQuestions(questions.counters, 80 * share, (asked) => comparison().counter(asked)))

      test('give the same time series', () =>
        forQuestions(questions.timeSeries, 60 * share, (asked) => comparison().timeSeries(asked)))

      test('give the same leaderboards', () =>
        forQuestions(questions.leaderboards, 45 * share, (asked) => comparison().leaderboard(asked)))

      test('give the same tables', () =>
        forQuestions(questions.tables, 45 * share, (asked) => comparison().table(asked)))

      test('give the same top values', () =>
        forQuestions(questions.topValues, 40 * share, (asked) => comparison().topValues(asked)))

      test('give the same records, page by page', () =>
        forQuestions(questions.records, 40 * share, (asked) => comparison().records(asked)))
    },
  )

  describe('events before 1970', () => {
    const early = { tenant: 'early', locked: [] }
    const comparison = () => comparisonOf({ oracle, dataset: oracleEvents, now }, analyticsFor)

    test.each(['MINUTE', 'HOUR', 'DAY', 'YEAR'] as const)('stand in their %s', async (granularity) => {
      const input = { metrics: ['events', 'amounts'], granularity }
      await comparison().timeSeries({ ...early, input })
      await comparison().table({ ...early, input: { ...input, dimensions: [] } })
    })

    test('stand in a range by the millisecond', async () => {
      const between = { start: '1969-12-31T23:59:59.75Z', stop: '1970-01-01T00:00:00.25Z' }
      const input = { metrics: ['events'], granularity: 'MINUTE', timeRange: { between } } as const
      await comparison().timeSeries({ ...early, input })
      await comparison().counter({ ...early, input: { metric: 'events', timeRange: { between } } })
    })
  })
}
