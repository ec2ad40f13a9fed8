import type { GuestTokenPayload } from '../src/access/payload.ts'
import { type Asking, askingOf, parseRowset } from '../src/analytics/asking.ts'
import { requireDimension, requireMetric } from '../src/analytics/visible.ts'
import type { Catalogue } from '../src/catalogue/catalogue.ts'
import { buildCatalogue } from '../src/model/catalogue.ts'
import { parseModel } from '../src/model/parse.ts'
import { column, second, text } from '../test/support/catalogue.ts'
import { testScope } from '../test/support/scope.ts'

const datasetCount = 500
const dimensionCount = 10

/** A model of many datasets, and a policy that grants all of them but one by name. */
function largeCatalogue(): Catalogue {
  const names = Array.from({ length: datasetCount }, (_, index) => `dataset_${index}`)
  const dimensions = Array.from({ length: dimensionCount }, (_, index) => `dimension_${index}`)
  const document = parseModel({
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: names.map((name, index) => ({
      name,
      dataSource: 'warehouse',
      table: 'events',
      tenantColumn: 'tenant',
      timeDimension: 'at',
      dimensions: [
        { name: 'at', type: 'time' },
        ...dimensions.map((dimension) => ({ name: dimension, type: 'string' })),
      ],
      metrics: [{ name: `count_${index}`, aggregate: 'count' }],
    })),
    policies: [
      {
        name: 'most',
        datasets: names.slice(1),
        allowedDimensions: dimensions,
        lockedFilters: [{ dimension: 'dimension_0', values: ['west'] }],
      },
    ],
  })
  const own = [column('tenant', text), column('at', second), ...dimensions.map((name) => column(name, text))]
  const columns = new Map(own.map((found) => [found.name, found]))
  return buildCatalogue(document, new Map(names.map((name) => [name, columns])), 1)
}

const tenGrants: Partial<GuestTokenPayload> = {
  dataset_ids: ['dataset_1', 'dataset_2'],
  dashboard_ids: [],
  allowed_dimensions: ['dimension_0', 'dimension_1', 'dimension_2'],
  locked_filters: [{ dimension: 'dimension_0', operator: 'EQUALS', values: ['west', 'east'] }],
  allowed_periods: ['last_7_days', 'this_month'],
  min_granularity: 'DAY',
  max_date_range_days: 31,
  earliest: 978_307_200,
  allow_drill_down: false,
  allow_export: false,
}

/** What permissions cost one request with one question: claims → scope → members, range and rows that are checked. */
function work(catalogue: Catalogue, claims: Partial<GuestTokenPayload>): Asking {
  const scope = testScope('a', claims, catalogue)
  const asking = askingOf(scope, catalogue, Date.UTC(2001, 5, 1) * 1000)
  const metric = requireMetric(asking.visible, 'count_1', 'input.metric')
  const dataset = asking.visible.dataset(metric.dataset)
  if (dataset === null) throw new Error('The dataset is not granted.')
  requireDimension(asking.visible, dataset, 'dimension_1', 'input.dimensions.0')
  const filters = [{ dimension: 'dimension_2', values: ['x'] }]
  parseRowset(asking, dataset, { timeRange: { period: 'last_7_days' }, filters })
  asking.guards.ofDataset(dataset)
  return asking
}

/** Median milliseconds of each. */
export function permissionWork(): Readonly<Record<string, number>> {
  const catalogue = largeCatalogue()
  const byPolicy = { policy: 'most' }
  return {
    'token with ten grants': median(() => work(catalogue, tenGrants)),
    'policy with 500 datasets': median(() => work(catalogue, byPolicy)),
    'the same, listing all it may use': median(() => {
      const { visible } = work(catalogue, byPolicy)
      return visible.datasets().map((dataset) => visible.dimensions(dataset)).length
    }),
  }
}

function median(run: () => unknown): number {
  const times = Array.from({ length: 2_000 }, () => {
    const started = performance.now()
    run()
    return performance.now() - started
  })
  return times.slice(500).sort((one, other) => one - other)[750] ?? 0
}
