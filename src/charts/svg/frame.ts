import { shorten, textWidth } from '../plot/style.ts'
import type { ChartTheme } from '../theme.ts'
import { element, type Markup, written } from './markup.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface FrameWish {
  readonly title: string | null
  readonly summary: string
  readonly width: number
  readonly height: number
  readonly theme: ChartTheme
  readonly direction: 'ltr' | 'rtl'
}

const padding = 20
const titleHeight = 30

/** Where the picture goes: inside the padding, under the title. */
export function innerBox({ title, width, height }: FrameWish): Box {
  const top = padding + (title === null ? 0 : titleHeight)
  return {
    x: padding,
    y: top,
    width: Math.max(width - 2 * padding, 40),
    height: Math.max(height - top - padding, 24),
  }
}

/** A whole picture: ground, title and what is drawn, with a sentence for those who do not see it. */
export function framed(wish: FrameWish, content: readonly Markup[]): string {
  const { title, summary, width, height, theme, direction } = wish
  const head =
    title === null
      ? []
      : [
          textAt(shorten(title, Math.floor(width / 8)), {
            x: direction === 'rtl' ? width - padding : padding,
            y: padding + 12,
            size: 15,
            weight: 600,
            color: theme.text,
            anchor: direction === 'rtl' ? 'end' : 'start',
          }),
        ]
  return written(
    element(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        width,
        height,
        viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}`,
        role: 'img',
        'aria-label': summary,
        'font-family': theme.font,
      },
      element('rect', { width, height, fill: theme.background }),
      ...head,
      ...content,
    ),
  )
}

export interface TextLook {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly weight?: number
  readonly color: string
  readonly anchor?: 'start' | 'middle' | 'end'
}

export function textAt(
  text: string,
  { x, y, size, weight = 400, color, anchor = 'start' }: TextLook,
): Markup {
  return element(
    'text',
    {
      x,
      y,
      'font-size': size,
      'font-weight': weight === 400 ? null : weight,
      fill: color,
      'text-anchor': anchor,
    },
    text,
  )
}

/** Cut to the room there is, as far as that can be told without measuring. */
export function fitted(text: string, room: number, size: number): string {
  const width = textWidth(text, size)
  if (width <= room) return shorten(text, 10_000)
  return shorten(text, Math.max(1, Math.floor(([...text].length * room) / width)))
}

/** How many are left out, where there is no room for them: nobody should take a part for the whole. */
export function moreText(count: number): string {
  return `+${count}`
}
