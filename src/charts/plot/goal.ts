import type { ChartContext } from '../context.ts'
import type { ChartOptions } from '../options.ts'

/** A dashed line across, for the first series to carry. */
export function goalLine(
  { goal, goalLabel }: ChartOptions,
  isHorizontal: boolean,
  { theme, words, direction }: ChartContext,
) {
  if (goal === null) return null
  const end = direction === 'rtl' ? 'insideStartTop' : 'insideEndTop'
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { type: [5, 4], color: theme.muted, width: 1.5 },
      label: {
        // A function, because braces of a text would be filled in.
        formatter: () => goalLabel ?? words.goal,
        color: theme.muted,
        fontSize: 11,
        position: isHorizontal ? 'end' : end,
        backgroundColor: theme.background,
        borderRadius: 3,
        padding: [2, 4],
      },
      data: [isHorizontal ? { xAxis: goal } : { yAxis: goal }],
    },
  }
}
