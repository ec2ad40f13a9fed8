import type { ChartContext } from '../context.ts'
import type { ChartOptions } from '../options.ts'
import { colorAt } from '../theme.ts'

/** By what the model says for the name or the place, and else by the theme; what does not stand alone is gray. */
export function colorFor(
  { name, isOthers }: { readonly name: string; readonly isOthers: boolean },
  index: number,
  options: ChartOptions,
  { theme }: ChartContext,
): string {
  const own = options.colorOf.get(name)
  if (own !== undefined) return own
  if (isOthers) return theme.others
  return options.colors[index] ?? colorAt(theme, index)
}
