import type { Chart, PlotChart } from '../chart.ts'
import type { Atlas } from '../map/atlas.ts'
import { placesIn } from '../map/atlas.ts'
import type { ChartTheme } from '../theme.ts'
import { type Box, framed, innerBox, textAt } from './frame.ts'
import { drawLegend } from './legend.ts'
import { mapMarkup } from './map.ts'
import type { Markup } from './markup.ts'
import { Markup as Made } from './markup.ts'
import { matrixMarkup } from './matrix.ts'
import { numberMarkup } from './number.ts'
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
    case 'plot':
      return framed(frame, plotMarkup(chart, box, theme, direction, drawPlot))
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

/** How much of a picture is left for the plot itself, so that its option can be made for that size. */
export function plotSize(chart: PlotChart, { theme, direction, ...wish }: PictureWish) {
  const title = wish.hasTitle ? chart.title : null
  const box = innerBox({ ...wish, theme, direction, title, summary: '' })
  const { rest } = drawLegend(chart.legend, box, theme, direction)
  return { width: Math.round(rest.width), height: Math.round(rest.height) }
}

function plotMarkup(
  chart: PlotChart,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
  drawPlot: PlotDrawer,
): readonly Markup[] {
  const { marks, rest } = drawLegend(chart.legend, box, theme, direction)
  const svg = drawPlot(chart, { width: Math.round(rest.width), height: Math.round(rest.height) })
  const middle = { x: rest.x + rest.width / 2, y: rest.y + rest.height / 2 }
  const { center } = chart
  const room = Math.min(rest.width, rest.height) * 0.5
  const texts =
    center === null || room < 50
      ? []
      : [
          textAt(center.text, {
            x: middle.x,
            y: middle.y + 2,
            size: Math.min(22, room / 4),
            weight: 600,
            color: theme.text,
            anchor: 'middle',
          }),
          textAt(center.caption, {
            x: middle.x,
            y: middle.y + 20,
            size: 11,
            color: theme.muted,
            anchor: 'middle',
          }),
        ]
  return [Made.picture(svg, rest.x, rest.y), ...marks, ...texts]
}
