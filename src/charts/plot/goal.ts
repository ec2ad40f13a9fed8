import type { ChartContext } from '../context.ts'
import type { ChartOptions } from '../options.ts'

/**
 * A dashed line from edge to edge: a series on an axis of its own that is not shown, from 0 to 1, so that it also goes
 * beyond the middles of the outer bars.
 */
export function goalLine(
  { goal, goalLabel }: ChartOptions,
  isHorizontal: boolean,
  { theme, words, direction }: ChartContext,
) {
  if (goal === null) return null
  const [start, end] = [0, 1].map((along) => (isHorizontal ? [goal, along] : [along, goal]))
  const place = isHorizontal ? { yAxisIndex: 1 } : { xAxisIndex: 1 }
  const isRtl = direction === 'rtl'
  const label = {
    show: true,
    // A function, because braces of a text would be filled in.
    formatter: () => goalLabel ?? words.goal,
    color: theme.muted,
    fontSize: 11,
    backgroundColor: theme.background,
    borderRadius: 3,
    padding: [1, 4],
    position: isHorizontal ? 'bottom' : isRtl ? 'right' : 'left',
    offset: isHorizontal ? [0, 0] : [0, -9],
  }
  return {
    axis: { type: 'value', show: false, min: 0, max: 1, inverse: !isHorizontal && isRtl },
    series: {
      type: 'line',
      ...place,
      silent: true,
      z: 4,
      symbol: 'circle',
      symbolSize: 0.01,
      animation: false,
      emphasis: { disabled: true },
      lineStyle: { type: [5, 4], color: theme.muted, width: 1.5 },
      itemStyle: { color: theme.muted },
      data: [{ value: start }, { value: end, label }],
    },
  }
}
