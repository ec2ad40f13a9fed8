import type { PartialAnswer } from '../../client/client.ts'
import type { DashboardData, DashboardDataQuestion, WidgetData } from '../../client/dashboard-data.ts'
import { widgetStates } from '../../client/widget-states.ts'
import type { Problem } from '../states/problem.ts'
import type { Arrival } from './request-cycle.ts'

/**
 * What is new in each state of an answer that comes in parts: a widget's figures, or why there are none.
 * @param names of the widgets, by their ids
 * @throws TesseraError where the answer as a whole failed
 */
export async function* arrivalsIn(
  states: AsyncIterable<PartialAnswer<DashboardData>>,
  question: Pick<DashboardDataQuestion, 'aliases'>,
  names: ReadonlyMap<string, string>,
  problemOf: (error: unknown) => Problem,
): AsyncGenerator<Arrival<WidgetData>, void, undefined> {
  const open = new Map(names)
  for await (const answer of states) {
    for (const [id, state] of widgetStates(question, answer)) {
      const name = open.get(id)
      if (name === undefined || state.status === 'pending') continue
      open.delete(id)
      yield state.status === 'ready'
        ? { name, answer: state.data }
        : { name, problem: problemOf(state.error) }
    }
  }
}
