import type { TableColumn, TableData } from './answers.ts'
import { cellWriter, exactText, keyFormat, spreadTexts, toNumber } from './cells.ts'
import type { ChartContext } from './context.ts'
import type { Figures, TimeAxis } from './figures.ts'
import { metricOf } from './metric.ts'
import { groupPoint, toValue } from './point.ts'

/** Rows are categories, by all of their dimensions; columns of figures are series. */
export function figuresOfTable(answer: TableData, context: ChartContext): Figures {
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
