import { BarChart, LineChart } from 'echarts/charts'
import { GridSimpleComponent } from 'echarts/components'
import { init, setPlatformAPI, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { DrawnWidget, WidgetAnswer } from './answers.ts'
import type { PlotChart } from './chart.ts'
import { type ChartContext, chartContext } from './context.ts'
import { chartOption } from './draw.ts'
import { loadAtlas } from './map/load.ts'
import { textWidth } from './plot/style.ts'
import { type PictureWish, pictureOf, roomFor } from './svg/picture.ts'

use([SVGRenderer, LineChart, BarChart, GridSimpleComponent])

// Here nothing is measured; a guess on the wide side keeps the texts of axes inside the picture in any font.
setPlatformAPI({ measureText: (text, font) => ({ width: textWidth(text, sizeOf(font)) }) })

function sizeOf(font: string | undefined): number {
  return Number.parseFloat(/([\d.]+)px/.exec(font ?? '')?.[1] ?? '12')
}

export interface RenderWish {
  /** In CSS pixels. */
  readonly width: number
  readonly height: number
  /** Whether the title stands above; it does by default. */
  readonly hasTitle?: boolean
}

/** A widget's answer as one SVG that stands alone, for mails and reports. */
export async function renderSvg(
  widget: DrawnWidget,
  answer: WidgetAnswer | null,
  { width, height, hasTitle = true }: RenderWish,
  given: Partial<ChartContext> = {},
): Promise<string> {
  const context = chartContext({
    ...given,
    reducedMotion: true,
    size: { width: width - 40, height: height - 70 },
  })
  const wish: PictureWish = { width, height, hasTitle, theme: context.theme, direction: context.direction }
  const first = chartOption(widget, answer, context)
  // What stands beside the plot decides how much of the width its texts have.
  const chart = chartOption(widget, answer, { ...context, ...roomFor(first, wish) })
  const atlas = chart.view === 'map' ? await loadAtlas(chart.regions) : null
  return pictureOf(chart, wish, drawPlot, atlas)
}

function drawPlot({ option }: PlotChart, { width, height }: { width: number; height: number }): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ ...option, animation: false })
    return chart.renderToSVGString({ useViewBox: false })
  } finally {
    chart.dispose()
  }
}
