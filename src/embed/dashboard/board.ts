import type { TesseraClient } from '../../client/client.ts'
import {
  type AskedWidget,
  dashboardDataDocument,
  type WidgetArguments,
  type WidgetData,
  widgetArguments,
} from '../../client/dashboard-data.ts'
import { DashboardDefinitionDocument, ViewerDocument } from '../../client/documents.generated.ts'
import { chosenOf, unknownFilter } from '../controls/chosen.ts'
import { type ControlsState, sameControls } from '../controls/controls-state.ts'
import { initialRange, readTimeRange } from '../controls/time-range.ts'
import { type Problem, problem, waitBeforeRetry } from '../states/problem.ts'
import { arrivalsIn } from './arrivals.ts'
import {
  type Dashboard,
  type Definition,
  grantedTimeZone,
  isSameDefinition,
  type WidgetDefinition,
} from './definition.ts'
import { createLive } from './live.ts'
import { type Asked, createRequestCycle, type WidgetState } from './request-cycle.ts'

export type BoardView =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed'; readonly problem: Problem }
  | { readonly phase: 'ready'; readonly definition: Definition; readonly timeZone: string }

export interface BoardOptions {
  readonly client: TesseraClient
  readonly dashboard: string
  /** One widget alone; null for all of them. */
  readonly widget: string | null
  /** The zone that is wished for. */
  readonly timeZone: string
  /** What the host set the controls to. */
  readonly controls: ControlsState
  readonly problemOf: (error: unknown) => Problem
  readonly onChange: () => void
}

/** A dashboard as it is seen: what it is made of, what its controls say, and what each widget shows. */
export interface Board {
  readonly view: BoardView
  readonly controls: ControlsState
  readonly initialControls: ControlsState
  readonly isBusy: boolean
  readonly client: TesseraClient
  stateOf(name: string): WidgetState<WidgetData>
  /** What a widget is asked under. */
  argumentsOf(widget: WidgetDefinition): WidgetArguments
  choose(controls: ControlsState): void
  /** Asks for the figures again: of all widgets, or of one. */
  refresh(name?: string): void
  /** Asks for everything again. Pictures stay where the same viewer may see the same. */
  restart(): void
  /** The same with another token: figures are asked for again, and pictures of before are those of other controls. */
  renew(): void
  /** Figures of their own accord, so many seconds apart; null for none. */
  setLive(everySeconds: number | null): void
  /** Now, instead of after the time that it would have waited. */
  retryNow(): void
  stop(): void
}

type Question = AskedWidget

