import fc from 'fast-check'
import type { FilterInput, TimeRangeInput } from '../../src/catalogue/inputs.ts'
import type { Question } from './reference-evaluator.ts'
import { type DatasetName, dimensionNames, metricNames } from './reference-model.ts'
import { day, instantText, otherZone, periods } from './reference-time.ts'
import { dimensionTest, sometimes, valuesOf } from './reference-values.ts'
import { firstSecond } from './reference-world.ts'

/** Questions of every kind, with every operator. */

function filter(names: readonly string[], depth = 2): fc.Arbitrary<FilterInput> {
  const test: fc.Arbitrary<FilterInput> = fc.oneof(
    { arbitrary: dimensionTest(names), weight: 9 },
    {
      // Null stands among the values of EQUALS and NOT_EQUALS like any other.
      arbitrary: fc.constantFrom(...names).chain((dimension) =>
        fc.record({
          dimension: fc.constant(dimension),
          operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
          values: fc.constantFrom(...(valuesOf[dimension] ?? [])).map((value) => [value, null]),
        }),
      ),
      weight: 1,
    },
  )
  if (depth === 0) return test
  const inner = filter(names, depth - 1)
  const parts = fc.array(inner, { maxLength: 3 })
  return fc.oneof(
    { arbitrary: test, weight: 6 },
    { arbitrary: parts.map((and) => ({ and })), weight: 1 },
    { arbitrary: parts.map((or) => ({ or })), weight: 1 },
    { arbitrary: inner.map((not) => ({ not })), weight: 1 },
  )
}

const between = fc
  .record({
    from: fc.integer({ min: -10, max: 110 }),
    length: fc.constantFrom(1, 7, 14, 30, 31, 60, 91),
    hours: fc.constantFrom(0, 0, 0, 0, 6),
  })
  .map(({ from, length, hours }) => {
    const start = firstSecond + from * day + hours * 3600
    return { between: { start: instantText(start), stop: instantText(start + length * day) } }
  })

/** Edges of weeks and months, which a finest grain lets through. */
const aligned = fc
  .constantFrom(
    ['2019-12-30', '2020-01-13'],
    ['2020-01-01', '2020-02-01'],
    ['2020-01-01', '2020-04-01'],
    ['2020-02-03', '2020-02-10'],
    ['2020-02-03', '2020-03-01'],
  )
  .map(([start, stop]) => ({ between: { start: `${start}T00:00:00Z`, stop: `${stop}T00:00:00Z` } }))

export const timeRange: fc.Arbitrary<TimeRangeInput | null> = fc.oneof(
  { arbitrary: fc.constant(null), weight: 4 },
  { arbitrary: fc.constantFrom(...Object.keys(periods)).map((period) => ({ period })), weight: 3 },
  { arbitrary: between, weight: 3 },
  { arbitrary: aligned, weight: 2 },
)

const grain = fc.constantFrom('DAY', 'DAY', 'WEEK', 'WEEK', 'MONTH', 'MONTH', 'QUARTER', 'HOUR')

function questionAbout(dataset: DatasetName): fc.Arbitrary<Question> {
  const isTimed = dataset === 'events'
  const allMetrics: readonly string[] = metricNames[dataset]
  const allDimensions: readonly string[] = dimensionNames[dataset]
  const some = (names: readonly string[], minLength: number, maxLength: number) =>
    fc.uniqueArray(fc.constantFrom(...names), { minLength, maxLength })
  const metric = fc.constantFrom(...allMetrics)
  const dimension = fc.constantFrom(...allDimensions)
  const metrics = some(allMetrics, 1, 3)
  const about = {
    timeRange: isTimed ? timeRange : fc.constant(null),
    filters: fc.oneof(
      { arbitrary: fc.constant([]), weight: 2 },
      { arbitrary: fc.array(filter(allDimensions), { maxLength: 2 }), weight: 1 },
    ),
  }
  const having = sometimes(
    fc.record({
      // Often one that needs a permission, which nothing else of the question may name.
      metric: fc.constantFrom(...allMetrics, ...(isTimed ? ['profit', 'profit', 'margin_share'] : [])),
      operator: fc.constantFrom('GREATER_THAN', 'LESS_THAN_OR_EQUALS', 'EQUALS'),
      values: fc.constantFrom(0, 1, 5).map((value) => [value]),
    }),
    3,
  ).map((one) => (one === undefined ? null : [one]))
  const limit = fc.constantFrom(null, null, 3, 1000)
  const kinds: fc.Arbitrary<Question>[] = [
    fc.record({ ...about, metric }).map((input) => ({ kind: 'counter', input })),
    fc
      .record({ ...about, metric, dimensions: some(allDimensions, 1, 3), having, limit })
      .map((input) => ({ kind: 'leaderboard', input })),
    fc
      .record({ ...about, metrics, dimensions: some(allDimensions, 0, 3), having, limit })
      .map((input) => ({ kind: 'table', input })),
    fc
      .record({ ...about, dataset: fc.constant(dataset), dimension, limit })
      .map((input) => ({ kind: 'topValues', input })),
    fc
      .record({ ...about, dataset: fc.constant(dataset), columns: some(allDimensions, 1, 4) })
      .map((input) => ({ kind: 'records', input })),
  ]
  if (!isTimed) return fc.oneof(...kinds)
  const timeless = allDimensions.filter((name) => name !== 'at')
  return fc.oneof(
    ...kinds,
    fc
      .record({ ...about, metrics, dimensions: some(timeless, 0, 2), granularity: grain, having })
      .map((input): Question => ({ kind: 'table', input })),
    fc
      .record({ ...about, metrics, granularity: grain })
      .map((input): Question => ({ kind: 'timeSeries', input })),
  )
}

const inOtherZone: fc.Arbitrary<Question> = fc.constantFrom<Question>(
  { kind: 'counter', input: { metric: 'revenue', timeZone: otherZone } },
  { kind: 'leaderboard', input: { metric: 'sold', dimensions: ['region'], timeZone: otherZone } },
  { kind: 'records', input: { dataset: 'events', columns: ['id', 'country'], timeZone: otherZone } },
  { kind: 'table', input: { metrics: ['listed'], dimensions: ['continent'], timeZone: otherZone } },
)

export const question: fc.Arbitrary<Question> = fc
  .constantFrom<DatasetName>(
    'events',
    'events',
    'events',
    'events',
    'events',
    'cities',
    'cities',
    'countries',
  )
  .chain((dataset) =>
    fc.oneof({ arbitrary: questionAbout(dataset), weight: 30 }, { arbitrary: inOtherZone, weight: 1 }),
  )
