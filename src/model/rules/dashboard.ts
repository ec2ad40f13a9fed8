import type { DashboardDefinition, DatasetDefinition, WidgetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { answeredMetrics, questionOf } from '../question.ts'
import { checkUnique, dimensionNames, knownDimension, type Rules } from './lookup.ts'
import { checkQuestion } from './question.ts'

export function checkDashboard(rules: Rules, dashboard: DashboardDefinition, path: Path): void {
  checkUnique(rules, dashboard.widgets, [...path, 'widgets'])
  checkUnique(rules, (dashboard.filters ?? []).map(withName), [...path, 'filters'])
  checkDashboardFilters(rules, dashboard, path)
  for (const [index, widget] of dashboard.widgets.entries()) {
    checkWidget(rules, widget, [...path, 'widgets', index])
  }
}

function checkWidget(rules: Rules, widget: WidgetDefinition, path: Path): void {
  const question = questionOf(widget)
  if (question === null) rules.report(path, 'exactly one of counter, timeSeries, leaderboard, table')
  else checkQuestion(rules, question, [...path, question.kind])
}

type FilterDefinition = NonNullable<DashboardDefinition['filters']>[number]

export function withName<T extends FilterDefinition>(filter: T): T & { readonly name: string } {
  return { ...filter, name: filter.name ?? filter.dimension }
}

function checkDashboardFilters(rules: Rules, dashboard: DashboardDefinition, path: Path): void {
  const shown = datasetsOf(dashboard, rules)
  for (const [index, filter] of (dashboard.filters ?? []).entries()) {
    const at = [...path, 'filters', index]
    if (filter.dataset === undefined) {
      checkOpenFilter(rules, filter, shown, at)
      continue
    }
    const dataset = rules.datasets.get(filter.dataset)
    rules.known('the name of a dataset', filter.dataset, rules.datasets.keys(), [...at, 'dataset'])
    if (dataset !== undefined) knownDimension(rules, dataset, filter.dimension, [...at, 'dimension'])
  }
}

/** A filter that names no dataset is about the one dataset of the dashboard's widgets that has its dimension. */
function checkOpenFilter(
  rules: Rules,
  { dimension }: FilterDefinition,
  shown: readonly DatasetDefinition[],
  path: Path,
): void {
  const having = shown.filter((dataset) => dimensionNames(dataset).includes(dimension))
  const [first, second] = having.map(({ name }) => name)
  if (second !== undefined) {
    rules.report(path, `a dataset, because ${first} and ${second} both have a dimension ${dimension}`)
  } else {
    const what = "a dimension of a dataset that the dashboard's widgets show"
    rules.known(what, dimension, shown.flatMap(dimensionNames), [...path, 'dimension'])
  }
}

/** The datasets that the widgets of a dashboard show, each once. */
export function datasetsOf(
  dashboard: DashboardDefinition,
  { metrics }: Pick<Rules, 'metrics'>,
): readonly DatasetDefinition[] {
  const questions = dashboard.widgets.map(questionOf).filter((question) => question !== null)
  const found = questions.flatMap(answeredMetrics).map((name) => metrics.get(name)?.dataset)
  return [...new Set(found)].filter((dataset) => dataset !== undefined)
}
