import type { PartialAnswer } from './client.ts'
import type { DashboardData, DashboardDataQuestion, WidgetData } from './dashboard-data.ts'
import { TesseraError } from './tessera-error.ts'

/** How far one widget of a dashboard has come: its figures, or why there are none, or neither yet. */
export type WidgetState =
  | { readonly status: 'pending' }
  | { readonly status: 'ready'; readonly data: WidgetData }
  | { readonly status: 'failed'; readonly error: TesseraError }

/** The state of each widget that was asked, by its id. What fails of one says nothing of the others. */
export function widgetStates(
  { aliases }: Pick<DashboardDataQuestion, 'aliases'>,
  answer: PartialAnswer<DashboardData>,
): ReadonlyMap<string, WidgetState> {
  return new Map([...aliases].map(([id, alias]) => [id, stateOf(alias, answer)]))
}

function stateOf(alias: string, { data, errors, hasNext }: PartialAnswer<DashboardData>): WidgetState {
  const widget = data?.[alias]
  if (widget?.data != null) return { status: 'ready', data: widget.data }
  const error =
    errors.find(({ path }) => path?.[0] === alias) ?? errors.find(({ path }) => path === undefined)
  if (error !== undefined) return { status: 'failed', error }
  if (widget === null) {
    return { status: 'failed', error: new TesseraError('NOT_FOUND', 'The widget is not there any more.') }
  }
  if (hasNext) return { status: 'pending' }
  return { status: 'failed', error: new TesseraError('INTERNAL', 'The answer came without the widget.') }
}
