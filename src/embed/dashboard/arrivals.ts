import type { PartialAnswer } from '../../client/client.ts'
import type { DashboardData, WidgetData } from '../../client/dashboard-data.ts'
import { TesseraError } from '../../client/tessera-error.ts'
import type { Problem } from '../states/problem.ts'
import type { Arrival } from './request-cycle.ts'

/**
 * What is new in each state of an answer that comes in parts: a widget's figures, or why there are none. An error takes
 * the widget that it stands at and no other.
 */
export async function* arrivalsIn(
  states: AsyncIterable<PartialAnswer<DashboardData>>,
  nameOf: ReadonlyMap<string, string>,
  problemOf: (error: unknown) => Problem,
): AsyncGenerator<Arrival<WidgetData>, void, undefined> {
  const open = new Map(nameOf)
  for await (const { data, errors, hasNext } of states) {
    const whole = errors.find(({ path }) => path === undefined)
    if (data === null && whole !== undefined) throw whole
    for (const [alias, name] of [...open]) {
      const arrival = arrivalOf(name, data?.[alias], errorAt(alias, errors), hasNext, problemOf)
      if (arrival === null) continue
      open.delete(alias)
      yield arrival
    }
  }
}

function arrivalOf(
  name: string,
  widget: DashboardData[string] | undefined,
  error: TesseraError | undefined,
  hasNext: boolean,
  problemOf: (error: unknown) => Problem,
): Arrival<WidgetData> | null {
  if (error !== undefined) return { name, problem: problemOf(error) }
  if (widget?.data != null) return { name, answer: widget.data }
  const isGone = widget === null || !hasNext
  return isGone
    ? { name, problem: problemOf(new TesseraError('NOT_FOUND', 'The widget is not there.')) }
    : null
}

function errorAt(alias: string, errors: readonly TesseraError[]): TesseraError | undefined {
  return errors.find(({ path }) => path?.[0] === alias)
}
