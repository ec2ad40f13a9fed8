import type { Context } from './context.ts'
import { type Question, withFilters } from './question.ts'
import { adHoc } from './questions.ts'

/** What a token with some grants may be told to a question. */
export type Due = 'withheld' | 'granted' | 'narrowed'

export interface GrantCase {
  readonly what: string
  readonly grants: Readonly<Record<string, unknown>>
  /** Also what is not withheld; else a share of it. */
  readonly asksAll?: true
  /** Questions beside those of the baseline. */
  readonly more?: readonly Question[]
  due(question: Question): Due
  /** The names that may still be listed; those that are not given are not looked at. */
  readonly listed?: {
    readonly datasets?: readonly string[]
    readonly dashboards?: readonly string[]
    readonly widgets?: readonly string[]
    readonly dimensions?: readonly string[]
  }
}

const stored: ReadonlySet<string> = new Set(['widget', 'drillDown', 'dashboardFilters'])

export function grantCases(context: Context): readonly GrantCase[] {
  return [
    ...datasetCases(context),
    ...dashboardCases(context),
    ...widgetCases(context),
    ...dimensionCases(context),
    ...useCases(),
    ...timeCases(context),
    ...layerCases(context),
  ]
}

function datasetCases({ catalogue }: Context): readonly GrantCase[] {
  const names = catalogue.datasets.map(({ name }) => name)
  return [[], ...names.map((name) => [name])].map((datasets) => ({
    what: `datasets ${JSON.stringify(datasets)}`,
    grants: { datasets },
    due: ({ dataset }) => {
      if (dataset === null) return 'narrowed'
      if (!datasets.includes(dataset)) return 'withheld'
      return 'granted'
    },
    listed: { datasets },
  }))
}

function dashboardCases({ catalogue }: Context): readonly GrantCase[] {
  const names = catalogue.dashboards.map(({ name }) => name)
  return [[], ...names.slice(0, 5).map((name) => [name])].map((dashboards) => ({
    what: `dashboards ${JSON.stringify(dashboards)}`,
    grants: { dashboards },
    due: ({ dashboard }) => (dashboard === null || dashboards.includes(dashboard) ? 'granted' : 'withheld'),
    listed: { dashboards },
  }))
}

function widgetCases({ catalogue }: Context): readonly GrantCase[] {
  const paths = catalogue.dashboards.flatMap(({ name, widgets }) =>
    widgets.map((widget) => `${name}/${widget.name}`),
  )
  const one = paths.slice(0, 1)
  const pathOf = ({ what }: Question) => what.slice(what.lastIndexOf(' ') + 1)
  const isOfWidget = ({ kind }: Question) => kind === 'widget' || kind === 'drillDown'
  const only = (widgets: readonly string[]): GrantCase => ({
    what: `widgets ${JSON.stringify(widgets)}`,
    grants: { widgets },
    due: (question) => {
      if (!isOfWidget(question)) return 'narrowed'
      return widgets.includes(pathOf(question)) ? 'granted' : 'withheld'
    },
    listed: { widgets },
  })
  const hidden: GrantCase = {
    what: `hiddenWidgets ${JSON.stringify(one)}`,
    grants: { hiddenWidgets: one },
    due: (question) => {
      if (!isOfWidget(question)) return 'narrowed'
      return one.includes(pathOf(question)) ? 'withheld' : 'granted'
    },
    listed: { widgets: paths.slice(1) },
  }
  return paths.length === 0 ? [] : [only([]), only(one), hidden]
}

/** Each dimension alone, and none: whatever names another one is refused, filters included. */
function dimensionCases({ catalogue }: Context): readonly GrantCase[] {
  const paths = catalogue.datasets.flatMap(({ name, dimensions }) =>
    dimensions.map((dimension) => `${name}.${dimension.name}`),
  )
  const byFilter = catalogue.datasets.flatMap(({ name, metrics, dimensions }) => {
    const metric = metrics[0]?.name
    if (metric === undefined) return []
    return dimensions.flatMap((dimension): Question[] => {
      const filter = { dimension: dimension.name, operator: 'IS_NOT_NULL', values: [] }
      const counter = withFilters(adHoc('counter', name, { metric }, { metrics: [metric] }), [filter])
      const what = `counter of ${metric}, filtered by ${dimension.name}`
      return counter === null ? [] : [{ ...counter, what, dimensions: [dimension.name] }]
    })
  })
  return [[], ...paths.map((path) => [path])].map((allowedDimensions) => ({
    what: `allowedDimensions ${JSON.stringify(allowedDimensions)}`,
    grants: { allowedDimensions },
    more: byFilter,
    due: ({ kind, dataset, dimensions }) => {
      if (stored.has(kind)) return 'narrowed'
      return dimensions.every((name) => allowedDimensions.includes(`${dataset}.${name}`))
        ? 'granted'
        : 'withheld'
    },
    listed: { dimensions: allowedDimensions },
  }))
}

function useCases(): readonly GrantCase[] {
  const isRows = ({ kind }: Question) => kind === 'records' || kind === 'drillDown'
  return [
    {
      what: 'allowAdHoc false',
      grants: { allowAdHoc: false },
      due: ({ kind }) => {
        if (stored.has(kind)) return 'granted'
        // What the filters of dashboards offer stays open.
        return kind === 'topValues' ? 'narrowed' : 'withheld'
      },
    },
    {
      what: 'allowDrillDown false',
      grants: { allowDrillDown: false },
      due: (question) => (isRows(question) ? 'withheld' : 'granted'),
    },
  ]
}

function timeCases({ catalogue }: Context): readonly GrantCase[] {
  const timed = new Set(
    catalogue.datasets.filter(({ timeDimension }) => timeDimension !== null).map(({ name }) => name),
  )
  const isTimed = ({ dataset }: Question) => dataset !== null && timed.has(dataset)
  const ranged = ({ kind, variables }: Question) => stored.has(kind) || 'timeRange' in Object(variables.input)
  const fine = catalogue.datasets.flatMap(({ name, timeDimension, metrics }): Question[] => {
    const metric = metrics[0]?.name
    if (timeDimension === null || metric === undefined) return []
    const series = adHoc('timeSeries', name, { metrics: [metric], granularity: 'DAY' }, { metrics: [metric] })
    return [{ ...series, what: `timeSeries of ${metric} by DAY` }]
  })
  return [
    {
      what: 'allowedPeriods ["today"]',
      grants: { allowedPeriods: ['today'] },
      due: (question) => (isTimed(question) && !stored.has(question.kind) ? 'withheld' : 'narrowed'),
    },
    {
      what: 'maxDateRangeDays 1',
      grants: { maxDateRangeDays: 1 },
      due: (question) => (isTimed(question) && !ranged(question) ? 'withheld' : 'narrowed'),
    },
    {
      what: 'minGranularity YEAR',
      grants: { minGranularity: 'YEAR' },
      more: fine,
      due: ({ what }) => (what.endsWith(' by DAY') ? 'withheld' : 'narrowed'),
    },
  ]
}

/** Roles and policies of the model: what they grant is theirs to say, but never another tenant's rows. */
function layerCases({ model }: Context): readonly GrantCase[] {
  const named = (member: 'role' | 'policy', names: readonly string[]): readonly GrantCase[] =>
    names.map((name) => ({
      what: `${member} ${name}`,
      grants: { [member]: name },
      asksAll: true,
      due: () => 'narrowed',
    }))
  return [
    ...named(
      'role',
      model.roles.map(({ name }) => name),
    ),
    ...named(
      'policy',
      model.policies.map(({ name }) => name),
    ),
  ]
}
