import type { WidgetAnswer } from '../analytics/answers.ts'
import { widgetKey } from '../catalogue/catalogue.ts'
import { badInput, TesseraError } from '../errors.ts'
import { builder, decodeGlobalID } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import type { GuestContext } from '../graphql/context.ts'
import type { LiveEvent, LiveQuestion } from '../graphql/live.ts'
import { Comparison, Filter, Granularity, TimeRange } from '../questions/inputs.ts'
import type { WidgetControls } from '../widgets/controls.ts'
import { widgetData } from '../widgets/data.ts'
import { Widget, WidgetData } from '../widgets/types.ts'

interface Watched extends WidgetControls {
  readonly id: string
}

const LiveWidget = builder.inputType('LiveWidgetInput', {
  description: 'A widget with what data takes of it.',
  fields: (t) => ({
    id: t.id({ required: true }),
    timeRange: t.field({ type: TimeRange }),
    granularity: t.field({ type: Granularity }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
    compareTo: t.field({ type: Comparison }),
  }),
})

interface Update {
  readonly widget: Watched
  readonly event: LiveEvent
}

const WidgetUpdate = builder.objectRef<Update>('WidgetUpdate')
WidgetUpdate.implement({
  authorize: 'guest',
  fields: (t) => ({
    widget: t.field({
      type: Widget,
      resolve: ({ widget, event }, _, context) => findWidget(guestOf(context), widget.id, placeOf(event)),
    }),
    data: t.field({
      type: WidgetData,
      nullable: true,
      description: 'Null, with an error, where this one could not be answered.',
      resolve: ({ event }) => answerOf(event, `${placeOf(event)}.`),
    }),
  }),
})

const everySeconds = 10
const widgetsMax = 100

builder.subscriptionFields((t) => ({
  widgetData: t.field({
    type: WidgetData,
    authorize: 'guest',
    description:
      "A widget's data now and whenever it has changed; ends with the token. Server-sent events, whose id says what was seen.",
    args: {
      id: t.arg.id({ required: true }),
      everySeconds: t.arg.int({ defaultValue: everySeconds, required: true }),
      timeRange: t.arg({ type: TimeRange }),
      granularity: t.arg({ type: Granularity }),
      timeZone: t.arg({ type: 'TimeZone' }),
      filters: t.arg({ type: [Filter] }),
      compareTo: t.arg({ type: Comparison }),
    },
    subscribe: (_, { everySeconds: seconds, ...widget }, context) => {
      const guest = guestOf(context)
      return guest.live.watch([questionOf(guest, widget, 'id')], seconds, context)
    },
    resolve: (event) => answerOf(event, ''),
  }),
  dashboardData: t.field({
    type: WidgetUpdate,
    authorize: 'guest',
    description:
      'The same of several widgets over one connection: an event for each whose figures have changed.',
    args: {
      widgets: t.arg({ type: [LiveWidget], required: true }),
      everySeconds: t.arg.int({ defaultValue: everySeconds, required: true }),
    },
    subscribe: (_, { everySeconds: seconds, widgets }, context) => {
      if (widgets.length === 0) throw badInput('widgets', 'at least one widget')
      if (widgets.length > widgetsMax) throw badInput('widgets', `at most ${widgetsMax} widgets`)
      const guest = guestOf(context)
      const questions = widgets.map((widget, index) => questionOf(guest, widget, `widgets.${index}.id`))
      return guest.live.watch(questions, seconds, context)
    },
    resolve: (event, { widgets }) => {
      const widget = widgets[event.index]
      // The last event is about none of them.
      if (widget === undefined || event.id === null) throw errorOf(event)
      return { widget, event }
    },
  }),
}))

/** @throws NOT_FOUND at once, where there is no such widget now; later it is the answer */
function questionOf(guest: GuestContext, { id, ...controls }: Watched, argument: string): LiveQuestion {
  const { dashboard, name } = findWidget(guest, id, argument)
  return {
    asked: [widgetKey(dashboard, name), controls],
    ask: (later) => widgetData(later, findWidget(later, id), controls),
  }
}

function findWidget({ catalogue }: GuestContext, id: string, argument?: string) {
  const { typename, id: key } = decodeGlobalID(id, argument)
  const widget = typename === 'Widget' ? catalogue.widgetByKey(key) : null
  if (widget === null) throw new TesseraError('NOT_FOUND', argument === undefined ? {} : { argument })
  return widget
}

function placeOf({ index }: LiveEvent): string {
  return `widgets.${index}`
}

/** @throws the failure, whose argument is told as this reader wrote it: others who share it wrote others */
function answerOf(event: LiveEvent, place: string): WidgetAnswer {
  const { outcome } = event
  if (outcome.kind === 'answer') return outcome.answer
  const { error } = outcome
  if (!(error instanceof TesseraError) || error.details.argument === undefined) throw error
  throw new TesseraError(error.code, { ...error.details, argument: `${place}${error.details.argument}` })
}

function errorOf({ outcome }: LiveEvent): unknown {
  return outcome.kind === 'failure' ? outcome.error : new TesseraError('INTERNAL')
}
