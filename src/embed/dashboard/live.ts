import type { TesseraClient } from '../../client/client.ts'
import { type WidgetArguments, type WidgetData, withFragments } from '../../client/dashboard-data.ts'
import type { TesseraError } from '../../client/tessera-error.ts'
import type { Problem } from '../states/problem.ts'
import type { Arrival } from './request-cycle.ts'

export interface LiveWidget {
  readonly id: string
  readonly name: string
  readonly asked: WidgetArguments
}

export interface LiveOptions {
  readonly client: TesseraClient
  readonly problemOf: (error: unknown) => Problem
  readonly onArrival: (arrival: Arrival<WidgetData>) => void
  /** Where there are no live figures for now: they can still be asked for. */
  readonly onBreak: (problem: Problem) => void
}

export interface Live {
  /** Figures whenever they have changed, over one connection; those that were followed before are not any more. */
  follow(widgets: readonly LiveWidget[], everySeconds: number): void
  stop(): void
}

interface Updates {
  readonly dashboardData: {
    readonly widget: { readonly id: string }
    readonly data: WidgetData | null
  }
}

const document = withFragments(
  `subscription DashboardUpdates($widgets:[LiveWidgetInput!]!$everySeconds:Int!){dashboardData(widgets:$widgets everySeconds:$everySeconds){widget{id}data{${[
    'Counter',
    'TimeSeries',
    'Leaderboard',
    'Table',
    'Histogram',
    'Funnel',
    'Retention',
  ]
    .map((type) => `...${type}Data`)
    .join(' ')}}}}`,
)

/** After so long a subscription that was refused is tried again. */
const breakMs = 30_000

export function createLive({ client, problemOf, onArrival, onBreak }: LiveOptions): Live {
  let following = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const stop = () => {
    clearTimeout(timer)
    following.abort()
    following = new AbortController()
  }

  const run = async (widgets: readonly LiveWidget[], everySeconds: number, signal: AbortSignal) => {
    const names = new Map(widgets.map(({ id, name }) => [id, name]))
    const variables = { everySeconds, widgets: widgets.map(({ id, asked }) => ({ id, ...asked })) }
    try {
      const events = client.subscribe<Updates, typeof variables>(document, variables, { signal })
      for await (const { data, errors } of events) {
        if (signal.aborted) return
        const arrival = arrivalOf(data, errors, names, problemOf)
        if (arrival !== null) onArrival(arrival)
      }
    } catch (error) {
      if (!signal.aborted) onBreak(problemOf(error))
    }
    if (!signal.aborted) timer = setTimeout(() => void run(widgets, everySeconds, signal), breakMs)
  }

  return {
    follow: (widgets, everySeconds) => {
      stop()
      if (widgets.length > 0) void run(widgets, everySeconds, following.signal)
    },
    stop,
  }
}

function arrivalOf(
  data: Updates | null,
  errors: readonly TesseraError[],
  names: ReadonlyMap<string, string>,
  problemOf: (error: unknown) => Problem,
): Arrival<WidgetData> | null {
  const update = data?.dashboardData
  const name = names.get(update?.widget.id ?? '')
  if (update === undefined || name === undefined) return null
  if (update.data !== null) return { name, answer: update.data }
  const [error] = errors
  return error === undefined ? null : { name, problem: problemOf(error) }
}
