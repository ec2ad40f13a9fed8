import fc from 'fast-check'
import type { LayerDefinition } from '../../src/model/document.ts'
import type { Claims, Lock } from './reference-layers.ts'
import { type DatasetName, dimensionNames, metricNames, widgetNames } from './reference-model.ts'
import { day, instantText, otherZone, periods } from './reference-time.ts'
import { dimensionTest, sometimes, written } from './reference-values.ts'
import { days, firstSecond } from './reference-world.ts'

/** What layers grant. Most grants are absent and most of the others wide, so that many questions come through. */

const datasets = Object.keys(dimensionNames)
const allDimensions = [
  ...new Set<string>([
    ...Object.values(dimensionNames).flat(),
    'events.region',
    'events.country',
    'cities.country',
    'countries.continent',
  ]),
]
const allMetrics = [...Object.values(metricNames).flat(), 'events.sold', 'cities.listed']

const most = (names: readonly string[]) =>
  fc.subarray([...names], { minLength: Math.ceil(names.length * 0.7) })
const any = (names: readonly string[]) => fc.subarray([...names])

const namedLock: fc.Arbitrary<Lock> = fc
  .constantFrom<DatasetName>('events', 'events', 'events', 'cities', 'countries')
  .chain((dataset) =>
    dimensionTest(dimensionNames[dataset]).map((test) => ({ dataset, ...test, values: [...test.values] })),
  )

/** Only a token can hold filters that a dataset lacks the dimension of: the model may have changed since. */
const looseLock: fc.Arbitrary<Lock> = fc.oneof(
  { arbitrary: namedLock, weight: 6 },
  {
    arbitrary: dimensionTest(['country', 'region', 'continent']).map(({ values, ...test }) => ({
      ...test,
      values: [...values],
    })),
    weight: 2,
  },
  {
    arbitrary: fc
      .constantFrom('events', 'cities')
      .map((dataset): Lock => ({ dataset, dimension: 'gone', operator: 'EQUALS', values: ['x'] })),
    weight: 1,
  },
  {
    arbitrary: fc.constant<Lock>({ dataset: 'events', dimension: 'region', operator: 'EQUALS', values: [] }),
    weight: 1,
  },
)

const common = {
  dashboards: sometimes(any(['sales', 'places', 'own']), 2),
  widgets: sometimes(any(widgetNames), 1),
  hiddenWidgets: sometimes(any(widgetNames), 2),
  datasets: sometimes(fc.oneof(most(datasets), any(datasets)), 1),
  allowedDimensions: sometimes(fc.oneof(most(allDimensions), most(allDimensions), any(allDimensions)), 2),
  allowedPeriods: sometimes(fc.oneof(most(Object.keys(periods)), any(Object.keys(periods))), 1),
  timeZones: sometimes(
    fc.constantFrom<string[]>(['UTC'], ['UTC'], ['UTC', otherZone], ['UTC', otherZone], []),
    1,
  ),
  minGranularity: sometimes(fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER'), 1),
  maxDateRangeDays: sometimes(fc.constantFrom(1, 7, 30, 31, 91, 400), 1),
  earliest: sometimes(
    fc.integer({ min: -2, max: days * 2 }).map((half) => firstSecond + (half * day) / 2),
    2,
  ),
  allowDrillDown: sometimes(fc.boolean(), 1),
  allowAdHoc: sometimes(fc.constantFrom(true, true, true, false), 1),
}

const locks = (of: fc.Arbitrary<Lock>) => fc.array(of, { minLength: 1, maxLength: 2 })

export type Layer = Omit<LayerDefinition, 'name'>

/** What a role or a policy grants. */
export const storedLayer: fc.Arbitrary<Layer> = fc
  .record({
    ...common,
    lockedFilters: sometimes(locks(namedLock), 2),
    allowedMetrics: sometimes(most(allMetrics), 2),
    permissions: sometimes(any(['margin', 'shares', 'sizes']), 6),
  })
  .map(({ earliest, ...layer }) =>
    written({ ...layer, earliest: earliest === undefined ? undefined : instantText(earliest) }),
  )

export const tokenLayer: fc.Arbitrary<Claims> = fc
  .record({ ...common, lockedFilters: sometimes(locks(looseLock), 4) })
  .map((grants) =>
    written({
      dashboard_ids: grants.dashboards,
      widget_ids: grants.widgets,
      hidden_widgets: grants.hiddenWidgets,
      dataset_ids: grants.datasets,
      allowed_dimensions: grants.allowedDimensions,
      locked_filters: grants.lockedFilters?.map(({ operator = 'EQUALS', ...lock }) => ({
        ...lock,
        operator,
        values: lock.values.filter((value) => value !== null),
      })),
      allowed_periods: grants.allowedPeriods,
      time_zones: grants.timeZones,
      min_granularity: grants.minGranularity,
      max_date_range_days: grants.maxDateRangeDays,
      earliest: grants.earliest,
      allow_drill_down: grants.allowDrillDown,
      allow_ad_hoc: grants.allowAdHoc,
    }),
  )
