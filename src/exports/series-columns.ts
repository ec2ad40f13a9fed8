import type { Series, TimeSeriesAnswer } from '../analytics/answers.ts'
import { numberOrText } from '../analytics/decode.ts'
import type { Cell } from '../warehouse/warehouse.ts'
import {
  bucketColumn,
  type FilledColumn,
  figureColumn,
  keyColumns,
  type Members,
  othersColumns,
} from './columns.ts'

/** A row for each bucket of each group, with the metrics as columns. */
export function seriesColumns(
  { labels, series, range, granularity }: TimeSeriesAnswer,
  members: Members,
): readonly FilledColumn[] {
  const groups = groupsOf(series)
  const repeated = <T>(values: readonly T[]): readonly T[] =>
    values.flatMap((value) => labels.map(() => value))
  const [first] = series
  const dataset = first?.metric.dataset ?? ''
  const head = { name: 'time', title: 'Time' }
  const keys = repeated(groups.map((group) => group[0]?.group ?? []))
  return [
    bucketColumn(
      head,
      groups.flatMap(() => labels),
      range,
      granularity,
    ),
    ...keyColumns(members, dataset, keys),
    ...othersColumns(repeated(groups.map((group) => group[0]?.isOthers ?? false))),
    ...metricsOf(series).flatMap((metric) => {
      const of = groups.map((group) => group.find((each) => each.metric.name === metric.name))
      const compared = of.some((each) => each?.comparisonValues != null)
      const figures = of.flatMap((each) => labels.map((_, index) => exactCell(each, index)))
      const before = of.flatMap((each) => labels.map((_, index) => each?.comparisonValues?.[index] ?? null))
      const previous = { name: `${metric.name}_previous`, title: `${metric.title} (previous)` }
      return [figureColumn(metric, figures), ...(compared ? [figureColumn(metric, before, previous)] : [])]
    }),
  ]
}

function exactCell(series: Series | undefined, index: number): Cell {
  return numberOrText(series?.exactValues[index] ?? null)
}

/** The series of each group, one for each metric, in the order of the answer. */
function groupsOf(series: readonly Series[]): readonly (readonly Series[])[] {
  const groups = new Map<string, Series[]>()
  for (const each of series) {
    const key = JSON.stringify([each.isOthers, each.group.map(({ value }) => value)])
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups.values()]
}

function metricsOf(series: readonly Series[]) {
  return [...new Map(series.map(({ metric }) => [metric.name, metric])).values()]
}
