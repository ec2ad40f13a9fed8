import {
  type AskedWidget,
  dashboardDataDocument,
  type WidgetArguments,
  type WidgetData,
  widgetArguments,
} from '../../client/dashboard-data.ts'
import { chosenOf } from '../controls/chosen.ts'
import { sameControls } from '../controls/controls-state.ts'
import { type Problem, problem } from '../states/problem.ts'
import { arrivalsIn } from './arrivals.ts'
import type { Board, BoardOptions, BoardView } from './board.ts'
import { type Definition, grantedTimeZone, isSameDefinition } from './definition.ts'
import { createLive } from './live.ts'
import { loadDefinition, problemOfFilters } from './load-definition.ts'
import { ranged } from './ranged.ts'
import { type Asked, createRequestCycle } from './request-cycle.ts'
import { createRetry } from './retry.ts'

interface Question {
  readonly widget: AskedWidget
  readonly asked: WidgetArguments
}

export function createBoard(options: BoardOptions): Board {
  const { client, wishes, onChange, problemOf } = options
  let view: BoardView = { phase: 'loading' }
  let controls = wishes.now(options.timeZone)
  let initialControls = wishes.first(options.timeZone)
  let opening = new AbortController()
  let isOpening = false
  let everySeconds: number | null = null

  const retry = createRetry(() => (view.phase === 'failed' ? void open() : cycle.again(cycle.failed)))

  const cycle = createRequestCycle<Question, WidgetData>({
    ask: (questions, signal) => ask(questions, signal),
    problemOf,
    onChange: () => {
      planRetry()
      onChange()
    },
  })

  const live = createLive({
    client,
    problemOf,
    onArrival: cycle.arrive,
    // Without live figures they are asked for, as often as a broken connection is tried again.
    onBreak: () => cycle.again(),
  })

  async function* ask(questions: readonly Asked<Question>[], signal: AbortSignal) {
    const asked = dashboardDataDocument(
      questions.map(({ question }) => question.widget),
      chosenNow(),
    )
    const names = new Map(questions.map(({ name, question }) => [question.widget.id, name]))
    const states = client.execute(asked.document, asked.variables, { signal })
    yield* arrivalsIn(states, asked, names, problemOf)
  }

  const chosenNow = () => {
    const filters = view.phase === 'ready' ? view.definition.dashboard.filters : []
    return chosenOf(controls, filters, view.phase === 'ready' ? view.timeZone : options.timeZone)
  }

  const open = async () => {
    opening.abort()
    opening = new AbortController()
    isOpening = true
    const { signal } = opening
    try {
      const definition = await loadDefinition(client, options.dashboard, options.widget, signal)
      if (signal.aborted) return
      isOpening = false
      retry.reset()
      take(definition)
    } catch (error) {
      if (signal.aborted) return
      isOpening = false
      fail(problemOf(error))
    }
    planRetry()
    onChange()
  }

  const take = (definition: Definition | null) => {
    if (definition === null) return fail(problem('NOT_FOUND'))
    const timeZone = grantedTimeZone(options.timeZone, definition.viewer)
    if (view.phase !== 'ready' || !isSameDefinition(view.definition, definition)) cycle.stop()
    const isForgotten = wishes.seenBy(definition.viewer)
    apply(definition, timeZone)
    if (isForgotten) options.onForgotten()
  }

  /** What is wanted of a dashboard is asked for, where the dashboard has it. */
  const apply = (definition: Definition, timeZone: string) => {
    const inRange = ranged(definition, timeZone)
    initialControls = inRange(wishes.first(timeZone))
    controls = inRange(wishes.now(timeZone))
    const found = problemOfFilters(controls, definition.dashboard)
    if (found !== null) return fail(found)
    view = { phase: 'ready', definition, timeZone }
    show()
  }

  const fail = (found: Problem) => {
    cycle.stop()
    live.stop()
    view = { phase: 'failed', problem: found }
  }

  const show = () => {
    if (view.phase !== 'ready') return
    cycle.show(
      askedOf(view.definition).map(({ widget, asked }) => ({
        name: widget.name,
        question: { widget, asked },
        key: JSON.stringify(asked),
      })),
    )
    followLive()
  }

  const askedOf = ({ dashboard }: Definition) => {
    const now = chosenNow()
    return dashboard.widgets
      .filter(({ answers }) => answers !== null)
      .map((widget) => ({ widget, asked: widgetArguments(widget.controls, now) }))
  }

  const followLive = () => {
    if (view.phase !== 'ready' || everySeconds === null) return live.stop()
    const widgets = askedOf(view.definition).map(({ widget: { id, name }, asked }) => ({ id, name, asked }))
    live.follow(widgets, everySeconds)
  }

  const problems = (): readonly Problem[] => {
    if (view.phase === 'failed') return [view.problem]
    return cycle.failed.flatMap((name) => cycle.stateOf(name).problem ?? [])
  }

  const planRetry = () => {
    if (cycle.isBusy) retry.stop()
    else retry.plan(problems())
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
      return isOpening || cycle.isBusy
    },
    client,
    stateOf: cycle.stateOf,
    argumentsOf: ({ name, controls: taken }) =>
      cycle.answeredBy(name)?.asked ?? widgetArguments(taken, chosenNow()),
    follow: () => {
      if (view.phase === 'failed') void open()
      if (view.phase !== 'ready') {
        controls = wishes.now(options.timeZone)
        return
      }
      const { definition, timeZone } = view
      const inRange = ranged(definition, timeZone)
      initialControls = inRange(wishes.first(timeZone))
      if (sameControls(controls, inRange(wishes.now(timeZone)))) return
      apply(definition, timeZone)
      onChange()
    },
    refresh: (name) => {
      if (view.phase === 'failed') void open()
      else cycle.again(name === undefined ? undefined : [name])
    },
    restart: (isSameViewer = false) => {
      live.stop()
      if (isSameViewer) cycle.outdate()
      else cycle.stop()
      void open()
    },
    setLive: (seconds) => {
      if (seconds === everySeconds) return
      everySeconds = seconds
      followLive()
    },
    retryNow: () => retry.now(problems()),
    stop: () => {
      retry.stop()
      opening.abort()
      live.stop()
      cycle.stop()
    },
  }
}
