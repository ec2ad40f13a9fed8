import type { HistogramData } from '../answers.ts'
import type { PlotChart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import { type FigureFormat, fullFigure, tickFigure } from '../format/figure.ts'
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
  const { series, xAxis, grid } = drawn.option
  return {
    ...drawn,
    option: {
      ...drawn.option,
      // The axis has its name below.
      grid: { ...Object(grid), bottom: 19 },
      xAxis: Array.isArray(xAxis)
        ? xAxis.map((axis, index) => (index === 0 ? withEdges(axis, answer, context) : axis))
        : xAxis,
      series: Array.isArray(series) ? series.map(withoutGaps) : series,
    },
  }
}

export function binsOf({ bins, dimension }: HistogramData, { locale, words }: ChartContext): Figures {
  const metric = countMetric(words.count)
  const format = edgeFormat(dimension)
  // A unit of its own stands after the second edge alone.
  const before = { ...format, unit: format.format === 'duration' ? format.unit : null }
  return {
    time: null,
    categories: bins.map(({ from, to, exactFrom, exactTo }) => ({
      label: `${fullFigure(from, before, locale, exactFrom)} – ${fullFigure(to, format, locale, exactTo)}`,
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

function edgeFormat({ format, unit }: HistogramData['dimension']): FigureFormat {
  return { format, digits: null, currency: null, unit }
}

function withoutGaps(series: object): object {
  return Reflect.get(series, 'type') === 'bar'
    ? { ...series, barCategoryGap: '4%', barMaxWidth: null }
    : series
}

/** What the edges are of: `Departure delay (min)`. */
function nameOf({ title, format, unit }: HistogramData['dimension']): string {
  return unit === null || format === 'duration' ? title : `${title} (${unit})`
}

/** Each bin is named by where it begins, as often as there is room. */
function withEdges(
  axis: unknown,
  { bins, dimension }: HistogramData,
  { locale, size, theme }: ChartContext,
): object {
  const format = edgeFormat(dimension)
  const texts = bins.map(({ from }) => tickFigure(from, format, locale))
  const room = Math.max(...texts.map((text) => textWidth(text, 11)), 1) + 14
  const every = Math.max(1, Math.ceil((room * bins.length) / Math.max(size.width - 56, 1)))
  const base = typeof axis === 'object' && axis !== null ? axis : {}
  const label: unknown = Reflect.get(base, 'axisLabel')
  return {
    ...base,
    name: nameOf(dimension),
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: { color: theme.muted, fontSize: 11 },
    data: texts.map((text, index) => (index % every === 0 ? text : '')),
    axisLabel: { ...(typeof label === 'object' ? label : {}), interval: 0, width: room + 40 },
  }
}
