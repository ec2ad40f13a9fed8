import { cataloguesQuery, dashboardQuery, permissionsQuery } from './grants-questions.ts'
import type { GrantsServer } from './grants-server.ts'

/** Each name with the names inside it. */
export async function catalogueOf(server: GrantsServer, token: string) {
  const { datasets, metrics, dashboards } = await server.data(token, cataloguesQuery)
  const ofDatasets = [...Object(datasets)].map(({ name, ...rest }) => [
    name,
    [rest.dimensions.map(nameOf), rest.metrics.map(nameOf)],
  ])
  const ofDashboards = Object(dashboards).edges.map(({ node }: { node: Record<string, unknown> }) => [
    node.name,
    [[...Object(node.filters)].map(nameOf), [...Object(node.widgets)].map(nameOf)],
  ])
  return {
    datasets: Object.fromEntries(ofDatasets),
    metrics: [...Object(metrics)].map(nameOf),
    dashboards: Object.fromEntries(ofDashboards),
  }
}

/** What `viewer` says of role and permissions. */
export async function permissionsOf(server: GrantsServer, token: string): Promise<Record<string, unknown>> {
  const { role, permissions } = Object((await server.data(token, permissionsQuery)).viewer)
  return { role, ...permissions }
}

export async function dashboardOf(server: GrantsServer, token: string, name: string) {
  return (await server.data(token, dashboardQuery, { name })).dashboard
}

/** A dashboard and a widget by every way that leads to them. */
export async function reach(server: GrantsServer, token: string, dashboardName: string, name: string) {
  const query = `query ($dashboard: String!, $name: String!, $dashboardId: ID!, $id: ID!) {
    byDashboard: dashboard(name: $dashboard) { widget(name: $name) { name } }
    byNode: node(id: $id) { id }
    byId: widget(id: $id) { name }
    dashboardNode: node(id: $dashboardId) { id }
  }`
  const id = idOf('Widget', `${dashboardName}/${name}`)
  return server.data(token, query, {
    dashboard: dashboardName,
    name,
    id,
    dashboardId: idOf('Dashboard', dashboardName),
  })
}

export const unreachable = { byDashboard: null, byNode: null, byId: null, dashboardNode: null }

/** A dashboard that is there without the widget. */
export function nodeOf(dashboardName: string) {
  return { byDashboard: { widget: null }, dashboardNode: { id: idOf('Dashboard', dashboardName) } }
}

export function reached(dashboardName: string, name: string) {
  return {
    byDashboard: { widget: { name } },
    byNode: { id: idOf('Widget', `${dashboardName}/${name}`) },
    byId: { name },
    dashboardNode: { id: idOf('Dashboard', dashboardName) },
  }
}

export function idOf(type: string, key: string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url')
}

function nameOf({ name }: { name: unknown }): unknown {
  return name
}
