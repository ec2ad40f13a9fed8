import { beforeAll, expect, test } from 'vitest'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { TableAnswer } from '../../src/analytics/answers.ts'
import { formatInstant } from '../../src/analytics/time/instant.ts'
import type { TimeRange } from '../../src/analytics/time/time-range.ts'
import type { TableInput, TimeRangeInput } from '../../src/catalogue/inputs.ts'
import { TesseraError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { catalogueOf } from '../support/catalogue.ts'
import { forQuestions, nowMicros, scale } from '../support/oracle-compare.ts'
import { eventsVocabulary } from '../support/oracle-event-log.ts'
import { events, oracleEvents } from '../support/oracle-events.ts'
import { type Asked, questionsAbout } from '../support/oracle-questions.ts'
import { testScope } from '../support/scope.ts'
import type { SuiteEngine } from './conform.ts'
import { loadEventsOnce } from './tables.ts'

const pivots = ['active', 'share', 'day', 'person', 'amount', 'note'] as const

/** The plain table's cells by its keys, in the order of `names`. */
function cellsByKeys(
  { columns, rows }: TableAnswer,
  names: readonly string[],
): ReadonlyMap<string, readonly unknown[]> {
  const places = names.map((name) => columns.findIndex((column) => column.name === name))
  const figures = columns.flatMap(({ kind }, index) => (kind === 'METRIC' ? [index] : []))
  return new Map(
    rows.map((row) => [
      JSON.stringify(places.map((place) => row[place])),
      figures.map((place) => row[place]),
    ]),
  )
}

function asAsked({ start, stop }: TimeRange): TimeRangeInput {
  return { between: { start: formatInstant(start), stop: formatInstant(stop) } }
}

/** A figure over no rows, as a group that has none would show it. */
function overNothing(metric: string): number | null {
  return oracleEvents.metrics[metric]?.empty ?? null
}

async function check(analytics: Analytics, input: TableInput, by: readonly string[]): Promise<boolean> {
  const everything = { orderBy: null, having: null, limit: 10_000, offset: 0 } as const
  let pivot: TableAnswer
  try {
    pivot = await analytics.table({ ...input, pivot: by, totals: true })
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'QUERY_TOO_LARGE') return false
    throw error
  }
  const plain = await analytics.table(input)
  const spread = await analytics.table({ ...input, ...everything, dimensions: [...input.dimensions, ...by] })
  // With buckets a table has the rows that have a time, whatever the range.
  const timeRange = input.granularity == null || plain.range === null ? input.timeRange : asAsked(plain.range)
  const whole = { ...input, ...everything, timeRange, granularity: null }
  const bottom = await analytics.table({ ...whole, dimensions: by })
  const corner = await analytics.table({ ...whole, dimensions: [] })
  const keys = plain.columns.filter(({ kind }) => kind === 'DIMENSION').map(({ name }) => name)
  const cells = cellsByKeys(spread, [...keys, ...by])
  const bottoms = cellsByKeys(bottom, by)
  const combinations = [...bottoms.keys()]
  const shown = pivot.columns
    .slice(keys.length)
    .filter((_, index) => index % input.metrics.length === 0)
    .map((column) => JSON.stringify(column.pivot.map(({ value }) => value)))
  expect(shown.slice(0, -1).toSorted()).toEqual(combinations.toSorted())
  expect(shown.at(-1)).toBe('[]')
  const nothing = input.metrics.map(overNothing)
  const expectedRows = plain.rows.map((row) => [
    ...row.slice(0, keys.length),
    ...shown.slice(0, -1).flatMap((key) => {
      const values: unknown[] = JSON.parse(key)
      return cells.get(JSON.stringify([...row.slice(0, keys.length), ...values])) ?? nothing
    }),
    ...row.slice(keys.length),
  ])
  expectAlike(pivot.rows, expectedRows)
  expect(pivot.rowCount).toBe(plain.rowCount)
  const wholes = corner.rows[0] ?? nothing
  const totals = [
    ...keys.map(() => null),
    ...shown.slice(0, -1).flatMap((key) => bottoms.get(key) ?? nothing),
    ...wholes,
  ]
  expectAlike([pivot.totals ?? []], [totals])
  const plainTotals = await analytics.table({ ...input, totals: true })
  expectAlike([plainTotals.totals ?? []], [[...keys.map(() => null), ...wholes]])
  return shown.length > 2 && plain.rows.length > 0
}

