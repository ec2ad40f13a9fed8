/** Red, green and blue from 0 to 255, and how much of it covers what is below, from 0 to 1. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

/** The form that browsers give to most colors; null for those of other spaces. */
export function rgbaIn(computed: string): Rgba | null {
  const [, red, green, blue, alpha = 1] =
    /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(computed)?.map(Number) ?? []
  if (red === undefined || green === undefined || blue === undefined) return null
  return [red, green, blue, Number.isNaN(alpha) ? 1 : alpha]
}

/** As `#rrggbb`: what is seen of a color that lies on a ground. */
export function onGround([red, green, blue, alpha]: Rgba, ground: string): string {
  const below = [1, 3, 5].map((at) => Number.parseInt(ground.slice(at, at + 2), 16))
  const seen = [red, green, blue].map((part, index) => part * alpha + (below[index] ?? 0) * (1 - alpha))
  return `#${seen.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}
