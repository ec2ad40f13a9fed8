import { type ChartTheme, darkTheme, lightTheme } from '../../charts/theme.ts'

/** Where a host, or the element around, says what a color is. */
const variables = {
  text: '--_text, var(--tessera-text',
  muted: '--_muted, var(--tessera-muted',
  background: '--_surface, var(--tessera-surface',
  grid: '--tessera-grid, var(--tessera-chart-grid',
  axis: '--tessera-axis, var(--tessera-chart-axis',
  good: '--_good, var(--tessera-good',
  bad: '--_bad, var(--tessera-bad',
  others: '--tessera-color-others, var(--tessera-others',
  empty: '--tessera-empty, var(--tessera-chart-empty',
} as const

const systemColors = {
  text: 'CanvasText',
  muted: 'CanvasText',
  background: 'Canvas',
  grid: 'GrayText',
  axis: 'CanvasText',
  good: 'CanvasText',
  bad: 'CanvasText',
  others: 'GrayText',
  empty: 'Canvas',
} as const

type Color = keyof typeof variables

/**
 * The theme as the page's style sheets resolve it: what they leave open is the default's for light or dark, and with
 * forced colors it is the system's.
 */
export function readTheme(host: HTMLElement, root: ShadowRoot, scheme: 'light' | 'dark'): ChartTheme {
  const base = scheme === 'dark' ? darkTheme : lightTheme
  const isForced = matchMedia('(forced-colors: active)').matches
  const names = Object.keys(variables) as readonly Color[]
  const wanted = [
    ...names.map((name) => (isForced ? systemColors[name] : `var(${variables[name]}, ${base[name]}))`)),
    ...base.colors.map((color, index) =>
      isForced ? 'CanvasText' : `var(--tessera-color-${index + 1}, ${color})`,
    ),
    isForced ? 'Canvas' : `var(--tessera-scale-from, ${base.scale[0]})`,
    isForced ? 'CanvasText' : `var(--tessera-scale-to, ${base.scale[1]})`,
  ]
  const found = resolved(root, wanted)
  const own = Object.fromEntries(names.map((name, index) => [name, found[index] ?? base[name]]))
  const [from = base.scale[0], to = base.scale[1]] = found.slice(-2)
  return {
    ...base,
    ...own,
    colors: found.slice(names.length, -2),
    scale: [from, to],
    font: getComputedStyle(host).fontFamily || base.font,
  }
}

/** As `#rrggbb`, whatever way they were written in. All are set before any is read, so that the page is laid out once. */
function resolved(root: ShadowRoot, colors: readonly string[]): readonly string[] {
  const box = document.createElement('span')
  box.hidden = true
  const probes = colors.map((color) => {
    const probe = document.createElement('i')
    probe.style.setProperty('color', color)
    probe.style.setProperty('forced-color-adjust', 'none')
    box.append(probe)
    return probe
  })
  root.append(box)
  const found = probes.map((probe) => asHex(getComputedStyle(probe).color))
  box.remove()
  return found
}

let canvas: CanvasRenderingContext2D | null = null

function asHex(color: string): string {
  const numbers = /^rgba?\((\d+), (\d+), (\d+)/.exec(color)?.slice(1, 4).map(Number) ?? pixelOf(color)
  return `#${numbers.map((number) => number.toString(16).padStart(2, '0')).join('')}`
}

/** Colors of other spaces, by what a screen shows for them. */
function pixelOf(color: string): readonly number[] {
  canvas ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (canvas === null) return [128, 128, 128]
  canvas.fillStyle = color
  canvas.fillRect(0, 0, 1, 1)
  return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
}
