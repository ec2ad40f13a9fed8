import type { RingChart } from '../chart.ts'
import { textWidth } from '../plot/style.ts'
import type { ChartTheme } from '../theme.ts'
import { type Box, fitted, textAt } from './frame.ts'
import { element, type Markup } from './markup.ts'

/** Clockwise from the top; from right to left against it. */
export function ringMarkup(chart: RingChart, box: Box, theme: ChartTheme): readonly Markup[] {
  const { slices, center, isMirrored } = chart
  const outer = (Math.min(box.width, box.height) / 2) * 0.96
  const inner = outer * 0.66
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const pointAt = (share: number, radius: number) => {
    const angle = share * 2 * Math.PI * (isMirrored ? -1 : 1)
    return { x: x + radius * Math.sin(angle), y: y - radius * Math.cos(angle) }
  }
  const marks: Markup[] = slices.map(({ color, from, to, point }, index) =>
    element('path', {
      // A whole circle has no start and end to draw an arc between.
      d: sector(pointAt, from, Math.min(to, from + 0.99999), { outer, inner, isMirrored }),
      fill: color,
      stroke: theme.background,
      'stroke-width': slices.length > 1 ? 2 : null,
      'stroke-linejoin': 'round',
      'data-mark': point === null ? null : `0 ${index}`,
    }),
  )
  for (const { text, ink, from, to } of slices) {
    if (text === '') continue
    const middle = pointAt((from + to) / 2, (outer + inner) / 2)
    const look = { x: middle.x, y: middle.y + 4, size: 11, color: ink, anchor: 'middle' } as const
    marks.push(textAt(fitted(text, outer - inner - 4, 11), look))
  }
  if (center === null || inner < 26) return marks
  const size = Math.min(22, (inner * 1.7 * 10) / Math.max(textWidth(center.text, 10), 1))
  const caption = fitted(center.caption, inner * 1.6, 11)
  return [
    ...marks,
    textAt(center.text, { x, y: y + 2, size, weight: 600, color: theme.text, anchor: 'middle' }),
    textAt(caption, { x, y: y + 20, size: 11, color: theme.muted, anchor: 'middle' }),
  ]
}

type PointAt = (share: number, radius: number) => { readonly x: number; readonly y: number }

function sector(
  pointAt: PointAt,
  from: number,
  to: number,
  { outer, inner, isMirrored }: { outer: number; inner: number; isMirrored: boolean },
): string {
  const large = to - from > 0.5 ? 1 : 0
  const [onward, back] = isMirrored ? [0, 1] : [1, 0]
  const write = (share: number, radius: number) => {
    const point = pointAt(share, radius)
    return `${point.x.toFixed(2)} ${point.y.toFixed(2)}`
  }
  return [
    `M${write(from, outer)}`,
    `A${outer.toFixed(2)} ${outer.toFixed(2)} 0 ${large} ${onward} ${write(to, outer)}`,
    `L${write(to, inner)}`,
    `A${inner.toFixed(2)} ${inner.toFixed(2)} 0 ${large} ${back} ${write(from, inner)}Z`,
  ].join('')
}
