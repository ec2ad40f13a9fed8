import fc from 'fast-check'
import type { FilterInput } from '../../src/catalogue/inputs.ts'
import type { RowRuleDefinition } from '../../src/model/permission-document.ts'
import {
  members,
  type ProofCase,
  type ProofLayer,
  type ProofLock,
  type ProofModel,
  type ProofQuestion,
  type ProofRange,
  type ProofToken,
} from './proof-case.ts'
import { channels, countries, firstSecond, regions } from './proof-rows.ts'
import { periods } from './proof-time.ts'

/** Absent in `nil` of `nil + 2` cases. */
function maybe<T>(of: fc.Arbitrary<T>, nil = 4): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: nil }, { arbitrary: of, weight: 2 })
}

const dimensionNames = [
  ...new Set<string>([
    ...members.sales.dimensions,
    ...members.cities.dimensions,
    'sales.region',
    'cities.country',
    'sales.country',
  ]),
]
const metricNames = [...members.sales.metrics, ...members.cities.metrics, 'sales.sold']

const lock: fc.Arbitrary<ProofLock> = fc.oneof(
  fc.record({
    dataset: fc.constantFrom('sales', undefined),
    dimension: fc.constant('region'),
    operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
    values: fc.subarray(regions, { minLength: 1 }),
  }),
  fc.record({
    dataset: fc.constantFrom('sales', 'cities', undefined),
    dimension: fc.constant('country'),
    operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
    values: fc.subarray(countries, { minLength: 1 }),
  }),
  fc.record({
    dataset: fc.constant('sales'),
    dimension: fc.constant('country'),
    operator: fc.constant('IS_NULL'),
    values: fc.constant([]),
  }),
  fc.record({
    dataset: fc.constant('sales'),
    dimension: fc.constant('amount'),
    operator: fc.constant('GREATER_THAN'),
    values: fc.integer({ min: -20, max: 10 }).map((value) => [value]),
  }),
  fc.record({
    dataset: fc.constant('cities'),
    dimension: fc.constant('size'),
    operator: fc.constant('GREATER_THAN'),
    values: fc.constantFrom(0, 15, 100).map((value) => [value]),
  }),
  fc.record({
    dataset: fc.constant('sales'),
    dimension: fc.constant('region'),
    operator: fc.constant('EQUALS'),
    values: fc.constant([]),
  }),
)

const most = <T>(names: readonly T[]) => fc.subarray([...names], { minLength: Math.ceil(names.length / 2) })

/** Most grants are absent and most of the others wide, so that many questions come through. */
const granted = {
  datasets: maybe(fc.constantFrom(['sales'], ['sales', 'cities'], ['cities'], []), 12),
  allowedDimensions: maybe(most(dimensionNames), 8),
  lockedFilters: maybe(fc.array(lock, { minLength: 1, maxLength: 2 })),
  allowedPeriods: maybe(most(Object.keys(periods)), 16),
  minGranularity: maybe(fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH'), 10),
  maxDateRangeDays: maybe(fc.constantFrom(1, 7, 31, 400), 12),
  earliest: maybe(
    fc.integer({ min: 0, max: 70 }).map((days) => firstSecond + days * 86_400),
    8,
  ),
  allowDrillDown: maybe(fc.boolean(), 8),
  allowAdHoc: maybe(fc.constantFrom(true, true, true, false), 8),
} as const

export const tokenGrants: fc.Arbitrary<ProofLayer> = fc.record(granted)

/** A model lets no filter without a dataset pass that one of its datasets could not apply; a token may close one so. */
function namedLock(of: ProofLock): ProofLock {
  return of.dataset === undefined && of.dimension === 'region' ? { ...of, dataset: 'sales' } : of
}

export const storedGrants: fc.Arbitrary<ProofLayer> = fc.record({
  ...granted,
  lockedFilters: granted.lockedFilters.map((locks) => locks?.map(namedLock)),
  allowedMetrics: maybe(most(metricNames), 8),
  permissions: maybe(fc.subarray(['margin', 'sizes']), 2),
})

function ruleOf(leaf: fc.Arbitrary<RowRuleDefinition>): fc.Arbitrary<RowRuleDefinition> {
  const parts = fc.array(leaf, { minLength: 1, maxLength: 2 })
  return fc.oneof(
    { arbitrary: leaf, weight: 4 },
    { arbitrary: parts.map((and) => ({ and })), weight: 1 },
    { arbitrary: parts.map((or) => ({ or })), weight: 1 },
    { arbitrary: leaf.map((not) => ({ not })), weight: 1 },
  )
}

const country: fc.Arbitrary<RowRuleDefinition> = fc.oneof(
  fc.constant({ dimension: 'country', in: { attribute: 'countries' } }),
  fc.constant({ dimension: 'country', equals: { attribute: 'country' } }),
  fc.constantFrom(...countries).map((equals) => ({ dimension: 'country', equals })),
)

const saleRule = ruleOf(
  fc.oneof(
    country,
    fc.constant({ dimension: 'region', in: { attribute: 'regions' } }),
    fc.subarray(regions).map((among) => ({ dimension: 'region', in: among })),
    fc.constant({ dimension: 'amount', lessThan: { attribute: 'most' } }),
    fc.constant({
      dimension: 'amount',
      between: [-10, { attribute: 'most' }] as [number, { attribute: string }],
    }),
    fc.constant({ dimension: 'channel', equals: 'web' }),
  ),
)
const cityRule = ruleOf(
  fc.oneof(country, fc.constant({ dimension: 'size', lessThan: { attribute: 'most' } })),
)

export const proofModel: fc.Arbitrary<ProofModel> = fc.record({
  saleRules: fc.oneof(
    { arbitrary: fc.constant([]), weight: 2 },
    { arbitrary: fc.array(saleRule, { maxLength: 2 }), weight: 3 },
  ),
  cityRules: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(cityRule, { maxLength: 1 }), weight: 2 },
  ),
  role: storedGrants,
  policy: storedGrants,
})

