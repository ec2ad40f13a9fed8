import type { RecordsAnswer, WidgetAnswer } from '../analytics/answers.ts'
import type { BehindInput } from '../analytics/questions/ask-records-behind.ts'
import type { RecordStream } from '../analytics/questions/record-stream.ts'
import type { Widget } from '../catalogue/catalogue.ts'
import type { OrderInput, PageInput, PointInput } from '../catalogue/inputs.ts'
import { TesseraError } from '../errors.ts'
import type { GuestContext } from '../graphql/context.ts'
import { checkControls, type WidgetControls } from './controls.ts'
import { questionUnder } from './question.ts'

type Asker = Pick<GuestContext, 'stored' | 'catalogue' | 'mayAsk'>

/**
 * The stored question under the viewer's controls. A control replaces what the widget says; filters are added to
 * the widget's own, and none of them can take one away.
 */
export async function widgetData(
  asker: Asker,
  widget: Widget,
  controls: WidgetControls,
): Promise<WidgetAnswer> {
  const { stored, catalogue } = asker
  checkControls(asker, widget, controls)
  const question = questionUnder(controls, widget, catalogue)
  return inWordsOf(controls, async () => {
    switch (question.kind) {
      case 'counter':
        return stored.counter(question.input)
      case 'timeSeries':
        return stored.timeSeries(question.input)
      case 'leaderboard':
        return stored.leaderboard(question.input)
      case 'table':
        return stored.table(question.input)
      case 'histogram':
        return stored.histogram(question.input)
      case 'funnel':
        return stored.funnel(question.input)
      case 'retention':
        return stored.retention(question.input)
    }
  })
}

/** What a viewer's controls say of the rows behind a figure. */
export interface DrillDownControls extends Omit<WidgetControls, 'compareTo'> {
  readonly at?: PointInput | null | undefined
  readonly columns?: readonly string[] | null | undefined
  readonly orderBy?: readonly OrderInput[] | null | undefined
}

/**
 * The rows behind a widget's figures or one of them, under the viewer's controls. Of a single metric, those that it
 * is made from.
 * @throws FORBIDDEN without drill-down, and what the question is refused with
 */
export async function widgetRecords(
  asker: Asker,
  widget: Widget,
  controls: DrillDownControls,
  page: PageInput,
): Promise<RecordsAnswer> {
  const behind = behindOf(asker, widget, controls)
  return inWordsOf(controls, () => asker.stored.recordsBehind(behind, page))
}

/**
 * All of these rows, for a file.
 * @throws FORBIDDEN without export or drill-down, and what the question is refused with
 */
export async function widgetRecordStream(
  asker: Asker,
  widget: Widget,
  controls: DrillDownControls,
): Promise<RecordStream> {
  const behind = behindOf(asker, widget, controls)
  return inWordsOf(controls, () => asker.stored.recordStreamBehind(behind))
}

function behindOf(asker: Asker, widget: Widget, controls: DrillDownControls): BehindInput {
  checkControls(asker, widget, controls)
  const question = questionUnder(controls, widget, asker.catalogue)
  const { at, columns, orderBy } = controls
  return { question, at, columns, orderBy }
}

async function inWordsOf<Answer>(controls: WidgetControls, asked: () => Promise<Answer>): Promise<Answer> {
  try {
    return await asked()
  } catch (error) {
    throw error instanceof TesseraError ? whereItStands(error, controls) : error
  }
}

/** The path of a control in the viewer's request; what a stored question has wrong is not the viewer's argument. */
function whereItStands(error: TesseraError, controls: WidgetControls): TesseraError {
  const { argument } = error.details
  if (argument?.startsWith('input.') !== true) return error
  const [, name = '', index] = argument.split('.')
  const isControl = Reflect.get(controls, name) != null
  const isOwnFilter = name === 'filters' && Number(index) >= (controls.filters?.length ?? 0)
  const stands = isControl && !isOwnFilter ? argument.replace(/^input\./, '') : `widget.${argument}`
  return new TesseraError(error.code, { ...error.details, argument: stands })
}
