import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import type { ChartOptions } from '../options.ts'
import type { Drawing } from './drawing.ts'
import { pointAt } from './points.ts'
import { dashOf, symbolOf } from './style.ts'

/**
 * A line, or the edge of an area: solid as far as it is final and dashed from there, which takes two series, and one
 * more for what it was before.
 */
export function lineSeries(
  drawing: Drawing,
  figures: Figures,
  count: number,
  options: ChartOptions,
  context: ChartContext,
) {
  const { series, color, index, values, axis, isStacked, mark } = drawing
  const { categories } = figures
  const open = categories.findIndex(({ isOpen }) => isOpen)
  const hasSymbols = options.points || context.patterns
  // Side by side they would hide the line that they tell apart.
  const every = Math.ceil(values.length / 30)
  const shape = {
    type: 'line',
    name: series.name,
    yAxisIndex: axis,
    smooth: options.smooth ? 0.3 : false,
    symbol: hasSymbols && every === 1 ? symbolOf(index, context) : 'none',
    symbolSize: 6,
    showSymbol: true,
    connectNulls: false,
    emphasis: { disabled: true },
    cursor: 'pointer',
    itemStyle: { color },
    ...(mark === 'area' ? { areaStyle: { color, opacity: isStacked ? 0.72 : count > 1 ? 0.1 : 0.14 } } : {}),
  }
  const symbolAt = (at: number, isAlone: boolean) => {
    if (hasSymbols && every > 1 && at % every === 0) return { symbol: symbolOf(index, context) }
    return isAlone && (!hasSymbols || every > 1) ? { symbol: 'circle' } : null
  }
  /** @param start where the part begins that no other has */
  const items = (from: number, to: number, start = from) =>
    values.map((value, at) => {
      const category = categories[at]
      if (category === undefined || value === null || at < from || at >= to) return { value: null }
      const isAlone =
        at >= start && (at - 1 < from || values[at - 1] == null) && (at + 1 >= to || values[at + 1] == null)
      return {
        value,
        at: pointAt(category, series),
        ...(symbolAt(at, isAlone) ?? {}),
      }
    })
  const width = isStacked ? 1 : 2
  const stack = (name: string) => (isStacked ? { stack: name } : {})
  const final = {
    ...shape,
    ...stack('final'),
    lineStyle: { color, width, type: dashOf(index, context) },
    data: items(0, open < 0 ? values.length : open),
  }
  const tail = {
    ...shape,
    ...stack('open'),
    lineStyle: { color, width, type: [3, 3] },
    ...(mark === 'area' ? { areaStyle: { color, opacity: isStacked ? 0.35 : 0.06 } } : {}),
    data: items(open - 1, values.length, open),
  }
  // In a stack, a tail stands on those of the series below it, which therefore have one each.
  const ofTail = isStacked ? figures.series.map((each) => each.values) : [values]
  const hasTail = open >= 0 && ofTail.some((all) => all.some((value, at) => at >= open && value !== null))
  const parts = !hasTail ? [final] : open === 0 ? [tail] : [final, tail]
  if (series.compared === null || isStacked || count > 2) return parts
  const before = {
    ...shape,
    silent: true,
    z: 1,
    symbol: 'none',
    areaStyle: null,
    lineStyle: { color, width: 1.5, type: [4, 4], opacity: 0.6 },
    data: series.compared.map((value) => ({ value })),
  }
  return [...parts, before]
}
