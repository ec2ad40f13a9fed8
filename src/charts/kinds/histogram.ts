import type { HistogramData } from '../answers.ts'
import type { PlotChart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import { compactFigure, formatFigure } from '../format/figure.ts'
import { countMetric } from '../metric.ts'
import { cartesian } from '../plot/cartesian.ts'
import { textWidth } from '../plot/style.ts'
import type { Drawing } from './drawer.ts'

/** Bars side by side, with the edges of the bins below. */
export function drawHistogram({ title, answer, options, context }: Drawing<HistogramData>): PlotChart {
  const figures = binsOf(answer, context)
  const look = { ...options, labels: false, legend: 'none' } as const
  const wish = { mark: 'bar', stacked: 'none', orientation: 'vertical' } as const
  const drawn = cartesian(title, figures, wish, look, context)
  const { series, xAxis } = drawn.option
  return {
    ...drawn,
    option: {
      ...drawn.option,
      xAxis: Array.isArray(xAxis)
        ? xAxis.map((axis, index) => (index === 0 ? withEdges(axis, answer, context) : axis))
        : xAxis,
      series: Array.isArray(series) ? series.map(withoutGaps) : series,
    },
  }
}

export function binsOf({ bins }: HistogramData, { locale, words }: ChartContext): Figures {
  const metric = countMetric(words.count)
  const edge = (value: number) => formatFigure(value, plain, locale)
  return {
    time: null,
    categories: bins.map(({ from, to, exactFrom, exactTo }) => ({
      label: `${edge(from)} – ${edge(to)}`,
      keys: [],
      isOthers: false,
      isOpen: false,
      at: { bin: { from: exactFrom, to: exactTo } },
    })),
    series: [
      {
        key: 'count',
        name: words.count,
        metric,
        isOthers: false,
        values: bins.map(({ count }) => count),
        compared: null,
        total: null,
        at: {},
      },
    ],
  }
}

const plain = { format: null, digits: null, currency: null, unit: null }

function withoutGaps(series: object): object {
  return Reflect.get(series, 'type') === 'bar'
    ? { ...series, barCategoryGap: '4%', barMaxWidth: null }
    : series
}

/** Each bin is named by where it begins, as often as there is room. */
function withEdges(axis: unknown, { bins }: HistogramData, { locale, size }: ChartContext): object {
  const texts = bins.map(({ from }) => compactFigure(from, plain, locale))
  const room = Math.max(...texts.map((text) => textWidth(text, 11)), 1) + 14
  const every = Math.max(1, Math.ceil((room * bins.length) / Math.max(size.width - 56, 1)))
  const base = typeof axis === 'object' && axis !== null ? axis : {}
  const label: unknown = Reflect.get(base, 'axisLabel')
  return {
    ...base,
    data: texts.map((text, index) => (index % every === 0 ? text : '')),
    axisLabel: { ...(typeof label === 'object' ? label : {}), interval: 0, width: room + 40 },
  }
}
