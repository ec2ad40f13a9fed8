import type { Dashboard, Widget, WidgetQuestion } from '../catalogue/catalogue.ts'
import type { TimeRangeInput } from '../catalogue/inputs.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { GuestContext } from '../graphql/context.ts'
import { datasetsShown, hasTimeAxis, haveTime, isCompared, type WidgetControls } from './controls.ts'

/**
 * What is asked when a widget is looked at.
 * @throws NOT_FOUND, NOT_SUPPORTED for a text, BAD_USER_INPUT
 */
export function questionUnder(
  controls: WidgetControls,
  widget: Widget,
  catalogue: GuestContext['catalogue'],
): WidgetQuestion {
  const dashboard = catalogue.dashboard(widget.dashboard)
  if (dashboard === null) throw new TesseraError('NOT_FOUND')
  const { question } = widget
  if (question === null) {
    throw new TesseraError('NOT_SUPPORTED', { expected: 'a widget that asks a question; this one is a text' })
  }
  return withControls(question, controls, defaultRange(dashboard, widget, catalogue))
}

/** A dashboard's range is for the widgets that have a time; it is nobody's question and is not refused. */
function defaultRange(
  dashboard: Dashboard,
  widget: Widget,
  catalogue: GuestContext['catalogue'],
): TimeRangeInput | null {
  return haveTime(datasetsShown(widget, catalogue)) ? dashboard.defaultTimeRange : null
}

function withControls(
  question: WidgetQuestion,
  controls: WidgetControls,
  fallback: TimeRangeInput | null,
): WidgetQuestion {
  const { granularity } = controls
  if (granularity != null && !hasTimeAxis(question)) {
    throw badInput('granularity', 'no granularity for a widget without a time axis')
  }
  const { compareTo } = controls
  if (compareTo != null && !isCompared(question)) {
    throw badInput('compareTo', `no comparison for a ${question.kind}`)
  }
  const common = {
    timeRange: controls.timeRange ?? question.input.timeRange ?? fallback,
    timeZone: controls.timeZone ?? question.input.timeZone,
    // The viewer's come first, so that an error's index is the one that the viewer counts.
    filters: [...(controls.filters ?? []), ...(question.input.filters ?? [])],
  }
  switch (question.kind) {
    case 'counter': {
      const { input } = question
      return {
        kind: 'counter',
        input: { ...input, ...common, compareTo: compareTo ?? input.compareTo },
      }
    }
    case 'leaderboard': {
      const { input } = question
      return {
        kind: 'leaderboard',
        input: { ...input, ...common, compareTo: compareTo ?? input.compareTo },
      }
    }
    case 'timeSeries': {
      const { input } = question
      const own = { granularity: granularity ?? input.granularity, compareTo: compareTo ?? input.compareTo }
      return { kind: 'timeSeries', input: { ...input, ...common, ...own } }
    }
    case 'table': {
      const { input } = question
      return { kind: 'table', input: { ...input, ...common, granularity: granularity ?? input.granularity } }
    }
    case 'histogram':
      return { kind: 'histogram', input: { ...question.input, ...common } }
    case 'funnel':
      return { kind: 'funnel', input: { ...question.input, ...common } }
    case 'retention': {
      const { input } = question
      const own = { granularity: granularity ?? input.granularity }
      return { kind: 'retention', input: { ...input, ...common, ...own } }
    }
  }
}
