import type { TesseraClient } from '../../client/client.ts'
import { DashboardDefinitionDocument, ViewerDocument } from '../../client/documents.generated.ts'
import { unknownFilter } from '../controls/chosen.ts'
import type { ControlsState } from '../controls/controls-state.ts'
import { type Problem, problem } from '../states/problem.ts'
import type { Dashboard, Definition } from './definition.ts'

/**
 * A dashboard and who looks at it; with one of its widgets alone where that is named. Null where it is not there.
 * @throws TesseraError
 */
export async function loadDefinition(
  client: TesseraClient,
  name: string,
  widget: string | null,
  signal: AbortSignal,
): Promise<Definition | null> {
  const [{ dashboard }, { viewer }] = await Promise.all([
    client.query(DashboardDefinitionDocument, { name }, { signal }),
    client.query(ViewerDocument, {}, { signal }),
  ])
  if (dashboard === null) return null
  const shown = narrowed(dashboard, widget)
  return widget !== null && shown.widgets.length === 0 ? null : { dashboard: shown, viewer }
}

function narrowed(dashboard: Dashboard, widget: string | null): Dashboard {
  if (widget === null) return dashboard
  return { ...dashboard, widgets: dashboard.widgets.filter(({ name }) => name === widget) }
}

/** A filter that cannot be applied is refused: without it, wider figures would be seen. */
export function problemOfFilters(controls: ControlsState, { filters }: Dashboard): Problem | null {
  const filter = unknownFilter(controls, filters)
  if (filter === null) return null
  return problem('BAD_USER_INPUT', { argument: `filters.${filter}`, expected: 'a filter of the dashboard' })
}
