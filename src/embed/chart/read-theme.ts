import { type ChartTheme, darkTheme, lightTheme } from '../../charts/theme.ts'
import { onGround, type Rgba, rgbaIn } from './solid-color.ts'

/** Where a host says what a color is, or the element around, which has read what a host says. */
const variables = {
  text: '--_text',
  muted: '--_muted',
  background: '--_surface',
  grid: '--tessera-grid',
  axis: '--tessera-axis',
  good: '--_good',
  bad: '--_bad',
  others: '--tessera-color-others',
  empty: '--tessera-empty',
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
    ...names.map((name) => (isForced ? systemColors[name] : `var(${variables[name]}, ${base[name]})`)),
    ...base.colors.map((color, index) =>
      isForced ? 'CanvasText' : `var(--tessera-color-${index + 1}, ${color})`,
    ),
    isForced ? 'Canvas' : `var(--tessera-scale-from, ${base.scale[0]})`,
    isForced ? 'CanvasText' : `var(--tessera-scale-to, ${base.scale[1]})`,
  ]
  const resolved = resolvedIn(root, wanted)
  // What a page leaves transparent is drawn on the theme's own ground, and what shines through lies on it.
  const surface = resolved[names.indexOf('background')]
  const background =
    surface === undefined ? base.background : solid(surface, base.background, base.background)
  const usual = [...names.map((name) => base[name]), ...base.colors, ...base.scale]
  const found = resolved.map((color, index) => solid(color, background, usual[index] ?? base.text))
  const own = Object.fromEntries(names.map((name, index) => [name, found[index] ?? base[name]]))
  const [from = base.scale[0], to = base.scale[1]] = found.slice(-2)
  return {
    ...base,
    ...own,
    background,
    colors: found.slice(names.length, -2),
    scale: [from, to],
    font: getComputedStyle(host).fontFamily || base.font,
  }
}

/** Whatever way they were written in. All are set before any is read, so that the page is laid out once. */
function resolvedIn(root: ShadowRoot, colors: readonly string[]): readonly Rgba[] {
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
  const found = probes.map((probe) => {
    const { color } = getComputedStyle(probe)
    return rgbaIn(color) ?? pixelOf(color)
  })
  box.remove()
  return found
}

function solid(color: Rgba, ground: string, usual: string): string {
  return color[3] === 0 ? usual : onGround(color, ground)
}

let canvas: CanvasRenderingContext2D | null = null

/** Colors of other spaces, by what a screen shows for them. */
function pixelOf(color: string): Rgba {
  canvas ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (canvas === null) return [128, 128, 128, 1]
  canvas.clearRect(0, 0, 1, 1)
  canvas.fillStyle = color
  canvas.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0, alpha = 255] = canvas.getImageData(0, 0, 1, 1).data
  return [red, green, blue, alpha / 255]
}
