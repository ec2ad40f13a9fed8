import type { VisibleCatalogue } from '../analytics/visible.ts'
import type {
  DashboardFilter as DashboardFilterShape,
  Dashboard as DashboardShape,
} from '../catalogue/catalogue.ts'
import type { TimeRangeInput } from '../catalogue/inputs.ts'
import { TesseraError } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { TimeRange } from '../questions/inputs.ts'
import { TopValues } from '../questions/types.ts'
import { Widget } from '../widgets/types.ts'
import { layoutWithout } from './layout.ts'

/** The question is asked for the viewer, whose arguments these are. */
async function inOwnWords<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof TesseraError) || error.details.argument === undefined) throw error
    const argument = error.details.argument.replace(/^input\./, '')
    throw new TesseraError(error.code, { ...error.details, argument })
  }
}

/** A dashboard's default range is for the datasets that have a time. */
interface ShownFilter extends DashboardFilterShape {
  readonly timeRange: TimeRangeInput | null
}

function shownFilters(
  { filters, defaultTimeRange }: DashboardShape,
  catalogue: VisibleCatalogue,
): readonly ShownFilter[] {
  return filters.flatMap((filter) => {
    const dataset = catalogue.dataset(filter.dataset)
    if (dataset === null || catalogue.dimension(dataset, filter.dimension) === null) return []
    return [{ ...filter, timeRange: dataset.timeDimension === null ? null : defaultTimeRange }]
  })
}

function shownFilter(dashboard: DashboardShape, name: string, catalogue: VisibleCatalogue) {
  return shownFilters(dashboard, catalogue).find((filter) => filter.name === name) ?? null
}

const DashboardFilter = builder.objectRef<ShownFilter>('DashboardFilter')
DashboardFilter.implement({
  authorize: 'guest',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    dimension: t.exposeString('dimension'),
    locked: t.boolean({
      description: 'Whether the token fixes what it may be.',
      resolve: ({ dataset, dimension }, _, context) =>
        guestOf(context).catalogue.isLocked(dataset, dimension),
    }),
    values: t.field({
      type: TopValues,
      description:
        "What there is to choose from, in the dashboard's default range unless another is asked for.",
      args: {
        search: t.arg.string(),
        limit: t.arg.int(),
        timeRange: t.arg({ type: TimeRange }),
        timeZone: t.arg({ type: 'TimeZone', description: 'Where the days of a period begin.' }),
      },
      resolve: ({ dataset, dimension, timeRange }, { timeRange: asked, ...chosen }, context) => {
        const input = { ...chosen, dataset, dimension, timeRange: asked ?? timeRange }
        return inOwnWords(guestOf(context).stored.topValues(input))
      },
    }),
  }),
})

export const Dashboard = builder.objectRef<DashboardShape>('Dashboard')
builder.node(Dashboard, {
  authorize: 'guest',
  id: { resolve: ({ name }) => name },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'widgets' in value,
  loadOne: (name, context) => guestOf(context).catalogue.dashboard(name),
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    filters: t.field({
      type: [DashboardFilter],
      description: 'Those whose dimension the token may name.',
      resolve: (dashboard, _, context) => shownFilters(dashboard, guestOf(context).catalogue),
    }),
    filter: t.field({
      type: DashboardFilter,
      nullable: true,
      description: 'null where there is none of this name, and where the token may not name its dimension.',
      args: { name: t.arg.string({ required: true }) },
      resolve: (dashboard, { name }, context) => shownFilter(dashboard, name, guestOf(context).catalogue),
    }),
    defaultTimeRange: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'As a TimeRangeInput: a period, or between with start and stop.',
      resolve: ({ defaultTimeRange }) => (defaultTimeRange === null ? null : { ...defaultTimeRange }),
    }),
    layout: t.field({
      type: 'JSONObject',
      description: 'The places of the widgets that are shown, by their names.',
      resolve: (dashboard, _, context) => {
        const shown = new Set(guestOf(context).catalogue.widgets(dashboard))
        const hidden = dashboard.widgets.filter((widget) => !shown.has(widget)).map(({ name }) => name)
        return layoutWithout(new Set(hidden), dashboard.layout)
      },
    }),
    widgets: t.field({
      type: [Widget],
      description: 'Hidden widgets are absent.',
      resolve: (dashboard, _, context) => guestOf(context).catalogue.widgets(dashboard),
    }),
    widget: t.field({
      type: Widget,
      nullable: true,
      args: { name: t.arg.string({ required: true }) },
      resolve: (dashboard, { name }, context) => guestOf(context).catalogue.widget(dashboard.name, name),
    }),
  }),
})
