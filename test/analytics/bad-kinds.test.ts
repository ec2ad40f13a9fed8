import { describe, expect, test } from 'vitest'
import { createAnalytics } from '../../src/analytics/analytics.ts'
import type { FilterInput, FunnelInput, HistogramInput, RetentionInput } from '../../src/catalogue/inputs.ts'
import { TesseraError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { logCatalogue } from '../support/behaviour-log.ts'
import { testScope } from '../support/scope.ts'

/** Without a warehouse: whatever is wrong has to be said before one is asked. */
function analyticsFor(grants: Parameters<typeof testScope>[1] = {}) {
  const timeless = [...logCatalogue.datasets.values()].map((dataset) =>
    dataset.name === 'log_by_second' ? { ...dataset, timeDimension: null } : dataset,
  )
  return createAnalytics(testScope('t0', grants), {
    catalogue: { ...logCatalogue, datasets: new Map(timeless.map((dataset) => [dataset.name, dataset])) },
    warehouses: warehousesNamed([]),
    limits: defaultLimits,
    questionsPerRequest: 1_000,
    now: Date.UTC(2001, 5, 1) * 1000,
    signal: undefined,
    tellsCost: false,
    inTurn: (run) => run(),
  })
}

async function messageOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
    return 'answered'
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    return `${error.code} ${error.message}`
  }
}

const histogram: HistogramInput = { dataset: 'log', dimension: 'amount' }
const steps = ['one', 'two'].map((name) => ({ name, filters: [] }))
const funnel: FunnelInput = { dataset: 'log', entity: 'who', steps, within: 'P7D' }
const retention: RetentionInput = { dataset: 'log', entity: 'who', granularity: 'WEEK' }
const year = { between: { start: '2001-01-01T00:00:00Z', stop: '2002-01-01T00:00:00Z' } }
const many: FilterInput[] = Array.from({ length: 101 }, () => ({ dimension: 'act', values: ['buy'] }))
const durations =
  'expected an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P7D or PT30M, of at most 366 days.'
const bad = 'BAD_USER_INPUT An argument is not of the allowed form.'

describe('a histogram is refused', () => {
  test.each<[string, Partial<HistogramInput>, string]>([
    [
      'of an unknown dataset',
      { dataset: 'logs' },
      'NOT_FOUND It does not exist, or the credential may not see it. input.dataset.',
    ],
    [
      'of an unknown dimension',
      { dimension: 'amounts' },
      'DIMENSION_NOT_ALLOWED There is no such dimension here. input.dimension.',
    ],
    ['of text', { dimension: 'act' }, `${bad} input.dimension: expected a dimension of numbers, unlike act.`],
    ['of a time', { dimension: 'at' }, `${bad} input.dimension: expected a dimension of numbers, unlike at.`],
    [
      'with one bin, which could not hold both sides of 0',
      { bins: 1 },
      `${bad} input.bins: expected a whole number from 2 to 200.`,
    ],
    ['with too many bins', { bins: 201 }, `${bad} input.bins: expected a whole number from 2 to 200.`],
  ])('%s', async (_, input, message) => {
    expect(await messageOf(analyticsFor().histogram({ ...histogram, ...input }))).toBe(message)
  })
})

