import type { Dimension, Metric } from '../../catalogue/catalogue.ts'
import type { Granularity, TimeSeriesInput } from '../../catalogue/inputs.ts'
import { TesseraError } from '../../errors.ts'
import { allOf, always, type Output, type Select } from '../../warehouse/select.ts'
import type { TimeSeriesAnswer } from '../answers.ts'
import {
  type Asking,
  type Plan,
  parseCount,
  parseDimensions,
  parseMetrics,
  type Rowset,
  timeDimensionOf,
} from '../asking.ts'
import { statsOf } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { measureOf } from '../measure.ts'
import { selectFor } from '../view.ts'
import { rowsWithin, type Windows, windowsOf } from '../windows.ts'
import { amongTop, keyName, keyNames, keyOutputs } from './ranking.ts'
import { readSeries } from './series.ts'
import { grainOf, type TimeAxis, timeAxis } from './time-axis.ts'

const maxPoints = 100_000

/** The rowset comes with a range; see analytics.ts. */
export function planTimeSeries(
  asking: Asking,
  input: TimeSeriesInput,
  rowset: Rowset,
): Plan<TimeSeriesAnswer> {
  const { metrics, dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
  const dimensions = parseDimensions(
    asking,
    dataset,
    input.groupBy ?? [],
    { least: 0, most: 3 },
    'input.groupBy',
  )
  const limit = parseCount(input.limit, 5, { least: 1, most: 100 }, 'input.limit')
  const granularity = input.granularity ?? 'AUTO'
  const windows = seriesWindows(asking, input, rowset, granularity)
  const axis = timeAxis(asking, rowset, granularity, windows.compared?.range ?? null)
  if (axis.buckets.length * (dimensions.length === 0 ? 1 : limit + 1) > maxPoints) {
    throw new TesseraError('QUERY_TOO_LARGE', {
      argument: 'input.granularity',
      expected: `a grain and a limit that give at most ${maxPoints} points`,
    })
  }
  const grouping: Grouping = { dimensions, limit, hasOthers: dimensions.length > 0 && (input.others ?? true) }
  return {
    dataset,
    select: seriesSelect(asking, { rowset, metrics, axis, grouping, windows }),
    read: (rows) => {
      const layout = {
        metrics,
        dimensions,
        axis,
        hasOthers: grouping.hasOthers,
        hasTotals: hasTotals(metrics),
        isCompared: windows.compared !== null,
      }
      const { labels, series } = readSeries(rows, layout, input.fill ?? 'DEFAULT')
      return {
        kind: 'timeSeries',
        granularity: axis.grain,
        range: axis.range,
        labels,
        series,
        stats: statsOf(rows, asking.now),
      }
    },
  }
}

interface Grouping {
  readonly dimensions: readonly Dimension[]
  readonly limit: number
  readonly hasOthers: boolean
}

interface Parts {
  readonly rowset: Rowset
  readonly metrics: readonly Metric[]
  readonly axis: TimeAxis
  readonly grouping: Grouping
  readonly windows: Windows
}

/** @throws NOT_SUPPORTED where the windows overlap, since a row would stand in two buckets */
function seriesWindows(
  asking: Asking,
  input: TimeSeriesInput,
  rowset: Rowset,
  granularity: Granularity,
): Windows {
  const { dataset, range } = rowset
  if (range === null || input.compareTo == null) return windowsOf(asking, rowset, {})
  const time = timeDimensionOf(dataset, 'input.granularity')
  const windows = windowsOf(asking, rowset, input, grainOf(asking, time, range, granularity))
  if ((windows.compared?.range.stop ?? range.start) <= range.start) return windows
  throw new TesseraError('NOT_SUPPORTED', {
    argument: 'input.compareTo',
    expected: 'a range that ends before its like begins: of at most a year with PREVIOUS_YEAR',
  })
}

/** Totals of sums and counts are the sums of their buckets; the others' need the rows, and get a grouping set. */
function hasTotals(metrics: readonly Metric[]): boolean {
  return metrics.some((metric) => !metric.additive)
}

/** Outputs: bucket, keys …, figures …, compared figures … and the rows of either window, then `top` where there are others, then `total` where there are totals. */
function seriesSelect(asking: Asking, parts: Parts): Select {
  const { rowset, metrics, axis, grouping, windows } = parts
  const { dataset } = rowset
  const { dimensions, hasOthers } = grouping
  const { where, current, compared } = windows
  const top = dimensions.length === 0 ? null : topSeries(asking, parts)
  const totals = hasTotals(metrics)
  const keys = [...(hasOthers ? ['top'] : []), ...keyNames(dimensions)]
  return selectFor(asking, dataset, {
    outputs: [
      axis.output,
      ...(hasOthers ? maskedKeys(rowset, dimensions) : keyOutputs(dataset, dimensions)),
      ...metrics.map((metric, index) => ({
        name: `v${index}`,
        expression: measureOf(dataset, metric, current),
      })),
      ...(compared === null
        ? []
        : metrics.map((metric, index) => ({
            name: `c${index}`,
            expression: measureOf(dataset, metric, compared.rows),
          }))),
      ...(compared === null
        ? []
        : [
            { name: 'n', expression: rowsWithin(current) },
            { name: 'm', expression: rowsWithin(compared.rows) },
          ]),
      ...(hasOthers && top !== null ? [{ name: 'top', expression: top }] : []),
      ...(totals ? [{ name: 'total', expression: { kind: 'is_subtotal', key: 'bucket' } } as const] : []),
    ],
    where: hasOthers || top === null ? where : allOf([where, top]),
    groupBy: totals ? [[...keys, 'bucket'], keys] : [[...keys, 'bucket']],
    having: always,
    orderBy: [],
    limit: null,
    offset: 0,
  })
}

/** The groups with the greatest figures of the first metric over the whole range. */
function topSeries(asking: Asking, { rowset, metrics, grouping, windows }: Parts) {
  const { dataset } = rowset
  const [first] = metrics
  if (first === undefined) throw new Error('A time series needs a metric.')
  return amongTop(asking, {
    dataset,
    dimensions: grouping.dimensions,
    by: measureOf(dataset, first),
    descending: true,
    limit: grouping.limit,
    where: allOf([windows.where, windows.current]),
  })
}

function maskedKeys({ dataset }: Rowset, dimensions: readonly Dimension[]): readonly Output[] {
  return dimensions.map((dimension, index) => ({
    name: keyName(index),
    expression: { kind: 'column_if', flag: 'top', of: columnOf(dataset, dimension) },
  }))
}
