import type { ECharts } from 'echarts/core'
import type { ChartPoint, PlotChart } from '../../charts/chart.ts'
import { stepOver } from './grid-steps.ts'
import type { Marked, MarkShape, Place, Scene } from './mark.ts'
import { loadPlot } from './parts/load.ts'

/** A plot by ECharts, that is drawn anew into the same canvas as its figures change. */
export interface PlotScene extends Scene {
  draw(chart: PlotChart): Promise<void>
  resize(size: { readonly width: number; readonly height: number }): void
  /** As it stands, where a picture can't be made in another way. */
  dataUrl(scale: number, background: string): string
}

export async function plotScene(
  box: HTMLElement,
  first: PlotChart,
  size: { readonly width: number; readonly height: number },
): Promise<PlotScene> {
  const { init } = await loadPlot(first.parts)
  emptyByNodes(box)
  const plot = init(box, null, { renderer: 'canvas', ...size })
  let chart = first
  let hovered: Place | null = null
  plot.on('mouseover', ({ seriesIndex, dataIndex }) => {
    const series = chart.series.findIndex(({ indexes }) => indexes.includes(seriesIndex ?? -1))
    hovered = series < 0 ? null : { series, index: dataIndex }
  })
  plot.on('mouseout', () => {
    hovered = null
  })
  const draw = (next: PlotChart) => {
    chart = next
    plot.setOption(next.option, { notMerge: true, lazyUpdate: false })
  }
  draw(first)
  return {
    draw: async (next) => {
      await loadPlot(next.parts)
      if (!plot.isDisposed()) draw(next)
    },
    resize: (next) => plot.resize({ ...next, animation: { duration: 0 } }),
    at: (x, y) => {
      const place = placeAt(plot, chart, x, y, hovered)
      return place === null ? null : markOf(plot, chart, place)
    },
    mark: (place) => markOf(plot, chart, place),
    step: (from, step) =>
      stepOver(
        {
          rows: chart.series.length,
          columns: chart.categories.length,
          has: ({ series, index }) => (chart.series[series]?.point(index) ?? null) !== null,
        },
        from,
        chart.pointer === 'y' ? turned[step] : step,
      ),
    dataUrl: (scale, background) =>
      plot.getDataURL({ type: 'png', pixelRatio: scale, backgroundColor: background }),
    dispose: () => plot.dispose(),
  }
}

/** ECharts empties its box by innerHTML = '', which pages with trusted types block; it writes no markup otherwise. */
function emptyByNodes(box: HTMLElement): void {
  Object.defineProperty(box, 'innerHTML', { configurable: true, set: () => box.replaceChildren() })
}

/** Lying bars stand one below the other. */
const turned = {
  next: 'down',
  previous: 'up',
  down: 'next',
  up: 'previous',
  first: 'first',
  last: 'last',
} as const

type Pixel = readonly [number, number]

function placeAt(plot: ECharts, chart: PlotChart, x: number, y: number, hovered: Place | null): Place | null {
  if (!plot.containPixel({ gridIndex: 0 }, [x, y])) return null
  const [first = 0, second = 0] = pair(plot.convertFromPixel({ gridIndex: 0 }, [x, y]))
  const isAcross = chart.pointer === 'y'
  const index = Math.round(isAcross ? second : first)
  if (hovered?.index === index) return hovered
  const along = isAcross ? x : y
  let best: Place | null = null
  let least = Number.POSITIVE_INFINITY
  for (const [series, { point }] of chart.series.entries()) {
    if (point(index) === null) continue
    const pixel = pixelOf(plot, chart, { series, index })
    const distance = pixel === null ? 1e6 : distanceTo(pixel[isAcross ? 0 : 1], along, chart.isStacked)
    if (distance < least) [best, least] = [{ series, index }, distance]
  }
  return best
}

/** In a stack, a mark reaches from its end down to the one below it. */
function distanceTo(end: number, pointer: number, isStacked: boolean): number {
  const distance = pointer - end
  return isStacked && distance < 0 ? 1e5 - distance : Math.abs(distance)
}

function pixelOf(plot: ECharts, chart: PlotChart, { series: place, index }: Place): Pixel | null {
  const series = chart.series[place]
  const height = series?.height(index) ?? null
  if (series === undefined || height === null) return null
  const at = chart.pointer === 'y' ? [height, index] : [index, height]
  const [x, y] = pair(plot.convertToPixel({ seriesIndex: series.indexes[0] ?? 0 }, at))
  return x === undefined || y === undefined || !Number.isFinite(x + y) ? null : [x, y]
}

function pair(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

function markOf(plot: ECharts, chart: PlotChart, place: Place): Marked | null {
  const meant = chart.series[place.series]?.point(place.index) ?? null
  if (meant === null) return null
  const base = { place, meant, heading: meant.label }
  const pixel = pixelOf(plot, chart, place)
  if (pixel === null) return null
  const points = chart.series
    .map(({ point }) => point(place.index))
    .filter((point): point is ChartPoint => point !== null)
  return { ...base, x: pixel[0], y: pixel[1], points, shapes: shapesAt(plot, chart, place, pixel) }
}

function shapesAt(plot: ECharts, chart: PlotChart, place: Place, [x, y]: Pixel): readonly MarkShape[] {
  const { width, height } = { width: plot.getWidth(), height: plot.getHeight() }
  if (chart.mark === 'bar') {
    const isAcross = chart.pointer === 'y'
    const next =
      pixelOf(plot, chart, { ...place, index: place.index + 1 }) ??
      pixelOf(plot, chart, { ...place, index: place.index - 1 })
    const band = next === null ? 40 : Math.max(Math.abs(isAcross ? next[1] - y : next[0] - x), 4)
    return isAcross
      ? [{ kind: 'band', x: 0, y: y - band / 2, width, height: band }]
      : [{ kind: 'band', x: x - band / 2, y: 0, width: band, height: height - 20 }]
  }
  const dots = chart.series.flatMap(({ color }, series): MarkShape[] => {
    const pixel = pixelOf(plot, chart, { series, index: place.index })
    if (pixel === null) return []
    return [{ kind: 'dot', x: pixel[0], y: pixel[1], color, isMeant: series === place.series }]
  })
  return [{ kind: 'line', x, y: 0, width: 0, height: height - 20 }, ...dots]
}
