import { visualizationKinds, type Widget as WidgetShape, widgetKey } from '../catalogue/catalogue.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Funnel } from '../questions/funnel-types.ts'
import { Histogram } from '../questions/histogram-types.ts'
import { Comparison, Filter, Granularity, OrderBy, Point, TimeRange } from '../questions/inputs.ts'
import { Retention } from '../questions/retention-types.ts'
import { Counter, Leaderboard, RecordConnection, Table, TimeSeries } from '../questions/types.ts'
import { type TakenControls, takenControls } from './controls.ts'
import { widgetData, widgetRecords } from './data.ts'

const VisualizationKind = builder.enumType('VisualizationKind', { values: visualizationKinds })

const Visualization = builder.objectRef<WidgetShape['visualization']>('Visualization')
Visualization.implement({
  authorize: 'value',
  fields: (t) => ({
    kind: t.field({ type: VisualizationKind, resolve: ({ kind }) => kind }),
    options: t.field({ type: 'JSONObject', resolve: ({ options }) => options }),
  }),
})

const WidgetControls = builder.objectRef<TakenControls>('WidgetControls')
WidgetControls.implement({
  authorize: 'value',
  description:
    'Which arguments of data narrow or change this widget, and what else its viewer may do with it.',
  fields: (t) => ({
    timeRange: t.exposeBoolean('timeRange'),
    granularity: t.exposeBoolean('granularity'),
    compareTo: t.exposeBoolean('compareTo'),
    drillDown: t.exposeBoolean('drillDown'),
    export: t.exposeBoolean('export'),
    filters: t.exposeStringList('filters', {
      description: "The names of the dashboard's filters that narrow it.",
    }),
  }),
})

const WidgetAnswer = builder.enumType('WidgetAnswer', {
  values: {
    COUNTER: { value: 'counter' },
    TIME_SERIES: { value: 'timeSeries' },
    LEADERBOARD: { value: 'leaderboard' },
    TABLE: { value: 'table' },
    HISTOGRAM: { value: 'histogram' },
    FUNNEL: { value: 'funnel' },
    RETENTION: { value: 'retention' },
  } as const,
})

const typeOfAnswer = {
  counter: Counter,
  timeSeries: TimeSeries,
  leaderboard: Leaderboard,
  table: Table,
  histogram: Histogram,
  funnel: Funnel,
  retention: Retention,
}

export const WidgetData = builder.unionType('WidgetData', {
  types: Object.values(typeOfAnswer),
  resolveType: ({ kind }) => typeOfAnswer[kind],
})

export const Widget = builder.objectRef<WidgetShape>('Widget')
builder.node(Widget, {
  authorize: 'guest',
  id: { resolve: ({ dashboard, name }) => widgetKey(dashboard, name) },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'question' in value,
  loadOne: (key, context) => guestOf(context).catalogue.widgetByKey(key),
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    visualization: t.field({ type: Visualization, resolve: ({ visualization }) => visualization }),
    answers: t.field({
      type: WidgetAnswer,
      nullable: true,
      description: 'The kind of its data. Null of a text, which asks nothing and shows options.text.',
      resolve: ({ question }) => question?.kind ?? null,
    }),
    controls: t.field({
      type: WidgetControls,
      resolve: (widget, _, context) => takenControls(guestOf(context), widget),
    }),
    data: t.field({
      type: WidgetData,
      description:
        "The stored question's answer. timeRange, granularity, timeZone and compareTo replace what the widget says; filters are added to its own.",
      args: {
        timeRange: t.arg({ type: TimeRange }),
        granularity: t.arg({ type: Granularity }),
        timeZone: t.arg({ type: 'TimeZone' }),
        filters: t.arg({ type: [Filter] }),
        compareTo: t.arg({ type: Comparison }),
      },
      resolve: (widget, controls, context) => widgetData(guestOf(context), widget, controls),
    }),
    drillDown: t.field({
      type: RecordConnection,
      description:
        'The rows behind the figures or one of them. Needs drill-down. Of one metric, those that it is made from.',
      args: {
        at: t.arg({ type: Point, description: 'one figure; without it, all of them' }),
        columns: t.arg.stringList({ description: 'every one that the token may name, by default' }),
        orderBy: t.arg({ type: [OrderBy] }),
        timeRange: t.arg({ type: TimeRange }),
        granularity: t.arg({ type: Granularity, description: 'as for data, which told the buckets' }),
        timeZone: t.arg({ type: 'TimeZone' }),
        filters: t.arg({ type: [Filter] }),
        first: t.arg.int(),
        after: t.arg.string(),
      },
      resolve: (widget, { first, after, ...controls }, context) =>
        widgetRecords(guestOf(context), widget, controls, { first, after }),
    }),
  }),
})
