import fc from 'fast-check'
import { type FilterOperator, type FilterValue, type Grain, granularities } from '../../src/access/grants.ts'
import type {
  FilterInput,
  MetricFilterInput,
  OrderInput,
  TimeRangeInput,
} from '../../src/catalogue/inputs.ts'

export interface FilterTest {
  readonly dimension: string
  readonly operator: FilterOperator
  readonly values: Value[]
}
export type Value = Exclude<FilterValue, null>

/** What questions about a dataset may name and compare with. */
export interface Vocabulary {
  readonly dataset: string
  readonly tenants: readonly string[]
  /** Dimensions that make groups and columns, without the time dimension. */
  readonly keys: readonly string[]
  readonly time: string
  readonly timeIsDate: boolean
  readonly metrics: readonly string[]
  readonly values: Readonly<Record<string, Values>>
  /** Numbers that figures are compared with. */
  readonly figures: readonly number[]
}

/** Values of a dimension to compare with, parts of its text, and whether it has an order. */
export interface Values {
  readonly value: fc.Arbitrary<Value>
  readonly part?: fc.Arbitrary<string>
  readonly isUnordered?: true
}

/** Most of their clocks change within the data; Kolkata's and Kathmandu's stand on odd minutes. */
export const zones = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Santiago',
  'Europe/Berlin',
  'Africa/Cairo',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
]

/** From 124,711 rows over 85 down to one, and a tenant without any. */
export function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 2 })
}

export function instantFrom(from: string, to: string): fc.Arbitrary<string> {
  const minutes = (text: string) => Date.parse(text) / 60_000
  return fc
    .integer({ min: minutes(from), max: minutes(to) })
    .map((minute) => `${new Date(minute * 60_000).toISOString().slice(0, 19)}Z`)
}

const aDayInMinutes = 1440
function between(longestDays: number): fc.Arbitrary<TimeRangeInput> {
  return fc
    .record({
      start: instantFrom('2000-12-20T00:00:00Z', '2001-06-29T00:00:00Z'),
      minutes: fc.integer({ min: 1, max: longestDays * aDayInMinutes }),
    })
    .map(({ start, minutes }) => ({
      between: { start, stop: new Date(Date.parse(start) + minutes * 60_000).toISOString() },
    }))
}

const period = fc
  .constantFrom(
    'this_day',
    'previous_day',
    'this_week',
    'previous_week',
    'last_3_weeks',
    'last_45_days',
    'this_month',
    'previous_month',
    'last_2_months',
    'this_quarter',
    'previous_quarter',
    'this_year',
  )
  .map((name) => ({ period: name }))

export const timeRange = maybe(
  fc.oneof({ arbitrary: between(200), weight: 3 }, { arbitrary: period, weight: 1 }),
)
export const timeZone = maybe(fc.constantFrom(...zones))
export const order = maybe(fc.constantFrom('ASC', 'DESC'))
const comparisons = ['GREATER_THAN', 'GREATER_THAN_OR_EQUALS', 'LESS_THAN', 'LESS_THAN_OR_EQUALS'] as const
const texts = ['CONTAINS', 'NOT_CONTAINS', 'STARTS_WITH', 'ENDS_WITH'] as const

/** Tests that a token may lock: values without nulls, and at least one of them. */
export function filterTest({ values }: Vocabulary): fc.Arbitrary<FilterTest> {
  const test = (
    dimension: string,
    operators: readonly FilterOperator[],
    of: fc.Arbitrary<Value[]>,
  ): fc.Arbitrary<FilterTest> =>
    fc.record({ dimension: fc.constant(dimension), operator: fc.constantFrom(...operators), values: of })
  return fc.oneof(
    ...Object.entries(values).flatMap(([dimension, { value, part, isUnordered }]) => [
      test(dimension, ['EQUALS', 'NOT_EQUALS'], fc.array(value, { minLength: 1, maxLength: 5 })),
      test(dimension, ['IS_NULL', 'IS_NOT_NULL'], fc.constant([])),
      ...(isUnordered ? [] : [test(dimension, comparisons, fc.tuple(value))]),
      ...(isUnordered ? [] : [test(dimension, ['BETWEEN'], fc.tuple(value, value))]),
      ...(part === undefined ? [] : [test(dimension, texts, fc.array(part, { minLength: 1, maxLength: 3 }))]),
    ]),
  )
}

export function filtersOf(vocabulary: Vocabulary): fc.Arbitrary<FilterInput[] | undefined> {
  const withNulls: fc.Arbitrary<FilterInput> = fc.oneof(
    ...Object.entries(vocabulary.values).map(([dimension, { value }]) =>
      fc.record({
        dimension: fc.constant(dimension),
        operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
        values: fc.array(fc.option<FilterValue>(value, { freq: 2 }), { maxLength: 3 }),
      }),
    ),
  )
  const { tree } = fc.letrec<{ tree: FilterInput }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      { arbitrary: filterTest(vocabulary), weight: 4 },
      { arbitrary: withNulls, weight: 1 },
      { arbitrary: fc.record({ and: fc.array(tie('tree'), { maxLength: 3 }) }), weight: 1 },
      { arbitrary: fc.record({ or: fc.array(tie('tree'), { maxLength: 4 }) }), weight: 2 },
      { arbitrary: fc.record({ not: tie('tree') }), weight: 2 },
    ),
  }))
  return maybe(fc.array(tree, { maxLength: 2 }))
}

export function dimensionsOf(
  { keys }: Vocabulary,
  minLength: number,
  maxLength: number,
): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...keys), { minLength, maxLength })
}

export function havingOf({ metrics, figures }: Vocabulary): fc.Arbitrary<MetricFilterInput[] | undefined> {
  const test = (operators: readonly FilterOperator[], length: number): fc.Arbitrary<MetricFilterInput> =>
    fc.record({
      metric: fc.constantFrom(...metrics),
      operator: fc.constantFrom(...operators),
      values: fc.array(fc.constantFrom(...figures), { minLength: length, maxLength: length }),
    })
  const one = fc.oneof(
    test(comparisons, 1),
    test(['EQUALS', 'NOT_EQUALS'], 2),
    test(['BETWEEN'], 2),
    test(['IS_NULL', 'IS_NOT_NULL'], 0),
  )
  return maybe(fc.array(one, { maxLength: 2 }))
}

export function orderBy(
  columns: readonly string[],
  maxLength: number,
): fc.Arbitrary<OrderInput[] | undefined> {
  const one = fc.record({ by: fc.constantFrom(...columns), order })
  return maybe(fc.uniqueArray(one, { maxLength, selector: ({ by }) => by }))
}

export interface Axis {
  readonly granularity: Grain
  readonly timeRange: TimeRangeInput | undefined
}

/** Grains that leave a range readable: minutes for a day or two, hours for weeks. */
export function axisOf({ timeIsDate }: Vocabulary): fc.Arbitrary<Axis> {
  const coarse = fc.record({ granularity: fc.constantFrom(...granularities.slice(4)), timeRange })
  if (timeIsDate) return coarse
  return fc.oneof(
    fc.record({ granularity: fc.constantFrom(...granularities.slice(0, 4)), timeRange: between(3) }),
    fc.record({ granularity: fc.constantFrom(...granularities.slice(2, 4)), timeRange: between(20) }),
    fc.record({ granularity: fc.constantFrom(...granularities.slice(3)), timeRange }),
    coarse,
  )
}
