import fc from 'fast-check'
import type { FilterOperator, FilterValue } from '../../src/access/grants.ts'
import {
  type CounterInput,
  type FilterInput,
  granularities,
  type LeaderboardInput,
  type MetricFilterInput,
  type OrderInput,
  type RecordsInput,
  type TableInput,
  type TimeRangeInput,
  type TimeSeriesInput,
  type TopValuesInput,
} from '../../src/catalogue/inputs.ts'
import { flightsMetrics } from './oracle-flights.ts'

/** One question about the flights, by one tenant under its locked filters. */
export interface Asked<Input> {
  readonly tenant: string
  readonly locked: readonly FilterTest[]
  readonly input: Input
}

export interface FilterTest {
  readonly dimension: string
  readonly operator: FilterOperator
  readonly values: (string | number)[]
}

/** Their clocks change in the range of the data, except UTC's, Kolkata's and Kathmandu's, which stand on odd minutes. */
export const zones = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/Havana',
  'America/St_Johns',
  'Europe/Berlin',
  'Africa/Cairo',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
]

/** From 124,711 rows over 85 down to one, and a tenant without any. */
export const tenants = ['ATL', 'BOS', 'SLC', 'SJC', 'HNL', 'ABQ', 'MQT', 'AKN', 'ACY', 'ZZZ']
const tenant = fc.constantFrom(...tenants)

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 2 })
}

function instantFrom(from: string, to: string): fc.Arbitrary<string> {
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

const timeRange = maybe(fc.oneof({ arbitrary: between(200), weight: 3 }, { arbitrary: period, weight: 1 }))
const timeZone = maybe(fc.constantFrom(...zones))

const number = fc.oneof(
  fc.integer({ min: -60, max: 240 }),
  fc.integer({ min: 21, max: 3000 }),
  fc.constantFrom(15.5, -0.25, 0, 100_000, -3_000_000_000, '30', '-7'),
)
const airport = fc.constantFrom('ATL', 'LAX', 'DFW', 'ORD', 'JFK', 'SJU', 'XYZ', 'lax', '')
const airportPart = fc.constantFrom('A', 'LA', 'X', 'O', 'a', '', 'W', '%', '_')
const state = fc.constantFrom('CA', 'TX', 'NY', 'GA', 'FL', 'NA', 'ca', '')
const statePart = fc.constantFrom('A', 'C', 'T', 'N', 'a', '')
const instant = instantFrom('2000-12-31T00:00:00Z', '2001-07-02T00:00:00Z')

interface Values {
  readonly value: fc.Arbitrary<string | number>
  readonly part?: fc.Arbitrary<string>
}
const valuesOf: Readonly<Record<string, Values>> = {
  departed_at: { value: instant },
  delay: { value: number },
  distance: { value: number },
  destination: { value: airport, part: airportPart },
  destination_state: { value: state, part: statePart },
}
const comparisons = ['GREATER_THAN', 'GREATER_THAN_OR_EQUALS', 'LESS_THAN', 'LESS_THAN_OR_EQUALS'] as const
const texts = ['CONTAINS', 'NOT_CONTAINS', 'STARTS_WITH', 'ENDS_WITH'] as const

/** Tests that a token may lock: values without nulls, and at least one of them. */
const filterTest: fc.Arbitrary<FilterTest> = fc.oneof(
  ...Object.entries(valuesOf).flatMap(([dimension, { value, part }]) => [
    test(dimension, ['EQUALS', 'NOT_EQUALS'], fc.array(value, { minLength: 1, maxLength: 4 })),
    test(dimension, comparisons, fc.tuple(value)),
    test(dimension, ['BETWEEN'], fc.tuple(value, value)),
    test(dimension, ['IS_NULL', 'IS_NOT_NULL'], fc.constant([])),
    ...(part === undefined ? [] : [test(dimension, texts, fc.array(part, { minLength: 1, maxLength: 3 }))]),
  ]),
)

function test(
  dimension: string,
  operators: readonly FilterOperator[],
  values: fc.Arbitrary<(string | number)[]>,
): fc.Arbitrary<FilterTest> {
  return fc.record({ dimension: fc.constant(dimension), operator: fc.constantFrom(...operators), values })
}

const withNulls: fc.Arbitrary<FilterInput> = fc.record({
  dimension: fc.constantFrom('destination_state', 'destination'),
  operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
  values: fc.array(fc.option<FilterValue>(state, { freq: 2 }), { maxLength: 3 }),
})

const { tree } = fc.letrec<{ tree: FilterInput }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { arbitrary: filterTest, weight: 4 },
    { arbitrary: withNulls, weight: 1 },
    { arbitrary: fc.record({ and: fc.array(tie('tree'), { maxLength: 3 }) }), weight: 1 },
    { arbitrary: fc.record({ or: fc.array(tie('tree'), { maxLength: 4 }) }), weight: 2 },
    { arbitrary: fc.record({ not: tie('tree') }), weight: 2 },
  ),
}))
const filters = maybe(fc.array(tree, { maxLength: 2 }))
const locked = fc.oneof(
  { arbitrary: fc.constant([]), weight: 3 },
  { arbitrary: fc.array(filterTest, { minLength: 1, maxLength: 2 }), weight: 1 },
)

const metric = fc.constantFrom(...Object.keys(flightsMetrics))
const metrics = fc.uniqueArray(metric, { minLength: 1, maxLength: 4 })
const order = maybe(fc.constantFrom('ASC', 'DESC'))
const keys = ['destination', 'destination_state', 'distance', 'origin']