const attributes = fc.record(
  {
    regions: fc.subarray(regions),
    countries: fc.oneof(
      { arbitrary: fc.subarray(countries), weight: 9 },
      { arbitrary: fc.constant('DE'), weight: 1 },
    ),
    country: fc.oneof(
      { arbitrary: fc.constantFrom(...countries), weight: 9 },
      { arbitrary: fc.constant(7), weight: 1 },
    ),
    most: fc.integer({ min: -15, max: 25 }),
  },
  { requiredKeys: [] },
)
const allAttributes = fc.record({
  regions: fc.subarray(regions),
  countries: fc.subarray(countries),
  country: fc.constantFrom(...countries),
  most: fc.integer({ min: -15, max: 25 }),
})

export const proofToken: fc.Arbitrary<ProofToken> = fc.record({
  tenant: fc.constantFrom('a', 'b', 'c', 'nobody'),
  role: fc.constantFrom(null, null, 'r', 'analyst', 'admin', 'viewer'),
  policy: fc.constantFrom(null, 'p'),
  attributes: fc.oneof({ arbitrary: allAttributes, weight: 4 }, { arbitrary: attributes, weight: 1 }),
  grants: tokenGrants,
})

const day = 86_400
const range: fc.Arbitrary<ProofRange | null> = fc.oneof(
  { arbitrary: fc.constant(null), weight: 3 },
  { arbitrary: fc.constantFrom(...Object.keys(periods)).map((period) => ({ period })), weight: 2 },
  {
    arbitrary: fc
      .record({
        from: fc.integer({ min: -5, max: 80 }),
        days: fc.constantFrom(1, 7, 28, 60),
        hours: fc.constantFrom(0, 0, 0, 5),
      })
      .map(({ from, days, hours }) => {
        const start = firstSecond + from * day + hours * 3600
        return { between: { start, stop: start + days * day } }
      }),
    weight: 3,
  },
)

function filterOf(dataset: 'sales' | 'cities'): fc.Arbitrary<FilterInput> {
  const values: Record<string, readonly (string | number | null)[]> =
    dataset === 'sales'
      ? {
          region: regions,
          channel: channels,
          country: countries,
          city: ['City 0', 'City 1'],
          amount: [0, 5],
          margin: [1, 2],
        }
      : { country: countries, name: ['City 0'], size: [10, 20] }
  const test = fc.constantFrom(...Object.keys(values)).chain((dimension) =>
    fc.record({
      dimension: fc.constant(dimension),
      operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
      values: fc.subarray([...(values[dimension] ?? [])], { minLength: 1 }),
    }),
  )
  return fc.oneof(
    { arbitrary: test, weight: 4 },
    { arbitrary: fc.array(test, { minLength: 1, maxLength: 2 }).map((or) => ({ or })), weight: 1 },
    { arbitrary: test.map((not) => ({ not })), weight: 1 },
  )
}

export const proofQuestion: fc.Arbitrary<ProofQuestion> = fc
  .constantFrom('sales', 'sales', 'sales', 'cities')
  .chain((dataset): fc.Arbitrary<ProofQuestion> => {
    const metrics = fc.uniqueArray(fc.constantFrom<string>(...members[dataset].metrics), {
      minLength: 1,
      maxLength: 2,
    })
    const metric = metrics.map((list) => list.slice(0, 1))
    const dimensions = fc.uniqueArray(fc.constantFrom<string>(...members[dataset].dimensions), {
      minLength: 1,
      maxLength: 3,
    })
    const about = {
      dataset: fc.constant(dataset),
      range: dataset === 'sales' ? range : fc.constant(null),
      filters: fc.array(filterOf(dataset), { maxLength: 2 }),
    }
    const kinds: fc.Arbitrary<ProofQuestion>[] = [
      fc.record({ ...about, kind: fc.constant('counter'), metrics: metric }),
      fc.record({ ...about, kind: fc.constant('leaderboard'), metrics: metric, dimensions }),
      fc.record({ ...about, kind: fc.constant('table'), metrics, dimensions }),
      fc.record({
        ...about,
        kind: fc.constant('topValues'),
        dimension: dimensions.map(([name = '']) => name),
      }),
      fc.record({ ...about, kind: fc.constant('records'), dimensions }),
    ]
    if (dataset === 'cities') return fc.oneof(...kinds)
    return fc.oneof(
      ...kinds,
      fc.record({
        ...about,
        kind: fc.constant('timeSeries'),
        metrics,
        grain: fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH'),
      }),
    )
  })

export const proofCase: fc.Arbitrary<ProofCase> = fc.record({
  model: proofModel,
  token: proofToken,
  question: proofQuestion,
})
