import type { Dataset } from '../../catalogue/catalogue.ts'
import type { Metric, RowMetric } from '../../catalogue/metric.ts'
import type { Output, Predicate } from '../../warehouse/select.ts'
import { measureOf } from '../measure.ts'
import { partsOf } from '../window-figures.ts'

/** One figure of each bucket that the engine is asked for: a metric's own, or a part of one that goes along the buckets. */
export interface SeriesColumn {
  readonly measure: RowMetric
  /** Whether it is about the rows of the lead as well. */
  readonly hasLead: boolean
}

/** The columns of a series' metrics: those of the first, of the second … */
export interface SeriesColumns {
  readonly all: readonly SeriesColumn[]
  /** By metric, the places of its columns among all. */
  readonly places: readonly (readonly number[])[]
}

export function columnsOfSeries(metrics: readonly Metric[]): SeriesColumns {
  const all: SeriesColumn[] = []
  const places = metrics.map((metric) => {
    const columns = columnsOfMetric(metric)
    all.push(...columns)
    return columns.map((_, index) => all.length - columns.length + index)
  })
  return { all, places }
}

function columnsOfMetric(metric: Metric): readonly SeriesColumn[] {
  if (metric.kind !== 'window') return [{ measure: metric, hasLead: false }]
  const hasLead = metric.window.kind !== 'cumulative'
  return partsOf(metric).map((measure) => ({ measure, hasLead }))
}

/** The rows of a window, without and with its lead. */
export interface WindowRows {
  readonly own: Predicate
  readonly withLead: Predicate
}

export function columnOutputs(
  dataset: Dataset,
  columns: readonly SeriesColumn[],
  prefix: 'v' | 'c',
  { own, withLead }: WindowRows,
): readonly Output[] {
  return columns.map(({ measure, hasLead }, index) => ({
    name: `${prefix}${index}`,
    expression: measureOf(dataset, measure, hasLead ? withLead : own),
  }))
}
