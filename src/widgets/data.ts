import type { RecordsAnswer, WidgetAnswer } from '../analytics/answers.ts'
import { answeredMetrics, dimensionsOf, namedDataset } from '../analytics/widget-question.ts'
import type { Dashboard, Dataset, Widget, WidgetQuestion } from '../catalogue/catalogue.ts'
import type {
  Comparison,
  FilterInput,
  Granularity,
  OrderInput,
  PageInput,
  PointInput,
  TimeRangeInput,
} from '../catalogue/inputs.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { GuestContext } from '../graphql/context.ts'

/** What a viewer's controls say on top of the stored question. */
export interface WidgetControls {
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly granularity?: Granularity | null | undefined
  readonly timeZone?: string | null | undefined
  readonly filters?: readonly FilterInput[] | null | undefined
  readonly compareTo?: Comparison | null | undefined
}

type Asker = Pick<GuestContext, 'stored' | 'catalogue' | 'mayAsk'>

/**
 * Without questions of their own, guests filter by what the dashboard's filters offer; any other filter would make a
 * widget a question of their own.
 * @throws DIMENSION_NOT_ALLOWED
 */
function checkControls({ catalogue, mayAsk }: Asker, widget: Widget, { filters }: WidgetControls): void {
  if (mayAsk || filters == null) return
  const dashboard = catalogue.dashboard(widget.dashboard)
  const datasets = datasetsShown(widget, catalogue)
  // A filter that is not shown is told like one that is not there.
  const offered = (dashboard?.filters ?? []).filter((filter) =>
    datasets.some(
      (dataset) => filter.dataset === dataset.name && catalogue.dimension(dataset, filter.dimension) !== null,
    ),
  )
  const names = new Set(offered.map(({ dimension }) => dimension))
  for (const [index, filter] of filters.entries()) {
    if (dimensionsOf([filter]).every((name) => names.has(name))) continue
    throw new TesseraError('DIMENSION_NOT_ALLOWED', {
      argument: `filters.${index}`,
      expected: "a dimension of the dashboard's filters",
    })
  }
}

function datasetsShown({ question }: Widget, catalogue: Asker['catalogue']): readonly Dataset[] {
  const named = namedDataset(question)
  const names =
    named === null ? answeredMetrics(question).map((name) => catalogue.metric(name)?.dataset ?? '') : [named]
  return [...new Set(names)].map((name) => catalogue.dataset(name)).filter((dataset) => dataset !== null)
}

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
  const { stored, catalogue } = asker
  checkControls(asker, widget, controls)
  const question = questionUnder(controls, widget, catalogue)
  const { at, columns, orderBy } = controls
  return inWordsOf(controls, () => stored.recordsBehind({ question, at, columns, orderBy }, page))
}

async function inWordsOf<Answer>(controls: WidgetControls, asked: () => Promise<Answer>): Promise<Answer> {
  try {
    return await asked()
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
  widget: Widget,
  catalogue: GuestContext['catalogue'],
): TimeRangeInput | null {
  const datasets = datasetsShown(widget, catalogue)
  const haveTime = datasets.length > 0 && datasets.every(({ timeDimension }) => timeDimension !== null)
  return haveTime ? dashboard.defaultTimeRange : null
}

function withControls(
  question: WidgetQuestion,
  controls: WidgetControls,
  fallback: TimeRangeInput | null,
): WidgetQuestion {
  const { granularity } = controls
  const hasTimeAxis =
    question.kind === 'timeSeries' ||
    question.kind === 'retention' ||
    (question.kind === 'table' && question.input.granularity != null)
  if (granularity != null && !hasTimeAxis) {
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

function isCompared({ kind }: WidgetQuestion): boolean {
  return kind === 'counter' || kind === 'leaderboard' || kind === 'timeSeries'
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
