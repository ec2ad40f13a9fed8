import fc from 'fast-check'
import { expect } from 'vitest'
import type { FilterValue } from '../../src/access/grants.ts'
import type { Analytics } from '../../src/analytics/analytics.ts'
import type { RecordsAnswer } from '../../src/analytics/answers.ts'
import type { TimeRange } from '../../src/analytics/time/time-range.ts'
import type {
  CounterInput,
  LeaderboardInput,
  TableInput,
  TimeSeriesInput,
  TopValuesInput,
} from '../../src/catalogue/inputs.ts'
import {
  type Expected,
  expectedCounter,
  expectedLeaderboard,
  expectedRecords,
  expectedTable,
  expectedTopValues,
} from './oracle-answers.ts'
import type { OracleContext } from './oracle-dataset.ts'
import type { Asked, Pages } from './oracle-questions.ts'
import { expectedSeries } from './oracle-series.ts'

/** Another seed asks other questions, and another scale more of them: ORACLE_SEED=7 ORACLE_SCALE=10 npx vitest run test/oracle. */
const seed = Number(process.env.ORACLE_SEED ?? 2001)
export const scale = Number(process.env.ORACLE_SCALE ?? 0.4)

/** The moment at which every question is asked, on a Thursday between two changes of the clock. */
export const now = '2001-05-17 09:41:30.25'
export const nowMicros = microsOf(now)

/** The same questions each time, one after the other; a difference names the question that it was found by. */
export async function forQuestions<Input>(
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

export interface Comparison {
  counter(question: Asked<CounterInput>): Promise<void>
  timeSeries(question: Asked<TimeSeriesInput>): Promise<void>
  leaderboard(question: Asked<LeaderboardInput>): Promise<void>
  table(question: Asked<TableInput>): Promise<void>
  topValues(question: Asked<TopValuesInput>): Promise<void>
  records(question: Asked<Pages>): Promise<void>
}

/** Each asks both engines the same and compares whole answers. */
export function comparisonOf(
  context: OracleContext,
  analyticsFor: (question: Asked<unknown>) => Analytics,
): Comparison {
  return {
    counter: async (question) => {
      const { figure, range } = await analyticsFor(question).counter(question.input)
      expectAnswer({ range, shown: figure }, await expectedCounter(context, question))
    },
    timeSeries: async (question) => {
      const answer = await analyticsFor(question).timeSeries(question.input)
      const series = answer.series.map(({ metric, ...rest }) => ({ metric: metric.name, ...rest }))
      const expected = await expectedSeries(context, question, answer.granularity)
      expectAnswer({ range: answer.range, shown: { labels: answer.labels, series } }, expected)
    },
    leaderboard: async (question) => {
      const { rows, total, range } = await analyticsFor(question).leaderboard(question.input)
      expectAnswer({ range, shown: { total, rows } }, await expectedLeaderboard(context, question))
    },
    table: async (question) => {
      const { rows, rowCount, range } = await analyticsFor(question).table(question.input)
      expectAnswer({ range, shown: { rowCount, rows } }, await expectedTable(context, question))
    },
    topValues: async (question) => {
      const { values } = await analyticsFor(question).topValues(question.input)
      expect(values).toEqual(await expectedTopValues(context, question))
    },
    records: async (question) => {
      const pages = 3
      const rows = await readPages(analyticsFor(question), question.input, pages)
      expect(rows).toEqual(await expectedRecords(context, question, pages * question.input.first))
    },
  }
}

async function readPages(
  analytics: Analytics,
  { input, first }: Pages,
  count: number,
): Promise<readonly (readonly FilterValue[])[]> {
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

function expectAnswer(
  { range, shown }: { range: TimeRange | null; shown: unknown },
  expected: Expected<unknown>,
): void {
  const bounds = range === null ? null : { start: range.start, stop: range.stop }
  expect({ range: bounds, shown }).toEqual({
    range:
      expected.range === null
        ? null
        : { start: microsOf(expected.range.start), stop: microsOf(expected.range.stop) },
    shown: expected.shown,
  })
}

/** Microseconds since 1970 of the oracle's `2001-01-01 00:00:00`. */
function microsOf(timestamp: string): number {
  return Date.parse(`${timestamp.replace(' ', 'T')}Z`) * 1000
}
