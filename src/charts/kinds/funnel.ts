import type { FunnelData } from '../answers.ts'
import type { PlotChart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import { formatCount, formatRatio } from '../format/figure.ts'
import { countMetric } from '../metric.ts'
import { cartesian } from '../plot/cartesian.ts'
import { textWidth } from '../plot/style.ts'
import { fill } from '../words.ts'
import type { Drawing } from './drawer.ts'

/** Lying bars from the first step to the last, on a pale ground as long as the first one. */
export function drawFunnel({ title, answer, options, context }: Drawing<FunnelData>): PlotChart {
  const figures = stepsOf(answer, context)
  const wish = { mark: 'bar', stacked: 'none', orientation: 'horizontal' } as const
  const drawn = cartesian(
    title,
    figures,
    wish,
    { ...options, legend: 'none', labels: true, goal: null },
    context,
  )
  const texts = answer.steps.map((step) => stepText(step, context))
  const [series] = drawn.series
  return {
    ...drawn,
    summary: fill(context.words.summary, {
      title,
      text: answer.steps.map(({ name }, index) => `${name} ${texts[index]}`).join('; '),
    }),
    option: { ...drawn.option, ...withGround(drawn.option, texts, context) },
    series: series === undefined ? [] : [{ ...series, point: (index) => pointAt(index) }],
  }

  function pointAt(index: number) {
    const step = answer.steps[index]
    const point = series?.point(index) ?? null
    if (point === null || step === undefined) return null
    const { words, locale } = context
    const shares = [
      { name: words.fromPrevious, ratio: step.fromPrevious },
      { name: words.fromStart, ratio: step.fromStart },
    ]
    const details = shares.flatMap(({ name, ratio }) =>
      ratio === null ? [] : [{ name, text: formatRatio(ratio, locale) }],
    )
    return { ...point, details }
  }
}

export function stepsOf({ steps }: FunnelData, { words }: ChartContext): Figures {
  return {
    time: null,
    categories: steps.map(({ name }) => ({
      label: name,
      keys: [],
      isOthers: false,
      isOpen: false,
      at: { step: name },
    })),
    series: [
      {
        key: 'count',
        name: words.count,
        metric: countMetric(words.count),
        isOthers: false,
        values: steps.map(({ count }) => count),
        compared: null,
        total: null,
        at: {},
      },
    ],
  }
}

function stepText({ count, fromStart }: FunnelData['steps'][number], { locale }: ChartContext): string {
  const number = formatCount(count, locale)
  return fromStart === null ? number : `${number} · ${formatRatio(fromStart, locale)}`
}

function withGround(option: PlotChart['option'], texts: readonly string[], context: ChartContext): object {
  const { theme, direction } = context
  const all: readonly unknown[] = Array.isArray(option.series) ? option.series : []
  const grid = typeof option.grid === 'object' ? option.grid : {}
  const room = Math.max(...texts.map((text) => textWidth(text)), 0) + 12
  return {
    grid: { ...grid, left: direction === 'rtl' ? room : 0, right: direction === 'rtl' ? 0 : room },
    series: all.map((series) => {
      if (typeof series !== 'object' || series === null) return series
      const data: unknown = Reflect.get(series, 'data')
      const items: readonly unknown[] = Array.isArray(data) ? data : []
      const position = direction === 'rtl' ? 'left' : 'right'
      return {
        ...series,
        barMaxWidth: 36,
        barCategoryGap: '28%',
        showBackground: true,
        backgroundStyle: { color: theme.empty, borderRadius: 3 },
        label: { show: true, color: theme.text, fontSize: 12, distance: 8 },
        data: items.map((item, index) =>
          typeof item === 'object' ? { ...item, label: { formatter: texts[index] ?? '', position } } : item,
        ),
      }
    }),
  }
}
