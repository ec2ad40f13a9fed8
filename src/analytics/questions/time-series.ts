import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { TimeSeriesInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { TesseraError } from '../../errors.ts'
import {
  type Among,
  allOf,
  always,
  anyOf,
  type Expression,
  type Output,
  type Predicate,
  type Select,
} from '../../warehouse/select.ts'
import type { GroupKey, Series, TimeSeriesAnswer } from '../answers.ts'
import {
  type Asking,
  type Plan,
  parseCount,
  parseDimensions,
  parseMetrics,
  type Rowset,
  rowsOf,
} from '../asking.ts'
import { statsOf } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { granularityFor } from '../lead.ts'
import { measureOf } from '../measure.ts'
import { completeUntil } from '../time/latency.ts'
import { selectFor } from '../view.ts'
import { rowsWithin } from '../windows.ts'
import { rowsWith } from './point-rows.ts'
import { amongTop, keyName, keyNames, keyOutputs } from './ranking.ts'
import { readSeries } from './series.ts'
import { columnOutputs, columnsOfSeries, type SeriesColumns } from './series-columns.ts'
import { checkKnown, readingOf, type SeriesReading, seriesWindows } from './series-reading.ts'
import { type TimeAxis, timeAxis } from './time-axis.ts'

const maxPoints = 100_000

/** Groups that stand alone because another dataset's figures say so. */
export type FixedGroups = readonly (readonly GroupKey[])[]

/** The rowset comes with a range; see ask-series.ts. */
export function planTimeSeries(
  asking: Asking,
  input: TimeSeriesInput,
  rowset: Rowset,
  fixed: FixedGroups | null = null,
): Plan<TimeSeriesAnswer> {
  const { metrics, dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
  const { dimensions, limit } = groupingOf(asking, input, dataset)
  const granularity = granularityFor(metrics, input.granularity ?? 'AUTO')
  const windows = seriesWindows(asking, input, rowset, granularity)
  const reading = readingOf(asking, rowset, metrics, windows)
  const axis = timeAxis(asking, rowset, granularity, {
    lead: reading.lead,
    compared: windows.compared?.range ?? null,
    comparedLead: reading.comparedLead,
  })
  checkKnown(metrics, axis, reading)
  const columns = columnsOfSeries(metrics)
  if (pointsOf(axis, dimensions.length === 0 ? 1 : limit + 1) * columns.all.length > maxPoints) {
    throw new TesseraError('QUERY_TOO_LARGE', {
      argument: 'input.granularity',
      expected: `a grain, a limit and metrics that give at most ${maxPoints} points`,
    })
  }
  const hasOthers = dimensions.length > 0 && (input.others ?? true)
  const parts: Parts = {
    rowset,
    metrics,
    columns,
    axis,
    dimensions,
    limit,
    hasOthers,
    reading,
  }
  const top = dimensions.length === 0 ? null : alone(asking, input, rowset, fixed)
  const select = seriesSelect(asking, parts, top)
  return {
    dataset,
    select,
    read: (rows) => {
      const { labels, series } = readSeries(
        rows,
        { ...parts, outputs: select.outputs },
        { fill: input.fill ?? 'DEFAULT', now: asking.now },
      )
      return {
        kind: 'timeSeries',
        granularity: axis.grain,
        range: axis.range,
        completeUntil: completeUntil(dataset, axis.range, asking.now),
        labels,
        dimensions,
        series,
        isWhole: hasOthers || (fixed === null && aloneIn(series) < limit) || dimensions.length === 0,
        stats: statsOf(rows, asking.now),
      }
    },
  }
}

function aloneIn(series: readonly Series[]): number {
  return new Set(series.map(({ group }) => JSON.stringify(group))).size
}

function pointsOf({ lead, buckets }: TimeAxis, groups: number): number {
  return (lead.length + buckets.length) * groups
}

interface Grouping {
  readonly dimensions: readonly Dimension[]
  /** How many groups stand alone. */
  readonly limit: number
}

function groupingOf(asking: Asking, { groupBy, limit }: TimeSeriesInput, dataset: Dataset): Grouping {
  const bounds = { least: 0, most: 3 }
  return {
    dimensions: parseDimensions(asking, dataset, groupBy ?? [], bounds, 'input.groupBy'),
    limit: parseCount(limit, 5, { least: 1, most: 100 }, 'input.limit'),
  }
}

interface Parts extends Grouping {
  readonly rowset: Rowset
  readonly metrics: readonly Metric[]
  readonly columns: SeriesColumns
  readonly axis: TimeAxis
  readonly hasOthers: boolean
  readonly reading: SeriesReading
}

/** Totals of sums and counts are the sums of their buckets; the others' need the rows, and get a grouping set. */
function needsTotals(metrics: readonly Metric[]): boolean {
  return metrics.some((metric) => metric.kind !== 'window' && !metric.additive)
}

/** Outputs: see series-groups.ts, which finds them by their names. */
function seriesSelect(asking: Asking, parts: Parts, top: Predicate | null): Select {
  const { rowset, metrics, columns, axis, dimensions, hasOthers, reading } = parts
  const { dataset } = rowset
  const isApart = areApart(parts)
  const everyRow = { own: always, withLead: always }
  const current = isApart ? everyRow : reading.current
  const compared = isApart ? null : reading.compared
  const totals = needsTotals(metrics)
  const keys = [...(hasOthers ? ['top'] : []), ...keyNames(dimensions)]
  return selectFor(asking, dataset, {
    outputs: [
      axis.output,
      ...(hasOthers ? maskedKeys(rowset, dimensions) : keyOutputs(dataset, dimensions)),
      ...columnOutputs(dataset, columns.all, 'v', current),
      ...(compared === null ? [] : columnOutputs(dataset, columns.all, 'c', compared)),
      ...(isApart ? [] : rowCounts(reading)),
      ...(hasOthers && top !== null ? [{ name: 'top', expression: flagOf(top) }] : []),
      ...(totals ? [{ name: 'total', expression: { kind: 'is_subtotal', key: 'bucket' } } as const] : []),
    ],
    where: hasOthers || top === null ? reading.where : allOf([reading.where, top]),
    groupBy: totals ? [[...keys, 'bucket'], keys] : [[...keys, 'bucket']],
    having: always,
    orderBy: [],
    limit: null,
    offset: 0,
  })
}

/**
 * Whether each bucket is of one window alone and holds all that is asked of it, so that its figure needs no condition:
 * a comparison of series then costs 1.4 times the plain one, and 1.7 times with conditions.
 */
function areApart({ metrics, axis, reading }: Parts): boolean {
  if (reading.compared === null || reading.lead !== null || needsTotals(metrics)) return false
  const own = new Set(axis.buckets)
  return !axis.comparedBuckets.some((bucket) => own.has(bucket))
}

/** A bucket on a window's border holds rows of either side, or of one of them alone. */
function rowCounts({ current, compared, lead }: SeriesReading): readonly Output[] {
  if (compared === null && lead === null) return []
  return [
    { name: 'n', expression: rowsWithin(current.own) },
    ...(compared === null ? [] : [{ name: 'm', expression: rowsWithin(compared.own) }]),
  ]
}

function alone(asking: Asking, input: TimeSeriesInput, rowset: Rowset, fixed: FixedGroups | null): Predicate {
  if (fixed === null) return topOfSeries(asking, input, rowset)
  const { dataset } = rowset
  const { dimensions } = groupingOf(asking, input, dataset)
  return anyOf(
    fixed.map((keys) =>
      allOf(
        dimensions.map((dimension, index) =>
          rowsWith(dataset, dimension, keys[index]?.value ?? null, 'input.groupBy'),
        ),
      ),
    ),
  )
}

function flagOf(top: Predicate): Expression {
  return top.kind === 'among' ? top : { kind: 'test', of: top }
}

/** The groups of a series that stand alone: those with the greatest figures of the first metric over the whole range. */
export function topOfSeries(asking: Asking, input: TimeSeriesInput, rowset: Rowset): Among {
  const { dataset } = rowset
  const { dimensions, limit } = groupingOf(asking, input, dataset)
  const [first] = parseMetrics(asking, input.metrics, 'input.metrics').metrics
  if (first === undefined) throw new Error('A time series needs a metric.')
  return amongTop(asking, {
    dataset,
    dimensions,
    by: measureOf(dataset, first.kind === 'window' ? first.of : first),
    descending: true,
    limit,
    where: rowsOf(rowset),
  })
}

function maskedKeys({ dataset }: Rowset, dimensions: readonly Dimension[]): readonly Output[] {
  return dimensions.map((dimension, index) => ({
    name: keyName(index),
    expression: { kind: 'column_if', flag: 'top', of: columnOf(dataset, dimension) },
  }))
}
