import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import { timeTicks } from '../format/ticks.ts'
import { shorten, textWidth } from './style.ts'

export interface CategoryAxisWish {
  readonly figures: Pick<Figures, 'time'> & { readonly categories: readonly { readonly label: string }[] }
  readonly isHorizontal: boolean
  /** Whether marks stand between ticks, as bars do. */
  readonly hasGap: boolean
}

export function categoryAxis({ figures, isHorizontal, hasGap }: CategoryAxisWish, context: ChartContext) {
  const { theme, size, direction } = context
  const { time, categories } = figures
  const isRtl = direction === 'rtl'
  const longest = Math.floor(size.width * (isHorizontal ? 0.36 : 1))
  const band = (isHorizontal ? size.height : size.width - 56) / Math.max(categories.length, 1)
  const labels =
    time === null
      ? categories.map(({ label }) => shorten(label, 60))
      : timeTicks(time, isHorizontal ? size.height * 4 : size.width - 56, context.locale)
  const edges =
    hasGap || isHorizontal
      ? {}
      : { alignMinLabel: isRtl ? 'right' : 'left', alignMaxLabel: isRtl ? 'left' : 'right' }
  return {
    type: 'category',
    data: labels,
    boundaryGap: hasGap,
    inverse: isHorizontal || isRtl,
    position: isHorizontal ? (isRtl ? 'right' : 'left') : 'bottom',
    axisLine: { show: !isHorizontal, lineStyle: { color: theme.axis, width: 1 }, onZero: true },
    axisTick: { show: false },
    axisLabel: {
      color: isHorizontal ? theme.text : theme.muted,
      fontSize: isHorizontal ? 12 : 11,
      margin: isHorizontal ? 10 : 8,
      overflow: 'truncate',
      width: isHorizontal ? longest : time === null ? Math.max(band - 6, 24) : 120,
      ...(time === null
        ? { interval: band < 15 && isHorizontal ? 'auto' : band < 26 && !isHorizontal ? 'auto' : 0 }
        : // Without it, ECharts would compare each of thousands of empty texts with each other one.
          { interval: (index: number) => labels[index] !== '' }),
      hideOverlap: time !== null,
      ...edges,
    },
  }
}

/** Names that would be cut under upright bars are better read beside lying ones. */
export function readsBetterAcross(figures: Figures, { size }: ChartContext): boolean {
  if (figures.time !== null || figures.categories.length < 2) return false
  const band = (size.width - 56) / figures.categories.length
  const widths = figures.categories.map(({ label }) => textWidth(label, 11))
  return Math.max(...widths) > Math.max(band * 1.15, 34)
}