export function createBoard(options: BoardOptions): Board {
  const { client, onChange } = options
  let view: BoardView = { phase: 'loading' }
  let controls = options.controls
  let initialControls = options.controls
  let opening = new AbortController()
  let attempt = 0
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let everySeconds: number | null = null

  const cycle = createRequestCycle<Question, WidgetData>({
    ask: (questions, signal) => ask(questions, signal),
    problemOf: options.problemOf,
    onChange: () => {
      planRetry()
      onChange()
    },
  })

  const live = createLive({
    client,
    problemOf: options.problemOf,
    onArrival: cycle.arrive,
    // Without live figures they are asked for, as often as a broken connection is tried again.
    onBreak: () => cycle.again(),
  })

  async function* ask(questions: readonly Asked<Question>[], signal: AbortSignal) {
    const asked = dashboardDataDocument(
      questions.map(({ question }) => question),
      chosen(),
    )
    const names = new Map(questions.map(({ name, question }) => [question.id, name]))
    const states = client.execute(asked.document, asked.variables, { signal })
    yield* arrivalsIn(states, asked, names, options.problemOf)
  }

  const chosen = () => {
    const filters = view.phase === 'ready' ? view.definition.dashboard.filters : []
    return chosenOf(controls, filters, view.phase === 'ready' ? view.timeZone : options.timeZone)
  }

  const open = async () => {
    opening.abort()
    opening = new AbortController()
    const { signal } = opening
    try {
      const definition = await load(signal)
      if (signal.aborted) return
      attempt = 0
      take(definition)
    } catch (error) {
      if (signal.aborted) return
      view = { phase: 'failed', problem: options.problemOf(error) }
      cycle.stop()
    }
    planRetry()
    onChange()
  }

  const load = async (signal: AbortSignal): Promise<Definition | null> => {
    const [{ dashboard }, { viewer }] = await Promise.all([
      client.query(DashboardDefinitionDocument, { name: options.dashboard }, { signal }),
      client.query(ViewerDocument, {}, { signal }),
    ])
    return dashboard === null ? null : { dashboard: narrowed(dashboard, options.widget), viewer }
  }

  const take = (definition: Definition | null) => {
    if (definition === null || (options.widget !== null && definition.dashboard.widgets.length === 0)) {
      return fail(problem('NOT_FOUND'))
    }
    const { dashboard, viewer } = definition
    const filter = unknownFilter(controls, dashboard.filters)
    if (filter !== null) {
      return fail(
        problem('BAD_USER_INPUT', { argument: `filters.${filter}`, expected: 'a filter of the dashboard' }),
      )
    }
    if (view.phase !== 'ready' || !isSameDefinition(view.definition, definition)) cycle.stop()
    const timeZone = grantedTimeZone(options.timeZone, viewer)
    view = { phase: 'ready', definition, timeZone }
    const stored = readTimeRange(dashboard.defaultTimeRange)
    const range = initialRange(stored, viewer.permissions, timeZone, new Date())
    initialControls = { ...options.controls, timeRange: options.controls.timeRange ?? range }
    controls = { ...controls, timeRange: controls.timeRange ?? range }
    show()
  }

  const fail = (found: Problem) => {
    cycle.stop()
    view = { phase: 'failed', problem: found }
  }

  const show = () => {
    if (view.phase !== 'ready') return
    const asked = chosen()
    cycle.show(
      view.definition.dashboard.widgets
        .filter(({ answers }) => answers !== null)
        .map((widget) => ({
          name: widget.name,
          question: widget,
          key: JSON.stringify([turn, widgetArguments(widget.controls, asked)]),
        })),
    )
    followLive()
  }

  const followLive = () => {
    if (view.phase !== 'ready' || everySeconds === null) return live.stop()
    const asked = chosen()
    const widgets = view.definition.dashboard.widgets.filter(({ answers }) => answers !== null)
    live.follow(
      widgets.map(({ id, name, controls: taken }) => ({ id, name, asked: widgetArguments(taken, asked) })),
      everySeconds,
    )
  }

  const problems = (): readonly Problem[] => {
    if (view.phase === 'failed') return [view.problem]
    return cycle.failed.flatMap((name) => cycle.stateOf(name).problem ?? [])
  }

  const planRetry = () => {
    clearTimeout(timer)
    if (cycle.isBusy) return
    const random = Math.random()
    const waits = problems().flatMap((found) => waitBeforeRetry(found, attempt, random) ?? [])
    if (waits.length > 0) timer = setTimeout(retry, Math.min(...waits))
    else attempt = 0
  }

  const retry = () => {
    attempt += 1
    if (view.phase === 'failed') void open()
    else cycle.again(cycle.failed)
  }

  void open()

  return {
    get view() {
      return view
    },
    get controls() {
      return controls
    },
    get initialControls() {
      return initialControls
    },
    get isBusy() {
      return view.phase === 'loading' || cycle.isBusy
    },
    client,
    stateOf: cycle.stateOf,
    argumentsOf: ({ controls: taken }) => widgetArguments(taken, chosen()),
    choose: (next) => {
      if (sameControls(controls, next)) return
      controls = next
      if (view.phase === 'ready') show()
      else void open()
    },
    refresh: (name) => (name === undefined ? cycle.again() : cycle.again([name])),
    restart: () => void open(),
    renew: () => {
      turn += 1
      live.stop()
      void open()
    },
    setLive: (seconds) => {
      if (seconds === everySeconds) return
      everySeconds = seconds
      followLive()
    },
    retryNow: () => {
      if (problems().some((found) => waitBeforeRetry(found, 0) !== null)) retry()
    },
    stop: () => {
      clearTimeout(timer)
      opening.abort()
      live.stop()
      cycle.stop()
    },
  }
}

function narrowed(dashboard: Dashboard, widget: string | null): Dashboard {
  if (widget === null) return dashboard
  return { ...dashboard, widgets: dashboard.widgets.filter(({ name }: WidgetDefinition) => name === widget) }
}
