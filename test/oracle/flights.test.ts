import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FilterValue } from '../../src/access/grants.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { RecordsAnswer } from '../../src/analytics/answers.ts'
import type { TimeRange } from '../../src/analytics/time/time-range.ts'
import { loadDemo } from '../../src/demo/load.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { flightsCatalogue } from '../support/catalogue.ts'
import {
  type Expected,
  expectedCounter,
  expectedLeaderboard,
  expectedRecords,
  expectedTable,
  expectedTopValues,
} from '../support/oracle-answers.ts'
import { type Oracle, openOracle, quoted } from '../support/oracle-duckdb.ts'
import { loadFlights, missingAirports } from '../support/oracle-flights.ts'
import {
  type Asked,
  counters,
  leaderboards,
  type Pages,
  records,
  tables,
  tenants,
  timeSeries,
  topValues,
  zones,
} from '../support/oracle-questions.ts'
import { expectedSeries } from '../support/oracle-series.ts'
import { createClockChanges } from '../support/oracle-time.ts'
import { testScope } from '../support/scope.ts'
import { openTestEngine } from '../support/warehouse.ts'

/** Another seed asks other questions: ORACLE_SEED=7 ORACLE_SCALE=10 npx vitest run test/oracle. */
const seed = Number(process.env.ORACLE_SEED ?? 2001)
const scale = Number(process.env.ORACLE_SCALE ?? 1)

const now = '2001-05-17 09:41:30.25'
const nowMicros = Date.parse(`${now.replace(' ', 'T')}Z`) * 1000

const engine = await openTestEngine()
let warehouse: Warehouse
let oracle: Oracle

beforeAll(async () => {
  await loadDemo({ kind: 'chdb', path: engine.path })
  await engine.execute(`DELETE FROM demo.airports WHERE iata IN (${missingAirports.map(quoted).join(', ')})`)
  warehouse = await engine.open('chdb')
  oracle = await openOracle()
  await loadFlights(oracle, tenants)
  await createClockChanges(oracle, zones)
})

afterAll(async () => {
  oracle.close()
  await engine.close()
})

function analyticsFor({ tenant, locked }: Asked<unknown>): Analytics {
  return createAnalytics(testScope(tenant, { locked_filters: [...locked] }), {
    catalogue: flightsCatalogue,
    warehouses: new Map([['warehouse', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 50,
    now: nowMicros,
    signal: undefined,
  })
}

async function forQuestions<Input>(
  of: fc.Arbitrary<Asked<Input>>,
  count: number,
  compare: (question: Asked<Input>) => Promise<void>,
): Promise<void> {
  for (const question of fc.sample(of, { seed, numRuns: Math.ceil(count * scale) })) {
    try {
      await compare(question)
    } catch (cause) {
      throw new Error(JSON.stringify(question), { cause })
    }
  }
}

async function readPages(
  question: Asked<Pages>,
  count: number,
): Promise<readonly (readonly FilterValue[])[]> {
  const { input, first } = question.input
  const analytics = analyticsFor(question)
  const rows: (readonly FilterValue[])[] = []
  let after: string | null = null
  for (let page = 0; page < count; page++) {
    const { edges, hasNextPage }: RecordsAnswer = await analytics.records(input, { first, after })
    rows.push(...edges.map(({ node }) => node))
    if (!hasNextPage) break
    after = edges.at(-1)?.cursor ?? null
  }
  return rows
}

function boundsOf(range: TimeRange | null): unknown {
  return range === null ? null : { start: range.start, stop: range.stop }
}

function expectAnswer(
  answer: { range: TimeRange | null; shown: unknown },
  expected: Expected<unknown>,
): void {
  const micros = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`) * 1000
  const range =
    expected.range === null
      ? null
      : { start: micros(expected.range.start), stop: micros(expected.range.stop) }
  expect({ range: boundsOf(answer.range), shown: answer.shown }).toEqual({
    range,
    shown: expected.shown,
  })
}

describe('the same figures as another engine, straight from the file', { timeout: 120_000 * scale }, () => {
  test('of counters', async () => {
    await forQuestions(counters, 80, async (question) => {
      const { figure, range } = await analyticsFor(question).counter(question.input)
      expectAnswer({ range, shown: figure }, await expectedCounter({ oracle, now }, question))
    })
  })

  test('of time series, their labels, groups, others and totals', async () => {
    await forQuestions(timeSeries, 120, async (question) => {
      const answer = await analyticsFor(question).timeSeries(question.input)
      const series = answer.series.map(({ metric, ...rest }) => ({ metric: metric.name, ...rest }))
      const shown = { labels: answer.labels, series }
      const expected = await expectedSeries({ oracle, now }, question, answer.granularity)
      expectAnswer({ range: answer.range, shown }, expected)
    })
  })

  test('of leaderboards, their order, shares, others and totals', async () => {
    await forQuestions(leaderboards, 80, async (question) => {
      const { rows, total, range } = await analyticsFor(question).leaderboard(question.input)
      const expected = await expectedLeaderboard({ oracle, now }, question)
      expectAnswer({ range, shown: { total, rows } }, expected)
    })
  })

  test('of tables, their order, their pages and how many rows there are', async () => {
    await forQuestions(tables, 80, async (question) => {
      const { rows, rowCount, range } = await analyticsFor(question).table(question.input)
      const expected = await expectedTable({ oracle, now }, question)
      expectAnswer({ range, shown: { rowCount, rows } }, expected)
    })
  })

  test('of the values of a dimension', async () => {
    await forQuestions(topValues, 40, async (question) => {
      const { values } = await analyticsFor(question).topValues(question.input)
      const expected = await expectedTopValues({ oracle, now }, question)
      expectAnswer({ range: null, shown: values }, { ...expected, range: null })
    })
  })

  test('of records: pages that neither repeat nor miss a row', async () => {
    const pages = 3
    await forQuestions(records, 40, async (question) => {
      const limit = pages * question.input.first
      const rows = await readPages(question, pages)
      const expected = await expectedRecords({ oracle, now }, question, limit)
      expectAnswer({ range: null, shown: rows }, { ...expected, range: null })
    })
  })
})
