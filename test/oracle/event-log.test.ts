import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf } from '../support/catalogue.ts'
import { comparisonOf, forQuestions, now, nowMicros, scale } from '../support/oracle-compare.ts'
import { type Oracle, openOracle } from '../support/oracle-duckdb.ts'
import {
  eventsByDayVocabulary,
  eventsStatements,
  eventsVocabulary,
  writeEvents,
} from '../support/oracle-event-log.ts'
import { events, eventsByDay, oracleEvents, oracleEventsByDay } from '../support/oracle-events.ts'
import { type Asked, questionsAbout } from '../support/oracle-questions.ts'
import { createClockChanges } from '../support/oracle-time.ts'
import { zones } from '../support/oracle-vocabulary.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine } from '../support/warehouse.ts'

const catalogue = catalogueOf([events, eventsByDay])
const engine = await openTestEngine()
const folder = await mkdtemp(join(tmpdir(), 'tessera-oracle-'))
let warehouse: Warehouse
let oracle: Oracle

beforeAll(async () => {
  oracle = await openOracle()
  const file = join(folder, 'events.parquet')
  await writeEvents(oracle, file)
  for (const statement of eventsStatements(file)) await engine.execute(statement)
  warehouse = await engine.open('chdb')
  await createClockChanges(oracle, zones)
})

afterAll(async () => {
  oracle.close()
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

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

const datasets = [
  { by: 'an instant', dataset: oracleEvents, vocabulary: eventsVocabulary },
  { by: 'a date', dataset: oracleEventsByDay, vocabulary: eventsByDayVocabulary },
]

describe.each(datasets)(
  'nulls, 64-bit ids, decimals and doubles by $by',
  { timeout: 120_000 * Math.max(1, scale) },
  ({ dataset, vocabulary }) => {
    const questions = questionsAbout(vocabulary)
    const comparison = () => comparisonOf({ oracle, dataset, now }, analyticsFor)

    test('give the same counters', () =>
      forQuestions(questions.counters, 80, (asked) => comparison().counter(asked)))

    test('give the same time series', () =>
      forQuestions(questions.timeSeries, 60, (asked) => comparison().timeSeries(asked)))

    test('give the same leaderboards', () =>
      forQuestions(questions.leaderboards, 45, (asked) => comparison().leaderboard(asked)))

    test('give the same tables', () =>
      forQuestions(questions.tables, 45, (asked) => comparison().table(asked)))

    test('give the same top values', () =>
      forQuestions(questions.topValues, 40, (asked) => comparison().topValues(asked)))

    test('give the same records, page by page', () =>
      forQuestions(questions.records, 40, (asked) => comparison().records(asked)))
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
