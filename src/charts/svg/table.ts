import { textWidth } from '../plot/style.ts'
import type { TableCell, TableChart, TableHead } from '../table-chart.ts'
import { type ChartTheme, mix } from '../theme.ts'
import { type Box, fitted, moreText, textAt } from './frame.ts'
import { element, type Markup } from './markup.ts'

const line = 26

/** As many rows and columns as there is room for, and how many there are beside them. */
export function tableMarkup(
  chart: TableChart,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): readonly Markup[] {
  const heads = [...chart.groups, chart.columns]
  const totals = chart.totals === null ? [] : [chart.totals]
  const most = Math.max(1, Math.floor(box.height / line) - heads.length - totals.length)
  const isCut = chart.rows.length > most || chart.note !== null
  const rows = chart.rows.slice(0, isCut ? Math.max(most - 1, 1) : most)
  const { columns, more } = layOut(chart, [...rows, ...totals], box, direction)
  const marks: Markup[] = []
  let y = box.y
  for (const [level, head] of heads.entries()) {
    marks.push(...headRow(head, columns, y, theme, level === heads.length - 1))
    y += line
  }
  if (more !== null) {
    const edge =
      direction === 'rtl'
        ? ({ x: box.x, anchor: 'start' } as const)
        : ({ x: box.x + box.width, anchor: 'end' } as const)
    marks.push(textAt(more, { ...edge, y: y - line + 17, size: 12, weight: 600, color: theme.muted }))
  }
  marks.push(rule(box, y, theme.axis))
  for (const row of rows) {
    marks.push(...bodyRow(row, columns, y, theme, false))
    y += line
    marks.push(rule(box, y, theme.grid))
  }
  for (const row of totals) {
    marks.push(rule(box, y, theme.axis), ...bodyRow(row, columns, y, theme, true))
    y += line
  }
  if (isCut) {
    const beyond = chart.rows.length - rows.length
    const text = [chart.note, beyond > 0 ? moreText(beyond) : null]
      .filter((part) => part !== null)
      .join(' · ')
    const x = direction === 'rtl' ? box.x + box.width : box.x
    marks.push(
      textAt(text, {
        x,
        y: y + 17,
        size: 12,
        color: theme.muted,
        anchor: direction === 'rtl' ? 'end' : 'start',
      }),
    )
  }
  return marks
}

interface Column {
  readonly left: number
  readonly width: number
  readonly isRtl: boolean
}

interface Layout {
  readonly columns: readonly Column[]
  /** How many there was no room for; null where all are shown. */
  readonly more: string | null
}

/** By the texts; where they need more than there is, all give in alike, and columns that would get too narrow are counted. */
function layOut(
  chart: TableChart,
  rows: readonly (readonly TableCell[])[],
  box: Box,
  direction: 'ltr' | 'rtl',
): Layout {
  const wanted = chart.columns.map(({ text }, index) => {
    const cells = rows.slice(0, 50).map((row) => textWidth(row[index]?.text ?? '', 13))
    return Math.min(Math.max(textWidth(text, 12), ...cells) + 24, 260)
  })
  const isRtl = direction === 'rtl'
  const beyond = wanted.findIndex((_, index) => sum(wanted.slice(0, index + 1)) > box.width * 1.6)
  const kept = beyond === -1 ? wanted : wanted.slice(0, Math.max(1, beyond))
  const more = kept.length < wanted.length ? moreText(wanted.length - kept.length) : null
  const room = box.width - (more === null ? 0 : textWidth(more, 12) + 8)
  const scale = room / Math.max(sum(kept), 1)
  let from = 0
  const columns = kept.map((width) => {
    const own = width * scale
    const left = isRtl ? box.x + box.width - from - own : box.x + from
    from += own
    return { left, width: own, isRtl }
  })
  return { columns, more }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((whole, number) => whole + number, 0)
}

function headRow(
  heads: readonly TableHead[],
  columns: readonly Column[],
  y: number,
  theme: ChartTheme,
  isLast: boolean,
): readonly Markup[] {
  let index = 0
  return heads.flatMap((head) => {
    const own = columns.slice(index, index + head.span)
    index += head.span
    const first = own[0]
    if (first === undefined || head.text === '') return []
    const left = Math.min(...own.map((column) => column.left))
    const whole = { left, width: sum(own.map(({ width }) => width)), isRtl: first.isRtl }
    const align = isLast || head.span === 1 ? head.align : 'start'
    return [cellText(head.text, align, whole, y, { size: 12, weight: 600, color: theme.muted })]
  })
}

function bodyRow(
  row: readonly TableCell[],
  columns: readonly Column[],
  y: number,
  theme: ChartTheme,
  isTotal: boolean,
): readonly Markup[] {
  return columns.flatMap((column, index) => {
    const cell = row[index]
    if (cell === undefined) return []
    const text = cellText(cell.text, cell.align, column, y, {
      size: 13,
      weight: isTotal ? 600 : 400,
      color: theme.text,
    })
    if (cell.bar === null) return [text]
    const width = (column.width - 16) * cell.bar
    const x = column.isRtl ? column.left + 8 : column.left + column.width - 8 - width
    const fill = mix(theme.background, theme.colors[0] ?? theme.muted, 0.2)
    return [element('rect', { x, y: y + 4, width, height: line - 8, rx: 3, fill }), text]
  })
}

function cellText(
  text: string,
  align: 'start' | 'end',
  { left, width, isRtl }: Column,
  y: number,
  look: { readonly size: number; readonly weight: number; readonly color: string },
): Markup {
  const isLeft = (align === 'start') !== isRtl
  return textAt(fitted(text, width - 16, look.size), {
    ...look,
    x: isLeft ? left + 8 : left + width - 8,
    y: y + 17,
    anchor: isLeft ? 'start' : 'end',
  })
}

function rule({ x, width }: Box, y: number, stroke: string): Markup {
  return element('line', { x1: x, x2: x + width, y1: y, y2: y, stroke, 'stroke-width': 1 })
}
