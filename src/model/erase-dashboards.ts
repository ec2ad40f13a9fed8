import type { LayerDefinition, ModelDocument } from './document.ts'

/** A document without the dashboards of one tenant, and the names that they had. */
export function withoutDashboardsOf(
  document: ModelDocument,
  tenantId: string,
): { readonly without: ModelDocument; readonly names: readonly string[] } {
  const { dashboards = [], roles, policies } = document
  const names = dashboards.filter(({ tenant }) => tenant === tenantId).map(({ name }) => name)
  const listed = (layers: LayerDefinition[] | undefined) =>
    layers?.map((layer) => withoutNames(layer, new Set(names)))
  const without = {
    ...document,
    ...(document.dashboards && { dashboards: dashboards.filter(({ tenant }) => tenant !== tenantId) }),
    ...(roles && { roles: listed(roles) ?? [] }),
    ...(policies && { policies: listed(policies) ?? [] }),
  }
  return { without, names }
}

/** A list that is empty by it grants nothing. */
function withoutNames(layer: LayerDefinition, names: ReadonlySet<string>): LayerDefinition {
  const { dashboards, widgets, hiddenWidgets } = layer
  const isLeft = (key: string) => !names.has(key.split('/')[0] ?? '') || !key.includes('/')
  return {
    ...layer,
    ...(dashboards && { dashboards: dashboards.filter((name) => !names.has(name)) }),
    ...(widgets && { widgets: widgets.filter(isLeft) }),
    ...(hiddenWidgets && { hiddenWidgets: hiddenWidgets.filter(isLeft) }),
  }
}
