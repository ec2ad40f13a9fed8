import type { PlotSeries } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import type { CartesianWish, Drawing } from './drawing.ts'
import { pointOf } from './points.ts'

/**
 * What can be pointed at.
 * @param told the figures as they are, and not as they can be drawn
 */
export function plotSeries(
  drawings: readonly Drawing[],
  drawn: readonly (readonly unknown[])[],
  told: Figures,
  stacking: CartesianWish['stacked'],
  context: ChartContext,
): readonly PlotSeries[] {
  let before = 0
  return drawings.map((drawing, order) => {
    const { series, color, values } = drawing
    const count = drawn[order]?.length ?? 0
    const indexes = Array.from({ length: count }, (_, offset) => before + offset)
    before += count
    const below = stacking === 'none' ? [] : drawings.slice(0, order)
    return {
      key: series.key,
      name: series.name,
      color,
      indexes,
      count: values.length,
      height: (index) => heightAt(drawing, below, index),
      point: (index) => {
        const category = told.categories[index]
        if (category === undefined) return null
        const share = stacking === 'shares' ? (values[index] ?? null) : null
        return pointOf(category, told.series[drawing.index] ?? series, index, { color, share, context })
      },
    }
  })
}

/** In a stack, on top of those below it that are of the same sign. */
function heightAt({ values }: Drawing, below: readonly Drawing[], index: number): number | null {
  const own = values[index] ?? null
  if (own === null) return null
  return below.reduce((sum, other) => {
    const value = other.values[index] ?? 0
    return Math.sign(value) === Math.sign(own) ? sum + value : sum
  }, own)
}
