import type { ChartContext } from '../context.ts'

/** What all pictures of ECharts share. Its own tooltips and legends are left out: the page's are made of escaped text. */
export function baseOption({ theme, reducedMotion }: ChartContext): Readonly<Record<string, unknown>> {
  return {
    animation: !reducedMotion,
    animationDuration: 250,
    animationDurationUpdate: 200,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: fontOf(theme.font), fontSize: 12, color: theme.text },
  }
}

/** ECharts writes it into an attribute of its SVG as it is. */
function fontOf(font: string): string {
  return font.replaceAll('"', "'").replace(/[<>&]/g, '')
}

/** The picture keeps to its edges, texts of the axes included. */
export function gridOption(margins: { top: number; right: number; bottom: number; left: number }) {
  return { ...margins, bottom: margins.bottom + 3, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }
}

const dashes = ['solid', [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [12, 4]] as const

export function dashOf(index: number, { patterns }: ChartContext) {
  return patterns ? (dashes[index % dashes.length] ?? 'solid') : 'solid'
}

const symbols = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect'] as const

export function symbolOf(index: number, { patterns }: ChartContext) {
  return patterns ? (symbols[index % symbols.length] ?? 'circle') : 'circle'
}

const decals = [
  null,
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  {
    symbol: 'circle',
    dashArrayX: [
      [8, 8],
      [0, 8, 8, 0],
    ],
    dashArrayY: [6, 0],
    symbolSize: 0.8,
  },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 6], rotation: 0 },
  {
    symbol: 'triangle',
    dashArrayX: [
      [9, 9],
      [0, 9, 9, 0],
    ],
    dashArrayY: [7, 2],
    symbolSize: 0.75,
  },
] as const

export function decalOf(index: number, { patterns, theme }: ChartContext) {
  const decal = patterns ? decals[index % decals.length] : null
  return decal == null ? null : { ...decal, color: theme.background }
}

/** Roughly how wide a text of 12 px is, where nothing can be measured. */
export function textWidth(text: string, size = 12): number {
  let width = 0
  for (const character of text) width += wide.test(character) ? 1 : narrow.test(character) ? 0.34 : 0.6
  return Math.ceil(width * size)
}

const wide = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60MW@%▲▼■m…]/u
const narrow = /[ijlI.,:;'|!()\-\s]/

/** Names are cut to what can be read; the table behind holds them whole. */
export function shorten(text: string, most: number): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  const letters = [...flat]
  return letters.length <= most ? flat : `${letters.slice(0, most - 1).join('')}…`
}
