import type { WidgetAnswer } from '../analytics/answers.ts'
import type { Dashboard, Widget, WidgetQuestion } from '../catalogue/catalogue.ts'
import type { FilterInput, Granularity, TimeRangeInput } from '../catalogue/inputs.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { GuestContext } from '../graphql/context.ts'

/** What a viewer's controls say on top of the stored question. */
export interface WidgetControls {
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly timeZone?: string | null | undefined
  readonly filters?: readonly FilterInput[] | null | undefined
}

/**
 * The stored question under the viewer's controls. A control replaces what the widget says; filters are added to
 * the widget's own, and none of them can take one away.
 */
export async function widgetData(
  { stored, catalogue }: Pick<GuestContext, 'stored' | 'catalogue'>,
  widget: Widget,
  controls: WidgetControls,
): Promise<WidgetAnswer> {
  const question = questionUnder(controls, widget, catalogue)
  try {
    switch (question.kind) {
      case 'counter':
        return await stored.counter(question.input)
      case 'timeSeries':
        return await stored.timeSeries(question.input)
      case 'leaderboard':
        return await stored.leaderboard(question.input)
      case 'table':
        return await stored.table(question.input)
    }
  } catch (error) {
    throw error instanceof TesseraError ? whereItStands(error, controls) : error
  }
}

/**
 * What is asked when a widget is looked at.
 * @throws NOT_FOUND, BAD_USER_INPUT
 */
export function questionUnder(
  controls: WidgetControls,
  widget: Widget,
  catalogue: GuestContext['catalogue'],
): WidgetQuestion {
  const dashboard = catalogue.dashboard(widget.dashboard)
  if (dashboard === null) throw new TesseraError('NOT_FOUND')
  return withControls(widget.question, controls, defaultRange(dashboard, widget, catalogue))
}

/** A dashboard's range is for the widgets that have a time; it is nobody's question and is not refused. */
function defaultRange(
  dashboard: Dashboard,
  { question }: Widget,
  catalogue: GuestContext['catalogue'],
): TimeRangeInput | null {
  const { input, kind } = question
  const name = kind === 'counter' || kind === 'leaderboard' ? input.metric : input.metrics[0]
  const metric = name === undefined ? null : catalogue.metric(name)
  const dataset = metric === null ? null : catalogue.dataset(metric.dataset)
  return dataset?.timeDimension == null ? null : dashboard.defaultTimeRange
}

function withControls(
  question: WidgetQuestion,
  controls: WidgetControls,
  fallback: TimeRangeInput | null,
): WidgetQuestion {
  const { granularity } = controls
  const hasTimeAxis =
    question.kind === 'timeSeries' || (question.kind === 'table' && question.input.granularity != null)
  if (granularity != null && !hasTimeAxis) {
    throw badInput('granularity', 'no granularity for a widget without a time axis')
  }
  const common = {
    timeRange: controls.timeRange ?? question.input.timeRange ?? fallback,
    timeZone: controls.timeZone ?? question.input.timeZone,
    // The viewer's come first, so that an error's index is the one that the viewer counts.
    filters: [...(controls.filters ?? []), ...(question.input.filters ?? [])],
  }
  switch (question.kind) {
    case 'counter':
      return { kind: 'counter', input: { ...question.input, ...common } }
    case 'leaderboard':
      return { kind: 'leaderboard', input: { ...question.input, ...common } }
    case 'timeSeries': {
      const { input } = question
      return {
        kind: 'timeSeries',
        input: { ...input, ...common, granularity: granularity ?? input.granularity },
      }
    }
    case 'table': {
      const { input } = question
      return { kind: 'table', input: { ...input, ...common, granularity: granularity ?? input.granularity } }
    }
  }
}

/** The path of a control in the viewer's request; what a stored question has wrong is not the viewer's argument. */
function whereItStands(error: TesseraError, controls: WidgetControls): TesseraError {
  const { argument } = error.details
  if (argument === undefined) return error
  const [, name = '', index] = argument.split('.')
  const isControl = Reflect.get(controls, name) != null
  const isOwnFilter = name === 'filters' && Number(index) >= (controls.filters?.length ?? 0)
  const stands = isControl && !isOwnFilter ? argument.replace(/^input\./, '') : `widget.${argument}`
  return new TesseraError(error.code, { ...error.details, argument: stands })
}
