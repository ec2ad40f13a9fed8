import type { Grain } from '../access/grants.ts'
import type { Figure, GroupKey } from '../analytics/answers.ts'
import { numberOrText } from '../analytics/decode.ts'
import type { TimeRange } from '../analytics/time/time-range.ts'
import { toLocal } from '../analytics/time/zone.ts'
import type { Metric } from '../catalogue/metric.ts'
import type { Cell } from '../warehouse/warehouse.ts'
import { anyNumber, holding, typeOfMetric, wholeNumber } from './number-type.ts'
import type { SheetColumn, SheetType } from './sheet.ts'

/** A column of an answer, with its cells. */
export interface FilledColumn extends SheetColumn {
  readonly cells: readonly Cell[]
}

/** How the members that an answer names are shown. */
export interface Members {
  /** The dimension of the first of the datasets that has it. */
  readonly dimension: (datasets: readonly string[], name: string) => SheetColumn
  readonly metric: (name: string) => Metric | null
}

export function figureColumn(
  metric: Metric,
  cells: readonly Cell[],
  { name = metric.name, title = metric.title } = {},
): FilledColumn {
  return { name, title, type: holding(typeOfMetric(metric), cells), format: metric.format, cells }
}

export function plainColumn(name: string, title: string, type: SheetType, cells: readonly Cell[]) {
  return { name, title, type: holding(type, cells), format: null, cells } satisfies FilledColumn
}

export function countColumn(name: string, title: string, cells: readonly Cell[]): FilledColumn {
  return plainColumn(name, title, wholeNumber, cells)
}

const percent = { style: 'percent', digits: null, currency: null, locale: 'en-US' } as const

export function shareColumn(name: string, title: string, cells: readonly Cell[]): FilledColumn {
  return { ...plainColumn(name, title, anyNumber, cells), format: percent }
}

/** The keys of groups, a column for each of their dimensions. */
export function keyColumns(
  members: Members,
  dataset: string,
  groups: readonly (readonly GroupKey[])[],
): readonly FilledColumn[] {
  const names = [...new Set(groups.flatMap((keys) => keys.map(({ dimension }) => dimension)))]
  return names.map((name) => {
    const cells = groups.map((keys) => keys.find(({ dimension }) => dimension === name)?.value ?? null)
    const column = members.dimension([dataset], name)
    return { ...column, type: holding(column.type, cells), cells }
  })
}

/** Which rows are of the groups that do not stand alone; no column where there are none. */
export function othersColumns(flags: readonly boolean[]): readonly FilledColumn[] {
  if (!flags.includes(true)) return []
  return [plainColumn('is_others', 'Others', { kind: 'boolean' }, flags)]
}

export function cellOf(figure: Figure | null | undefined): Cell {
  return numberOrText(figure?.exact ?? null)
}

const finerThanDay = new Set<Grain>(['MINUTE', 'FIVE_MINUTES', 'FIFTEEN_MINUTES', 'HOUR'])

/** The starts of buckets: of a day and coarser ones, their dates in the zone that they were cut in. */
export function bucketColumn(
  { name, title }: { readonly name: string; readonly title: string },
  labels: readonly string[],
  range: TimeRange | null,
  grain: Grain,
): FilledColumn {
  if (finerThanDay.has(grain)) {
    return { name, title, type: { kind: 'instant', fraction: 0 }, format: null, cells: labels }
  }
  const dates = labels.map((label) => {
    const second = Date.parse(label) / 1000
    const local = range === null ? second : toLocal(range.zone, second)
    return new Date(local * 1000).toISOString().slice(0, 10)
  })
  return { name, title, type: { kind: 'date' }, format: null, cells: dates }
}
