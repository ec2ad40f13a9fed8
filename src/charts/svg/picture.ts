import type { Chart, PlotChart } from '../chart.ts'
import type { Atlas } from '../map/atlas.ts'
import { placesIn } from '../map/atlas.ts'
import type { ChartTheme } from '../theme.ts'
import { framed, innerBox } from './frame.ts'
import { drawLegend } from './legend.ts'
import { mapMarkup } from './map.ts'
import { matrixMarkup } from './matrix.ts'
import { numberMarkup } from './number.ts'
import { ringMarkup } from './ring.ts'
import { tableMarkup } from './table.ts'
import { textMarkup } from './text.ts'

export interface PictureWish {
  readonly width: number
  readonly height: number
  readonly theme: ChartTheme
  readonly direction: 'ltr' | 'rtl'
  /** Whether the title stands above. */
  readonly hasTitle: boolean
}

/** Draws a plot in its box: ECharts, on the server or in the page. */
export type PlotDrawer = (
  chart: PlotChart,
  size: { readonly width: number; readonly height: number },
) => string

/** Any chart as one SVG that stands alone. Every name and figure in it is escaped. */
export function pictureOf(
  chart: Chart,
  wish: PictureWish,
  drawPlot: PlotDrawer,
  atlas: Atlas | null,
): string {
  const { theme, direction, hasTitle } = wish
  const frame = { ...wish, title: hasTitle ? chart.title : null, summary: chart.summary }
  const box = innerBox(frame)
  switch (chart.view) {
    case 'plot': {
      const { marks, rest } = drawLegend(chart.legend, box, theme, direction)
      const svg = drawPlot(chart, { width: Math.round(rest.width), height: Math.round(rest.height) })
      return framed(frame, [{ svg, x: rest.x, y: rest.y }, ...marks])
    }
    case 'ring': {
      const { marks, rest } = drawLegend(chart.legend, box, theme, direction)
      return framed(frame, [...ringMarkup(chart, rest, theme), ...marks])
    }
    case 'number':
      return framed(frame, numberMarkup(chart, box, theme, direction))
    case 'table':
      return framed(frame, tableMarkup(chart, box, theme, direction))
    case 'matrix':
      return framed(frame, matrixMarkup(chart, box, theme, direction))
    case 'text':
      return framed(frame, textMarkup(chart, box, theme, direction))
    case 'map':
      return framed(
        frame,
        atlas === null ? [] : mapMarkup(chart, placesIn(chart, atlas), box, theme, direction),
      )
  }
}

/** What a legend leaves of a picture, so that a plot's option can be made for that size. */
export function roomFor(chart: Chart, { theme, direction, ...wish }: PictureWish) {
  const title = wish.hasTitle ? chart.title : null
  const box = innerBox({ ...wish, theme, direction, title, summary: '' })
  const legend = chart.view === 'plot' || chart.view === 'ring' ? chart.legend : null
  const { rest } = drawLegend(legend, box, theme, direction)
  return {
    size: { width: Math.round(rest.width), height: Math.round(rest.height) },
    legendPlace: legend?.place ?? null,
  }
}
