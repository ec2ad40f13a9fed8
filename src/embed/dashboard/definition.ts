import type {
  DashboardDefinitionQuery,
  ViewerQuery,
  WidgetDefinitionFragment,
} from '../../client/documents.generated.ts'

export type Dashboard = NonNullable<DashboardDefinitionQuery['dashboard']>
export type WidgetDefinition = WidgetDefinitionFragment
export type Viewer = ViewerQuery['viewer']

/** What an element shows: a dashboard as its viewer may see it. */
export interface Definition {
  readonly dashboard: Dashboard
  readonly viewer: Viewer
}

/**
 * Whether pictures that were drawn for one may stay until those of the other come: the same subject of the same tenant
 * goes on with the same permissions and widgets. Who is not named may be anybody, who sees other rows.
 */
export function isSameDefinition(a: Definition, b: Definition): boolean {
  return a.viewer.subject !== null && JSON.stringify(comparable(a)) === JSON.stringify(comparable(b))
}

function comparable({ dashboard, viewer }: Definition): unknown {
  const { tenantId, subject, role, permissions } = viewer
  return [dashboard, tenantId, subject, role, permissions]
}

/** The zone to ask in: the one that is wished for where the token grants it, else the first that it grants. */
export function grantedTimeZone(wished: string, { permissions }: Viewer): string {
  const { all, names } = permissions.timeZones
  return all || names.includes(wished) ? wished : (names[0] ?? 'UTC')
}