function dimensions(minLength: number, maxLength: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...keys), { minLength, maxLength })
}

const having: fc.Arbitrary<MetricFilterInput> = fc.oneof(
  havingTest(comparisons, 1),
  havingTest(['EQUALS', 'NOT_EQUALS'], 2),
  havingTest(['BETWEEN'], 2),
  havingTest(['IS_NULL', 'IS_NOT_NULL'], 0),
)

function havingTest(operators: readonly FilterOperator[], length: number): fc.Arbitrary<MetricFilterInput> {
  return fc.record({
    metric,
    operator: fc.constantFrom(...operators),
    values: fc.array(fc.constantFrom(0, 1, 5, 12.5, 40, 300, 5000, 0.8), {
      minLength: length,
      maxLength: length,
    }),
  })
}

function asked<Input>(input: fc.Arbitrary<Input>): fc.Arbitrary<Asked<Input>> {
  return fc.record({ tenant, locked, input })
}

/** Grains that leave a range readable: minutes for a day or two, hours for weeks. */
const namedGrain = fc.oneof(
  fc.record({
    granularity: fc.constantFrom('MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'HOUR'),
    timeRange: between(3),
  }),
  fc.record({ granularity: fc.constantFrom('FIFTEEN_MINUTES', 'HOUR'), timeRange: between(20) }),
  fc.record({ granularity: fc.constantFrom(...granularities.slice(3)), timeRange }),
  fc.record({ granularity: fc.constantFrom(...granularities.slice(4)), timeRange }),
)
const anyGrain = fc.oneof(
  { arbitrary: namedGrain, weight: 5 },
  { arbitrary: fc.record({ granularity: fc.constant('AUTO'), timeRange }), weight: 1 },
)

export const counters: fc.Arbitrary<Asked<CounterInput>> = asked(
  fc.record({ metric, timeRange, timeZone, filters }),
)

export const timeSeries: fc.Arbitrary<Asked<TimeSeriesInput>> = asked(
  fc
    .record({
      axis: anyGrain,
      rest: fc.record({
        metrics,
        timeZone,
        filters,
        groupBy: maybe(dimensions(0, 2)),
        limit: maybe(fc.integer({ min: 1, max: 6 })),
        others: maybe(fc.boolean()),
        fill: maybe(fc.constantFrom('DEFAULT', 'ZERO', 'NULL', 'NONE')),
      }),
    })
    .map(({ axis, rest }) => ({ ...axis, ...rest })),
)

export const leaderboards: fc.Arbitrary<Asked<LeaderboardInput>> = asked(
  fc.record({
    metric,
    dimensions: dimensions(1, 3),
    limit: maybe(fc.integer({ min: 1, max: 15 })),
    order,
    others: maybe(fc.boolean()),
    having: maybe(fc.array(having, { maxLength: 2 })),
    timeRange,
    timeZone,
    filters,
  }),
)

export const tables: fc.Arbitrary<Asked<TableInput>> = asked(
  fc.record({ metrics, dimensions: dimensions(0, 3), axis: maybe(namedGrain), timeRange }).chain((of) => {
    const columns = [...of.metrics, ...of.dimensions, ...(of.axis === undefined ? [] : ['departed_at'])]
    const orderBy: fc.Arbitrary<OrderInput[]> = fc.uniqueArray(
      fc.record({ by: fc.constantFrom(...columns), order }),
      { maxLength: 3, selector: ({ by }) => by },
    )
    return fc.record({
      metrics: fc.constant(of.metrics),
      dimensions: fc.constant(of.dimensions),
      timeRange: fc.constant(of.axis === undefined ? of.timeRange : of.axis.timeRange),
      granularity: fc.constant(of.axis?.granularity),
      timeZone,
      filters,
      orderBy: maybe(orderBy),
      limit: maybe(fc.integer({ min: 1, max: 40 })),
      offset: maybe(fc.integer({ min: 0, max: 30 })),
      having: maybe(fc.array(having, { maxLength: 2 })),
    })
  }),
)

export const topValues: fc.Arbitrary<Asked<TopValuesInput>> = asked(
  fc
    .constantFrom('destination', 'destination_state', 'distance', 'delay', 'departed_at', 'origin')
    .chain((dimension) =>
      fc.record({
        dataset: fc.constant('flights'),
        dimension: fc.constant(dimension),
        search: valuesOf[dimension]?.part === undefined ? fc.constant(undefined) : maybe(airportPart),
        limit: maybe(fc.integer({ min: 1, max: 30 })),
        timeRange,
        filters,
      }),
    ),
)

export interface Pages {
  readonly input: RecordsInput
  readonly first: number
}

/** Few columns, so that many rows are alike and a page ends among them. */
export const records: fc.Arbitrary<Asked<Pages>> = asked(
  fc
    .uniqueArray(fc.constantFrom(...keys, 'departed_at', 'delay'), { minLength: 1, maxLength: 4 })
    .chain((columns) => {
      const orderBy: fc.Arbitrary<OrderInput[]> = fc.uniqueArray(
        fc.record({ by: fc.constantFrom(...columns), order }),
        { maxLength: 2, selector: ({ by }) => by },
      )
      return fc.record({
        first: fc.integer({ min: 1, max: 60 }),
        input: fc.record({
          dataset: fc.constant('flights'),
          columns: fc.constant(columns),
          orderBy: maybe(orderBy),
          timeRange,
          timeZone,
          filters,
        }),
      })
    }),
)
