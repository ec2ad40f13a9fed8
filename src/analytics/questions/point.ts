import type { FilterValue } from '../../access/grants.ts'
import type { Dataset, Dimension, WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { PointInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { badInput } from '../../errors.ts'
import { allOf, always, negate, type Predicate } from '../../warehouse/select.ts'
import { type Asking, parseDimensions, parseMetrics, type Rowset, within } from '../asking.ts'
import { granularityFor, leadOf, startOfTrailing } from '../lead.ts'
import { countedRows } from '../measure.ts'
import { parseInstant } from '../time/instant.ts'
import type { TimeRange } from '../time/time-range.ts'
import { answeredMetrics } from '../widget-question.ts'
import { type BehaviourQuestion, isBehaviour, rowsOfBehaviour } from './behaviour-point.ts'
import { topOfBoard } from './leaderboard.ts'
import { rangeOfBucket, rowsWith } from './point-rows.ts'
import { type TimeAxis, timeAxis } from './time-axis.ts'
import { topOfSeries } from './time-series.ts'

/**
 * The rows behind one figure of a question: those of its bucket and its group, of which a metric counts some.
 * @param rowset of the whole question, with a range where it has buckets
 * @throws BAD_USER_INPUT where the question has no such point
 */
export function rowsOfPoint(
  asking: Asking,
  question: WidgetQuestion,
  rowset: Rowset,
  point: PointInput,
): PointRows {
  if (isBehaviour(question)) return { rows: rowsOfBehaviour(asking, question, rowset, point), bucket: null }
  checkParts(point)
  const { dataset } = rowset
  const metric = metricOf(asking, question, point.metric ?? null)
  const axis = axisOf(asking, question, rowset)
  const { bucket, keys } = placeOf(point, axis, dimensionsOf(asking, question, rowset))
  const range = bucket === null ? rowset.range : rangeAt(asking, axis, metric, bucket)
  const rows = allOf([
    range === null ? always : within(dataset, range),
    rowset.filters,
    ...keys.map(({ dimension, value, argument }) => rowsWith(dataset, dimension, value, argument)),
    point.others === true ? rowsOfOthers(asking, question, rowset) : always,
    metric === null ? always : countedRows(dataset, metric),
  ])
  return { rows, bucket: bucket === null ? null : range }
}

/** The rows of a point, and the stretch that its bucket is, which may depend on the rows there are. */
export interface PointRows {
  readonly rows: Predicate
  readonly bucket: TimeRange | null
}

/** What can be checked of a point before the range of a question without one is known. */
export function withoutBucket(at: PointInput | null | undefined, { timeDimension }: Dataset): PointInput {
  const group = (at?.group ?? []).filter(({ dimension }) => dimension !== timeDimension)
  return { ...at, bucket: null, group }
}

/** Whether a point of the question can be a bucket, so that its range must be known. */
export function hasBuckets({ kind, input }: WidgetQuestion): boolean {
  return kind === 'timeSeries' || kind === 'retention' || (kind === 'table' && input.granularity != null)
}

function checkParts(point: PointInput): void {
  for (const part of ['bin', 'step', 'period'] as const) {
    if (point[part] != null) throw badInput(`input.at.${part}`, 'metric, bucket, group and others alone')
  }
}

/** Of several metrics none in particular stands behind a point, unless it says which. */
function metricOf(asking: Asking, question: WidgetQuestion, name: string | null): Metric | null {
  const { metrics } = parseMetrics(asking, answeredMetrics(question), 'input.metrics')
  if (name === null) return metrics.length === 1 ? (metrics[0] ?? null) : null
  const found = metrics.find((metric) => metric.name === name)
  if (found !== undefined) return found
  throw badInput('input.at.metric', 'a metric of the widget', metrics.map(nameOf))
}

/** A question whose figures are metrics. */
type MetricQuestion = Exclude<WidgetQuestion, BehaviourQuestion>

function dimensionsOf(asking: Asking, question: MetricQuestion, { dataset }: Rowset): readonly Dimension[] {
  const parse = (names: readonly string[], argument: string) =>
    parseDimensions(asking, dataset, names, { least: 0, most: 10 }, `input.${argument}`)
  switch (question.kind) {
    case 'counter':
      return []
    case 'timeSeries':
      return parse(question.input.groupBy ?? [], 'groupBy')
    case 'leaderboard':
      return parse(question.input.dimensions, 'dimensions')
    case 'table': {
      const { pivot, granularity } = question.input
      const isTime = (name: string) => granularity != null && name === dataset.timeDimension
      const spread = (pivot ?? []).filter((name) => !isTime(name))
      return [...parse(question.input.dimensions, 'dimensions'), ...parse(spread, 'pivot')]
    }
  }
}

function axisOf(asking: Asking, question: MetricQuestion, rowset: Rowset): TimeAxis | null {
  if (question.kind === 'timeSeries') {
    const { metrics } = parseMetrics(asking, question.input.metrics, 'input.metrics')
    return timeAxis(asking, rowset, granularityFor(metrics, question.input.granularity ?? 'AUTO'))
  }
  const granularity = question.kind === 'table' ? (question.input.granularity ?? null) : null
  return granularity === null ? null : timeAxis(asking, rowset, granularity)
}

interface Bucket {
  readonly label: string
  readonly argument: string
}

interface Key {
  readonly dimension: Dimension
  readonly value: FilterValue
  readonly argument: string
}

/** A pivot names the time like a dimension, by the label of a bucket. */
function placeOf(
  { bucket, group }: PointInput,
  axis: TimeAxis | null,
  dimensions: readonly Dimension[],
): { readonly bucket: Bucket | null; readonly keys: readonly Key[] } {
  const buckets: Bucket[] = bucket == null ? [] : [{ label: bucket, argument: 'input.at.bucket' }]
  const keys: Key[] = []
  for (const [index, { dimension: name, value = null }] of (group ?? []).entries()) {
    const argument = `input.at.group.${index}`
    const dimension = dimensions.find((candidate) => candidate.name === name)
    if (keys.some((key) => key.dimension === dimension))
      throw badInput(`${argument}.dimension`, 'each dimension once')
    if (dimension !== undefined) keys.push({ dimension, value, argument: `${argument}.value` })
    else if (axis?.dimension.name === name)
      buckets.push({ label: String(value), argument: `${argument}.value` })
    else
      throw badInput(`${argument}.dimension`, 'a dimension that the widget groups by', dimensions.map(nameOf))
  }
  const [first = null, second] = buckets
  if (second !== undefined) throw badInput(second.argument, 'one bucket')
  return { bucket: first, keys }
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

/** Of a figure that goes along the buckets, all that it is about. */
function rangeAt(
  asking: Asking,
  axis: TimeAxis | null,
  metric: Metric | null,
  { label, argument }: Bucket,
): TimeRange {
  if (axis === null) throw badInput(argument, 'no bucket for a widget without a time axis')
  const bucket = rangeOfBucket(axis, label, argument)
  if (metric?.kind !== 'window') return bucket
  if (metric.window.kind === 'cumulative') return { ...bucket, start: axis.range.start }
  const { grain, count } = metric.window
  const first = Math.floor((parseInstant(label) ?? bucket.start) / 1_000_000)
  const start = startOfTrailing(bucket.zone, grain, first, count) * 1_000_000
  if (start >= axis.range.start) return { ...bucket, start }
  // A figure that is not known has no rows to show.
  const { refusal } = leadOf(asking, axis.range, metric.window)
  if (refusal !== null) throw refusal
  return { ...bucket, start }
}

function rowsOfOthers(asking: Asking, question: MetricQuestion, rowset: Rowset): Predicate {
  if (question.kind === 'leaderboard' && question.input.others === true) {
    return negate(topOfBoard(asking, question.input, rowset))
  }
  const isGrouped = question.kind === 'timeSeries' && (question.input.groupBy ?? []).length > 0
  if (isGrouped && question.input.others !== false) return negate(topOfSeries(asking, question.input, rowset))
  throw badInput('input.at.others', 'no others, because the widget does not show them')
}