/** Doubles are added up in another order. */
function expectAlike(rows: readonly (readonly unknown[])[], expected: readonly (readonly unknown[])[]): void {
  const rounded = (cells: readonly (readonly unknown[])[]) =>
    cells.map((row) =>
      row.map((cell) =>
        typeof cell === 'number' && !Number.isInteger(cell) ? Number(cell.toPrecision(9)) : cell,
      ),
    )
  expect(rounded(rows)).toEqual(rounded(expected))
}

export function pivotsSuite(engine: SuiteEngine, share = 1): void {
  /**
   * A cell of a pivot is a cell of the plain table with one dimension more, and totals are the plain table with all of
   * them fewer. The plain ones agree with another engine.
   */
  let warehouse: Warehouse

  beforeAll(async () => {
    await loadEventsOnce(engine)
    warehouse = await engine.open()
  })

  function analyticsFor({ tenant, locked }: Pick<Asked<unknown>, 'tenant' | 'locked'>): Analytics {
    return createAnalytics(testScope(tenant, { locked_filters: [...locked] }), {
      catalogue: catalogueOf([events]),
      warehouses: warehousesNamed([['warehouse', warehouse]]),
      limits: defaultLimits,
      questionsPerRequest: 1_000_000,
      now: nowMicros,
      signal: undefined,
      tellsCost: true,
      inTurn: (run) => run(),
    })
  }

  test('cells and totals of 110 tables', { timeout: 240_000 }, async () => {
    let asked = 0
    let spreads = 0
    await forQuestions(questionsAbout(eventsVocabulary).tables, 110 * share, async (question) => {
      const free = pivots.filter((name) => !question.input.dimensions.includes(name))
      const by = asked % 4 === 3 ? free.slice(0, 2) : [free[asked % free.length] ?? 'active']
      asked += 1
      if (await check(analyticsFor(question), question.input, by)) spreads += 1
    })
    // Few questions may find none.
    if (share >= 1) expect(spreads).toBeGreaterThan(25 * scale)
  })

  test('months over the columns, each whether it has rows or not', async () => {
    const analytics = analyticsFor({ tenant: 'a', locked: [] })
    const timeRange = { between: { start: '2000-11-01T00:00:00Z', stop: '2001-03-15T00:00:00Z' } }
    const common = {
      metrics: ['events'],
      timeRange,
      granularity: 'MONTH',
      timeZone: 'Europe/Berlin',
    } as const
    const table = await analytics.table({ ...common, dimensions: ['active'], pivot: ['at'] })
    const plain = await analytics.table({ ...common, dimensions: ['active'] })
    const labels = table.columns.slice(1).map(({ pivot: [key] }) => key?.value)
    expect(labels).toEqual([
      '2000-10-31T23:00:00Z',
      '2000-11-30T23:00:00Z',
      '2000-12-31T23:00:00Z',
      '2001-01-31T23:00:00Z',
      '2001-02-28T23:00:00Z',
    ])
    for (const row of table.rows) {
      const expected = labels.map(
        (label) => plain.rows.find(([active, at]) => active === row[0] && at === label)?.[2] ?? 0,
      )
      expect(row.slice(1)).toEqual(expected)
    }
  })

  test('what cannot be spread is refused with the reason', async () => {
    const analytics = analyticsFor({ tenant: 'a', locked: [] })
    const ask = (input: Partial<TableInput>) =>
      analytics.table({ metrics: ['events'], dimensions: ['active'], ...input })
    const tooMany =
      'at most 100 values to spread over columns, and 400 columns with all metrics; filter them, or let a dimension go along the rows'
    await expect(ask({ pivot: ['person', 'hash', 'amount'] })).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      details: { argument: 'input.pivot', expected: tooMany },
    })
    await expect(
      ask({
        pivot: ['at'],
        granularity: 'DAY',
        timeRange: { between: { start: '2001-01-01T00:00:00Z', stop: '2001-06-01T00:00:00Z' } },
      }),
    ).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      details: { argument: 'input.pivot', expected: tooMany },
    })
    await expect(ask({ pivot: ['active'] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: {
        argument: 'input.pivot.0',
        expected: 'each dimension once, over the columns or along the rows',
      },
    })
    await expect(ask({ pivot: ['nothing'] })).rejects.toMatchObject({ code: 'DIMENSION_NOT_ALLOWED' })
    await expect(ask({ pivot: ['note', 'share', 'day', 'person'] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'input.pivot', expected: 'at most 3 names' },
    })
  })
}
