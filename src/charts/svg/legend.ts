import type { ColorScale, Legend, LegendEntry } from '../chart.ts'
import { textWidth } from '../plot/style.ts'
import type { ChartTheme } from '../theme.ts'
import { type Box, fitted, moreText, textAt } from './frame.ts'
import { element, type Markup } from './markup.ts'

const line = 20

export interface DrawnLegend {
  readonly marks: readonly Markup[]
  /** What is left for the picture. */
  readonly rest: Box
}

/** Below in rows, or beside in a column with the figures at its end; entries that there is no room for are counted. */
export function drawLegend(
  legend: Legend | null,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): DrawnLegend {
  const entries = legend?.entries.filter(({ isHidden }) => !isHidden) ?? []
  if (legend === null || entries.length === 0) return { marks: [], rest: box }
  return legend.place === 'end'
    ? besides(entries, box, theme, direction)
    : below(entries, box, theme, direction)
}

function below(
  entries: readonly LegendEntry[],
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): DrawnLegend {
  const shown = inRows(entries, box)
  const height = shown.length * line + 12
  const top = box.y + box.height - shown.length * line + 6
  const isRtl = direction === 'rtl'
  const marks = shown.flatMap((row, index) =>
    row.flatMap(({ entry, text, start: from }) => {
      const x = isRtl ? box.x + box.width - from : box.x + from
      const y = top + index * line + line / 2
      return [
        ...(entry === null ? [] : [swatch(entry, isRtl ? x - 12 : x, y - 5)]),
        textAt(text, {
          x: isRtl ? x - (entry === null ? 0 : 18) : x + (entry === null ? 0 : 18),
          y: y + 4,
          size: 12,
          color: theme.text,
          anchor: isRtl ? 'end' : 'start',
        }),
      ]
    }),
  )
  return { marks, rest: { ...box, height: Math.max(box.height - height, 24) } }
}

interface Placed {
  /** Null of the number of those that are left out. */
  readonly entry: LegendEntry | null
  readonly text: string
  readonly start: number
}

function inRows(entries: readonly LegendEntry[], { width, height }: Box): readonly (readonly Placed[])[] {
  const rows: Placed[][] = [[]]
  let start = 0
  for (const entry of entries) {
    const text = fitted(entry.name, Math.min(width - 24, 220), 12)
    const own = textWidth(text) + 34
    if (start > 0 && start + own > width + 16) {
      rows.push([])
      start = 0
    }
    rows.at(-1)?.push({ entry, text, start })
    start += own
  }
  const shown = rows.slice(0, Math.max(1, Math.floor(height / 3 / line)))
  const last = shown.at(-1)
  let more = rows.slice(shown.length).flat().length
  if (last === undefined || more === 0) return shown
  const endOf = (placed: Placed | undefined) =>
    placed === undefined ? 0 : placed.start + textWidth(placed.text) + 34
  while (last.length > 0 && endOf(last.at(-1)) + textWidth(moreText(more)) > width) {
    last.pop()
    more += 1
  }
  last.push({ entry: null, text: moreText(more), start: endOf(last.at(-1)) })
  return shown
}

function besides(
  entries: readonly LegendEntry[],
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): DrawnLegend {
  const most = Math.max(1, Math.floor(box.height / line))
  const shown = entries.length > most ? entries.slice(0, most - 1) : entries
  const lines = Math.min(entries.length, most)
  const figures = shown.map(({ texts }) => texts.join('   '))
  const figuresWidth = Math.max(...figures.map((text) => textWidth(text)), 0)
  const names = Math.max(...shown.map(({ name }) => textWidth(name)), 0)
  const width = Math.min(names + figuresWidth + 44, box.width * 0.58)
  const room = Math.max(width - figuresWidth - 44, 24)
  const isRtl = direction === 'rtl'
  const left = isRtl ? box.x : box.x + box.width - width
  const top = box.y + (box.height - lines * line) / 2
  const marks = shown.flatMap((entry, index) => {
    const y = top + index * line + line / 2
    return [
      swatch(entry, isRtl ? left + width - 12 : left, y - 5),
      textAt(fitted(entry.name, room, 12), {
        x: isRtl ? left + width - 18 : left + 18,
        y: y + 4,
        size: 12,
        color: theme.text,
        anchor: isRtl ? 'end' : 'start',
      }),
      textAt(figures[index] ?? '', {
        x: isRtl ? left : left + width,
        y: y + 4,
        size: 12,
        color: theme.muted,
        anchor: isRtl ? 'start' : 'end',
      }),
    ]
  })
  if (shown.length < entries.length) {
    marks.push(
      textAt(moreText(entries.length - shown.length), {
        x: isRtl ? left + width - 18 : left + 18,
        y: top + shown.length * line + line / 2 + 4,
        size: 12,
        color: theme.text,
        anchor: isRtl ? 'end' : 'start',
      }),
    )
  }
  const rest = { ...box, x: isRtl ? box.x + width + 16 : box.x, width: Math.max(box.width - width - 16, 24) }
  return { marks, rest }
}

function swatch({ mark, color }: LegendEntry, x: number, y: number): Markup {
  if (mark === 'square') return element('rect', { x, y, width: 11, height: 11, rx: 2.5, fill: color })
  return element('line', {
    x1: x,
    x2: x + 12,
    y1: y + 5.5,
    y2: y + 5.5,
    stroke: color,
    'stroke-width': mark === 'dashed' ? 1.5 : 2.5,
    'stroke-dasharray': mark === 'dashed' ? '3 2.5' : null,
    'stroke-linecap': mark === 'dashed' ? null : 'round',
  })
}

/** The colors from the least to the greatest. */
export function drawScale(
  scale: ColorScale | null,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): DrawnLegend {
  if (scale === null) return { marks: [], rest: box }
  const isRtl = direction === 'rtl'
  const [first, last] = isRtl ? [scale.toText, scale.fromText] : [scale.fromText, scale.toText]
  const y = box.y + box.height - 10
  const from = box.x + (isRtl ? box.width - textWidth(first) - textWidth(last) - 136 : 0)
  const x = from + textWidth(first, 11) + 8
  const id = `scale-${scale.from.slice(1)}-${scale.to.slice(1)}`
  const [start, end] = isRtl ? [scale.to, scale.from] : [scale.from, scale.to]
  return {
    marks: [
      element(
        'defs',
        {},
        element(
          'linearGradient',
          { id },
          element('stop', { offset: 0, 'stop-color': start }),
          element('stop', { offset: 1, 'stop-color': end }),
        ),
      ),
      textAt(first, { x: from, y: y + 8, size: 11, color: theme.muted }),
      element('rect', { x, y, width: 120, height: 8, rx: 4, fill: `url(#${id})` }),
      textAt(last, { x: x + 128, y: y + 8, size: 11, color: theme.muted }),
    ],
    rest: { ...box, height: Math.max(box.height - 26, 24) },
  }
}
