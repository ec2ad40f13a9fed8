import type { TableColumn, TableData } from '../answers.ts'
import { keyFormat, spreadTexts } from '../cells.ts'
import type { ChartContext } from '../context.ts'
import { metricOf } from '../metric.ts'
import type { ChartOptions } from '../options.ts'
import type { TableChart, TableHead } from '../table-chart.ts'
import type { Drawing } from './drawer.ts'
import { alignOf, drawTable, headTitle } from './table.ts'

/** A table whose pivoted columns stand under the values that they are about, each level in a row of its own. */
export function drawPivot(drawing: Drawing<TableData>): TableChart {
  const { answer, options, context } = drawing
  const table = drawTable(drawing)
  const levels = Math.max(...answer.columns.map(({ pivot }) => pivot.length), 0)
  if (levels === 0) return table
  const metrics = new Set(answer.columns.filter(({ kind }) => kind === 'METRIC').map(({ name }) => name))
  // Under a single metric the lowest level heads the columns, and its name would only repeat.
  const isNamed = metrics.size > 1
  const heads = answer.columns.map((column) => headsOf(column, levels, isNamed, answer, options, context))
  const depth = levels + (isNamed ? 1 : 0)
  const rows = Array.from({ length: depth }, (_, level) => spanned(heads, level, answer.columns))
  return { ...table, groups: rows.slice(0, -1), columns: rows.at(-1) ?? table.columns }
}

/** The texts over a column, from the top. */
function headsOf(
  column: TableColumn,
  levels: number,
  isNamed: boolean,
  answer: TableData,
  options: ChartOptions,
  context: ChartContext,
): readonly string[] {
  const depth = levels + (isNamed ? 1 : 0)
  const title = headTitle(column, options)
  if (column.kind === 'DIMENSION') return [...Array.from({ length: depth - 1 }, () => ''), title]
  if (column.pivot.length === 0) {
    const over = Array.from({ length: depth - 1 }, (_, level) => (level === 0 ? context.words.total : ''))
    return [...over, isNamed || depth > 1 ? metricOf(column).title : context.words.total]
  }
  const keys = spreadTexts(answer, column, keyFormat(context, answer.range))
  return isNamed ? [...keys, metricOf(column).title] : keys
}

/** Neighbours under the same values are headed once. */
function spanned(
  heads: readonly (readonly string[])[],
  level: number,
  columns: readonly TableColumn[],
): readonly TableHead[] {
  const isLast = level === (heads[0]?.length ?? 1) - 1
  const row: TableHead[] = []
  let before = ''
  for (const [index, texts] of heads.entries()) {
    const column = columns[index]
    if (column === undefined) continue
    const isKey = column.kind === 'DIMENSION'
    const path = JSON.stringify([isKey, column.pivot.length, texts.slice(0, level + 1)])
    const last = row.at(-1)
    if (!isLast && last !== undefined && path === before) {
      row[row.length - 1] = { ...last, span: last.span + 1 }
    } else {
      row.push({ text: texts[level] ?? '', align: alignOf(column), span: 1, isKey: isKey && isLast })
    }
    before = path
  }
  return row
}
