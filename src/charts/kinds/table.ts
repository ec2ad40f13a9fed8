import type { TableColumn, TableData } from '../answers.ts'
import { cellWriter, keyFormat, spreadTexts, toNumber } from '../cells.ts'
import type { ChartContext } from '../context.ts'
import { formatCount, formatFigure } from '../format/figure.ts'
import { metricOf } from '../metric.ts'
import type { ChartOptions } from '../options.ts'
import { groupPoint, joinPoints, type Point } from '../point.ts'
import type { TableCell, TableChart, TableHead } from '../table-chart.ts'
import { fill } from '../words.ts'
import type { Drawing } from './drawer.ts'

export function drawTable({ title, answer, options, context }: Drawing<TableData>): TableChart {
  const { columns, cells: rows, totals, rowCount } = answer
  const writers = columns.map((column) => writerOf(answer, column, context))
  const cellsOf = (row: readonly unknown[], keys: Point, isTotal: boolean) =>
    columns.map((column, place): TableCell => {
      const isKey = column.kind === 'DIMENSION'
      return {
        text: isKey && isTotal ? '' : (writers[place]?.(row[place]) ?? ''),
        align: alignOf(column),
        isKey,
        bar: isTotal ? null : barOf(answer, column, place, row[place], options),
        at: isKey || toNumber(row[place]) === null ? null : cellPoint(column, keys),
      }
    })
  const shown = rows.map((row) => cellsOf(row, rowPoint(answer, row), false))
  const whole = totals === null ? null : cellsOf(totals, {}, true)
  return {
    view: 'table',
    title,
    summary: fill(context.words.summary, { title, text: countText(rows.length, rowCount, context) }),
    groups: [],
    columns: columns.map((column) => headOf(column, answer, options, context)),
    rows: shown,
    totals: whole === null ? null : withTotalWord(whole, context),
    note: rowCount > rows.length ? countText(rows.length, rowCount, context) : null,
  }
}

export function alignOf({ kind, type }: TableColumn): 'start' | 'end' {
  return kind === 'METRIC' || type === 'NUMBER' ? 'end' : 'start'
}

/** How the cells of a column read. */
export function writerOf(
  { range }: TableData,
  column: TableColumn,
  context: ChartContext,
): (cell: unknown) => string {
  if (column.kind === 'DIMENSION') return cellWriter(column, keyFormat(context, range))
  const metric = metricOf(column)
  return (cell) =>
    formatFigure(toNumber(cell), metric, context.locale, typeof cell === 'string' ? cell : null)
}

/** The dimensions of a row. The start of a bucket is one, too, by the name of the time. */
export function rowPoint({ columns }: TableData, row: readonly unknown[]): Point {
  const keys = columns.flatMap(({ kind, name }, place) =>
    kind === 'DIMENSION' ? [{ dimension: name, value: row[place] }] : [],
  )
  return groupPoint(keys, false)
}

export function cellPoint(column: TableColumn, keys: Point): Point {
  return joinPoints({ metric: column.name }, keys, groupPoint(column.pivot, false))
}

export function withTotalWord(cells: readonly TableCell[], { words }: ChartContext): readonly TableCell[] {
  const first = cells.findIndex(({ isKey }) => isKey)
  return cells.map((cell, index) => (index === first ? { ...cell, text: words.total } : cell))
}

export function headTitle({ name, title }: Pick<TableColumn, 'name' | 'title'>, { titles }: ChartOptions) {
  return titles.get(name) ?? title
}

function headOf(
  column: TableColumn,
  answer: TableData,
  options: ChartOptions,
  context: ChartContext,
): TableHead {
  const spread = spreadTexts(answer, column, keyFormat(context, answer.range))
  const text = [headTitle(column, options), ...spread].join(' · ')
  return { text, align: alignOf(column), span: 1, isKey: column.kind === 'DIMENSION' }
}

/** As a share of the greatest of its column; figures below 0 have none. */
function barOf(
  { cells: rows }: TableData,
  { kind }: TableColumn,
  place: number,
  cell: unknown,
  { bars }: ChartOptions,
): number | null {
  const value = toNumber(cell)
  if (!bars || kind !== 'METRIC' || value === null || value < 0) return null
  const most = rows.reduce((greatest, row) => Math.max(greatest, toNumber(row[place]) ?? 0), 0)
  return most > 0 ? value / most : 0
}

function countText(shown: number, count: number, { locale, words }: ChartContext): string {
  const numbers = { shown: formatCount(shown, locale), count: formatCount(Math.max(count, shown), locale) }
  return fill(words.rowsShown, numbers)
}
