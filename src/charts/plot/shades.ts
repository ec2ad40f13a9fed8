import type { MetricInfo } from '../answers.ts'
import type { ColorScale } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import { compactFigure } from '../format/figure.ts'
import type { ChartOptions } from '../options.ts'
import { contrast, mix } from '../theme.ts'

export interface Shades {
  /** From the least to the greatest; the ground of what is empty for null. */
  readonly colorOf: (value: number | null) => string
  readonly scale: ColorScale | null
}

/** One hue from pale to full. A color of the model takes the place of the theme's. */
export function shadesOf(
  values: readonly (number | null)[],
  metric: MetricInfo,
  options: ChartOptions,
  { theme, locale }: ChartContext,
): Shades {
  let least = options.min ?? Number.POSITIVE_INFINITY
  let most = options.max ?? Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value === null) continue
    if (options.min === null) least = Math.min(least, value)
    if (options.max === null) most = Math.max(most, value)
  }
  const [from, to] = endsOf(options, theme)
  const colorOf = (value: number | null) => {
    if (value === null) return theme.empty
    const share = most > least ? (value - least) / (most - least) : 1
    return mix(from, to, Math.min(Math.max(share, 0), 1))
  }
  if (!(least <= most)) return { colorOf, scale: null }
  const write = (value: number) => compactFigure(value, metric, locale)
  return {
    colorOf,
    scale: { from: colorOf(least), to: colorOf(most), fromText: write(least), toText: write(most) },
  }
}

function endsOf({ colors }: ChartOptions, theme: ChartContext['theme']): readonly [string, string] {
  const [own, second] = colors
  if (own === undefined) return theme.scale
  if (second !== undefined) return [own, second]
  return [mix(theme.background, own, contrast(own, theme.background) > 2 ? 0.12 : 0.2), own]
}
