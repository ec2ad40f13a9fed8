import type {
  GroupKey,
  LeaderboardData,
  MetricInfo,
  TableColumn,
  TableData,
  TimeSeriesData,
  WidgetAnswer,
} from './answers.ts'
import type { ChartContext } from './context.ts'
import { formatBucket } from './format/bucket.ts'
import { formatFigure } from './format/figure.ts'
import { formatKey, formatKeys, type KeyFormat } from './format/key.ts'
import { metricOf } from './metric.ts'
import { groupPoint, type Point, toValue } from './point.ts'

/** An answer as figures by category and series: what lines, bars, slices, heat maps and maps are drawn from. */
export interface Figures {
  /** The start of each category where they are buckets of time, null where they are groups. */
  readonly time: TimeAxis | null
  readonly categories: readonly Category[]
  readonly series: readonly FigureSeries[]
  /** What may lack groups of the answer's question that no other figure holds, so that the others make no whole. */
  readonly lacks?: 'categories' | 'series' | null
}

export interface TimeAxis {
  readonly granularity: string
  readonly timeZone: string
  readonly starts: readonly string[]
}

export interface Category {
  readonly label: string
  readonly keys: readonly GroupKey[]
  readonly isOthers: boolean
  /** Rows may still come. */
  readonly isOpen: boolean
  readonly at: Point
}

export interface FigureSeries {
  /** Tells it from the others, whatever order they come in. */
  readonly key: string
  readonly name: string
  readonly metric: MetricInfo
  readonly isOthers: boolean
  readonly values: readonly (number | null)[]
  /** Their decimal texts, where the answer has them. */
  readonly exact?: readonly (string | null)[]
  readonly compared: readonly (number | null)[] | null
  readonly total: number | null
  readonly at: Point
}

/** A figure as it is told: by every digit that is known. */
export function figureAt({ values, exact, metric }: FigureSeries, index: number, locale: string): string {
  return formatFigure(values[index] ?? null, metric, locale, exact?.[index] ?? null)
}

/** Null where an answer has no categories. */
export function figuresOf(answer: WidgetAnswer, context: ChartContext): Figures | null {
  switch (answer.__typename) {
    case 'TimeSeries':
      return ofTimeSeries(answer, context)
    case 'Leaderboard':
      return ofLeaderboard(answer, context)
    case 'Table':
      return ofTable(answer, context)
    default:
      return null
  }
}

export function keyFormat(context: ChartContext, range: { readonly timeZone: string } | null): KeyFormat {
  return {
    locale: context.locale,
    words: context.words,
    timeZone: context.timeZone ?? range?.timeZone ?? 'UTC',
  }
}

function ofTimeSeries(answer: TimeSeriesData, context: ChartContext): Figures {
  const format = keyFormat(context, answer.axisRange)
  const { granularity, labels } = answer
  const ends = Date.parse(answer.completeUntil)
  const stop = Date.parse(answer.axisRange.stop)
  const severalMetrics = new Set(answer.series.map(({ metric }) => metric.name)).size > 1
  return {
    time: { granularity, timeZone: format.timeZone, starts: labels },
    categories: labels.map((label, index) => {
      const next = labels[index + 1]
      const end = next === undefined ? stop : Date.parse(next)
      return {
        label: formatBucket(label, { ...format, granularity }),
        keys: [],
        isOthers: false,
        isOpen: end > ends,
        at: { bucket: label },
      }
    }),
    lacks: isWholeSeries(answer) ? null : 'series',
    series: answer.series.map((series) => {
      const { metric, group, isOthers } = series
      const groupName = group.length === 0 && !isOthers ? '' : formatKeys(group, isOthers, format)
      const parts =
        groupName === '' ? [metric.title] : severalMetrics ? [metric.title, groupName] : [groupName]
      return {
        key: JSON.stringify([metric.name, isOthers, group.map(({ value }) => value ?? null)]),
        name: parts.join(' · '),
        metric,
        isOthers,
        values: labels.map((_, index) => finite(series.values[index])),
        compared:
          series.comparisonValues === null
            ? null
            : labels.map((_, index) => finite(series.comparisonValues?.[index])),
        total: finite(series.total),
        at: { metric: metric.name, ...groupPoint(group, isOthers) },
      }
    }),
  }
}

function isWholeSeries({ isWhole, series }: TimeSeriesData): boolean {
  return (
    isWhole ?? (series.some(({ isOthers }) => isOthers) || series.every(({ group }) => group.length === 0))
  )
}

