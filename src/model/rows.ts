import type { EnvironmentIdentity } from '../store/store.ts'
import type { dashboards, dataSources, datasets, metrics, policies, roles, widgets } from '../store/tables.ts'
import type { ResolvedModel } from './check.ts'

export interface ModelRows {
  readonly dataSources: readonly (typeof dataSources.$inferInsert)[]
  readonly datasets: readonly (typeof datasets.$inferInsert)[]
  readonly metrics: readonly (typeof metrics.$inferInsert)[]
  readonly roles: readonly (typeof roles.$inferInsert)[]
  readonly policies: readonly (typeof policies.$inferInsert)[]
  readonly dashboards: readonly (typeof dashboards.$inferInsert)[]
  readonly widgets: readonly (typeof widgets.$inferInsert)[]
}

/** The parts of a model as the rows of their tables. */
export function rowsOf(environment: EnvironmentIdentity, { document, columns }: ResolvedModel): ModelRows {
  const row = <Part extends { readonly name: string }>(definition: Part, position: number) => ({
    ...environment,
    name: definition.name,
    position,
    definition,
  })
  const { dashboards = [], roles = [], policies = [] } = document
  return {
    dataSources: document.dataSources.map(row),
    datasets: document.datasets.map(({ metrics: _, ...dataset }, position) => ({
      ...row(dataset, position),
      resolved: [...(columns.get(dataset.name)?.values() ?? [])],
    })),
    metrics: document.datasets.flatMap(({ name: dataset, metrics = [] }) =>
      metrics.map((metric, position) => ({ ...row(metric, position), dataset })),
    ),
    roles: roles.map(row),
    policies: policies.map(row),
    dashboards: dashboards.map(({ widgets: _, ...dashboard }, position) => ({
      ...row(dashboard, position),
      tenantId: dashboard.tenant ?? null,
    })),
    widgets: dashboards.flatMap(({ name: dashboard, tenant, widgets }) =>
      widgets.map((widget, position) => ({
        ...row(widget, position),
        dashboard,
        tenantId: tenant ?? null,
      })),
    ),
  }
}
