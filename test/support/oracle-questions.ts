import fc from 'fast-check'
import type {
  CounterInput,
  LeaderboardInput,
  RecordsInput,
  TableInput,
  TimeSeriesInput,
  TopValuesInput,
} from '../../src/catalogue/inputs.ts'
import {
  type Axis,
  axisOf,
  dimensionsOf,
  type FilterTest,
  filtersOf,
  filterTest,
  havingOf,
  maybe,
  order,
  orderBy,
  timeRange,
  timeZone,
  type Vocabulary,
} from './oracle-vocabulary.ts'

/** One question, by one tenant under its locked filters. */
export interface Asked<Input> {
  readonly tenant: string
  readonly locked: readonly FilterTest[]
  readonly input: Input
}

export interface Pages {
  readonly input: RecordsInput
  readonly first: number
}

export interface Questions {
  readonly counters: fc.Arbitrary<Asked<CounterInput>>
  readonly timeSeries: fc.Arbitrary<Asked<TimeSeriesInput>>
  readonly leaderboards: fc.Arbitrary<Asked<LeaderboardInput>>
  readonly tables: fc.Arbitrary<Asked<TableInput>>
  readonly topValues: fc.Arbitrary<Asked<TopValuesInput>>
  readonly records: fc.Arbitrary<Asked<Pages>>
}

export function questionsAbout(vocabulary: Vocabulary): Questions {
  const asked = askedBy(vocabulary)
  return {
    counters: asked(counterInput(vocabulary)),
    timeSeries: asked(timeSeriesInput(vocabulary)),
    leaderboards: asked(leaderboardInput(vocabulary)),
    tables: asked(tableInput(vocabulary)),
    topValues: asked(topValuesInput(vocabulary)),
    records: asked(recordsPages(vocabulary)),
  }
}

function askedBy(vocabulary: Vocabulary) {
  const tenant = fc.constantFrom(...vocabulary.tenants)
  const locked = fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(filterTest(vocabulary), { minLength: 1, maxLength: 2 }), weight: 1 },
  )
  return <Input>(input: fc.Arbitrary<Input>): fc.Arbitrary<Asked<Input>> =>
    fc.record({ tenant, locked, input })
}

function counterInput(vocabulary: Vocabulary): fc.Arbitrary<CounterInput> {
  const metric = fc.constantFrom(...vocabulary.metrics)
  return fc.record({ metric, timeRange, timeZone, filters: filtersOf(vocabulary) })
}

function timeSeriesInput(vocabulary: Vocabulary): fc.Arbitrary<TimeSeriesInput> {
  const auto = fc.record({ granularity: fc.constant('AUTO'), timeRange })
  const rest = fc.record({
    metrics: fc.uniqueArray(fc.constantFrom(...vocabulary.metrics), { minLength: 1, maxLength: 4 }),
    timeZone,
    filters: filtersOf(vocabulary),
    groupBy: maybe(dimensionsOf(vocabulary, 0, 2)),
    limit: maybe(fc.integer({ min: 1, max: 6 })),
    others: maybe(fc.boolean()),
    fill: maybe(fc.constantFrom('DEFAULT', 'ZERO', 'NULL', 'NONE')),
  })
  const axis = fc.oneof({ arbitrary: axisOf(vocabulary), weight: 5 }, { arbitrary: auto, weight: 1 })
  return fc.tuple(axis, rest).map(([axis, rest]) => ({ ...axis, ...rest }))
}

function leaderboardInput(vocabulary: Vocabulary): fc.Arbitrary<LeaderboardInput> {
  return fc.record({
    metric: fc.constantFrom(...vocabulary.metrics),
    dimensions: dimensionsOf(vocabulary, 1, 3),
    limit: maybe(fc.integer({ min: 1, max: 15 })),
    order,
    others: maybe(fc.boolean()),
    having: havingOf(vocabulary),
    timeRange,
    timeZone,
    filters: filtersOf(vocabulary),
  })
}

function tableInput(vocabulary: Vocabulary): fc.Arbitrary<TableInput> {
  const columns = fc.record({
    metrics: fc.uniqueArray(fc.constantFrom(...vocabulary.metrics), { minLength: 1, maxLength: 4 }),
    dimensions: dimensionsOf(vocabulary, 0, 3),
    axis: fc.oneof<fc.Arbitrary<Partial<Axis>>[]>(fc.record({ timeRange }), axisOf(vocabulary)),
  })
  return columns.chain(({ metrics, dimensions, axis }) =>
    fc.record({
      metrics: fc.constant(metrics),
      dimensions: fc.constant(dimensions),
      timeRange: fc.constant(axis.timeRange),
      granularity: fc.constant(axis.granularity),
      timeZone,
      filters: filtersOf(vocabulary),
      orderBy: orderBy(
        [...metrics, ...dimensions, ...(axis.granularity === undefined ? [] : [vocabulary.time])],
        3,
      ),
      limit: maybe(fc.integer({ min: 1, max: 40 })),
      offset: maybe(fc.integer({ min: 0, max: 30 })),
      having: havingOf(vocabulary),
    }),
  )
}

function topValuesInput(vocabulary: Vocabulary): fc.Arbitrary<TopValuesInput> {
  return fc.constantFrom(...vocabulary.keys, vocabulary.time).chain((dimension) =>
    fc.record({
      dataset: fc.constant(vocabulary.dataset),
      dimension: fc.constant(dimension),
      search: maybe(vocabulary.values[dimension]?.part ?? fc.constant('')),
      limit: maybe(fc.integer({ min: 1, max: 30 })),
      timeRange,
      filters: filtersOf(vocabulary),
    }),
  )
}

/** Few columns, so that many rows are alike and a page ends among them. */
function recordsPages(vocabulary: Vocabulary): fc.Arbitrary<Pages> {
  const columns = fc.uniqueArray(fc.constantFrom(...vocabulary.keys, vocabulary.time), {
    minLength: 1,
    maxLength: 4,
  })
  return columns.chain((columns) =>
    fc.record({
      first: fc.integer({ min: 1, max: 60 }),
      input: fc.record({
        dataset: fc.constant(vocabulary.dataset),
        columns: fc.constant(columns),
        orderBy: orderBy(columns, 2),
        timeRange,
        timeZone,
        filters: filtersOf(vocabulary),
      }),
    }),
  )
}
