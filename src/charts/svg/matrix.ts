import type { MatrixChart } from '../chart.ts'
import { textWidth } from '../plot/style.ts'
import type { ChartTheme } from '../theme.ts'
import { type Box, fitted, textAt } from './frame.ts'
import { drawScale } from './legend.ts'
import { element, type Markup } from './markup.ts'

export function matrixMarkup(
  chart: MatrixChart,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): readonly Markup[] {
  const isRtl = direction === 'rtl'
  const { marks: scale, rest } = drawScale(chart.scale, box, theme, direction)
  const details = Math.max(
    ...chart.rows.map(({ detail }) => textWidth(detail ?? '') + (detail === null ? 0 : 16)),
    0,
  )
  const names = Math.max(textWidth(chart.corner), ...chart.rows.map(({ label }) => textWidth(label)), 0) + 14
  const side = Math.min(names + details, rest.width * 0.4)
  const top = 22
  const width = (rest.width - side) / Math.max(chart.columns.length, 1)
  const height = Math.min((rest.height - top) / Math.max(chart.rows.length, 1), 44)
  // All or none: fields that are left out would look as if they had no figure.
  const widest = Math.max(
    ...chart.rows.flatMap(({ cells }) => cells.map(({ text }) => textWidth(text, 11))),
    0,
  )
  const hasTexts = height >= 16 && widest < width - 4
  const gap = Math.min(width, height) > 8 ? 2 : 0
  const left = (index: number) =>
    isRtl ? rest.x + rest.width - side - (index + 1) * width : rest.x + side + index * width
  const edge = isRtl ? rest.x + rest.width : rest.x
  const anchor = isRtl ? 'end' : 'start'
  const marks: Markup[] = [
    ...scale,
    textAt(chart.corner, { x: edge, y: rest.y + 13, size: 12, weight: 600, color: theme.muted, anchor }),
  ]
  for (const [index, tick] of chart.ticks.entries()) {
    const next = chart.ticks.findIndex((text, at) => at > index && text !== '')
    const room = ((next < 0 ? chart.ticks.length : next) - index) * width
    if (tick === '') continue
    const isWide = room > width * 1.5
    const x = left(index) + (isWide ? (isRtl ? width : 0) : width / 2)
    const place = isWide ? anchor : 'middle'
    marks.push(
      textAt(fitted(tick, room - 4, 11), { x, y: rest.y + 13, size: 11, color: theme.muted, anchor: place }),
    )
  }
  for (const [row, { label, detail, cells }] of chart.rows.entries()) {
    const y = rest.y + top + row * height
    const middle = y + height / 2 + 4
    if (height >= 11) {
      marks.push(
        textAt(fitted(label, side - details - 10, 12), {
          x: edge,
          y: middle,
          size: 12,
          color: theme.text,
          anchor,
        }),
      )
    }
    if (detail !== null && height >= 11) {
      const x = isRtl ? edge - side + 12 : edge + side - 12
      marks.push(
        textAt(detail, { x, y: middle, size: 12, color: theme.muted, anchor: isRtl ? 'start' : 'end' }),
      )
    }
    for (const [index, cell] of cells.entries()) {
      if (cell.color === 'transparent') continue
      const x = left(index)
      const shape = { x: x + gap / 2, y: y + gap / 2, width: width - gap, height: height - gap }
      const place = cell.point === null ? null : `${row} ${index}`
      marks.push(
        element('rect', { ...shape, rx: gap === 0 ? null : 3, fill: cell.color, 'data-mark': place }),
      )
      if (cell.text !== '' && hasTexts) {
        marks.push(
          textAt(cell.text, { x: x + width / 2, y: middle, size: 11, color: cell.ink, anchor: 'middle' }),
        )
      }
    }
  }
  return marks
}
