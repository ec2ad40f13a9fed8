import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { flightsCatalogue } from '../support/catalogue.ts'
import {
  type Comparison,
  comparisonOf,
  forQuestions,
  now,
  nowMicros,
  scale,
} from '../support/oracle-compare.ts'
import { near, type Oracle, openOracle } from '../support/oracle-duckdb.ts'
import { flights, flightsOf, loadFlights } from '../support/oracle-flights.ts'
import { type Asked, questionsAbout } from '../support/oracle-questions.ts'
import { createClockChanges } from '../support/oracle-time.ts'
import { zones } from '../support/oracle-vocabulary.ts'
import { testScope } from '../support/scope.ts'
import type { ConformanceEngine } from './engine.ts'
import { loadFlightTables } from './tables.ts'

export function flightsSuite(engine: ConformanceEngine, share = 1): void {
  const vocabulary = flightsOf(share)
  const questions = questionsAbout(vocabulary)
  let warehouse: Warehouse
  let oracle: Oracle
  let comparison: Comparison

  beforeAll(async () => {
    oracle = await openOracle()
    await loadFlights(oracle, vocabulary.tenants)
    await loadFlightTables(oracle, engine)
    warehouse = await engine.open()
    await createClockChanges(oracle, zones)
    comparison = comparisonOf({ oracle, dataset: flights, now }, analyticsFor)
  })

  afterAll(() => oracle.close())

  function analyticsFor({ tenant, locked }: Asked<unknown>): Analytics {
    return createAnalytics(testScope(tenant, { locked_filters: [...locked] }), {
      catalogue: flightsCatalogue,
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 50,
      now: nowMicros,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  describe('the same figures as another engine, straight from the file', {
    timeout: 120_000 * Math.max(1, scale),
  }, () => {
    test('of counters', () =>
      forQuestions(questions.counters, 80 * share, (asked) => comparison.counter(asked)))

    test('of time series, their labels, groups, others and totals', () =>
      forQuestions(questions.timeSeries, 80 * share, (asked) => comparison.timeSeries(asked)))

    test('of leaderboards, their order, shares, others and totals', () =>
      forQuestions(questions.leaderboards, 60 * share, (asked) => comparison.leaderboard(asked)))

    test('of tables, their order, their pages and how many rows there are', () =>
      forQuestions(questions.tables, 60 * share, (asked) => comparison.table(asked)))

    test('of the values of a dimension', () =>
      forQuestions(questions.topValues, 40 * share, (asked) => comparison.topValues(asked)))

    test('of records: pages that neither repeat nor miss a row', () =>
      forQuestions(questions.records, 40 * share, (asked) => comparison.records(asked)))
  })

  describe('figures of one question agree among themselves', {
    timeout: 120_000 * Math.max(1, scale),
  }, () => {
    test('the buckets of all series add up to the counter where counts and sums are asked for', () =>
      forQuestions(questions.timeSeries, 40 * share, async (question) => {
        const input = { ...question.input, others: true, metrics: ['departures', 'total_distance'] }
        const { series } = await analyticsFor(question).timeSeries(input)
        for (const metric of input.metrics) {
          const { figure } = await analyticsFor(question).counter({ ...input, metric })
          const values = series.filter((one) => one.metric.name === metric).flatMap((one) => one.values)
          expect(values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(figure.value)
        }
      }))

    test('the totals of a series and of a leaderboard are the counter', () =>
      forQuestions(questions.leaderboards, 40 * share, async (question) => {
        const { metric, timeRange, timeZone, filters } = question.input
        const asked = { timeRange, timeZone, filters }
        const { total } = await analyticsFor(question).leaderboard(question.input)
        const { figure } = await analyticsFor(question).counter({ ...asked, metric })
        const { series } = await analyticsFor(question).timeSeries({
          ...asked,
          metrics: [metric],
          granularity: 'MONTH',
        })
        const expected = figure.value === null ? null : near(figure.value)
        expect([total, series.map((one) => one.total)]).toEqual([expected, [expected]])
      }))
  })
}
