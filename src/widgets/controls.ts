import { answeredMetrics, dimensionsOf, namedDataset } from '../analytics/widget-question.ts'
import type { DashboardFilter, Dataset, Widget, WidgetQuestion } from '../catalogue/catalogue.ts'
import type { Comparison, FilterInput, Granularity, TimeRangeInput } from '../catalogue/inputs.ts'
import { TesseraError } from '../errors.ts'
import type { GuestContext } from '../graphql/context.ts'

/** What a viewer's controls say on top of the stored question. */
export interface WidgetControls {
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly timeZone?: string | null | undefined
  readonly filters?: readonly FilterInput[] | null | undefined
  readonly compareTo?: Comparison | null | undefined
}

/** Which controls a widget has for its viewer. */
export interface TakenControls {
  readonly timeRange: boolean
  readonly granularity: boolean
  readonly compareTo: boolean
  readonly drillDown: boolean
  readonly export: boolean
  /** The names of the dashboard's filters that narrow it. */
  readonly filters: readonly string[]
}

type Catalogue = GuestContext['catalogue']

export function takenControls(
  { catalogue, mayDrillDown, mayExport }: Pick<GuestContext, 'catalogue' | 'mayDrillDown' | 'mayExport'>,
  widget: Widget,
): TakenControls {
  const { question } = widget
  const isAsked = question !== null
  const hasTime = haveTime(datasetsShown(widget, catalogue))
  return {
    timeRange: hasTime,
    granularity: isAsked && hasTimeAxis(question),
    compareTo: isAsked && hasTime && isCompared(question),
    drillDown: isAsked && mayDrillDown,
    export: isAsked && mayExport,
    filters: narrowingFilters(widget, catalogue).map(({ name }) => name),
  }
}

/**
 * Without questions of their own, guests filter by what the dashboard's filters offer; any other filter would make a
 * widget a question of their own.
 * @throws DIMENSION_NOT_ALLOWED
 */
export function checkControls(
  { catalogue, mayAsk }: Pick<GuestContext, 'catalogue' | 'mayAsk'>,
  widget: Widget,
  { filters }: WidgetControls,
): void {
  if (mayAsk || filters == null) return
  const names = new Set(narrowingFilters(widget, catalogue).map(({ dimension }) => dimension))
  for (const [index, filter] of filters.entries()) {
    if (dimensionsOf([filter]).every((name) => names.has(name))) continue
    throw new TesseraError('DIMENSION_NOT_ALLOWED', {
      argument: `filters.${index}`,
      expected: "a dimension of the dashboard's filters",
    })
  }
}

/**
 * The filters of the dashboard whose dimension means the same in each dataset of the widget: it is of that one dataset,
 * or declared so. One that the viewer may not see is none.
 */
function narrowingFilters(widget: Widget, catalogue: Catalogue): readonly DashboardFilter[] {
  const datasets = datasetsShown(widget, catalogue)
  const filters = catalogue.dashboard(widget.dashboard)?.filters ?? []
  return datasets.length === 0 ? [] : filters.filter((filter) => narrows(filter, datasets, catalogue))
}

function narrows(
  { dataset, dimension }: DashboardFilter,
  datasets: readonly Dataset[],
  catalogue: Catalogue,
): boolean {
  const own = catalogue.dataset(dataset)
  if (own === null) return false
  const found = [own, ...datasets].map((each) => catalogue.dimension(each, dimension))
  if (datasets.every(({ name }) => name === dataset)) return found.every((each) => each !== null)
  return found.every((each) => each?.conformed === true)
}

/** None for a text. */
export function datasetsShown({ question }: Widget, catalogue: Catalogue): readonly Dataset[] {
  if (question === null) return []
  const named = namedDataset(question)
  const names =
    named === null ? answeredMetrics(question).map((name) => catalogue.metric(name)?.dataset ?? '') : [named]
  return [...new Set(names)].map((name) => catalogue.dataset(name)).filter((dataset) => dataset !== null)
}

export function haveTime(datasets: readonly Dataset[]): boolean {
  return datasets.length > 0 && datasets.every(({ timeDimension }) => timeDimension !== null)
}

export function hasTimeAxis({ kind, input }: WidgetQuestion): boolean {
  return kind === 'timeSeries' || kind === 'retention' || (kind === 'table' && input.granularity != null)
}

export function isCompared({ kind }: WidgetQuestion): boolean {
  return kind === 'counter' || kind === 'leaderboard' || kind === 'timeSeries'
}
