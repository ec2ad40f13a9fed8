import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import type { ChartOptions } from '../options.ts'
import { mix } from '../theme.ts'
import type { Drawing } from './drawing.ts'
import { pointAt } from './points.ts'
import { decalOf } from './style.ts'

/** Bars, and paler ones beside them for what they were before. */
export function barSeries(
  drawing: Drawing,
  figures: Figures,
  count: number,
  options: ChartOptions,
  context: ChartContext,
) {
  const { series, color, index, values, axis, isStacked, isHorizontal, labels } = drawing
  const { theme, direction } = context
  const place = isHorizontal ? { xAxisIndex: axis } : { yAxisIndex: axis }
  const shape = {
    type: 'bar',
    ...place,
    barMaxWidth: isHorizontal ? 24 : 48,
    barCategoryGap: figures.categories.length > 40 ? '18%' : '32%',
    barGap: '8%',
    emphasis: { disabled: true },
    cursor: 'pointer',
  }
  const decal = decalOf(index, context)
  const main = {
    ...shape,
    name: series.name,
    ...(isStacked ? { stack: 'all' } : {}),
    itemStyle: {
      color,
      borderRadius: isStacked ? 0 : 3,
      // A hair of the ground between stacked bars, so that they part without their colors.
      ...(isStacked ? { borderColor: theme.background, borderWidth: 1 } : {}),
      ...(decal === null ? {} : { decal }),
    },
    ...(labels === null ? {} : { label: { show: true, color: theme.text, fontSize: 12, distance: 6 } }),
    data: values.map((value, at) => {
      const category = figures.categories[at]
      if (category === undefined || value === null) return { value: null }
      const own = ownColor(category, options, context, count)
      const style = {
        ...(own === null ? {} : { color: own }),
        ...(category.isOpen ? { opacity: 0.55 } : {}),
      }
      return {
        value,
        at: pointAt(category, series),
        ...(Object.keys(style).length === 0 ? {} : { itemStyle: style }),
        ...(labels === null ? {} : { label: labelAt(labels[at] ?? '', value, isHorizontal, direction) }),
      }
    }),
  }
  if (series.compared === null || isStacked || count > 2) return [main]
  const before = {
    ...shape,
    name: series.name,
    silent: true,
    itemStyle: { color: paler(color, context), borderRadius: 3 },
    data: series.compared.map((value, at) => {
      const category = figures.categories[at]
      const own = category === undefined ? null : ownColor(category, options, context, count)
      return own === null ? { value } : { value, itemStyle: { color: paler(own, context) } }
    }),
  }
  return [main, before]
}

export function paler(color: string, { theme }: ChartContext): string {
  return mix(color, theme.background, 0.62)
}

/** In a single series a group may have a color of its own, and those that do not stand alone are gray. */
function ownColor(
  { label, isOthers }: { readonly label: string; readonly isOthers: boolean },
  { colorOf }: ChartOptions,
  { theme }: ChartContext,
  count: number,
): string | null {
  if (count > 1) return null
  return colorOf.get(label) ?? (isOthers ? theme.others : null)
}

function labelAt(text: string, value: number, isHorizontal: boolean, direction: ChartContext['direction']) {
  const beyond = direction === 'rtl' ? ['left', 'right'] : ['right', 'left']
  const [positive, negative] = isHorizontal ? beyond : ['top', 'bottom']
  return { formatter: text, position: value < 0 ? negative : positive }
}
