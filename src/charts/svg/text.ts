import type { TextChart } from '../chart.ts'
import { textWidth } from '../plot/style.ts'
import type { ChartTheme } from '../theme.ts'
import { type Box, textAt } from './frame.ts'
import { element, type Markup } from './markup.ts'

/** Lines are broken by guess, because nothing can be measured here. */
export function textMarkup(
  { blocks }: TextChart,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): readonly Markup[] {
  const isRtl = direction === 'rtl'
  const marks: Markup[] = []
  let y = box.y
  for (const { kind, spans } of blocks) {
    const size = kind === 'heading' ? 18 : 14
    const indent = kind === 'item' ? 16 : 0
    const words = spans.flatMap(({ text, isStrong, isEmphasized }) =>
      text.split(/(?<=\s)/).map((word) => ({ word, isStrong: isStrong || kind === 'heading', isEmphasized })),
    )
    const lines: (typeof words)[] = [[]]
    let width = 0
    for (const word of words) {
      const own = textWidth(word.word, size)
      if (width > 0 && width + own > box.width - indent) {
        lines.push([])
        width = 0
      }
      lines.at(-1)?.push(word)
      width += own
    }
    const edge = isRtl ? box.x + box.width : box.x
    const x = isRtl ? edge - indent : edge + indent
    for (const [index, line] of lines.entries()) {
      y += size * 1.5
      if (y > box.y + box.height + 4) return marks
      if (kind === 'item' && index === 0)
        marks.push(textAt('•', { x: edge, y, size, color: theme.muted, anchor: isRtl ? 'end' : 'start' }))
      marks.push(
        element(
          'text',
          {
            x,
            y,
            'font-size': size,
            fill: theme.text,
            'text-anchor': isRtl ? 'end' : 'start',
            'xml:space': 'preserve',
          },
          ...line.map(({ word, isStrong, isEmphasized }) =>
            element(
              'tspan',
              { 'font-weight': isStrong ? 600 : null, 'font-style': isEmphasized ? 'italic' : null },
              word,
            ),
          ),
        ),
      )
    }
    y += 8
  }
  return marks
}