describe('a funnel is refused', () => {
  test.each<[string, Partial<FunnelInput>, string]>([
    [
      'of an unknown entity',
      { entity: 'whom' },
      'DIMENSION_NOT_ALLOWED There is no such dimension here. input.entity.',
    ],
    [
      'without a time to go by',
      { dataset: 'log_by_second' },
      `${bad} input.dataset: expected a dataset with a time dimension, unlike log_by_second.`,
    ],
    ['with one step', { steps: steps.slice(1) }, `${bad} input.steps: expected 2 to 20 steps.`],
    [
      'with too many steps',
      { steps: Array.from({ length: 21 }, (_, index) => ({ name: `${index}`, filters: [] })) },
      `${bad} input.steps: expected 2 to 20 steps.`,
    ],
    [
      'with a step twice',
      { steps: [...steps, ...steps.slice(1)] },
      `${bad} input.steps.2.name: expected each name once.`,
    ],
    [
      'with a step without a name',
      { steps: [...steps, { name: '', filters: [] }] },
      `${bad} input.steps.2.name: expected a name.`,
    ],
    [
      'with more tests in all than one question may have',
      { steps: ['one', 'two'].map((name) => ({ name, filters: many })) },
      'QUERY_TOO_LARGE The query is larger than its limits. Expected at most 200 tests in one question.',
    ],
    ...['', 'P', 'P0D', '-P1D', 'P1M', 'P1Y', 'P367D', 'PT0.0000001S', '7 days', 'P1DT', 'p1d'].map(
      (within): [string, Partial<FunnelInput>, string] => [
        `within '${within}'`,
        { within },
        `${bad} input.within: ${durations}`,
      ],
    ),
  ])('%s', async (_, input, message) => {
    expect(await messageOf(analyticsFor().funnel({ ...funnel, ...input }))).toBe(message)
  })

  test('for a token with a finest grain, which an order of steps would undercut', async () => {
    const input = { ...funnel, timeRange: year }
    expect(await messageOf(analyticsFor({ min_granularity: 'DAY' }).funnel(input))).toBe(
      'GRANULARITY_NOT_ALLOWED The granularity is not allowed. input.steps: expected a token without a finest grain, because the order of steps tells times more finely than a DAY.',
    )
  })

  test('and for the grain of days where the time is a date, it is not', async () => {
    const input = { ...funnel, dataset: 'log_by_day', timeRange: year }
    const asked = (grain: 'DAY' | 'WEEK') => messageOf(analyticsFor({ min_granularity: grain }).funnel(input))
    expect([await asked('DAY'), await asked('WEEK')].map((message) => message.split(' ')[0])).toEqual([
      'WAREHOUSE_UNAVAILABLE',
      'GRANULARITY_NOT_ALLOWED',
    ])
  })
})

describe('retention is refused', () => {
  test.each<[string, Partial<RetentionInput>, string]>([
    [
      'of an unknown entity',
      { entity: 'whom' },
      'DIMENSION_NOT_ALLOWED There is no such dimension here. input.entity.',
    ],
    [
      'without a time to go by',
      { dataset: 'log_by_second' },
      `${bad} input.dataset: expected a dataset with a time dimension, unlike log_by_second.`,
    ],
    [
      'by AUTO',
      { granularity: 'AUTO' },
      `${bad} input.granularity: expected a grain by its name: cohorts of another grain are other cohorts.`,
    ],
    [
      'by hours of a date',
      { dataset: 'log_by_day', granularity: 'HOUR' },
      'GRANULARITY_NOT_ALLOWED The granularity is not allowed. input.granularity: expected DAY or coarser, because day is a date.',
    ],
    ['with no periods', { periods: 0 }, `${bad} input.periods: expected a whole number from 1 to 100.`],
    [
      'with too many cohorts',
      { granularity: 'HOUR', timeRange: year },
      'QUERY_TOO_LARGE The query is larger than its limits. input.granularity: expected a range and a grain with at most 1000 cohorts; here are 8760.',
    ],
    [
      'with too many cohorts and periods',
      { granularity: 'DAY', timeRange: year, periods: 28 },
      'QUERY_TOO_LARGE The query is larger than its limits. input.periods: expected at most 27 periods for 365 cohorts.',
    ],
    [
      'with more tests in all than one question may have',
      { start: many, return: many },
      'QUERY_TOO_LARGE The query is larger than its limits. Expected at most 200 tests in one question.',
    ],
  ])('%s', async (_, input, message) => {
    expect(await messageOf(analyticsFor().retention({ ...retention, ...input }))).toBe(message)
  })

  test('by a grain that is finer than the finest', async () => {
    const input = { ...retention, granularity: 'DAY', timeRange: year } as const
    expect(await messageOf(analyticsFor({ min_granularity: 'WEEK' }).retention(input))).toBe(
      'GRANULARITY_NOT_ALLOWED The granularity is not allowed. input.granularity: expected WEEK or coarser.',
    )
  })
})

test('a search in what is not text is refused', async () => {
  const input = { dataset: 'log', dimension: 'amount', search: '1' }
  expect(await messageOf(analyticsFor().topValues(input))).toBe(
    `${bad} input.search: expected no search in a dimension that is not text.`,
  )
})