function ofLeaderboard({ metric, rows, range, total }: LeaderboardData, context: ChartContext): Figures {
  const format = keyFormat(context, range)
  const isCompared = rows.some(({ comparisonValue }) => comparisonValue !== null)
  return {
    time: null,
    categories: rows.map(({ keys, isOthers }) => ({
      label: formatKeys(keys, isOthers, format),
      keys,
      isOthers,
      isOpen: false,
      at: groupPoint(keys, isOthers),
    })),
    series: [
      {
        key: JSON.stringify([metric.name]),
        name: metric.title,
        metric,
        isOthers: false,
        values: rows.map(({ value }) => finite(value)),
        exact: rows.map(({ exactValue }) => exactValue ?? null),
        compared: isCompared ? rows.map(({ comparisonValue }) => finite(comparisonValue)) : null,
        total: finite(total),
        at: { metric: metric.name },
      },
    ],
  }
}

/** Rows are categories, by all of their dimensions; columns of figures are series. */
function ofTable(answer: TableData, context: ChartContext): Figures {
  const { columns, cells: rows, totals, rowCount, range } = answer
  const format = keyFormat(context, range)
  const dimensions = placesOf(columns, 'DIMENSION')
  const time = timeOf(dimensions, rows, format.timeZone)
  const writers = dimensions.map(({ column }) => cellWriter(column, format))
  const severalMetrics = new Set(placesOf(columns, 'METRIC').map(({ column }) => column.name)).size > 1
  return {
    time,
    lacks: totals === null && rowCount > rows.length ? 'categories' : null,
    categories: rows.map((row) => {
      const keys = dimensions.map(({ column, place }) => ({
        dimension: column.name,
        value: toValue(row[place]),
      }))
      const label = keys.map(({ value }, index) => writers[index]?.(value) ?? '').join(' · ')
      return { label, keys, isOthers: false, isOpen: false, at: groupPoint(keys, false) }
    }),
    series: figureColumns(columns).map(({ column, place }) => {
      const metric = metricOf(column)
      const spread = spreadTexts(answer, column, format)
      return {
        key: JSON.stringify([column.name, column.pivot.map(({ value }) => value ?? null)]),
        name: (spread.length === 0 || severalMetrics ? [metric.title, ...spread] : spread).join(' · '),
        metric,
        isOthers: false,
        values: rows.map((row) => toNumber(row[place])),
        exact: rows.map((row) => exactText(row[place])),
        compared: null,
        total: totals === null ? null : toNumber(totals[place]),
        at: { metric: column.name, ...groupPoint(column.pivot, false) },
      }
    }),
  }
}

interface Place {
  readonly column: TableColumn
  readonly place: number
}

function placesOf(columns: readonly TableColumn[], kind: TableColumn['kind']): readonly Place[] {
  return columns.map((column, place) => ({ column, place })).filter(({ column }) => column.kind === kind)
}

/** Beside columns that a pivot made, those of the whole row are totals and no series. */
function figureColumns(columns: readonly TableColumn[]): readonly Place[] {
  const all = placesOf(columns, 'METRIC')
  const spread = all.filter(({ column }) => column.pivot.length > 0)
  return spread.length === 0 ? all : spread
}

/** How the cells of a column of a dimension read. */
export function cellWriter({ granularity }: TableColumn, format: KeyFormat): (cell: unknown) => string {
  return (cell) => formatKey(cell, format, granularity)
}

/** The values that a column of a pivot stands for. */
export function spreadTexts({ pivot }: TableData, column: TableColumn, format: KeyFormat): readonly string[] {
  return column.pivot.map(({ value }, place) => formatKey(value, format, pivot[place]?.granularity ?? null))
}

/** A table along the time alone is a time axis, in its order. */
function timeOf(dimensions: readonly Place[], rows: TableData['cells'], timeZone: string): TimeAxis | null {
  const [only, second] = dimensions
  if (only === undefined || second !== undefined || only.column.type !== 'TIME') return null
  const starts = rows.map((row) => String(row[only.place] ?? ''))
  const times = starts.map((start) => Date.parse(start))
  if (!times.every((time, index) => time > (times[index - 1] ?? Number.NEGATIVE_INFINITY))) return null
  if (only.column.granularity !== null) return { granularity: only.column.granularity, timeZone, starts }
  // Dates are days, in any zone; of instants nothing is known.
  return starts.every((start) => start.length <= 10)
    ? { granularity: 'DAY', timeZone: 'UTC', starts }
    : { granularity: 'MINUTE', timeZone, starts }
}

export function toNumber(cell: unknown): number | null {
  if (typeof cell === 'string') return cell.trim() === '' ? null : finite(Number(cell))
  return typeof cell === 'number' ? finite(cell) : null
}

/** A figure that a double cannot hold comes as text. */
function exactText(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null
}

function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
