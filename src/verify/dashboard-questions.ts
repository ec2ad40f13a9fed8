import type { CatalogueDashboard } from './catalogue.ts'
import { recordsFields, stats, widgetFields } from './fields.ts'
import { datasetOfWidget, type Model } from './model.ts'
import type { Question } from './question.ts'

export function questionsOfDashboard(dashboard: CatalogueDashboard, model: Model): readonly Question[] {
  const shared = { dimensions: [], metrics: [], dashboard: dashboard.name }
  const ofWidgets = dashboard.widgets.flatMap(({ id, name, answers }): Question[] => {
    if (answers === null) return []
    const path = `${dashboard.name}/${name}`
    const ofWidget = { ...shared, dataset: datasetOfWidget(model, dashboard.name, name), variables: { id } }
    return [
      {
        ...ofWidget,
        what: `widget ${path}`,
        kind: 'widget',
        parameters: '($id: ID!, $filters: [FilterInput!])',
        field: `widget(id: $id) { data(filters: $filters) { ${widgetFields} } }`,
      },
      {
        ...ofWidget,
        what: `drill-down of widget ${path}`,
        kind: 'drillDown',
        parameters: '($id: ID!, $filters: [FilterInput!], $after: String)',
        field: `widget(id: $id) { drillDown(filters: $filters, first: 25, after: $after) { ${recordsFields} } }`,
      },
    ]
  })
  if (dashboard.filters.length === 0) return ofWidgets
  const ofFilters: Question = {
    ...shared,
    dataset: null,
    what: `filters of dashboard ${dashboard.name}`,
    kind: 'dashboardFilters',
    parameters: '($name: String!)',
    field: `dashboard(name: $name) { filters { name dimension locked values(limit: 100) { values { value count } ${stats} } } }`,
    variables: { name: dashboard.name },
  }
  return [...ofWidgets, ofFilters]
}
