import type { WidgetAnswer } from '../charts/answers.ts'
import { darkTheme, lightTheme } from '../charts/theme.ts'
import { loadWords } from '../charts/words/load.ts'
import {
  WidgetByIdDocument,
  WidgetDataDocument,
  type WidgetDefinitionFragment,
} from '../client/documents.generated.ts'
import type { TypedDocument } from '../client/typed-document.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { ExportInput } from '../graphql/export-request.ts'
import { atPart } from './prepare.ts'
import { svgWish } from './svg-wish.ts'

/**
 * Executes a document of the client's as a guest.
 * @throws the first error of the answer
 */
export type AskTyped = <Data>(
  document: TypedDocument<Data, never>,
  variables: Readonly<Record<string, unknown>>,
) => Promise<Data>

/**
 * A widget as one SVG that stands alone, drawn from the very answer that a page would get.
 * @throws what the question is refused with, NOT_FOUND, and QUERY_TOO_LARGE for more than can be drawn
 */
export async function drawSvg({ widget: asked, svg }: ExportInput, ask: AskTyped): Promise<string> {
  if (asked == null) throw badInput('input.widget', 'the widget of the picture')
  const { theme, locale, direction, ...wish } = svgWish(svg)
  const { widget } = await ask(WidgetByIdDocument, { id: asked.id })
  const answer = await atPart('widget', () => ask(WidgetDataDocument, { ...asked }))
  if (widget === null || answer.widget === null) throw new TesseraError('NOT_FOUND')
  const { data } = answer.widget
  checkSize(widget, data)
  // The first picture loads ECharts: 40 MB that a server without pictures does without.
  const { renderSvg } = await import('../charts/render-svg.ts')
  return renderSvg(widget, data, wish, {
    locale,
    direction,
    theme: theme === 'dark' ? darkTheme : lightTheme,
    words: await loadWords(locale),
  })
}

/** As much as is drawn in half a second, during which nothing else is answered. Of a table no more is drawn than there is room for. */
const [pictureMax, tableMax] = [5_000, 50_000]

function checkSize({ visualization: { kind } }: WidgetDefinitionFragment, answer: WidgetAnswer): void {
  const most = kind === 'TABLE' || kind === 'PIVOT' ? tableMax : pictureMax
  const { places, series } = extentOf(answer)
  const figures = places * series
  if (figures <= most) return
  const expected = `a picture of at most ${most} figures, and not of ${figures}: a shorter range, a coarser granularity or fewer groups`
  throw new TesseraError('QUERY_TOO_LARGE', { argument: 'input.widget', expected })
}

function extentOf(answer: WidgetAnswer): { readonly places: number; readonly series: number } {
  switch (answer.__typename) {
    case 'Counter':
      return { places: 1, series: 1 }
    case 'TimeSeries':
      return { places: answer.labels.length, series: answer.series.length }
    case 'Leaderboard':
      return { places: answer.rows.length, series: 1 }
    case 'Table':
      return { places: answer.cells.length, series: answer.columns.length }
    case 'Histogram':
      return { places: answer.bins.length, series: 1 }
    case 'Funnel':
      return { places: answer.steps.length, series: 1 }
    case 'Retention':
      return { places: answer.cohorts.length, series: answer.cohorts[0]?.returned.length ?? 0 }
  }
}
