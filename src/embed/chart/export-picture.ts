import type { DrawnWidget, WidgetAnswer } from '../../charts/answers.ts'
import type { Chart, PlotChart } from '../../charts/chart.ts'
import type { ChartContext } from '../../charts/context.ts'
import { chartOption } from '../../charts/draw.ts'
import { loadAtlas } from '../../charts/map/load.ts'
import { type PictureWish, pictureOf, roomFor } from '../../charts/svg/picture.ts'
import { fileOf } from '../file-of.ts'
import { loadPlot } from './parts/load.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** What stands around the picture in a file: the padding and the title. */
const around = { width: 40, height: 70 }

/** A widget as one SVG that stands alone, with its title and its ground. What draws plots as SVG is loaded for it. */
export async function svgOf(
  widget: DrawnWidget,
  answer: WidgetAnswer | null,
  context: ChartContext,
  shown: Size,
): Promise<{ readonly svg: string; readonly size: Size }> {
  const size = {
    width: Math.max(shown.width, 320) + around.width,
    height: Math.max(shown.height, 120) + around.height,
  }
  const { theme, direction } = context
  const wish: PictureWish = { ...size, theme, direction, hasTitle: true }
  const still = { ...context, reducedMotion: true, size: shown }
  const first = chartOption(widget, answer, still)
  const chart = chartOption(widget, answer, { ...still, ...roomFor(first, wish) })
  return { svg: await pictureIn(chart, wish), size }
}

async function pictureIn(chart: Chart, wish: PictureWish): Promise<string> {
  if (chart.view === 'map') return pictureOf(chart, wish, noPlot, await fileOf(loadAtlas(chart.regions)))
  if (chart.view !== 'plot') return pictureOf(chart, wish, noPlot, null)
  const [{ init }] = await Promise.all([loadPlot(chart.parts), fileOf(import('./parts/svg.ts'))])
  const drawPlot = ({ option }: PlotChart, size: Size) => {
    const plot = init(null, null, { renderer: 'svg', ssr: true, ...size })
    plot.setOption({ ...option, animation: false })
    const text = plot.renderToSVGString({ useViewBox: false })
    plot.dispose()
    return text
  }
  return pictureOf(chart, wish, drawPlot, null)
}

const noPlot = () => ''

/** @throws where the page's policy allows no image of its own making, img-src blob: */
export async function pngOf(svg: string, { width, height }: Size, scale: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png')
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}
