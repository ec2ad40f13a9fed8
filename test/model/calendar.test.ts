import { describe, expect, test } from 'vitest'
import { TesseraError } from '../../src/errors.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { describeChange } from '../../src/model/change.ts'
import { formatModel } from '../../src/model/export.ts'
import { parseLatency } from '../../src/model/latency.ts'
import { parseModel } from '../../src/model/parse.ts'
import { formatProblem } from '../../src/model/problem.ts'

/** A model with one dataset; both arguments as YAML would have them. */
function model(parts: object = {}, dataset: object = {}) {
  return {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    ...parts,
    datasets: [
      {
        name: 'orders',
        dataSource: 'warehouse',
        table: 'orders',
        tenantColumn: 'shop',
        timeDimension: 'day',
        dimensions: [{ name: 'day', type: 'time' }],
        ...dataset,
      },
    ],
  }
}

function problemsOf(document: unknown): readonly string[] {
  try {
    parseModel(document)
  } catch (error) {
    if (error instanceof TesseraError) return (error.details.problems ?? []).map(formatProblem)
    throw error
  }
  return []
}

const column = (name: string) => ({ name, type: { kind: 'date' }, nullable: false }) as const
const columns = new Map([['orders', new Map(['shop', 'day'].map((name) => [name, column(name)]))]])

function catalogueOf(parts: object, dataset: object = {}) {
  return buildCatalogue(parseModel(model(parts, dataset)), columns, 1)
}

describe('the calendar of a model', () => {
  test.each([
    [{}, 'monday', 'january'],
    [{ calendar: {} }, 'monday', 'january'],
    [{ calendar: { weekStart: 'sunday' } }, 'sunday', 'january'],
    [{ calendar: { fiscalYearStart: 'april' } }, 'monday', 'april'],
    [{ calendar: { weekStart: 'sunday', fiscalYearStart: 'july' } }, 'sunday', 'july'],
  ])('%j', (parts, weekStart, fiscalYearStart) => {
    expect(catalogueOf(parts).customs).toEqual({ weekStart, fiscalYearStart })
  })

  test('is refused with what would have been right', () => {
    const months =
      'a month: january, february, march, april, may, june, july, august, september, october, november, december'
    expect(problemsOf(model({ calendar: { weekStart: 'saturday', fiscalYearStart: 4 } }))).toEqual([
      'calendar.weekStart: expected monday or sunday',
      `calendar.fiscalYearStart: expected ${months}`,
    ])
    expect(problemsOf(model({ calendar: { fiscalYearStart: 'April' } }))).toEqual([
      `calendar.fiscalYearStart: expected ${months}`,
    ])
    expect(problemsOf(model({ calendar: { weekstart: 'sunday' } }))).toEqual([
      'calendar.weekstart: expected one of the keys that belong here; did you mean weekStart?',
    ])
  })

  test('is exported as it was written', () => {
    const document = parseModel(model({ calendar: { fiscalYearStart: 'april' } }, { latency: 'PT6H' }))
    expect(parseModel(formatModel(document))).toEqual(document)
    expect(formatModel(document)).toContain('calendar:\n  fiscalYearStart: april\n')
  })

  test('and the latency of a dataset are parts of a change', () => {
    const [plain, sunday, july] = [{}, { weekStart: 'sunday' }, { fiscalYearStart: 'july' }].map((calendar) =>
      parseModel(model({ calendar })),
    )
    const without = parseModel(model())
    const late = parseModel(model({}, { latency: 'P1D' }))
    if (plain === undefined || sunday === undefined || july === undefined) throw new Error('No models.')
    expect(describeChange(without, plain)).toEqual([{ action: 'ADDED', kind: 'calendar', name: 'calendar' }])
    expect(describeChange(sunday, july)).toEqual([{ action: 'CHANGED', kind: 'calendar', name: 'calendar' }])
    expect(describeChange(sunday, without)).toEqual([
      { action: 'REMOVED', kind: 'calendar', name: 'calendar' },
    ])
    expect(describeChange(without, late)).toEqual([{ action: 'CHANGED', kind: 'dataset', name: 'orders' }])
  })
})

describe('the latency of a dataset', () => {
  test.each([
    ['PT6H', 21_600],
    ['P1D', 86_400],
    ['P1DT12H', 129_600],
    ['PT90M', 5_400],
    ['PT1H30M15S', 5_415],
    ['P2W', 1_209_600],
    ['P31D', 2_678_400],
    ['PT744H', 2_678_400],
    ['P1W2D', 777_600],
    ['PT0.5H', 1_800],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseLatency(text)).toBe(seconds)
    expect(catalogueOf({}, { latency: text }).datasets.get('orders')?.latencySeconds).toBe(seconds)
  })

  test('is none where the model says nothing', () => {
    expect(catalogueOf({}).datasets.get('orders')?.latencySeconds).toBe(0)
  })

  test.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P1Y',
    'P1M',
    'PT0S',
    'P1M2W',
    'P32D',
    'P5W',
    'PT745H',
    '-P1D',
    '+P1D',
    'P-1D',
    'PT1.5S',
    'p1d',
    '1 day',
    ' P1D',
    'P1D\n',
    'P١D',
  ])('%j is refused', (latency) => {
    expect(problemsOf(model({}, { latency }))).toEqual([
      'datasets[0].latency: expected an ISO 8601 duration of weeks, days, hours, minutes and whole seconds, such as PT6H or P1D, of at most 31 days',
    ])
  })

  test('is refused where there is no time that it could count from', () => {
    expect(problemsOf(model({}, { timeDimension: undefined, latency: 'P1D' }))).toEqual([
      'datasets[0].latency: expected a timeDimension, which it counts from, or no latency',
    ])
  })
})
