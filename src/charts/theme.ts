/** Colors and type of a picture. Colors are `#rrggbb`, so that shades can be made of them. */
export interface ChartTheme {
  readonly scheme: 'light' | 'dark'
  /** In the order of the series; each at least 3:1 against the background. */
  readonly colors: readonly string[]
  /** Of the groups that do not stand alone. */
  readonly others: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly axis: string
  readonly background: string
  readonly good: string
  readonly bad: string
  /** From the least figure to the greatest. */
  readonly scale: readonly [string, string]
  /** Where there is no figure. */
  readonly empty: string
  readonly font: string
}

const font =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

export const lightTheme: ChartTheme = {
  scheme: 'light',
  colors: ['#3366cc', '#c2570c', '#0f857a', '#9440b5', '#9a7200', '#cc2f62', '#4c7d1e', '#23789f'],
  others: '#757d8a',
  text: '#1c2230',
  muted: '#5b6474',
  grid: '#e8eaee',
  axis: '#c5cad3',
  background: '#ffffff',
  good: '#16794c',
  bad: '#c02b2b',
  scale: ['#e6eefb', '#1d4f9e'],
  empty: '#eff1f4',
  font,
}

export const darkTheme: ChartTheme = {
  scheme: 'dark',
  colors: ['#7aa5ff', '#f0995a', '#45c2b1', '#cf92ea', '#d9b844', '#ff83a1', '#9aca62', '#63bfe4'],
  others: '#949cab',
  text: '#eceff4',
  muted: '#a7afbd',
  grid: '#2a303b',
  axis: '#454d5b',
  background: '#14181f',
  good: '#57cf93',
  bad: '#ff8585',
  scale: ['#1c2a44', '#9cc0ff'],
  empty: '#20262f',
  font,
}

export function colorAt({ colors }: ChartTheme, index: number): string {
  return colors[index % Math.max(colors.length, 1)] ?? '#808080'
}

/** As WCAG 2.2 has it: from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

export function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Of two colors: 0 is the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const ends = channels(to)
  const parts = channels(from).map((start, index) =>
    Math.round(start + ((ends[index] ?? start) - start) * share),
  )
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** What can be read on a colored ground: of black and white, one is always at least 4.5:1. */
export function inkOn(color: string): string {
  return contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000'
}

/** Anything but `#rgb` and `#rrggbb` reads as gray. */
function channels(color: string): readonly number[] {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(color)
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(color)
  if (short !== null) return short.slice(1, 4).map((digit) => Number.parseInt(digit + digit, 16))
  if (long !== null) return long.slice(1, 4).map((pair) => Number.parseInt(pair, 16))
  return [128, 128, 128]
}
