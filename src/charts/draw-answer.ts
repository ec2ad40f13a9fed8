import type {
  DrawnWidget,
  FunnelData,
  HistogramData,
  RetentionData,
  VisualizationKind,
  WidgetAnswer,
} from './answers.ts'
import type { Chart } from './chart.ts'
import { type ChartContext, chartContext } from './context.ts'
import type { Figures } from './figures.ts'
import { figuresOf } from './figures-of.ts'
import { drawArea } from './kinds/area.ts'
import { drawBar, drawStackedBar } from './kinds/bar.ts'
import { drawCohort, retentionLines } from './kinds/cohort.ts'
import type { FiguresDrawer } from './kinds/drawer.ts'
import { drawFunnel } from './kinds/funnel.ts'
import { drawHeatmap } from './kinds/heatmap.ts'
import { drawHistogram } from './kinds/histogram.ts'
import { drawLine } from './kinds/line.ts'
import { drawMap } from './kinds/map.ts'
import { drawCounter, drawSeriesNumber } from './kinds/number.ts'
import { drawPie } from './kinds/pie.ts'
import { drawPivot } from './kinds/pivot.ts'
import { drawTable } from './kinds/table.ts'
import { drawText } from './kinds/text.ts'
import { type ChartOptions, parseOptions } from './options.ts'
import { textValues } from './text-values.ts'

/**
 * What a widget looks like: of any answer in any kind. What can't be drawn in a kind is drawn in one that fits; nothing
 * of an answer or of the model's options makes it throw.
 * @param answer null where there is none, as for a text without a question
 * @returns null where the table behind the answer takes its place
 */
export function drawAnswer(
  widget: DrawnWidget,
  answer: WidgetAnswer | null,
  given: Partial<ChartContext> = {},
): Chart | null {
  const context = chartContext(given)
  const options = parseOptions(widget.visualization.options)
  const { title } = widget
  const { kind } = widget.visualization
  if (kind === 'TEXT') return textOf(widget, answer, options, context)
  if (answer === null) return drawText(title, context.words.noData, {}, context)
  const chart = drawAs(kind, { title, answer, options, context })
  if (chart !== null || answer.__typename !== 'Table') return chart
  return drawTable({ title, answer, options, context })
}

interface Drawing {
  readonly title: string
  readonly answer: WidgetAnswer
  readonly options: ChartOptions
  readonly context: ChartContext
}

/** Null for a table. */
function drawAs(kind: VisualizationKind, drawing: Drawing): Chart | null {
  const { answer } = drawing
  switch (answer.__typename) {
    case 'Counter':
      return kind === 'TABLE' || kind === 'PIVOT' ? null : drawCounter({ ...drawing, answer })
    case 'Histogram':
      return ofHistogram(kind, { ...drawing, answer })
    case 'Funnel':
      return ofFunnel(kind, { ...drawing, answer })
    case 'Retention':
      return ofRetention(kind, { ...drawing, answer })
    case 'TimeSeries':
      if (kind === 'NUMBER') return drawSeriesNumber({ ...drawing, answer })
      return ofFigures(kind, drawing)
    case 'Table':
      if (kind === 'PIVOT') return drawPivot({ ...drawing, answer })
      return ofFigures(kind, drawing)
    case 'Leaderboard':
      return ofFigures(kind, drawing)
    default:
      return drawText(drawing.title, drawing.context.words.noData, {}, drawing.context)
  }
}

/** For each kind, how it is drawn and, where these figures can't be, what comes next. */
const drawers: Readonly<Partial<Record<VisualizationKind, readonly FiguresDrawer[]>>> = {
  LINE: [drawLine],
  AREA: [drawArea],
  BAR: [drawBar],
  STACKED_BAR: [drawStackedBar],
  PIE: [drawPie, drawBar],
  HEATMAP: [drawHeatmap],
  HISTOGRAM: [drawBar],
  FUNNEL: [drawBar],
  MAP: [drawMap, drawBar],
}

function ofFigures(kind: VisualizationKind, drawing: Drawing): Chart | null {
  const { title, answer, options } = drawing
  const context = inZoneOf(answer, drawing.context)
  const figures = figuresOf(answer, context)
  if (figures === null) return null
  // Between groups there is nothing for a line to go along.
  const isLine = kind === 'LINE' || kind === 'AREA'
  const shown = isLine && figures.time === null ? 'BAR' : kind
  for (const draw of drawers[shown] ?? []) {
    const chart = canBeDrawn(figures) ? draw({ title, figures, options, context }) : null
    if (chart !== null) return chart
  }
  return null
}

/** Of a viewer whose zone is not known, that of the answer. */
function inZoneOf(answer: WidgetAnswer, context: ChartContext): ChartContext {
  const range = 'axisRange' in answer ? answer.axisRange : answer.range
  return { ...context, timeZone: context.timeZone ?? range?.timeZone ?? null }
}

/** As many marks as a page takes; a table shows any number of rows. */
const mostSeries = 60
const mostMarks = 50_000

function canBeDrawn({ series, categories }: Figures): boolean {
  return series.length <= mostSeries && series.length * categories.length <= mostMarks
}

function ofHistogram(kind: VisualizationKind, drawing: Drawing & { readonly answer: HistogramData }) {
  return ['HISTOGRAM', 'BAR', 'STACKED_BAR', 'LINE', 'AREA'].includes(kind) ? drawHistogram(drawing) : null
}

function ofFunnel(kind: VisualizationKind, drawing: Drawing & { readonly answer: FunnelData }) {
  return ['FUNNEL', 'BAR', 'STACKED_BAR', 'LINE', 'AREA', 'HISTOGRAM', 'PIE'].includes(kind)
    ? drawFunnel(drawing)
    : null
}

function ofRetention(kind: VisualizationKind, drawing: Drawing & { readonly answer: RetentionData }) {
  if (kind === 'COHORT' || kind === 'HEATMAP') return drawCohort(drawing)
  if (kind !== 'LINE' && kind !== 'AREA') return null
  const figures = retentionLines(drawing.answer, drawing)
  return canBeDrawn(figures) ? drawLine({ ...drawing, figures }) : null
}

function textOf(
  { title, description }: DrawnWidget,
  answer: WidgetAnswer | null,
  { text }: ChartOptions,
  context: ChartContext,
): Chart {
  const values = answer === null ? {} : textValues(answer, context)
  const written = text ?? (values.value === undefined ? (description ?? '') : '{value}')
  return drawText(title, written, values, context)
}
