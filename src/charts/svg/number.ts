import type { NumberChart } from '../chart.ts'
import { textWidth } from '../plot/style.ts'
import type { ChartTheme } from '../theme.ts'
import { type Box, fitted, textAt } from './frame.ts'
import { element, type Markup } from './markup.ts'

export function numberMarkup(
  { text, isEmpty, comparison, goal, sparkline }: NumberChart,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): readonly Markup[] {
  const isRtl = direction === 'rtl'
  const start = isRtl ? box.x + box.width : box.x
  const anchor = isRtl ? 'end' : 'start'
  const size = Math.max(
    16,
    Math.min(40, box.height * 0.42, (box.width / Math.max(textWidth(text, 1), 1)) * 0.94),
  )
  const base = box.y + size * 0.9
  const colors = { good: theme.good, bad: theme.bad, neutral: theme.muted }
  const arrows = { up: '▲', down: '▼', flat: '■' }
  const marks = [
    textAt(text, { x: start, y: base, size, weight: 600, color: isEmpty ? theme.muted : theme.text, anchor }),
  ]
  let below = base + 24
  if (comparison !== null) {
    const change = `${arrows[comparison.direction]} ${comparison.text}`
    const beyond = textWidth(change, 13) + 8
    marks.push(
      textAt(change, {
        x: start,
        y: below,
        size: 13,
        weight: 600,
        color: colors[comparison.sentiment],
        anchor,
      }),
      textAt(fitted(comparison.detail, box.width - beyond, 13), {
        x: isRtl ? start - beyond : start + beyond,
        y: below,
        size: 13,
        color: theme.muted,
        anchor,
      }),
    )
    below += 22
  }
  if (goal !== null) {
    const width = Math.min(box.width, 240)
    const reached = width * goal.ratio
    const x = isRtl ? start - width : start
    marks.push(
      element('rect', { x, y: below - 6, width, height: 6, rx: 3, fill: theme.grid }),
      element('rect', {
        x: isRtl ? start - reached : x,
        y: below - 6,
        width: reached,
        height: 6,
        rx: 3,
        fill: goal.isReached ? theme.good : (theme.colors[0] ?? theme.text),
      }),
      textAt(`${goal.label}: ${goal.text}`, {
        x: start,
        y: below + 18,
        size: 12,
        color: theme.muted,
        anchor,
      }),
    )
    below += 30
  }
  const room = box.y + box.height - below
  if (sparkline === null || room < 14) return marks
  const height = Math.min(room, 64)
  marks.push(
    element(
      'svg',
      {
        x: box.x,
        y: box.y + box.height - height,
        width: box.width,
        height,
        viewBox: '0 0 100 32',
        preserveAspectRatio: 'none',
      },
      element('path', { d: sparkline.area, fill: sparkline.color, 'fill-opacity': 0.12 }),
      element('path', {
        d: sparkline.line,
        fill: 'none',
        stroke: sparkline.color,
        'stroke-width': 2,
        'vector-effect': 'non-scaling-stroke',
      }),
    ),
  )
  return marks
}
